/** The life of a tape in one attempt of one test. */
import type { RunnerTestCase } from 'vitest'
import { type Attempt, beginAttempt } from './attempt.ts'
import { attachConversation, dumpPassed } from './artifact.ts'
import type { Connection } from './session/connection.ts'
import type { Listener, Seat } from './seat.ts'
import type { Settings } from './settings.ts'
import { tallyOf } from './tally.ts'
import { type TestTape, testTape } from './test-tape.ts'
import { swallowed, together, unmistakable, withPath } from './verdict.ts'
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
  const seat = await take({ asked: () => world?.pending(1), answered: () => world?.pending(-1), delivered: () => world?.answered() })
  try {
    world = await createTestWorld({ store, ...seat.stage.held, settings: settings.world })
  } catch (error) {
    await seat.end('ended')
    await seat.finish('ended')
    throw error
  }
  return new TestCell({ task, attempt, seat, world })
}

type Parts = { task: RunnerTestCase; attempt: Attempt; seat: Seat; world: HeldWorld }

class TestCell implements Cell {
  readonly tape: TestTape
  readonly world: HeldWorld
  readonly #task: RunnerTestCase
  readonly #attempt: Attempt
  readonly #seat: Seat
  #ended = false
  #over = false

  constructor({ task, attempt, seat, world }: Parts) {
    this.#task = task
    this.#attempt = attempt
    this.#seat = seat
    this.world = world
    this.tape = testTape(seat.stage)
  }

  get connection(): Connection {
    return this.#seat.connection
  }

  async end(): Promise<void> {
    const errors = await this.#judge()
    const failed = errors.length > 0 || this.#attempt.errors().length > 0
    const path = failed ? await this.#attach() : undefined
    this.#task.meta.shadowcat = { ...this.#task.meta.shadowcat, ...tallyOf(this.#seat) }
    const error = together(errors.map((each) => this.#worded(each, path)))
    this.#ended = true
    // Whoever asked for the cell outside of the test ends after it.
    if (this.#over) await this.#seat.finish(error ? 'failed' : this.#attempt.state())
    if (error) throw error
  }

  async finish(): Promise<void> {
    this.#over = true
    if (this.#ended) await this.#seat.finish(this.#attempt.state())
  }

  async #judge(): Promise<Error[]> {
    try {
      const found = await this.#seat.end(this.#attempt.state())
      return this.#task.fails ? found : swallowed(found, this.#attempt.errors())
    } finally {
      this.world.leave()
    }
  }

  async #attach(): Promise<string | undefined> {
    const { passed, redactor } = this.#seat.stage
    return passed.length === 0 ? undefined : attachConversation(this.#task, dumpPassed(passed, redactor))
  }

  #worded(error: Error, path: string | undefined): Error {
    const worded = path === undefined ? error : withPath(error, path)
    return this.#task.fails ? unmistakable(worded) : worded
  }
}
