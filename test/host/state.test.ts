import { describe, expect, test } from 'vitest'
import type { CallOptions } from '../../src/host/driver.ts'
import type { Target } from '../../src/host/instance.ts'
import { toState } from '../../src/host/state.ts'
import type { ExternalState } from '../../src/upstream.ts'
import type { Answer } from '../../src/world/exchange.ts'
import { FileError } from '../../src/world/files.ts'
import { createMemoryFiles } from '../../src/world/memory-files.ts'
import type { WorldOptions } from '../../src/world/world.ts'
import { heldWorld, load } from './components.ts'

const grants = { host: (_: string, name: string) => name === 'api.test', folders: [{ path: '/data', read: true, write: true }], environment: ['HOME', 'UNSET'] }

async function stateOf(component: string, target: Target, args: unknown[], options: WorldOptions = {}, more: CallOptions = {}): Promise<ExternalState[]> {
  const outcome = await (await load(component)).call(target, args, heldWorld({ environment: { HOME: '/home/me', OTHER: 'x' }, ...options }), { grants, ...more })
  return toState(outcome)
}

/** As `kind request → response`. */
function said(state: readonly ExternalState[]): string[] {
  const text = (bytes: Uint8Array | undefined): string => (bytes ? ` ${Buffer.from(bytes).toString()}` : ' nothing')
  return state.map(({ kind, request, response }) => `${kind}${text(request)} →${text(response)}`)
}

const answering = (answer: Answer): WorldOptions => ({ exchange: { send: async () => answer } })
const page = (body: string | Uint8Array): Answer => ({ status: 200, headers: [['x-a', 'b']], body: Buffer.from(body) })

describe('what a call used', () => {
  test('a call that used nothing', async () => {
    expect(await stateOf('greeter', { name: 'greet' }, ['Ann'])).toEqual([])
  })

  test('clocks and randomness once for each function, with the number of uses', async () => {
    expect(said(await stateOf('clock', { name: 'sleep' }, [5n]))).toMatchInlineSnapshot(`
      [
        "clock {"interface":"wasi:clocks/monotonic-clock","function":"now","uses":2} → nothing",
        "clock {"interface":"wasi:clocks/monotonic-clock","function":"subscribe-duration","uses":1} → nothing",
      ]
    `)
    expect(said(await stateOf('random', { name: 'number' }, []))).toMatchInlineSnapshot(`
      [
        "random {"interface":"wasi:random/random","function":"get-random-u64","uses":1} → {"seed":"42"}",
      ]
    `)
  })

  test('a real clock with all that it said', async () => {
    const [item] = await stateOf('clock', { name: 'wall' }, [], { time: { mode: 'real' } })
    expect(JSON.parse(Buffer.from(item!.response!).toString())).toEqual({ readings: [expect.stringMatching(/^\d+$/), expect.stringMatching(/^\d{19}$/)] })
  })

  test('of the environment names, and never a value', async () => {
    expect(said(await stateOf('environment', { name: 'variable' }, ['HOME']))).toMatchInlineSnapshot(`
      [
        "environment {"interface":"wasi:cli/environment","function":"get-environment","keys":["HOME"]} → {"set":["HOME"]}",
      ]
    `)
    expect(said(await stateOf('settings', { name: 'setting' }, ['HOME']))).toMatchInlineSnapshot(`
      [
        "environment {"interface":"wasi:config/store","function":"get","keys":["HOME"]} → {"set":["HOME"]}",
      ]
    `)
    expect(said(await stateOf('settings', { name: 'setting' }, ['OTHER']))).toMatchInlineSnapshot(`
      [
        "environment {"interface":"wasi:config/store","function":"get","keys":["OTHER"]} → {"set":[]}",
      ]
    `)
  })

  test('requests with their answers, as text where they are text', async () => {
    expect(said(await stateOf('http', { name: 'post' }, ['api.test', '/p?q=1', 'bödy'], answering(page('änswer'))))).toMatchInlineSnapshot(`
      [
        "http {"method":"POST","url":"http://api.test/p?q=1","headers":[],"body":"bödy"} → {"status":200,"headers":[["x-a","b"]],"body":"änswer"}",
      ]
    `)
    expect(said(await stateOf('http', { name: 'status' }, ['api.test', '/'], answering(page(Buffer.from([0xff, 0]))))).at(-1)).toContain('"base64":"/wA="')
    expect(said(await stateOf('http', { name: 'status' }, ['api.test', '/'], answering({ failure: 'connection-refused' }))).at(-1)).toContain('→ {"failure":"connection-refused"}')
  })

  test('a request that was refused by policy was none; one whose answer never came has none', async () => {
    expect(said(await stateOf('http', { name: 'fetch' }, ['denied.test', '/']))).toEqual([])
    const silent: WorldOptions = { exchange: { send: (_, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))) } }
    expect(said(await stateOf('http', { name: 'fetch' }, ['api.test', '/'], silent, { limits: { time: 20 } })).at(-1)).toContain('→ nothing')
  })

  test('questions about files, each once', async () => {
    const files = createMemoryFiles({ '/data/a': 'tëxt', '/data/b': Buffer.from([0xff]), '/data/l': { target: 'a' } })
    expect(said(await stateOf('files', { name: 'read' }, [0, 'l'], { files }))).toMatchInlineSnapshot(`
      [
        "file {"ask":"locate","path":"/data"} → {"answer":"/data"}",
        "file {"ask":"look","path":"/data"} → {"answer":{"kind":"folder","modified":"0"}}",
        "file {"ask":"look","path":"/data/l"} → {"answer":{"kind":"link","target":"a","modified":"0"}}",
        "file {"ask":"look","path":"/data/a"} → {"answer":{"kind":"file","size":5,"modified":"0"}}",
        "file {"ask":"read","path":"/data/a"} → {"answer":{"text":"tëxt"}}",
      ]
    `)
    expect(said(await stateOf('files', { name: 'read' }, [0, 'b'], { files })).at(-1)).toContain('→ {"answer":{"base64":"/w=="}}')
    expect(said(await stateOf('files', { name: 'names' }, [0, '.'], { files }))).toContain('file {"ask":"names","path":"/data"} → {"answer":["a","b","l"]}')
    expect(said(await stateOf('files', { name: 'read' }, [0, 'none'], { files })).at(-1)).toBe('file {"ask":"look","path":"/data/none"} → {"answer":null}')
    const closed = { ...files, locate: () => { throw new FileError('access') } }
    expect(said(await stateOf('files', { name: 'folders' }, [], { files: closed }))).toEqual(['file {"ask":"locate","path":"/data"} → {"error":"access"}'])
  })

  test('when files were changed, only where time is real, as nobody sees it elsewhere', async () => {
    const source = createMemoryFiles({ '/data/a': 'x' })
    const files = { ...source, look: (path: readonly string[]) => ({ ...source.look(path)!, modified: 1_700_000_000_000_000_123n }) }
    const modified = async (options: WorldOptions): Promise<string> => said(await stateOf('files', { name: 'read' }, [0, 'a'], { files, ...options })).join('\n')
    expect(await modified({})).not.toContain('1700000000000000123')
    expect(await modified({ time: { mode: 'real' } })).toContain('"modified":"1700000000000000123"')
  })

  test('stands in the order in which it was first used', async () => {
    const state = await stateOf('sources', { name: 'everything' }, ['api.test', '/page', 'a', 'HOME'], { files: createMemoryFiles({ '/data/a': 'x' }), ...answering(page('hello')) })
    expect(said(state)).toMatchInlineSnapshot(`
      [
        "clock {"interface":"wasi:clocks/wall-clock","function":"now","uses":1} → nothing",
        "random {"interface":"wasi:random/random","function":"get-random-u64","uses":2} → {"seed":"42"}",
        "http {"method":"GET","url":"http://api.test/page","headers":[]} → {"status":200,"headers":[["x-a","b"]],"body":"hello"}",
        "file {"ask":"locate","path":"/data"} → {"answer":"/data"}",
        "file {"ask":"look","path":"/data"} → {"answer":{"kind":"folder","modified":"0"}}",
        "file {"ask":"look","path":"/data/a"} → {"answer":{"kind":"file","size":1,"modified":"0"}}",
        "file {"ask":"read","path":"/data/a"} → {"answer":{"text":"x"}}",
        "environment {"interface":"wasi:config/store","function":"get","keys":["HOME"]} → {"set":["HOME"]}",
      ]
    `)
  })
})
