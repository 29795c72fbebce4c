/** The life of a tape in one attempt of one test. */
import type { RunnerTestCase } from 'vitest'
import { type Attempt, beginAttempt } from './attempt.ts'
import { attachConversation, dumpPassed } from './artifact.ts'
import { setOrigin } from './matchers/origin.ts'
import { type Capture, captureHttp } from './http/capture.ts'
import type { Connection } from './session/connection.ts'
import type { Listener, Seat } from './seat.ts'
import type { Settings } from './settings.ts'
import { shownPath } from './shown.ts'
import { tallyOf } from './tally.ts'
import { type TestTape, testTape } from './test-tape.ts'
import { markUnmistakable, says, swallowed, together, withPath } from './verdict.ts'
import type { WorldStore } from './world/als.ts'
import { type HeldWorld, type TestWorld, createTestWorld } from './world/world.ts'

export type CellOptions = {
  task: RunnerTestCase
  signal: AbortSignal
  store: WorldStore
  settings: Settings
  /** Takes the seat. */
  seat(listener: Listener): Promise<Seat>
}

/** What one attempt of a test has of shadowcat. */
export type Cell = {
  readonly connection: Connection
  readonly tape: TestTape
  readonly world: TestWorld
  /** The body is over: ends everything, and rejects with what the test fails of besides its body. */
  end(): Promise<void>
  /** Everything that the test consists of is over. */
  finish(): Promise<void>
}

/** Takes a seat and enters the test's world. Rejects when the tape cannot be read. */
export async function createCell({ task, signal, store, settings, seat: take }: CellOptions): Promise<Cell> {
  const attempt = beginAttempt(task, signal)
  let world: HeldWorld | undefined
  let [live, awaited] = [false, 0]
  const pending = (change: 1 | -1): void => {
    awaited += change
    if (live) world?.pending(change)
  }
  const seat = await take({ asked: () => pending(1), answered: () => pending(-1), delivered: () => world?.answered() })
  try {
    world = await createTestWorld({ store, ...seat.stage.held, settings: settings.world })
    // A tape answers at once or never: a guard around what it never answers is not to wait its time.
    live = seat.stage.plan === 'record'
    if (live) world.pending(awaited)
    setOrigin({ session: seat.connection.session, test: task, settings, held: seat.stage.held, environment: seat.stage.environment })
  } catch (error) {
    await seat.end('cut off')
    await seat.finish('cut off', false)
    throw error
  }
  const { http: tape, redactor } = seat.stage
  const capture = captureHttp({ store, settings, tape, alone: task.concurrent !== true, redact: (text) => redactor.text(text) })
  return new TestCell({ task, attempt, seat, world, capture })
}

type Parts = { task: RunnerTestCase; attempt: Attempt; seat: Seat; world: HeldWorld; capture: Capture }

class TestCell implements Cell {
  readonly tape: TestTape
  readonly #world: HeldWorld
  #worldly = false
  readonly #task: RunnerTestCase
  readonly #attempt: Attempt
  readonly #seat: Seat
  readonly #capture: Capture
  /** All that is wrong with the tape, whoever tells it. */
  readonly #wrong = new Set<Error>()
  #ended = false
  #over = false

  constructor({ task, attempt, seat, world, capture }: Parts) {
    this.#task = task
    this.#attempt = attempt
    this.#seat = seat
    this.#capture = capture
    this.#world = world
    this.tape = testTape(seat.stage)
  }

  get connection(): Connection {
    return this.#seat.connection
  }

  get world(): TestWorld {
    this.#worldly = true
    return this.#world
  }

  async end(): Promise<void> {
    const errors = await this.#judge()
    const failed = errors.length > 0 || this.#attempt.errors().length > 0
    const path = failed ? await this.#attach() : undefined
    this.#task.meta.shadowcat = { ...this.#task.meta.shadowcat, ...tallyOf(this.#seat) }
    const error = together(path === undefined ? errors : errors.map((each) => withPath(each, path)))
    this.#ended = true
    // Whoever asked for the cell outside of the test ends after it.
    if (this.#over) await this.#seat.finish(error ? 'failed' : this.#attempt.state(), this.#worldly)
    if (error) throw error
  }

  async finish(): Promise<void> {
    this.#over = true
    if (!this.#ended) return
    const { errors, state } = this.#attempt
    if (this.#wrong.size > 0) markUnmistakable(errors().filter((one) => [...this.#wrong].some(({ message }) => says(one, message))))
    await this.#seat.finish(this.#wrong.size > 0 ? 'failed' : state(), this.#worldly)
  }

  /** What the test fails of and did not throw itself. */
  async #judge(): Promise<Error[]> {
    try {
      for (const error of [...(await this.#seat.end(this.#attempt.state())), ...this.#capture.misses]) this.#wrong.add(error)
      return swallowed([...this.#wrong], this.#attempt.errors())
    } finally {
      this.#capture.leave()
      this.#world.leave()
    }
  }

  async #attach(): Promise<string | undefined> {
    const { passed, redactor, settings } = this.#seat.stage
    const path = passed.length === 0 ? undefined : await attachConversation(this.#task, dumpPassed(passed, redactor))
    return path && shownPath(path, settings.root)
  }
}
