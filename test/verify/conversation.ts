import { createMessage } from '../../src/message.ts'
import type { Entry, Recording } from '../../src/tape/entry.ts'

/** One step of a conversation: `>` to the server, `<` to the client, then the message; a time in ms may stand between. */
export type Step = ['>' | '<', object] | ['>' | '<', number, object]

/** Entries of one session, 1 ms apart where no time is given. */
export function entriesOf(steps: readonly Step[], facts: (index: number) => Partial<Entry> = () => ({})): Entry[] {
  let time = 0
  return steps.map(([to, ...rest], index) => {
    time = typeof rest[0] === 'number' ? rest[0] * 1000 : time + 1000
    const message = createMessage({ jsonrpc: '2.0', ...(rest.at(-1) as object) })
    return { id: index + 1, session: 1, timestamp: time, direction: to === '>' ? 'to-server' : 'to-client', message, late: false, ...facts(index) }
  })
}

export function recordingOf(entries: Entry[], startedAt = '2026-09-23T10:00:00.000Z'): Recording {
  const ordinals = [...new Set(entries.map(({ session }) => session))]
  return { sessions: ordinals.map((ordinal) => ({ ordinal, upstream: { kind: 'process' }, startedAt })), entries, loads: [] }
}

export const request = (id: number | string, method: string, params: object = {}): object => ({ id, method, params })
export const call = (id: number | string, name: string, args: object = {}, more: object = {}): object => request(id, 'tools/call', { name, arguments: args, ...more })
export const result = (id: number | string, value: object = {}): object => ({ id, result: value })
export const text = (id: number | string, ...texts: string[]): object => result(id, { content: texts.map((one) => ({ type: 'text', text: one })) })
export const notification = (method: string, params: object = {}): object => ({ method, params })
