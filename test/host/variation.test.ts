import { describe, expect, test } from 'vitest'
import type { Import } from '../../src/component/reader.ts'
import { checkOffered } from '../../src/host/wasi/imports.ts'
import { type NthUse, type Source, type Stage, type Variation, sourcesOf } from '../../src/world/variation.ts'
import { callOnce, calls, toText } from './calls.ts'
import { endingOf } from './components.ts'

const offered = (name: string, functionName: string): void => checkOffered([{ name, sort: 'instance', exports: [{ name: functionName, sort: 'function' }] } as unknown as Import])
const sources: Source[] = ['clock', 'random', 'http', 'files', 'environment']
const stages: Stage[] = ['content', 'failure']
const all: typeof calls = [
  ...calls,
  ['sources', { name: 'pure' }, [2, 3]],
  ['sources', { name: 'when' }, []],
  ['sources', { name: 'draw' }, []],
  ['sources', { name: 'fetch-it' }, ['api.test', '/x']],
  ['sources', { name: 'read-it' }, ['a']],
  ['sources', { name: 'settings' }, ['HOME']],
  ['sources', { name: 'everything' }, ['api.test', '/x', 'a', 'HOME']],
]

async function changedBy(call: (typeof all)[number], variation: Variation): Promise<boolean> {
  const [plain, varied] = [await callOnce(...call), await callOnce(...call, { variation })]
  return toText(endingOf(plain)) !== toText(endingOf(varied))
}

/** Which sources a call's result depends on, with the stage at which it shows. */
async function dependsOn(call: (typeof all)[number]): Promise<string> {
  const found: string[] = []
  for (const source of sources) {
    for (const stage of stages) {
      if (!(await changedBy(call, { source, stage }))) continue
      found.push(stage === 'content' ? source : `${source} (failure)`)
      break
    }
  }
  return found.join(', ')
}

test('a call depends on what it makes its result of, and on nothing else', async () => {
  const found: Record<string, string> = {}
  for (const call of all) found[`${call[0]} ${call[1].name} ${toText(call[2])}`] = await dependsOn(call)
  expect(found).toMatchInlineSnapshot(`
    {
      "clock earlier ["300n","100n"]": "clock",
      "clock monotonic []": "clock",
      "clock sleep ["1500000001n"]": "clock",
      "clock sleep-by-the-wall ["3n"]": "clock",
      "clock wall []": "clock",
      "environment variable ["HOME"]": "environment",
      "files append [0,"log","line"]": "",
      "files folders []": "",
      "files names [0,"."]": "files (failure)",
      "files read [0,"../secret"]": "",
      "files read [0,"sub/b"]": "files",
      "greeter greet ["Ann"]": "",
      "http fetch ["denied.test","/"]": "",
      "http parallel ["api.test","/a","/b"]": "http",
      "http post ["api.test","/","body"]": "http",
      "http race ["api.test","/","5n"]": "",
      "http sequential ["api.test","/next"]": "http",
      "random bytes ["100n"]": "random",
      "random insecure-number []": "random",
      "random number []": "random",
      "random seed []": "random (failure)",
      "runaway handles [2000]": "",
      "runaway hog [100000]": "",
      "runaway recurse []": "",
      "settings setting ["HOME"]": "environment",
      "sources draw []": "random",
      "sources everything ["api.test","/x","a","HOME"]": "clock, random, http, files, environment",
      "sources fetch-it ["api.test","/x"]": "http",
      "sources pure [2,3]": "",
      "sources read-it ["a"]": "files",
      "sources settings ["HOME"]": "environment",
      "sources when []": "clock",
      "toolbox fall []": "",
      "toolbox mirror [{"x":"NaN","y":"-0","label":"l"}]": "",
    }
  `)
})

describe('a source that a call does not use changes nothing of it, neither result nor trace', () => {
  test.each(all)('%s %o %o', async (...call) => {
    const plain = await callOnce(...call)
    const used = new Set(plain.trace.flatMap(sourcesOf))
    for (const source of sources.filter((name) => !used.has(name))) {
      for (const stage of stages) expect(toText(await callOnce(...call, { variation: { source, stage } }))).toBe(toText(plain))
    }
  })
})

test('a varied world is held like any other: two runs are equal', async () => {
  for (const call of all) {
    for (const source of sources) {
      for (const stage of stages) expect(toText(await callOnce(...call, { variation: { source, stage } }))).toBe(toText(await callOnce(...call, { variation: { source, stage } })))
    }
  }
})

describe('a single use', () => {
  const everything = ['sources', { name: 'everything' }, ['api.test', '/x', 'a', 'HOME']] as const
  const fields = async (variation?: Variation): Promise<Record<string, unknown>> => endingOf(await callOnce(everything[0], everything[1], [...everything[2]], { variation })) as Record<string, unknown>

  test.each([
    ['clock', 'wasi:clocks/wall-clock', 'now', 1, 'when'],
    ['random', 'wasi:random/random', 'get-random-u64', 1, 'first'],
    ['random', 'wasi:random/random', 'get-random-u64', 2, 'second'],
    ['http', 'wasi:http/outgoing-handler', 'handle', 1, 'fetched'],
    ['files', 'wasi:filesystem/types', '[method]descriptor.read', 1, 'read'],
    ['environment', 'wasi:config/store', 'get', 1, 'setting'],
  ] as const)('%s: %s %s, call %i, shows at %s alone', async (source, name, functionName, n, field) => {
    offered(name, functionName)
    const plain = await fields()
    const varied = await fields({ source, only: { interface: name, function: functionName, n } })
    expect(Object.keys(plain).filter((key) => varied[key] !== plain[key])).toEqual([field])
  })

  test('that fails shows there too', async () => {
    const only = (name: string, functionName: string): { only: NthUse; stage: 'failure' } => ({ only: { interface: name, function: functionName, n: 1 }, stage: 'failure' })
    expect(await fields({ source: 'files', ...only('wasi:filesystem/types', '[method]descriptor.open-at') })).toMatchObject({ read: '', setting: '/home/me' })
    expect(await fields({ source: 'files', ...only('wasi:filesystem/types', '[method]descriptor.read') })).toMatchObject({ read: '' })
    expect(await fields({ source: 'environment', ...only('wasi:config/store', 'get') })).toMatchObject({ read: 'x', setting: '' })
  })

  test('that does not happen changes nothing', async () => {
    const only = { interface: 'wasi:random/random', function: 'get-random-u64', n: 3 }
    expect(toText(await callOnce(everything[0], everything[1], [...everything[2]], { variation: { source: 'random', only } }))).toBe(toText(await callOnce(everything[0], everything[1], [...everything[2]])))
  })

  test('that is another source’s changes nothing', async () => {
    expect(await fields({ source: 'random', only: { interface: 'wasi:clocks/wall-clock', function: 'now', n: 1 } })).toEqual(await fields())
  })
})

test('waiting goes on working, and takes another time', async () => {
  for (const variation of [{ source: 'clock' }, { source: 'clock', only: { interface: 'wasi:clocks/monotonic-clock', function: 'now', n: 2 } }] as const) {
    const slept = endingOf(await callOnce('clock', { name: 'sleep' }, [2_000_000_000n], { variation })) as bigint
    expect(slept).toBeGreaterThan(2_000_000_000n)
  }
})

test('what the network was asked and said is told as it was', async () => {
  const plain = await callOnce('http', { name: 'fetch' }, ['api.test', '/a'])
  const varied = await callOnce('http', { name: 'fetch' }, ['api.test', '/a'], { variation: { source: 'http' } })
  expect(toText(varied.exchanged)).toBe(toText(plain.exchanged))
  expect(toText(endingOf(varied))).not.toBe(toText(endingOf(plain)))
})
