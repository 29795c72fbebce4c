import { expect, test } from 'vitest'
import { type Description, createHost, loaderOf, toWorldOptions } from '../../src/host/surroundings.ts'
import { createMemoryFiles } from '../../src/world/memory-files.ts'
import { bytesOf, cache, epoch } from './components.ts'

const description: Description = {
  sources: [{ id: 'toolbox', uri: 'file:///toolbox.wasm', bytes: bytesOf('toolbox') }],
  setting: { epoch, seed: 42n },
  environment: { KEY: 'value' },
  limits: {},
  cacheFolder: cache.folder,
}

test('a description that was sent to a thread makes the same host', async () => {
  const answers = []
  for (const each of [description, structuredClone(description)]) {
    const host = createHost(each)
    await host.start()
    answers.push([host.tools(), await host.call('random-u64', new Map()), await host.call('now-seconds', new Map())].map((value) => JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner))))
  }
  expect(answers[0]).toEqual(answers[1])
  expect(answers[0]![2]).toContain('1000000000')
})

test('its world has the described epoch, seed and variables, and what is given in the place of the disk', () => {
  const files = createMemoryFiles()
  expect(toWorldOptions(description, { files })).toEqual({ epoch, seed: 42n, environment: { KEY: 'value' }, files })
})

test('a loader loads the same bytes once', async () => {
  const load = loaderOf(description)
  const { bytes } = description.sources[0]!
  expect(await load(bytes, 'digest')).toBe(await load(bytes, 'digest'))
})

test('what calls write stays in memory, when that is described', () => {
  const files = createMemoryFiles({ '/data/a': 'theirs' })
  const world = toWorldOptions({ ...description, scratch: true }, { files })
  world.files!.commit({ kind: 'write', path: ['data', 'a'], content: () => Buffer.from('mine') })
  expect([world.files!.read(['data', 'a']), files.read(['data', 'a'])].map((bytes) => Buffer.from(bytes).toString())).toEqual(['mine', 'theirs'])
})

test('with state, calls are told what was recorded of the call of the same number', async () => {
  const draw = async (state: Description['state']): Promise<string[]> => {
    const host = createHost({ ...description, state })
    await host.start()
    return [(await host.call('random-u64', new Map(), 1)).answer.text, (await host.call('random-u64', new Map(), 2)).answer.text]
  }
  const seeded = (call: number, seed: string): NonNullable<Description['state']>[number] => ({ kind: 'random', call, request: Buffer.from('{}'), response: Buffer.from(`{"seed":"${seed}"}`) })
  const [own, same] = [await draw([]), await draw([seeded(1, '1'), seeded(2, '42')])]
  expect([own[0], same[1]]).toEqual([own[1], own[0]])
  expect(same[0]).not.toBe(own[0])
})
