import type { Target } from '../../src/host/instance.ts'
import type { LoadedComponent } from '../../src/host/load.ts'
import type { Outcome } from '../../src/host/driver.ts'
import { createMemoryFiles } from '../../src/world/memory-files.ts'
import type { WorldOptions } from '../../src/world/world.ts'
import { epoch, heldWorld, load } from './components.ts'

/** Every fixture component, with calls that touch all it can touch. */
export const calls: [component: string, target: Target, args: unknown[]][] = [
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
/** One call in a world made for it. */
export async function callOnce(component: string, target: Target, args: unknown[], options: WorldOptions = {}): Promise<Outcome> {
  if (!loaded.has(component)) loaded.set(component, await load(component, { memory }))
  const world = heldWorld({
    epoch, environment: { HOME: '/home/me', SECRET: 's' }, files: createMemoryFiles({ '/data/a': 'x', '/data/sub/b': 'y', '/secret': 's' }),
    exchange: { send: async ({ url, body }) => ({ status: 200, headers: [['x', 'y']], body: Buffer.from(url.endsWith('/next') ? '/last' : `${url} ${Buffer.from(body).toString()}`) }) },
    ...options,
  })
  return loaded.get(component)!.call(target, args, world, { grants, limits: { handles: 200 } })
}

/** The same, and all that came of it as text. */
export async function run(component: string, target: Target, args: unknown[], seed = 42n): Promise<string> {
  return toText(await callOnce(component, target, args, { seed }))
}

export function toText(outcome: unknown): string {
  return JSON.stringify(outcome, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : Object.is(value, -0) ? '-0' : typeof value === 'number' && !Number.isFinite(value) ? String(value) : value))
}
