import { describe, expect, test } from 'vitest'
import { createLoader } from '../../src/host/components.ts'
import { Host, type HostOptions } from '../../src/host/host.ts'
import { parseExact } from '../../src/json.ts'
import { bytesOf, cache, heldWorld } from './components.ts'

const load = createLoader({ cache, memory: 8 * 1024 * 1024 })

async function host(components: string[], options: Partial<HostOptions> = {}): Promise<Host> {
  const made = new Host({ load, world: heldWorld(), sources: components.map((id) => ({ id, uri: `file:///${id}.wasm`, bytes: bytesOf(id) })), ...options })
  await made.start()
  return made
}

const given = (value: object = {}) => parseExact(Buffer.from(JSON.stringify(value)))

test('tools of components by id come first, then the built-in ones', async () => {
  const names = (await host(['toolbox', 'greeter'])).tools().map(({ name }) => name)
  expect(names.slice(0, 3)).toEqual(['greet', 'local_toolbox_shapes_mirror', 'now-seconds'])
  expect(names.slice(8)).toEqual(expect.arrayContaining(['load-component', 'search-components']))
  expect(names.length).toBe(20)
})

test('what cannot be loaded at the start ends it, by name', async () => {
  await expect(host(['greeter', 'broken'])).rejects.toThrow(/^cannot load the component broken: .*local:nowhere\/nothing, which is not offered/)
})

describe('a call that is cut off is told, and the next is unharmed', () => {
  test.each([
    ['loop', {}, 'the call took longer than its limit of 50 ms'],
    ['recurse', {}, 'wasm trap: call stack exhausted'],
    ['hog', { pages: 100_000 }, 'more memory than its limit of 8.0 MB'],
    ['fall', {}, 'wasm trap: wasm `unreachable` instruction executed'],
  ])('%s', async (tool, args, message) => {
    const runaway = await host(['runaway', 'toolbox'], { limits: { time: 50 } })
    const { answer } = await runaway.call(tool, given(args))
    expect([answer.isError, answer.structured]).toEqual([true, undefined])
    expect(answer.text).toMatch(new RegExp(`^Error: .*${message.replace(/[().]/g, '.')}`))
    expect((await runaway.call('fine', given())).answer).toEqual({ text: '7', structured: '{"result":7}', isError: false })
  })
})

test('a call says which component served it, however it ended', async () => {
  const two = await host(['toolbox', 'greeter'])
  const component = async (name: string, args?: object): Promise<string | undefined> => (await two.call(name, given(args))).component
  expect([await component('fall'), await component('greet', { name: 'a' }), await component('greet'), await component('nope')]).toEqual(['toolbox', 'greeter', 'greeter', undefined])
})

test('the policy decides what a component sees', async () => {
  const one = await host(['environment'], { world: heldWorld({ environment: { KEY: 'value' } }) })
  const variable = async (): Promise<string> => (await one.call('variable', given({ key: 'KEY' }))).answer.text
  expect(await variable()).toBe('null')
  await one.call('grant-environment-variable-permission', given({ component_id: 'environment', details: { key: 'KEY' } }))
  expect(await variable()).toBe('value')
  await one.call('reset-permission', given({ component_id: 'environment' }))
  expect(await variable()).toBe('null')
})

test('changes are told to those who listen, and to those alone', async () => {
  const one = await host([])
  let count = 0
  const stop = one.onChange(() => void count++)
  await one.call('unload-component', given({ id: 'x' }))
  stop()
  await one.call('unload-component', given({ id: 'x' }))
  expect(count).toBe(1)
})

test('what is asked in turn is done in turn', async () => {
  const one = await host([])
  const order: number[] = []
  const slow = Promise.withResolvers<void>()
  const first = one.inTurn(async () => {
    await slow.promise
    order.push(1)
  })
  const second = one.inTurn(() => void order.push(2))
  slow.resolve()
  await Promise.all([first, second])
  expect(order).toEqual([1, 2])
  await expect(one.inTurn(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await one.inTurn(() => 3)).toBe(3)
})

test('the limit on what is handed over counts a result as a whole: what is just over it ends in its error, and the next call is unharmed', async () => {
  const runaway = await host(['runaway'], { limits: { size: 1000 } })
  // Beside its bytes, a list hands over its address and its length.
  const most = 1000 - 2 * 8
  const texts = []
  for (const bytes of [most, most + 1, most]) texts.push((await runaway.call('bulk', given({ bytes }))).answer.text)
  expect(texts).toEqual([JSON.stringify(Array.from({ length: most }, () => 0)), 'Error: the component handed over more than its limit of 1000 B at once', texts[0]])
})
