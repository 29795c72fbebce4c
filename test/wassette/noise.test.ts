import { describe, expect, test } from 'vitest'
import { createMessage } from '../../src/message.ts'
import { type EntryDifference, diffEntries } from '../../src/tape/diff.ts'
import type { Entry } from '../../src/tape/entry.ts'
import { noiseRules } from '../../src/wassette/noise.ts'

/** The names of the rules that match. */
function matching(difference: EntryDifference): string[] {
  return noiseRules.filter((rule) => rule.matches(difference)).map((rule) => rule.name)
}

function entryOf(value: unknown, direction: Entry['direction'] = 'to-client'): Entry {
  return { id: 1, session: 1, timestamp: 0, direction, message: createMessage(value), late: false }
}

function texts(tool: string, expectedValue: string, actualValue: string, pointer = '/result/content/0/text'): EntryDifference {
  return { kind: 'value', tool, pointer, expectedValue, actualValue }
}

test('every rule has a name of its own and says what it is for', () => {
  expect(noiseRules.map(({ name }) => name)).toEqual(['load-order', 'component-order', 'list-changed', 'backtrace-offsets', 'component-directory', 'policy-file'])
  for (const { describes } of noiseRules) expect(describes.length).toBeGreaterThan(20)
})

describe('load-order', () => {
  test('matches loads that come in another order, and no other call', () => {
    expect(matching({ kind: 'order', tool: 'load-component' })).toEqual(['load-order'])
    expect(matching({ kind: 'order', tool: 'echo' })).toEqual([])
    expect(matching({ kind: 'missing', tool: 'load-component' })).toEqual([])
    expect(matching(texts('load-component', '{"id":"a"}', '{"id":"b"}'))).toEqual([])
  })

  test('explains everything when two loads at once finish the other way round', () => {
    const call = (id: number) => entryOf({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'load-component', arguments: { path: `file:///${id}.wasm` } } }, 'to-server')
    const answers = (id: number) => [entryOf({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' }), entryOf({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: `{"id":"${id}"}` }] } })]
    const recorded = (...entries: Entry[]) => entries.map((entry, index) => ({ ...entry, id: index + 1 }))
    const found = diffEntries(recorded(call(1), call(2), ...answers(1), ...answers(2)), recorded(call(1), call(2), ...answers(2), ...answers(1)))
    expect(found).not.toEqual([])
    for (const difference of found) expect(matching(difference)).toContain('load-order')
  })
})

describe('component-order', () => {
  const list = (...ids: string[]) => JSON.stringify({ components: ids.map((id) => ({ id, tools_count: 1 })), total: ids.length })
  test('matches the same components in another order', () => {
    expect(matching(texts('list-components', list('a', 'b'), list('b', 'a')))).toEqual(['component-order'])
    expect(matching(texts('list-components', '{"total":2,"components":["a","b"]}', '{"components":["b","a"],"total":2}'))).toEqual(['component-order'])
  })
  test('does not match other components, or another tool', () => {
    expect(matching(texts('list-components', list('a', 'b'), list('a', 'c')))).toEqual([])
    expect(matching(texts('list-components', list('a', 'b'), list('a', 'b', 'b')))).toEqual([])
    expect(matching(texts('echo', list('a', 'b'), list('b', 'a')))).toEqual([])
    expect(matching(texts('list-components', 'words', 'other words'))).toEqual([])
  })
})

describe('list-changed', () => {
  const changed = entryOf({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' })
  test('matches one more, one less, and another place', () => {
    expect(matching({ kind: 'missing', expected: changed })).toEqual(['list-changed'])
    expect(matching({ kind: 'extra', actual: changed })).toEqual(['list-changed'])
    expect(matching({ kind: 'order', expected: changed, actual: changed })).toEqual(['list-changed'])
  })
  test('does not match the one that belongs to a load', () => {
    expect(matching({ kind: 'missing', expected: changed, tool: 'load-component' })).toEqual([])
    expect(matching({ kind: 'extra', actual: changed, tool: 'unload-component' })).toEqual([])
  })
  test('does not match other notifications or what it says', () => {
    expect(matching({ kind: 'missing', expected: entryOf({ jsonrpc: '2.0', method: 'notifications/resources/list_changed' }) })).toEqual([])
    expect(matching({ kind: 'value', expected: changed, actual: changed, pointer: '/params', expectedValue: 'a', actualValue: 'b' })).toEqual([])
  })
})

describe('backtrace-offsets', () => {
  const trap = (offset: string, index = 6, cause = 'unreachable') => `Error: error while executing at wasm backtrace:\n    0:    ${offset} - tools!<wasm function ${index}>: wasm trap: ${cause}`
  test('matches other offsets alone', () => {
    expect(matching(texts('fall', trap('0x26b'), trap('0x1f00')))).toEqual(['backtrace-offsets'])
    expect(matching(texts('fall', trap('0x26b', 6), trap('0x26b', 7)))).toEqual([])
    expect(matching(texts('fall', trap('0x26b'), trap('0x26b', 6, 'out of bounds')))).toEqual([])
    expect(matching(texts('address', 'at 0x26b', 'at 0x26c'))).toEqual([])
    expect(matching(texts('fall', trap('0x26b'), trap('0x1f00'), '/result/structuredContent/result'))).toEqual([])
  })
})

describe('component-directory', () => {
  const error = (directory: string, id = 'broken') => `Error: Failed to load component: file:///c/broken.wasm: Failed to compile component from path: ${directory}/${id}.wasm. Please ensure`
  test('matches another directory, not another component', () => {
    expect(matching(texts('load-component', error('/a/b'), error('/tmp/with space/shadowcat-components-X')))).toEqual(['component-directory'])
    expect(matching(texts('load-component', error('/a'), error('/b', 'other')))).toEqual([])
    expect(matching(texts('echo', error('/a'), error('/b')))).toEqual([])
  })
})

describe('policy-file', () => {
  const policy = (directory: string, time: number, id = 'environment') =>
    JSON.stringify({ status: 'policy found', component_id: id, policy_info: { policy_id: `${id}-policy`, source_uri: `file://${directory}/${id}.policy.yaml`, local_path: `${directory}/${id}.policy.yaml`, created_at: time } })
  test('matches another directory and time, not another policy', () => {
    expect(matching(texts('get-policy', policy('/a', 1), policy('/b', 2)))).toEqual(['policy-file'])
    expect(matching(texts('get-policy', policy('/a', 1), policy('/a', 1, 'other')))).toEqual([])
    expect(matching(texts('get-policy', policy('/a', 1), '{"status":"no policy found"}'))).toEqual([])
    expect(matching(texts('echo', policy('/a', 1), policy('/b', 2)))).toEqual([])
  })
})
