/** What tests are given: a session, the SDK's client on it, its tape, and their world. */
import type { Client } from '@modelcontextprotocol/client'
import { type RunnerTestCase, type TestAPI, test as vitestTest } from 'vitest'
import { ShadowcatError } from '../errors.ts'
import { type Cell, createCell } from './cell.ts'
import { type FileSeats, seatsOf } from './file-seats.ts'
import type { TestOptions } from './options.ts'
import type { Session } from './session/session.ts'
import { type Settings, type Tally, readSettings } from './settings.ts'
import { withoutTally } from './tally.ts'
import type { TestTape } from './test-tape.ts'
import { bare, markUnmistakable } from './verdict.ts'
import { type WorldStore, enterWorldStore } from './world/als.ts'
import type { TestWorld } from './world/world.ts'

declare module 'vitest' {
  interface TaskMeta {
    /** What a test says for itself; when it ends, also what the reporter reads. */
    shadowcat?: TestOptions & Partial<Tally>
  }
}

/** The fixtures of `test`. None is made for a test that does not ask for it. */
export type ShadowcatFixtures = {
  /** What a file, a `describe` or a test says over the plugin's options: `test.override({ shadowcat: { ignore: ['/params/arguments/now'] } })`. */
  shadowcat: TestOptions
  /** The exact session: integers past 2^53 are bigints, and the bytes are kept. */
  session: Session
  /** The MCP SDK's own Client, on the same session. */
  client: Client
  /** The test's tape. */
  tape: TestTape
  /** The time and randomness that the test is held in. */
  world: TestWorld
}

type Use<T> = (value: T) => Promise<void>
type Hidden = { shadowcatFile: FileSeats[]; shadowcatCell: Cell }
type Given = { task: RunnerTestCase; signal: AbortSignal; onTestFinished: (act: () => Promise<void>) => void }

// Vitest reads the first parameters as text: they must stay object patterns.
const fixtures = {
  shadowcat: {} as TestOptions,
  shadowcatFile: [
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use: Use<FileSeats[]>): Promise<void> => {
      const used: FileSeats[] = []
      await use(used)
      for (const seats of used) await seats.leave()
    },
    { scope: 'file' },
  ],
  shadowcatCell: async ({ task, signal, onTestFinished, shadowcat, shadowcatFile }: Given & Pick<ShadowcatFixtures, 'shadowcat'> & Hidden, use: Use<Cell>): Promise<void> => {
    // Before anything is awaited: what is entered later would not reach the test.
    const store = enterWorldStore(task.concurrent === true)
    const cell = await cellOf(task, { signal, store, options: shadowcat, used: shadowcatFile })
    onTestFinished(() => cell.finish())
    await use(cell)
    await cell.end()
  },
  session: async ({ shadowcatCell }: Hidden, use: Use<Session>): Promise<void> => use(shadowcatCell.connection.session),
  client: async ({ shadowcatCell }: Hidden, use: Use<Client>): Promise<void> => use(await shadowcatCell.connection.client()),
  tape: async ({ shadowcatCell }: Hidden, use: Use<TestTape>): Promise<void> => use(shadowcatCell.tape),
  world: async ({ shadowcatCell }: Hidden, use: Use<TestWorld>): Promise<void> => use(shadowcatCell.world),
}

type Surroundings = { signal: AbortSignal; store: WorldStore; options: TestOptions; used: FileSeats[] }

/** What keeps a test from beginning is told without our own code's lines, and is none of what `test.fails` waits for. */
async function cellOf(task: RunnerTestCase, { signal, store, options, used }: Surroundings): Promise<Cell> {
  try {
    const settings = await settingsOf(task, options)
    const seats = seatsOf(task.file, used)
    return await createCell({ task, signal, store, settings, seat: (listener) => seats.take(task, settings, listener) })
  } catch (error) {
    if (!(error instanceof ShadowcatError)) throw error
    const told = bare(error)
    if (task.fails) markUnmistakable([told])
    throw told
  }
}

/** The plugin's settings, with what the file says over them and the test over that. */
async function settingsOf({ name, meta }: RunnerTestCase, options: TestOptions): Promise<Settings> {
  const settings = readSettings()
  const own = withoutTally(meta.shadowcat ?? {})
  if (Object.keys(options).length === 0 && Object.keys(own).length === 0) return settings
  const { overrideSettings } = await import('./options.ts')
  const where = `shadowcat in ${JSON.stringify(name)}`
  return overrideSettings(overrideSettings(settings, options, where), own, where)
}

/** What vitest takes fixtures as, with those that are for ourselves left out. */
type Extension = { [Name in keyof ShadowcatFixtures]: ShadowcatFixtures[Name] | ((context: object, use: Use<ShadowcatFixtures[Name]>) => Promise<void>) }

/** For a `test` of one's own: `const test = base.extend<ShadowcatFixtures>(shadowcatFixtures)`. */
export const shadowcatFixtures: Extension = fixtures as never

/** Vitest's `test`, with these fixtures. */
export const test: TestAPI<ShadowcatFixtures> = vitestTest.extend(shadowcatFixtures)
