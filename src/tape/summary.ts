import { openTape } from './reader.ts'

/** What a tape holds, in numbers; `calls` counts tool calls. */
export type Summary = { sessions: number; messages: number; calls: number; recordedAt: string | undefined; upstreams: string[] }

/** Counts without reading the messages. Throws what `openTape` throws. */
export function summariseTape(path: string): Summary {
  const tape = openTape(path)
  try {
    const { sessions } = tape
    const { messages, calls } = tape.database.prepare("SELECT count(*) AS messages, total(method = 'tools/call') AS calls FROM recordings").get() as { messages: number; calls: number }
    return { sessions: sessions.length, messages, calls, recordedAt: sessions[0]?.startedAt, upstreams: [...new Set(sessions.map(({ upstream }) => upstream.kind))] }
  } finally {
    tape.close()
  }
}
