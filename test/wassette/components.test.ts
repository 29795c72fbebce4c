import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { createError, createMessage, parseMessage } from '../../src/message.ts'
import type { Annotation } from '../../src/upstream.ts'
import { type Components, followComponents, isLoad } from '../../src/wassette/components.ts'
import { digestOf } from '../../src/digest.ts'
import { fixture, temporary } from './real.ts'

type Talk = {
  components: Components
  ask(id: unknown, name: string, args?: unknown, session?: number): Annotation | undefined
  answer(id: unknown, value?: unknown, facts?: { session?: number; origin?: 'shadowcat'; isError?: boolean }): Annotation | undefined
  notify(method: string, params?: unknown, direction?: 'to-server' | 'to-client'): void
}

/** A session's messages, put to a follower of this directory. */
function talk(directory: string, options: { keepBytes?: boolean; origins?: Map<string, string> } = {}): Talk {
  const components = followComponents({ directory, ...options })
  return {
    components,
    ask: (id, name, args = {}, session = 1) => components.annotate(createMessage({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } }), { direction: 'to-server', session }),
    answer: (id, value = 'ok', { isError = false, ...facts } = {}) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      return components.annotate(createMessage({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }], isError } }), { direction: 'to-client', session: 1, ...facts })
    },
    notify: (method, params = {}, direction = 'to-client') => void components.annotate(createMessage({ jsonrpc: '2.0', method, params }), { direction, session: 1 }),
  }
}

/** Puts a component into a directory, as Wassette 0.4 and later keep it. */
function put(directory: string, id: string, tools: string[], bytes = `binary of ${id}`): void {
  writeFileSync(join(directory, `${id}.wasm`), bytes)
  writeFileSync(join(directory, `${id}.metadata.json`), JSON.stringify({ tool_names: tools }))
}

const grant = (directory: string, id: string, text: string): void => writeFileSync(join(directory, `${id}.policy.yaml`), text)

describe('calls', () => {
  test('and their answers carry component and policy', () => {
    const directory = temporary()
    put(directory, 'a', ['echo', 'spin'])
    grant(directory, 'a', 'policy')
    const { ask, answer } = talk(directory)
    expect(ask(1, 'echo')).toEqual({ component: 'a', policy: Buffer.from('policy') })
    expect(answer(1)).toEqual({ component: 'a', policy: Buffer.from('policy') })
    expect(answer(1), 'an answer to nobody').toBeUndefined()
  })

  test('of unknown and built-in tools carry nothing', () => {
    const { ask, answer } = talk(temporary())
    for (const tool of ['nope', 'list-components', 'get-policy', 'grant-network-permission']) expect(ask(tool, tool)).toBeUndefined()
    expect(answer('nope')).toBeUndefined()
  })

  test('of two sessions with the same id are kept apart, and so are 0, "" and "1"', () => {
    const directory = temporary()
    put(directory, 'a', ['x'])
    put(directory, 'b', ['y'])
    const { ask, answer } = talk(directory)
    for (const id of [0, '', '1', 1]) {
      ask(id, 'x', {}, 1)
      ask(id, 'y', {}, 2)
    }
    for (const id of [0, '', '1', 1]) expect([answer(id, 'ok', { session: 2 })?.component, answer(id)?.component]).toEqual(['b', 'a'])
  })

  test('in a batch carry the first component', () => {
    const directory = temporary()
    put(directory, 'a', ['x'])
    const { components } = talk(directory)
    const batch = [{ jsonrpc: '2.0', method: 'notifications/initialized' }, ...[1, 2].map((id) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'x' } }))]
    expect(components.annotate(createMessage(batch), { direction: 'to-server', session: 1 })).toEqual({ component: 'a' })
    expect(components.annotate(createMessage([{ jsonrpc: '2.0', method: 'x' }]), { direction: 'to-server', session: 1 })).toBeUndefined()
  })

  test.each(['{"jsonrpc":"2.0","id":1,"method":"tools/call"}', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":5}}', '{"jsonrpc":"2.0","method":"tools/call","params":{"name":"x"}}', '5', '{}', '{"jsonrpc":"2.0","method":"notifications/cancelled"}'])('that make no sense carry nothing: %s', (text) => {
    expect(talk(temporary()).components.annotate(parseMessage(Buffer.from(text)), { direction: 'to-server', session: 1 })).toBeUndefined()
  })
})

describe('the policy is read again after what can change it', () => {
  test.each(['grant-storage-permission', 'revoke-network-permission', 'reset-permission', 'load-component', 'unload-component'])('%s', (tool) => {
    const directory = temporary()
    put(directory, 'a', ['x'])
    grant(directory, 'a', 'before')
    const { ask, answer } = talk(directory)
    const before = ask(1, 'x')
    ask(2, tool, { component_id: 'a' })
    grant(directory, 'a', 'after')
    expect(ask(3, 'x')).toBe(before)
    answer(2, '{"status":"fine"}')
    expect(ask(4, 'x')?.policy?.toString()).toBe('after')
    expect(answer(3)?.policy?.toString()).toBe('after')
  })

  test('a list_changed, and a cancelled grant', () => {
    const directory = temporary()
    put(directory, 'a', ['x'])
    const { ask, notify } = talk(directory)
    expect(ask(1, 'x')).toEqual({ component: 'a' })
    put(directory, 'b', ['y'])
    notify('notifications/tools/list_changed')
    expect(ask(2, 'y')).toEqual({ component: 'b' })
    for (const id of [3, 'three']) {
      ask(id, 'grant-network-permission')
      grant(directory, 'a', `after ${id}`)
      notify('notifications/cancelled', { requestId: id }, 'to-server')
      expect(ask(4, 'x')?.policy?.toString()).toBe(`after ${id}`)
    }
  })

  test('what shadowcat answered in its place changes nothing, the late answer does', () => {
    const directory = temporary()
    put(directory, 'a', ['x'])
    const { ask, answer } = talk(directory)
    ask(1, 'load-component', { path: 'file:///b.wasm' })
    expect(answer(1, 'too late', { origin: 'shadowcat' })).toBeUndefined()
    put(directory, 'b', ['y'])
    expect(answer(1, { id: 'b', tools: ['y'] })?.loads?.[0]?.component).toBe('b')
  })
})

describe('a load', () => {
  test('carries uri, digest and policy, and bytes when they are to be kept', () => {
    const directory = temporary()
    const uri = pathToFileURL(fixture('greeter')).href
    const bytes = readFileSync(fixture('greeter'))
    for (const keepBytes of [false, true]) {
      const { ask, answer } = talk(directory, { keepBytes })
      ask(1, 'load-component', { path: uri })
      writeFileSync(join(directory, 'greeter.wasm'), bytes)
      grant(directory, 'greeter', 'its policy')
      const expected = { component: 'greeter', uri, digest: digestOf(bytes), policy: Buffer.from('its policy'), initial: false }
      expect(answer(1, { status: 'component loaded successfully', id: 'greeter', tools: ['greet'] })).toEqual({ loads: [keepBytes ? { ...expected, bytes } : expected] })
    }
  })

  test('that failed is none, nor one that names a way out', () => {
    const { ask, answer, components } = talk(temporary())
    const path = 'file:///x.wasm'
    ask(1, 'load-component', { path })
    expect(answer(1, 'Error: Failed to load component', { isError: true })).toBeUndefined()
    ask(2, 'load-component', { path })
    expect(answer(2, { id: '../../etc/passwd' })).toBeUndefined()
    ask(3, 'load-component', { path })
    expect(components.annotate(createError('3', -32603, 'no'), { direction: 'to-client', session: 1 })).toBeUndefined()
    ask(4, 'load-component')
    expect(answer(4, '[1]')).toBeUndefined()
  })

  test('tells of tools where there is no metadata, and so does list-components', () => {
    const directory = temporary()
    for (const id of ['a', 'b']) writeFileSync(join(directory, `${id}.wasm`), id)
    const { ask, answer } = talk(directory)
    ask(1, 'load-component', { path: 'file:///a.wasm' })
    answer(1, { id: 'a', tools: ['x'] })
    expect(ask(2, 'x')).toEqual({ component: 'a' })
    ask(3, 'list-components')
    answer(3, { components: [{ id: 'b', tools_count: 1, schema: { tools: [{ name: 'y' }] } }, { id: 'broken', tools_count: 0, schema: null }], total: 2 })
    expect(ask(4, 'y')).toEqual({ component: 'b' })
    rmSync(join(directory, 'b.wasm'))
    ask(5, 'unload-component', { id: 'b' })
    answer(5, { id: 'b' })
    expect(ask(6, 'y')).toBeUndefined()
  })
})

describe('what is there at the beginning', () => {
  test('is each component with digest and policy, from where it was recorded first', () => {
    const directory = temporary()
    put(directory, 'b', [])
    put(directory, 'a', [])
    grant(directory, 'a', 'policy')
    const { components } = talk(directory, { origins: new Map([['a', 'oci://host/a:1']]) })
    expect(components.initial()).toEqual({
      components: [
        { component: 'a', uri: 'oci://host/a:1', digest: digestOf(Buffer.from('binary of a')), policy: Buffer.from('policy'), initial: true },
        { component: 'b', uri: pathToFileURL(join(directory, 'b.wasm')).href, digest: digestOf(Buffer.from('binary of b')), policy: undefined, initial: true },
      ],
    })
  })
})

test('loads are known as such, for time limits', () => {
  const call = (name: string) => createMessage({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } })
  expect([isLoad(call('load-component')), isLoad(call('echo')), isLoad(createMessage({ jsonrpc: '2.0', id: 1, method: 'load-component' }))]).toEqual([true, false, false])
})
