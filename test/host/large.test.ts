/** A component of 12 MB that componentize-js made of JavaScript: an engine, its event loop and its own fetch, in the held world. */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { type LoadedComponent, loadComponent } from '../../src/host/load.ts'
import type { Outcome } from '../../src/host/driver.ts'
import { type Exchange, createPlayedExchange } from '../../src/world/exchange.ts'
import { cache, endingOf, heldWorld } from './components.ts'

const path = process.env['SHADOWCAT_LARGE_COMPONENT']
const grants = { host: () => true, folders: [], environment: [] }
const network: Exchange = { send: async ({ url }) => ({ status: 200, headers: [], body: Buffer.from(`<${url}>`) }) }
const exact = (value: unknown): string => JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item))

describe.skipIf(!path)(`a large JavaScript component${path ? '' : ' (SHADOWCAT_LARGE_COMPONENT names none: node test/fixtures/large/build.mjs makes one)'}`, () => {
  let large: LoadedComponent
  beforeAll(async () => {
    large = await loadComponent(readFileSync(path!), { cache })
  })
  const call = (name: string, args: unknown[], exchange = network, seed = 42n): Promise<Outcome> => large.call({ name }, args, heldWorld({ exchange, seed }), { grants })

  test.each([
    ['echo', ['żółw'], 'żółw', 1],
    ['now', [], 1_000_000_000_000n, 1],
    ['draw', [], expect.any(Number), 1],
    ['identify', [], expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/), 1],
    ['wait', [1500], 1500n, 1],
    ['sequential', ['http://a.test/1', 'https://b.test/2'], '<http://a.test/1> <https://b.test/2>', 3],
    ['parallel', ['http://a.test/1', 'https://b.test/2'], '<http://a.test/1> <https://b.test/2>', 2],
  ])('gives the same answer and the same trace 100 times: %s %o', async (name, args, ending, passes) => {
    const first = await call(name, args)
    expect(endingOf(first)).toEqual(ending)
    expect(first.passes).toBe(passes)
    for (let i = 1; i < 100; i++) expect(exact(await call(name, args))).toBe(exact(first))
  })

  test('another seed changes what is random, and nothing else', async () => {
    const changed = async (name: string, args: unknown[]): Promise<boolean> => exact(endingOf(await call(name, args))) !== exact(endingOf(await call(name, args, network, 7n)))
    expect([await changed('draw', []), await changed('identify', []), await changed('now', []), await changed('sequential', ['http://a.test/1', 'http://a.test/2'])]).toEqual([true, true, false, false])
  })

  test('what it asked of the network can be played, in one pass', async () => {
    for (const name of ['sequential', 'parallel']) {
      const live = await call(name, ['http://a.test/1', 'http://a.test/2'])
      const played = await call(name, ['http://a.test/1', 'http://a.test/2'], createPlayedExchange(live.exchanged))
      expect(played.passes).toBe(1)
      expect(exact({ ...played, passes: live.passes })).toBe(exact(live))
    }
  })
})
