import { expect, test } from 'vitest'
import type { Entry, Recording } from '../../../src/tape/entry.ts'
import { createRedactor } from '../../../src/tape/redact.ts'
import { missError, unusedError } from '../../../src/vitest/session/miss-error.ts'
import { beginSession, createConversation, toolCall, toolResult } from '../../conversations.ts'
import { fixture } from '../../verify/servers.ts'
import { connectPlayed, connectRecorded, rejection, taped } from './connected.ts'

const again = `\n\nTo record this test again:\n    ${taped.command}`

function recordingOf(...calls: [name: string, args: object][]): Recording {
  const conversation = createConversation()
  beginSession(conversation)
  calls.forEach(([name, args], index) => {
    conversation.client(toolCall(index + 1, name, args))
    conversation.server(toolResult(index + 1, 'answer'))
  })
  return conversation.recording
}

/** The error of the last of these calls, and what it is compared by. */
async function missOf(recording: Recording, ...calls: [name: string, args: { [key: string]: string | number | bigint | object }][]): Promise<{ message: string; expected: unknown; actual: unknown; error: Error }> {
  const { session } = connectPlayed(recording).connection
  for (const [name, args] of calls.slice(0, -1)) await session.callTool(name, args as never)
  const [name, args] = calls.at(-1)!
  const error = await rejection(session.callTool(name, args as never))
  return { message: error.message, expected: error['expected'], actual: error['actual'], error }
}

test('one difference is shown as the two values', async () => {
  expect(await missOf(recordingOf(['echo', { text: 'hello', n: 1 }]), ['echo', { text: 'hullo', n: 1 }])).toMatchObject({
    message: `tools/call "echo" was not recorded so in ${taped.tape}\n\nNearest is entry 4, tools/call "echo"; it differs at /params/arguments/text.${again}`,
    expected: 'hello',
    actual: 'hullo',
  })
})

test('several differences are shown by their pointers, and no digit is lost', async () => {
  expect(await missOf(recordingOf(['echo', { text: 'a', n: 1, old: [1] }]), ['echo', { text: 'b', n: 18446744073709551615n }])).toMatchObject({
    message: expect.stringContaining('Nearest is entry 4, tools/call "echo"; it differs in 3 places.'),
    expected: { '/params/arguments/text': 'a', '/params/arguments/n': 1, '/params/arguments/old': [1] },
    actual: { '/params/arguments/text': 'b', '/params/arguments/n': 18446744073709551615n },
  })
})

test('a place that one side lacks is shown by its pointer', async () => {
  expect(await missOf(recordingOf(['echo', { a: 1 }]), ['echo', { a: 1, b: 2 }])).toMatchObject({ expected: {}, actual: { '/params/arguments/b': 2 } })
})

test('another tool, a call once more, and a tape without calls are said to be that', async () => {
  const one = recordingOf(['echo', { text: 'a' }])
  expect((await missOf(one, ['ehco', { text: 'a' }])).message).toBe(`tools/call "ehco" was not recorded in ${taped.tape}\n\nNearest is entry 4, tools/call "echo"; it differs at /params/name.${again}`)
  const twice = await missOf(one, ['echo', { text: 'a' }], ['echo', { text: 'a' }])
  expect(twice.message).toBe(`tools/call "echo" was called once more than it was recorded in ${taped.tape}\n\nIts recording (entry 4) has answered already; each recording answers once.${again}`)
  expect('expected' in twice.error).toBe(false)
  expect((await missOf(one, ['echo', { text: 'a' }], ['echo', { text: 'b' }])).message).toContain('tools/call "echo", which has answered already; it differs at')
  expect((await missOf(recordingOf(), ['echo', {}])).message).toBe(`tools/call "echo" was not recorded in ${taped.tape}\n\nThe tape holds no request like it.${again}`)
})

test("a client's answer that differs makes the call around it a miss, on the call's line", async () => {
  const { connection, recorded } = await connectRecorded(fixture('asks'))
  const sample = async ({ session }: typeof connection, text: string): Promise<unknown> => {
    session.onRequest('sampling/createMessage', () => ({ content: { type: 'text', text } }))
    return await session.callTool('sample', { prompt: 'x' })
  }
  await sample(connection, 'yes')
  const { connection: replayed, explained } = connectPlayed(await recorded())
  const error = await rejection(sample(replayed, 'no'))
  expect(error.message).toMatch(/^tools\/call "sample": what the server's request was answered with was not recorded so in .*\n\nNearest is entry \d+, the recorded answer; it differs at \/result\/content\/text\./)
  expect(error).toMatchObject({ expected: 'yes', actual: 'no', stack: expect.stringMatching(/at (async )?sample /) })
  expect(explained.errors()).toEqual([error])
})

test('no secret is told, neither of the call nor of the tape', async () => {
  const redactor = createRedactor({ environment: { KEY: 'environment-secret' } })
  const conversation = createConversation()
  beginSession(conversation)
  conversation.client(toolCall(1, 'login', { password: '[redacted:password#1]', user: 'a' }))
  conversation.server(toolResult(1, 'in'))
  const { session } = connectPlayed(conversation.recording, {}, { redactor }).connection
  const error = await rejection(session.callTool('login', { password: 'hunter2-and-more', user: 'b', note: 'it is environment-secret' }))
  const told = [error.message, error.stack, JSON.stringify([error['expected'], error['actual'], error['data']])].join()
  expect(told).not.toMatch(/hunter2|environment-secret/)
  expect(error['actual']).toMatchObject({ '/params/arguments/user': 'b', '/params/arguments/note': expect.stringContaining('[redacted:') })
})

test('long strings are shortened, a long list of calls is cut', async () => {
  const long = await missOf(recordingOf(['echo', { text: 'a'.repeat(5000) }]), ['echo', { text: 'b'.repeat(5000) }])
  expect([long.expected, long.actual].map((text) => String(text).length < 600)).toEqual([true, true])
  const { entries } = recordingOf(...Array.from({ length: 14 }, (_, index): [string, object] => ['echo', { index, text: 'x'.repeat(100) }]))
  const unused = unusedError(entries.filter(({ message }) => message.method === 'tools/call'), taped)
  expect(unused.message.split('\n').map((line) => line.length)).toEqual(expect.not.arrayContaining([expect.toSatisfy((length: number) => length > 80)]))
  expect(unused.message).toContain('    and 4 more')
})

test('calls that were not made are listed, with the command that records without them', () => {
  const call = recordingOf(['echo', { text: 'a' }]).entries.find(({ message }) => message.method === 'tools/call')
  expect(unusedError([call!], taped).message).toBe(`1 recorded call was not made: ${taped.tape}\n\n    tools/call "echo" {"text":"a"}\n\nTo record this test again, without it:\n    ${taped.command}`)
  const read: Entry = { ...call!, message: toolCallless() }
  expect(unusedError([call!, read], taped).message).toContain('2 recorded calls were not made')
  expect(unusedError([read], taped).message).toContain('resources/read "a://b"')
})

function toolCallless(): Entry['message'] {
  return createConversation().client({ jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri: 'a://b' } }).message
}

test('reporters for machines get the diff, and not the data once more', async () => {
  const { error } = await missOf(recordingOf(['echo', { text: 'a' }]), ['echo', { text: 'b' }])
  Object.assign(error, { diff: 'a diff', __vitest_test_syntax_error__: true })
  const told = (error as unknown as { toJSON(): object }).toJSON()
  expect(told).toMatchObject({ diff: 'a diff', __vitest_test_syntax_error__: true, name: 'MissError' })
  expect(Object.keys(told)).toEqual(expect.not.arrayContaining(['code', 'data', 'toJSON']))
})

test('a miss that belongs to no call has no line', async () => {
  const { player } = connectPlayed(recordingOf(['echo', {}]))
  const miss = { session: 1, request: recordingOf(['x', {}]).entries[3]!.message, nearest: [], forwarded: false }
  expect([missError(miss, undefined, taped).stack, player.misses]).toEqual([expect.not.stringContaining('\n    at '), []])
})
