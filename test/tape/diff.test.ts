import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ignoring } from '../../src/canonical.ts'
import { type Exact, NumberLiteral, stringifyJson, toJson } from '../../src/json.ts'
import { parseMessage } from '../../src/message.ts'
import { type EntryDifference, diffEntries } from '../../src/tape/diff.ts'
import type { Entry } from '../../src/tape/entry.ts'
import { type Conversation, answerTo, createConversation, notification, progress, request, toolCall, toolResult } from '../conversations.ts'
import { type Naming, converse, steps } from './random-conversation.ts'

/** What differs between two conversations, told shortly: kind, entry ids, pointer and values. */
function diff(expected: Conversation, actual: Conversation, ignore?: string[]): unknown[] {
  return diffEntries(expected.entries, actual.entries, ignore && { ignore: ignoring(ignore) }).map(short)
}

function short({ kind, expected, actual, tool, pointer, expectedValue, actualValue }: EntryDifference): unknown {
  const values = [expectedValue, actualValue].map((value) => (value === undefined ? undefined : toJson(value)))
  return [kind, expected?.id, actual?.id, ...(tool === undefined ? [] : [tool]), ...(pointer === undefined ? [] : [pointer, ...values])]
}

function talk(...said: (['>' | '<', object, Partial<Entry>?])[]): Conversation {
  const conversation = createConversation()
  for (const [direction, message, facts] of said) conversation[direction === '>' ? 'client' : 'server'](message, facts)
  return conversation
}

describe('laws', () => {
  test('a recording does not differ from itself', () => {
    fc.assert(fc.property(steps, (all) => {
      expect(diff(converse(all), converse(all))).toEqual([])
    }))
  })

  test('names do not count: ids, progress tokens and cursors may all be others', () => {
    const naming: Naming = { id: (n) => `call-${n * 7}`, token: (n) => 1000 - n, cursor: (n) => `c${n}!`, asked: (n) => -n }
    fc.assert(fc.property(steps, (all) => {
      expect(diff(converse(all), converse(all, naming))).toEqual([])
    }))
  })

  test('every single value that is changed is found', () => {
    fc.assert(fc.property(steps, fc.nat(), fc.nat(), (all, which, where) => {
      const expected = converse(all)
      const actual = converse(all)
      const index = which % actual.entries.length
      const leaves = leavesOf(actual.entries[index]!.message.exact).filter((pointer) => !/\/(?:id|requestId|progressToken|cursor|nextCursor)$/.test(pointer))
      const changed = leaves[where % leaves.length]!
      actual.entries[index]!.message = parseMessage(Buffer.from(stringifyJson(toJson(change(actual.entries[index]!.message.exact, changed)))))
      expect(diff(expected, actual), changed).not.toEqual([])
      expect(diff(actual, expected), changed).not.toEqual([])
    }), { numRuns: 300 })
  })

  test('every message that is left out is missing, and extra the other way about', () => {
    fc.assert(fc.property(steps, fc.nat(), (all, which) => {
      const whole = converse(all)
      const partial = converse(all)
      partial.entries.splice(which % partial.entries.length, 1)
      expect(diffEntries(whole.entries, partial.entries).some(({ kind }) => kind === 'missing')).toBe(true)
      expect(diffEntries(partial.entries, whole.entries).some(({ kind }) => kind === 'extra')).toBe(true)
    }))
  })

  function leavesOf(value: Exact, pointer = ''): string[] {
    if (value instanceof Map) return [...value].flatMap(([key, item]) => leavesOf(item, `${pointer}/${key}`))
    return Array.isArray(value) ? value.flatMap((item, index) => leavesOf(item, `${pointer}/${index}`)) : [pointer]
  }

  function change(value: Exact, pointer: string): Exact {
    if (pointer === '') return typeof value === 'string' ? `${value}!` : value instanceof NumberLiteral ? new NumberLiteral(`${value.text}1`) : 'changed'
    const [, key, rest] = /^\/([^/]*)(.*)$/.exec(pointer)!
    if (value instanceof Map) return new Map([...value].map(([name, item]) => [name, name === key ? change(item, rest!) : item]))
    return Array.isArray(value) ? value.map((item, index) => (String(index) === key ? change(item, rest!) : item)) : value
  }
})

describe('values', () => {
  test('that differ are named by their place, with the tool', () => {
    const expected = talk(['>', toolCall(1, 'now', {})], ['<', toolResult(1, '10:00')])
    const actual = talk(['>', toolCall(5, 'now', {})], ['<', toolResult(5, '11:00')])
    expect(diff(expected, actual)).toEqual([['value', 2, 2, 'now', '/result/content/0/text', '10:00', '11:00']])
  })

  test('that are ignored are not compared, in requests neither', () => {
    const [expected, actual] = [1, 2].map((n) => talk(['>', toolCall(1, 'now', { at: n })], ['<', toolResult(1, `t${n}`)]))
    expect(diff(expected!, actual!, ['/params/arguments/at', '/result/content/*/text'])).toEqual([])
  })

  test('big integers and 1.0 are compared exactly', () => {
    const [expected, actual, third] = ['11747705409506696368', '11747705409506696369', '1.0'].map((text) => {
      const conversation = talk(['>', toolCall(1, 'random', {})])
      conversation.server(`{"jsonrpc":"2.0","id":1,"result":{"result":${text}}}`)
      return conversation
    })
    expect(diff(expected!, actual!)).toEqual([['value', 2, 2, 'random', '/result/result', 11747705409506696368n, 11747705409506696369n]])
    expect(diff(expected!, third!)).toHaveLength(1)
  })

  test('a call with other arguments is the same call, changed', () => {
    const expected = talk(['>', toolCall(1, 'add', { a: 1 })], ['<', toolResult(1, '1')])
    const actual = talk(['>', toolCall(1, 'add', { a: 2 })], ['<', toolResult(1, '2')])
    expect(diff(expected, actual)).toEqual([
      ['value', 1, 1, 'add', '/params/arguments/a', 1, 2],
      ['value', 2, 2, 'add', '/result/content/0/text', '1', '2'],
    ])
  })

  test('a result in the place of an error is told member by member', () => {
    const expected = talk(['>', toolCall(1, 'add', {})], ['<', answerTo(1, {})])
    const actual = talk(['>', toolCall(1, 'add', {})], ['<', { jsonrpc: '2.0', id: 1, error: { code: -1, message: 'no' } }])
    expect(diff(expected, actual)).toEqual([
      ['value', 2, 2, 'add', '/result', {}, undefined],
      ['value', 2, 2, 'add', '/error', undefined, { code: -1, message: 'no' }],
    ])
  })

  test('the client\'s answer to a server\'s request is compared, under the tool that asked', () => {
    const session = (answer: string): Conversation => talk(['>', toolCall(1, 'ask', {})], ['<', request(9, 'elicitation/create', { message: 'name?' })], ['>', answerTo(9, { content: answer })], ['<', toolResult(1, 'ok')])
    expect(diff(session('a'), session('b'))).toEqual([['value', 3, 3, 'ask', '/result/content', 'a', 'b']])
  })

  test('the answers of a batch are compared each by its place', () => {
    const session = (text: string, id: number): Conversation => talk(['>', [toolCall(id, 'a', {}), toolCall(id + 1, 'b', {})]], ['<', [toolResult(id, 'x'), toolResult(id + 1, text)]])
    expect(diff(session('y', 1), session('z', 5))).toEqual([['value', 2, 2, '/1/result/content/0/text', 'y', 'z']])
  })
})

describe('pairing', () => {
  test('answers go with their requests, whatever ids and order', () => {
    const expected = talk(['>', toolCall(1, 'a', {})], ['>', toolCall(2, 'b', {})], ['<', toolResult(1, 'A')], ['<', toolResult(2, 'B')])
    const actual = talk(['>', toolCall(2, 'a', {})], ['>', toolCall(1, 'b', {})], ['<', toolResult(1, 'B')], ['<', toolResult(2, 'A')])
    expect(diff(expected, actual).map((found) => (found as string[])[0])).toEqual(['order'])
  })

  test('of calls in another order each keeps its answer', () => {
    const expected = talk(['>', toolCall(1, 'a', {})], ['<', toolResult(1, 'A')], ['>', toolCall(2, 'b', {})], ['<', toolResult(2, 'B')])
    const actual = talk(['>', toolCall(1, 'b', {})], ['<', toolResult(1, 'B')], ['>', toolCall(2, 'a', {})], ['<', toolResult(2, 'A')])
    expect(diff(expected, actual).map((found) => (found as string[])[0])).toEqual(['order', 'order'])
  })

  test('a notification that came at another moment, but in the same order, is no difference', () => {
    const changed = notification('notifications/tools/list_changed')
    const expected = talk(['>', toolCall(1, 'a', {})], ['<', changed], ['>', toolCall(2, 'b', {})], ['<', toolResult(1, 'A')], ['<', toolResult(2, 'B')])
    const actual = talk(['>', toolCall(1, 'a', {})], ['>', toolCall(2, 'b', {})], ['<', changed], ['<', toolResult(1, 'A')], ['<', toolResult(2, 'B')])
    expect(diff(expected, actual)).toEqual([])
  })

  test('progress goes with its token\'s call, and a wrong token is a difference', () => {
    const session = (token: number, used: number): Conversation => talk(['>', toolCall(1, 'slow', {}, token)], ['<', progress(used, 1)], ['<', toolResult(1, 'ok')])
    expect(diff(session(7, 7), session(8, 8))).toEqual([])
    expect(diff(session(7, 7), session(7, 9))).toEqual([['value', 2, 2, 'slow', '/params/progressToken', 7, 9]])
  })

  test('one notification too many shifts none of the others', () => {
    const log = (data: string): object => notification('notifications/message', { data })
    const expected = talk(['>', toolCall(1, 'a', {})], ['<', log('one')], ['<', log('three')], ['<', toolResult(1, 'A')])
    const actual = talk(['>', toolCall(1, 'a', {})], ['<', log('one')], ['<', log('two')], ['<', log('three')], ['<', toolResult(1, 'A')])
    expect(diff(expected, actual)).toEqual([['extra', undefined, 3, 'a']])
    expect(diff(actual, expected)).toEqual([['missing', 3, undefined, 'a']])
  })

  test('subscription ids follow the id of their request', () => {
    const meta = 'io.modelcontextprotocol/subscriptionId'
    const session = (id: number): Conversation => talk(['>', request(id, 'subscriptions/listen', {})], ['<', notification('notifications/subscriptions/acknowledged', { _meta: { [meta]: id } })], ['<', notification('notifications/tools/list_changed', { _meta: { [meta]: id } })])
    expect(diff(session(1), session(4))).toEqual([])
  })

  test('a server that gives the same page twice is found by its cursors', () => {
    const session = (...cursors: string[]): Conversation => talk(...cursors.flatMap((cursor, n): ['>' | '<', object][] => [['>', request(n, 'tools/list', n > 0 ? { cursor: cursors[n - 1] } : {})], ['<', answerTo(n, { tools: [], nextCursor: cursor })]]))
    expect(diff(session('p', 'q', 'r'), session('x', 'y', 'z'))).toEqual([])
    expect(diff(session('p', 'q', 'r'), session('x', 'x', 'z'))).not.toEqual([])
  })

  test('sessions are compared each with its own', () => {
    const two = (first: string, second: string): Conversation => {
      const conversation = talk(['>', toolCall(1, 'a', {})], ['<', toolResult(1, first)])
      conversation.session()
      conversation.client(toolCall(1, 'a', {}))
      conversation.server(toolResult(1, second))
      return conversation
    }
    expect(diff(two('A', 'B'), two('A', 'C'))).toEqual([['value', 4, 4, 'a', '/result/content/0/text', 'B', 'C']])
  })

  test('answers to nobody and lines that are no messages are compared as they stand', () => {
    const session = (id: number | null, junk: object): Conversation => talk(['<', { jsonrpc: '2.0', id, error: { code: -32700, message: 'x' } }], ['<', junk])
    expect(diff(session(null, {}), session(null, {}))).toEqual([])
    expect(diff(session(null, {}), session(5, {}))).toEqual([['value', 1, 1, '/id', null, 5]])
    expect(diff(session(null, { a: 1 }), session(null, { a: 2 }))).toEqual([['value', 2, 2, '/a', 1, 2]])
  })
})

describe('what is not compared', () => {
  test('what shadowcat said, and the answer that came in its place', () => {
    const expected = talk(['>', toolCall(1, 'slow', {})], ['<', toolResult(1, 'timed out'), { origin: 'shadowcat' }], ['<', toolResult(1, 'late'), { late: true }])
    const actual = talk(['>', toolCall(1, 'slow', {})], ['<', toolResult(1, 'in time')])
    expect(diff(expected, actual)).toEqual([])
    expect(diff(actual, expected)).toEqual([['missing', 2, undefined, 'slow']])
  })
})

describe('order of the report', () => {
  test('is that of the expected recording, with what is extra behind what it followed', () => {
    const expected = talk(['>', toolCall(1, 'a', {})], ['<', toolResult(1, '1')], ['>', toolCall(2, 'b', {})], ['<', toolResult(2, '2')], ['>', toolCall(3, 'c', {})])
    const actual = talk(['<', notification('notifications/x')], ['>', toolCall(1, 'a', {})], ['<', notification('notifications/y')], ['<', toolResult(1, '!')], ['>', toolCall(2, 'b', {})], ['<', toolResult(2, '!')])
    expect(diff(expected, actual).map((found) => (found as unknown[]).slice(0, 3))).toEqual([
      ['extra', undefined, 1],
      ['extra', undefined, 3],
      ['value', 2, 4],
      ['value', 4, 6],
      ['missing', 5, undefined],
    ])
  })
})
