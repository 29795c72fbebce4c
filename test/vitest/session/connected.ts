import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Message, createMessage } from '../../../src/message.ts'
import { createSession } from '../../../src/proxy/session.ts'
import { type Player, type PlayerOptions, createPlayer } from '../../../src/replay/player.ts'
import type { Recording } from '../../../src/tape/entry.ts'
import { readTape } from '../../../src/tape/reader.ts'
import { createRecorder } from '../../../src/tape/recorder.ts'
import { createRedactor } from '../../../src/tape/redact.ts'
import { createMemoryPair } from '../../../src/transport/memory.ts'
import { createStdioTransport } from '../../../src/transport/stdio.ts'
import type { Upstream } from '../../../src/upstream.ts'
import { type ConnectOptions, type Connection, connect } from '../../../src/vitest/session/connection.ts'
import { createDurations } from '../../../src/vitest/session/durations.ts'
import { type Explained, explainMisses } from '../../../src/vitest/session/miss-error.ts'

type Options = Omit<ConnectOptions, 'transport'>

/** A connection straight to a fixture server. */
export function connectTo(server: string, options: Options = {}): Connection {
  const path = new URL(`../../fixtures/servers/${server}.mjs`, import.meta.url).pathname
  return ending(connect({ transport: createStdioTransport({ command: [process.execPath, path] }), ...options }))
}

/** A connection to a server that the test plays: `say` sends, `heard` holds all that the client said. */
export type Played = { connection: Connection; heard: Message[]; say(message: object): void; until(count: number): Promise<void>; close(): Promise<void> }

/** `answer` gives what is sent at once; the handshake is answered anyway. */
export function connectToTest(answer: (message: Message) => object[] = () => [], options: Options = {}): Played {
  const { client, server } = createMemoryPair()
  const heard: Message[] = []
  let more = Promise.withResolvers<void>()
  const say = (message: object): void => void server.send(createMessage({ jsonrpc: '2.0', ...message }))
  server.onmessage = (message) => {
    heard.push(message)
    if (message.method === 'initialize') say({ id: Number(message.id), result: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'played', version: '1' } } })
    for (const each of answer(message)) say(each)
    more.resolve()
    more = Promise.withResolvers()
  }
  void server.start()
  const connection = ending(connect({ transport: client, ...options }))
  return {
    connection,
    heard,
    say,
    async until(count) {
      while (heard.length < count) await more.promise
    },
    close: () => server.close(),
  }
}

/** A connection through a session with a recorder; `recorded` ends it and gives the tape. */
export async function connectRecorded(upstream: Upstream, options: Options = {}): Promise<{ connection: Connection; recorded(): Promise<Recording> }> {
  const folder = mkdtempSync(join(tmpdir(), 'shadowcat-session-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'a.tape')
  const recorder = createRecorder({ path, redactor: createRedactor() })
  const { client, server } = createMemoryPair()
  const session = createSession({ client: server, upstream: upstream.open(), taps: [recorder.session(1, upstream)] })
  await session.start()
  const connection = ending(connect({ transport: client, ...options }))
  return {
    connection,
    async recorded() {
      await connection.close()
      await session.ended
      await recorder.close()
      return readTape(path)
    },
  }
}

export const taped = { tape: 'tapes/a.test.ts/a test.tape', command: "npx vitest run a.test.ts -t 'a test' -u" }

/** A connection to a player of this recording. */
export function connectPlayed(recording: Recording, options: Options = {}, playing: PlayerOptions = {}): { connection: Connection; player: Player; explained: Explained } {
  const { onplay, durationOf } = createDurations(recording)
  const player = createPlayer(recording, { onplay, ...playing })
  const explained = explainMisses(player.misses, taped)
  return { connection: ending(connect({ transport: player.open(), explain: explained.explain, durationOf, ...options })), player, explained }
}

function ending(connection: Connection): Connection {
  onTestFinished(() => connection.close())
  return connection
}

/** The line of a test file's stack frame that stands first: `[file, line's text]` is asked for with `lineOf`. */
export function firstFrame(error: unknown): string {
  return (error as Error).stack!.split('\n').find((line) => /^\s+at /.test(line)) ?? ''
}

/** The error that a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<Error & { [fact: string]: unknown }> {
  return promise.then(
    () => {
      throw new Error('it did not reject')
    },
    (error: Error & { [fact: string]: unknown }) => error,
  )
}
