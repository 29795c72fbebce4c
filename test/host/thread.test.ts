import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ShadowcatError } from '../../src/errors.ts'
import { type ThreadOptions, createThread } from '../../src/host/thread.ts'
import { type Message, createMessage } from '../../src/message.ts'
import type { Transport } from '../../src/transport.ts'
import { bytesOf, cache, epoch } from './components.ts'
import { file } from './files.ts'

/** Longer than any test: what ends a call before is not its limit. */
const longTime = 3_600_000

function open(component: string, options: Partial<ThreadOptions> & { cacheFolder?: string; printed?: (text: string) => void } = {}): Transport {
  const { cacheFolder = cache.folder, ...more } = options
  const description = { sources: [{ id: component, uri: '', bytes: bytesOf(component) }], setting: { epoch, seed: 42n }, environment: {}, limits: { time: longTime }, cacheFolder }
  const transport = createThread({ describe: async () => description, keepBytes: false, observed: false, mirrored: () => undefined, attached: () => undefined, warn: () => undefined, printed: () => undefined, ...more })
  onTestFinished(() => transport.close())
  return transport
}

/** Sends this, and resolves with the answer to it. */
function ask(transport: Transport, value: object): Promise<Message> {
  return new Promise((resolve) => {
    transport.onmessage = resolve
    void transport.send(createMessage({ jsonrpc: '2.0', id: 1, ...value }))
  })
}

async function begin(transport: Transport): Promise<void> {
  await transport.start()
  await ask(transport, { method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '0' } } })
}

const call = (name: string, given: object = {}): object => ({ method: 'tools/call', params: { name, arguments: given } })
const closed = (transport: Transport): Promise<ShadowcatError | undefined> => new Promise((resolve) => (transport.onclose = resolve))

describe('a component that never returns', () => {
  test('keeps no other session from being answered', async () => {
    const [busy, other] = [open('spin'), open('toolbox')]
    await Promise.all([begin(busy), begin(other)])
    void busy.send(createMessage({ jsonrpc: '2.0', id: 1, ...call('spin') }))
    expect((await ask(other, call('echo', { text: 'a' }))).bytes.toString()).toContain('"text":"a"')
  })

  test('ends with its session, without an error', async () => {
    const transport = open('spin')
    await begin(transport)
    const end = closed(transport)
    void transport.send(createMessage({ jsonrpc: '2.0', id: 1, ...call('spin') }))
    await Promise.all([transport.close(), transport.close()])
    expect(await end).toBeUndefined()
  })
})

describe('a thread that falls closes the connection with the reason', () => {
  const program = new URL('../fixtures/threads/falls.mjs', import.meta.url)
  test.each([
    ['throw', 'the embedded host has gone: this is a bug in shadowcat: thrown in the thread'],
    ['exit', 'the embedded host has gone: its thread was ended'],
    ['greed', 'the embedded host has gone: it needs more memory than its limit of 64.0 MB'],
  ])('%s', async (method, message) => {
    const transport = open('toolbox', { program, heap: 64 * 1024 ** 2 })
    await transport.start()
    const end = closed(transport)
    void transport.send(createMessage({ jsonrpc: '2.0', id: 1, method }))
    expect(await end).toMatchObject({ code: 'exit', message })
    await transport.close()
  })

  test('or keeps it from starting; what it printed is not on stdout', async () => {
    const printed: string[] = []
    const description = { sources: [{ id: 'exit', uri: '', bytes: new Uint8Array() }], setting: { epoch, seed: 42n }, environment: {}, limits: {} }
    const transport = open('toolbox', { program, describe: async () => description, printed: (text) => printed.push(text) })
    await expect(transport.start()).rejects.toMatchObject({ code: 'exit', message: 'the embedded host has gone: its thread was ended' })
    await transport.close()
    expect(printed).toEqual(['printed in the thread\n'])
  })
})

describe('start', () => {
  test('rejects as the host does, with code, words and facts', async () => {
    await expect(open('broken').start()).rejects.toMatchObject({ code: 'usage', message: expect.stringMatching(/^cannot load the component broken: /) as string, facts: { component: 'broken', uri: '' } })
  })

  test('rejects when it cannot be said of what the host is made, and leaves no thread', async () => {
    const transport = open('toolbox', { describe: () => Promise.reject(new Error('unknown')) })
    await expect(transport.start()).rejects.toMatchObject({ code: 'malformed', message: 'unknown' })
  })

  test('rejects when it was closed before, or meanwhile', async () => {
    const [one, two] = [open('toolbox'), open('toolbox')]
    await one.close()
    await expect(one.start()).rejects.toMatchObject({ code: 'closed' })
    const starting = two.start()
    await two.close()
    await expect(starting).rejects.toMatchObject({ code: expect.stringMatching(/exit|closed/) as string })
  })
})

test('warnings of the host pass over', async () => {
  const warnings: string[] = []
  await begin(open('toolbox', { cacheFolder: join(file('toolbox'), 'cache'), warn: (text) => warnings.push(text) }))
  expect(warnings).toEqual([expect.stringMatching(/^the cache .* cannot be written/) as string])
})

test('its components are told when it has started and when they change, before the message of which that is true', async () => {
  const seen: unknown[] = []
  const transport = open('toolbox', { mirrored: ({ tools }) => seen.push(tools.get('greet'), tools.get('echo')) })
  await begin(transport)
  transport.onmessage = (message) => seen.push(message.method ?? message.id)
  await new Promise<void>((resolve) => {
    transport.onmessage = (message) => {
      seen.push(message.method ?? message.id)
      if (message.id === '2') resolve()
    }
    void transport.send(createMessage({ jsonrpc: '2.0', id: 2, ...call('load-component', { path: `file://${file('greeter')}` }) }))
  })
  expect(seen.slice(0, 4)).toEqual([undefined, 'toolbox', 'greeter', 'toolbox'])
  expect(seen.filter((what) => typeof what === 'string' && what !== 'toolbox' && what !== 'greeter')).toEqual(['notifications/tools/list_changed', '2'])
})
