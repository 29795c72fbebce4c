import { expect, test } from 'vitest'
import { createRedactor } from '../../../src/tape/redact.ts'
import type { Recording } from '../../../src/tape/entry.ts'
import { openHttpTape } from '../../../src/vitest/http/open-tape.ts'

const used = (url: string, entry?: number) => ({ kind: 'http' as const, session: 1, request: Buffer.from(JSON.stringify({ method: 'GET', url, headers: [] })), ...(entry && { entry }) })
const recording: Recording = { sessions: [], entries: [], loads: [], state: [used('http://component/', 3), used('http://code/')] }
const open = (http: 'live' | 'record', plan: 'record' | 'replay', more: { recording?: Recording; refused?: Error } = {}) =>
  openHttpTape({ settings: { http, ignore: [] }, plan, recording: more.recording, refused: more.refused, redactor: createRedactor(), taped: { tape: 'a.tape', command: '' } })
const ask = new Request('http://code/')

test('nothing, unless HTTP is to be recorded', async () => {
  expect(await open('live', 'replay', { recording })).toBeUndefined()
})

test('what is played is the requests of the client alone', async () => {
  expect((await open('record', 'replay', { recording }))!.unused()).toEqual(['GET http://code/'])
})

test('where it is recorded requests go out', async () => {
  const tape = (await open('record', 'record'))!
  expect(await (await tape.answer(ask, async () => new Response('live'))).text()).toBe('live')
  expect(await tape.recorded()).toHaveLength(1)
})

test('where there is no tape none goes out', async () => {
  const tape = (await open('record', 'replay', { refused: new Error('no tape') }))!
  await expect(tape.answer(ask, async () => new Response('live'))).rejects.toThrow('no tape')
})
