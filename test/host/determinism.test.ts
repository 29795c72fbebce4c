import { beforeAll, describe, expect, test } from 'vitest'
import type { Target } from '../../src/host/instance.ts'
import type { LoadedComponent } from '../../src/host/load.ts'
import { createMemoryFiles } from '../../src/world/memory-files.ts'
import { nothingGranted } from '../../src/world/world.ts'
import { epoch, heldWorld, load } from './components.ts'

/** Every fixture component, with calls that touch all it can touch. */
const calls: [component: string, target: Target, args: unknown[]][] = [
  ['clock', { name: 'wall' }, []],
  ['clock', { name: 'monotonic' }, []],
  ['clock', { name: 'sleep' }, [1_500_000_001n]],
  ['clock', { name: 'sleep-by-the-wall' }, [3n]],
  ['clock', { name: 'earlier' }, [300n, 100n]],
  ['random', { name: 'number' }, []],
  ['random', { name: 'bytes' }, [100n]],
  ['random', { name: 'insecure-number' }, []],
  ['random', { name: 'seed' }, []],
  ['http', { name: 'parallel' }, ['api.test', '/a', '/b']],
  ['http', { name: 'sequential' }, ['api.test', '/next']],
  ['http', { name: 'post' }, ['api.test', '/', 'body']],
  ['http', { name: 'race' }, ['api.test', '/', 5n]],
  ['http', { name: 'fetch' }, ['denied.test', '/']],
  ['files', { name: 'folders' }, []],
  ['files', { name: 'names' }, [0, '.']],
  ['files', { name: 'read' }, [0, 'sub/b']],
  ['files', { name: 'append' }, [0, 'log', 'line']],
  ['files', { name: 'read' }, [0, '../secret']],
  ['environment', { name: 'variable' }, ['HOME']],
  ['settings', { name: 'setting' }, ['HOME']],
  ['toolbox', { name: 'fall' }, []],
  ['toolbox', { name: 'mirror', instance: 'local:toolbox/shapes' }, [{ x: NaN, y: -0, label: 'l' }]],
  ['greeter', { name: 'greet' }, ['Ann']],
  ['runaway', { name: 'recurse' }, []],
  ['runaway', { name: 'hog' }, [100_000]],
  ['runaway', { name: 'handles' }, [2000]],
]

const grants = { host: (_: string, name: string) => name === 'api.test', folders: [{ path: '/data', read: true, write: true }], environment: ['HOME'] }
const memory = 8 * 1024 * 1024
const loaded = new Map<string, LoadedComponent>()
beforeAll(async () => {
  for (const [name] of calls) if (!loaded.has(name)) loaded.set(name, await load(name, { memory }))
})

/** A new world each time: only the seed and the epoch are handed on. */
async function run(component: string, target: Target, args: unknown[], seed = 42n): Promise<string> {
  const world = heldWorld({
    epoch, seed, environment: { HOME: '/home/me', SECRET: 's' }, files: createMemoryFiles({ '/data/a': 'x', '/data/sub/b': 'y', '/secret': 's' }),
    exchange: { send: async ({ url, body }) => ({ status: 200, headers: [['x', 'y']], body: Buffer.from(url.endsWith('/next') ? '/last' : `${url} ${Buffer.from(body).toString()}`) }) },
  })
  const outcome = await loaded.get(component)!.call(target, args, world, { grants, limits: { handles: 200 } })
  return JSON.stringify(outcome, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : Object.is(value, -0) ? '-0' : typeof value === 'number' && !Number.isFinite(value) ? String(value) : value))
}

describe('100 runs with one seed give the same answer and the same trace, byte for byte', () => {
  test.each(calls)('%s %o %o', async (component, target, args) => {
    const first = await run(component, target, args)
    for (let i = 1; i < 100; i++) expect(await run(component, target, args)).toBe(first)
  })
})

test('another seed changes what is random, and nothing else', async () => {
  const withoutSeed = (text: string): string => text.replace(/"seed":"\d+n"/, '')
  for (const [component, target, args] of calls) {
    const [one, other] = [withoutSeed(await run(component, target, args, 1n)), withoutSeed(await run(component, target, args, 2n))]
    expect(one === other, `${component} ${target.name}`).toBe(component !== 'random')
  }
})

test('what is not granted is not in the answer, nor in the trace', async () => {
  for (const [component, target, args] of calls) expect(await run(component, target, args)).not.toContain('"SECRET"')
  expect(nothingGranted.environment).toEqual([])
})
