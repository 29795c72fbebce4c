import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { digestOf } from '../../src/digest.ts'
import { createPreparation } from '../../src/host/prepare.ts'
import { type Description, createHost } from '../../src/host/surroundings.ts'
import { bytesOf, cache, epoch, load } from './components.ts'

const digest = digestOf(bytesOf('toolbox'))

function describe(cacheFolder: string): Description {
  return { sources: [{ id: 'toolbox', uri: '', bytes: bytesOf('toolbox') }], setting: { epoch, seed: 42n }, environment: {}, limits: {}, cacheFolder }
}

test('what was translated before is compiled, once for all threads, and a host is made of that alone', async () => {
  await load('toolbox')
  const prepare = createPreparation()
  const [one, two] = [await prepare(describe(cache.folder)), await prepare(describe(cache.folder))]
  expect([one.sources[0]!.digest, two.compiled!.get(digest)]).toEqual([digest, one.compiled!.get(digest)])
  const host = createHost({ ...structuredClone(one), cacheFolder: '/nowhere' })
  await host.start()
  expect((await host.call('echo', new Map([['text', 'a']]))).answer).toMatchObject({ text: expect.stringContaining('a') as string, isError: false })
})

test('what has first to be translated is left, and looked for again the next time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'shadowcat-prepare-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const prepare = createPreparation()
  expect((await prepare(describe(folder))).compiled!.size).toBe(0)
  await createHost(describe(folder)).start()
  expect((await prepare(describe(folder))).compiled!.size).toBe(1)
})
