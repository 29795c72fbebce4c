import { describe, expect, test } from 'vitest'
import { parseMessage } from '../../src/message.ts'
import { createPalette } from '../../src/palette.ts'
import type { Entry, Recording } from '../../src/tape/entry.ts'
import { describeRecording, showRecording } from '../../src/tape/show.ts'
import { used } from './tapes.ts'

type Line = [direction: Entry['direction'], text: string, facts?: Partial<Entry>]

function recordingOf(lines: readonly Line[]): Recording {
  const entries = lines.map(([direction, text, facts], index): Entry => ({ id: index + 1, session: 1, timestamp: index * 1500, direction, message: parseMessage(Buffer.from(text)), late: false, ...facts }))
  return { sessions: [{ ordinal: 1, upstream: { kind: 'process', command: ['node', 'server.js'] }, protocolVersion: '2025-11-25', startedAt: '2026-11-23T13:00:00.123Z' }], entries, loads: [] }
}

const recording = recordingOf([
  ['to-server', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"n":18446744073709551615}}}', { component: 'toolbox' }],
  ['to-client', '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"a\\nb \\u001b[31m"},{"type":"image","mimeType":"image/png","data":"AAAA"}]}}', { replyTo: 1 }],
  ['to-server', '{"jsonrpc":"2.0","id":2,"method":"tools/list"}'],
  ['to-client', '{"jsonrpc":"2.0","id":2,"result":{"tools":[{},{}]}}', { replyTo: 3 }],
  ['to-server', '{"jsonrpc":"2.0","id":3,"method":"nope","params":{}}'],
  ['to-client', '{"jsonrpc":"2.0","id":3,"error":{"code":-32601,"message":"no such method"}}', { replyTo: 5 }],
  ['to-client', '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info"}}'],
  ['to-server', '{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"fall"}}'],
  ['to-client', '{"jsonrpc":"2.0","id":4,"result":{"content":[{"type":"text","text":"boom"}],"isError":true}}', { replyTo: 8 }],
  ['to-server', '{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"spin"}}'],
  ['to-client', '{}', { origin: 'shadowcat' }],
])

const state = [
  { ...used('http', { method: 'GET', url: 'http://127.0.0.1:8080/rate?day=1', headers: [] }, { status: 200, headers: [], body: '18446744073709551615' }), session: 1, entry: 2 },
  { ...used('file', { ask: 'read', path: '/data/\u001b[31mx' }, { answer: { text: '' } }), session: 1, entry: 2 },
  { ...used('clock', { interface: 'wasi:clocks/wall-clock', function: 'now', uses: 1 }), session: 1, entry: 9 },
]

test('under what came back stands what the call used, on one line', () => {
  const lines = showRecording({ ...recording, state }, { palette: createPalette(false), width: 70 }).split('\n')
  expect(lines[4]).toBe('        used: GET http://127.0.0.1:8080/rate → 200 · read /data/·[31mx')
  expect(lines.filter((line) => line.startsWith('        used: '))).toEqual([lines[4], '        used: wall-clock now ×1'])
  for (const line of showRecording({ ...recording, state }, { palette: createPalette(false), width: 40 }).split('\n')) expect([...line].length).toBeLessThanOrEqual(40)
})

test('what the client itself used stands at the end of its session', () => {
  const own = [{ ...used('http', { method: 'GET', url: 'http://127.0.0.1/a' }, { status: 200 }), session: 1 }, { ...used('http', { method: 'GET', url: 'http://127.0.0.1/b' }), session: 2 }]
  const lines = showRecording({ ...recording, state: own }, { palette: createPalette(false), width: 70 }).trimEnd().split('\n')
  expect(lines.at(-1)).toBe('  used by the client: GET http://127.0.0.1/a → 200')
  expect(describeRecording({ ...recording, state: own }).sessions[0]).toMatchObject({ state: [{ kind: 'http', response: { status: 200 } }] })
})

test('programs get all of what a call used', () => {
  const [session] = describeRecording({ ...recording, state }).sessions as { messages: Record<string, unknown>[] }[]
  expect(session!.messages[0]!['state']).toEqual([
    { kind: 'http', request: { method: 'GET', url: 'http://127.0.0.1:8080/rate?day=1', headers: [] }, response: { status: 200, headers: [], body: '18446744073709551615' } },
    { kind: 'file', request: { ask: 'read', path: '/data/\u001b[31mx' }, response: { answer: { text: '' } } },
  ])
  expect(session!.messages[1]).not.toHaveProperty('state')
})

test('a person sees who asked what, how long it took, and what came back', () => {
  expect(showRecording(recording, { palette: createPalette(false), width: 70 }).trimEnd().split('\n')).toEqual([
    'session 1  node server.js · 2025-11-25 · 11 messages · 2026-11-23T13:…',
    '',
    '    1 → echo {"n":18446744073709551615}                toolbox  1.5 ms',
    '        ✓ a b ·[31m [image/png, 3 B]',
    '    3 → tools/list                                              1.5 ms',
    '        ✓ 2 tools',
    '    5 → nope                                                    1.5 ms',
    '        ✗ no such method (-32601)',
    '    7 ← notifications/message {"level":"info"}',
    '    8 → fall                                                    1.5 ms',
    '        ✗ boom',
    '   10 → spin',
    '        no answer',
    '   11 ← {}                                                by shadowcat',
  ])
})

describe('whatever the width', () => {
  test.each([20, 40, 80, 200])('no line is longer than %d', (width) => {
    for (const line of showRecording(recording, { palette: createPalette(false), width }).split('\n')) expect([...line].length).toBeLessThanOrEqual(width)
  })
})

test('colours change nothing but colour', () => {
  // oxlint-disable-next-line no-control-regex -- colours are control sequences
  const plain = showRecording(recording, { palette: createPalette(true), width: 70 }).replaceAll(/\u001b\[\d+m/g, '')
  expect(plain).toBe(showRecording(recording, { palette: createPalette(false), width: 70 }))
})

test('programs get exact values', () => {
  const [session] = describeRecording(recording).sessions as { messages: Record<string, unknown>[] }[]
  expect(session!.messages[0]).toMatchObject({ entry: 1, from: 'client', method: 'tools/call', component: 'toolbox', duration: 1500, params: { name: 'echo', arguments: { n: 18446744073709551615n } } })
  expect(session!.messages.at(-1)).toMatchObject({ origin: 'shadowcat', from: 'server' })
  expect(session!.messages.find(({ method }) => method === 'nope')).toMatchObject({ error: { code: -32601 }, result: null })
})
