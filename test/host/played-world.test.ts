import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../src/host/driver.ts'
import { createPlayedWorld } from '../../src/host/played-world.ts'
import { toState } from '../../src/host/state.ts'
import { createRedactor } from '../../src/tape/redact.ts'
import type { RecordedState } from '../../src/upstream.ts'
import type { FileSource } from '../../src/world/files.ts'
import { createMemoryFiles } from '../../src/world/memory-files.ts'
import { type World, type WorldOptions, createWorld } from '../../src/world/world.ts'
import { calls } from './calls.ts'
import { endingOf, epoch, load } from './components.ts'

const grants = { host: (_: string, name: string) => name === 'api.test', folders: [{ path: '/data', read: true, write: true }], environment: ['HOME'] }
const environment = { HOME: '/home/me' }
const exchange: WorldOptions['exchange'] = { send: async ({ url, body }) => ({ status: 200, headers: [['x', 'y']], body: Buffer.from(url.endsWith('/next') ? '/last' : `${url} ${Buffer.from(body).toString()}`) }) }
const files = (): FileSource => createMemoryFiles({ '/data/a': 'x', '/data/sub/b': 'y' })
const played = (state: readonly RecordedState[], options: WorldOptions = {}): ReturnType<typeof createPlayedWorld> => createPlayedWorld({ epoch, environment, ...options }, state, createRedactor())
const used = (outcome: Outcome, call = 1): RecordedState[] => toState(outcome).map((item) => ({ ...item, call }))
const call = async ([component, target, args]: (typeof calls)[number], world: World): Promise<Outcome> => (await load(component, { memory: 8 * 1024 * 1024 })).call(target, args, world, { grants, limits: { handles: 200 } })

describe('a call that is told again what it was told ends as it did, in one pass, without network and disk', () => {
  for (const time of ['held', 'real'] as const) {
    test.each(calls)(`${time}: %s %o %o`, async (...one) => {
      const options: WorldOptions = { epoch, seed: time === 'real' ? 'real' : 7n, time: { mode: time } }
      const live = await call(one, createWorld({ ...options, exchange, files: files(), environment }))
      const { world, begin } = played(used(live), options)
      begin(1)
      const again = await call(one, world)
      expect([endingOf(again), again.trace, again.passes]).toEqual([endingOf(live), live.trace, 1])
      expect(used(again)).toEqual(used(live))
    })
  }
})

test('a call that was not recorded is told nothing', async () => {
  const { world, begin } = played([])
  begin(1)
  expect(endingOf(await call(['http', { name: 'fetch' }, ['api.test', '/']], world))).toMatchObject({ kind: 'world', message: expect.stringContaining('the component asks for GET http://api.test/, which was not recorded so') as string })
  expect(endingOf(await call(['files', { name: 'read' }, [0, 'a']], world))).toMatchObject({ kind: 'world', message: expect.stringContaining('the component asks for the folder /data, which was not recorded so') as string })
})

test('each call is told its own', async () => {
  const one: (typeof calls)[number] = ['random', { name: 'number' }, []]
  const [first, second] = [await call(one, createWorld({ seed: 1n })), await call(one, createWorld({ seed: 2n }))]
  const { world, begin } = played([...used(first, 1), ...used(second, 2)])
  const seen: unknown[] = []
  for (const number of [2, 1, 2]) {
    begin(number)
    seen.push(endingOf(await call(one, world)))
  }
  expect(seen).toEqual([endingOf(second), endingOf(first), endingOf(second)])
})

test('variables have the values of now, and only those that were set then are set', async () => {
  const one: (typeof calls)[number] = ['environment', { name: 'variable' }, ['HOME']]
  const [set, unset] = [await call(one, createWorld({ environment })), await call(one, createWorld())]
  const told = async (state: RecordedState[]): Promise<unknown> => endingOf(await call(one, played(state, { environment: { HOME: '/home/now' } }).world))
  expect([await told(used(set, 0)), await told(used(unset, 0)), await told([...used(set, 1)])]).toEqual(['/home/now', undefined, '/home/now'])
  expect(await told([])).toBeUndefined()
})

test('what a call writes goes nowhere', async () => {
  const source = createMemoryFiles({ '/data/log': 'old ' })
  const one: (typeof calls)[number] = ['files', { name: 'append' }, [0, 'log', 'new']]
  const live = await call(one, createWorld({ files: source }))
  const after = source.contents()
  expect(endingOf(await call(one, played(used(live, 0)).world))).toEqual(endingOf(live))
  expect(source.contents()).toEqual(after)
})

test('randomness that was not drawn then is the same each time now, also where each call had drawn its own', async () => {
  const draw = async (): Promise<unknown> => endingOf(await call(['random', { name: 'number' }, []], played([], { seed: 'real' }).world))
  expect(await draw()).toEqual(await draw())
})
