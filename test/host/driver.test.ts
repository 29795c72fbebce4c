import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { drive } from '../../src/host/driver.ts'
import type { Program } from '../../src/host/instance.ts'
import { monotonicClock } from '../../src/host/wasi/clocks.ts'
import { outgoingHandler, types } from '../../src/host/wasi/http.ts'
import { type Exchange, type OutgoingRequest, createPlayedExchange } from '../../src/world/exchange.ts'
import type { FileSource } from '../../src/world/files.ts'
import { type AskedFile, createPlayedFiles, createRecordingFiles } from '../../src/world/recorded-files.ts'
import { createMemoryFiles } from '../../src/world/memory-files.ts'
import { type Use, nothingGranted } from '../../src/world/world.ts'
import { endingOf, heldWorld, load } from './components.ts'

const grants = { ...nothingGranted, host: (_: string, name: string) => name === 'api.test' }

/** A network of paths and bodies; keeps what was asked. */
function network(pages: Record<string, string>): Exchange & { asked: string[]; most: number } {
  let out = 0
  const exchange = {
    asked: [] as string[],
    most: 0,
    async send({ method, url, body }: OutgoingRequest) {
      exchange.asked.push(`${method} ${url}`)
      exchange.most = Math.max(exchange.most, ++out)
      await turn()
      out--
      return { status: 200, headers: [], body: Buffer.from(method === 'POST' ? body : (pages[new URL(url).pathname] ?? 'none')) }
    },
  }
  return exchange
}

describe('outgoing HTTP', () => {
  test('one request is two passes: one to ask, one with the answer', async () => {
    const exchange = network({ '/page': 'hello' })
    const outcome = await (await load('http')).call({ name: 'fetch' }, ['api.test', '/page'], heldWorld({ exchange }), { grants })
    expect([endingOf(outcome), outcome.passes, exchange.asked]).toEqual(['hello', 2, ['GET http://api.test/page']])
  })

  test('requests in parallel are out together, and their answers cost one pass', async () => {
    const exchange = network({ '/a': 'A', '/b': 'B' })
    const outcome = await (await load('http')).call({ name: 'parallel' }, ['api.test', '/a', '/b'], heldWorld({ exchange }), { grants })
    expect([endingOf(outcome), outcome.passes, exchange.most]).toEqual(['AB', 2, 2])
  })

  test('requests one after the other are asked once each', async () => {
    const exchange = network({ '/first': '/second', '/second': 'end' })
    const outcome = await (await load('http')).call({ name: 'sequential' }, ['api.test', '/first'], heldWorld({ exchange }), { grants })
    expect([endingOf(outcome), outcome.passes, exchange.asked]).toEqual(['end', 3, ['GET http://api.test/first', 'GET http://api.test/second']])
  })

  test('a body goes out when it is whole', async () => {
    const outcome = await (await load('http')).call({ name: 'post' }, ['api.test', '/', 'my body'], heldWorld({ exchange: network({}) }), { grants })
    expect(endingOf(outcome)).toBe('my body')
  })

  test('an answer wins a race against a timer, however slow it is, as it is had before time moves', async () => {
    const outcome = await (await load('http')).call({ name: 'race' }, ['api.test', '/', 1n], heldWorld({ exchange: network({}) }), { grants })
    expect(endingOf(outcome)).toBe(0)
  })

  test('what was exchanged is told in order, and played again it is one pass with the same trace', async () => {
    const http = await load('http')
    const live = await http.call({ name: 'sequential' }, ['api.test', '/first'], heldWorld({ exchange: network({ '/first': '/second', '/second': 'end' }) }), { grants })
    const played = await http.call({ name: 'sequential' }, ['api.test', '/first'], heldWorld({ exchange: createPlayedExchange(live.exchanged) }), { grants })
    expect([endingOf(played), played.passes]).toEqual([endingOf(live), 1])
    expect(played.trace).toEqual(live.trace)
  })

  test('a request that was not recorded ends the call', async () => {
    const outcome = await (await load('http')).call({ name: 'fetch' }, ['api.test', '/'], heldWorld({ exchange: createPlayedExchange([]) }), { grants })
    expect(endingOf(outcome)).toEqual({ kind: 'world', message: 'the component asks for GET http://api.test/, which was not recorded so: nothing of the kind was; record again, or use --state live' })
  })

  test('an exchange that fails altogether ends the call with its reason', async () => {
    const exchange: Exchange = { send: () => Promise.reject(new Error('the network is on fire')) }
    const outcome = await (await load('http')).call({ name: 'fetch' }, ['api.test', '/'], heldWorld({ exchange }), { grants })
    expect(endingOf(outcome)).toEqual({ kind: 'world', message: 'the network is on fire' })
  })

  test('an answer that does not come is cut off by the call’s limit', async () => {
    const exchange: Exchange = { send: (_, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))) }
    const outcome = await (await load('http')).call({ name: 'fetch' }, ['api.test', '/'], heldWorld({ exchange }), { grants, limits: { time: 30 } })
    expect(endingOf(outcome)).toEqual({ kind: 'time', message: 'the call took longer than its limit of 30 ms' })
  })
})

describe('files', () => {
  const folders = { ...nothingGranted, folders: [{ path: '/data', read: true, write: true }] }

  test('what a call writes is there for the next', async () => {
    const [component, files] = [await load('files'), createMemoryFiles({ '/data/': '' })]
    const world = heldWorld({ files })
    await component.call({ name: 'append' }, [0, 'log', 'one '], world, { grants: folders })
    await component.call({ name: 'append' }, [0, 'log', 'two'], world, { grants: folders })
    expect(endingOf(await component.call({ name: 'read' }, [0, 'log'], world, { grants: folders }))).toBe('one two')
  })

  test('what was asked of them can be played, and then nothing is written', async () => {
    const component = await load('files')
    const list: AskedFile[] = []
    const files = createMemoryFiles({ '/data/log': 'old ' })
    const call = (source: FileSource) => component.call({ name: 'append' }, [0, 'log', 'new'], heldWorld({ files: source }), { grants: folders })
    const live = await call(createRecordingFiles(files, list))
    const after = files.contents()
    const played = await call(createPlayedFiles(list))
    expect([endingOf(played), played.trace]).toEqual([endingOf(live), live.trace])
    expect(files.contents()).toEqual(after)
    expect(endingOf(await call(createPlayedFiles(list.slice(0, -1))))).toMatchObject({ kind: 'world', message: 'the component asks for the file /data/log, which was not recorded so: nearest is what stands at /data/log; record again, or use --state live' })
    expect(endingOf(await call(createPlayedFiles([])))).toMatchObject({ kind: 'world', message: 'the component asks for the folder /data, which was not recorded so: nothing of the kind was; record again, or use --state live' })
  })

  test('a granted folder that is not there is not offered', async () => {
    const outcome = await (await load('files')).call({ name: 'folders' }, [], heldWorld(), { grants: folders })
    expect(endingOf(outcome)).toEqual([])
  })

  test('what cannot be kept is told', async () => {
    const files = createMemoryFiles({ '/data/': '' })
    const world = heldWorld({ files: { ...files, commit: () => { throw new Error('the disk is full') } } })
    const outcome = await (await load('files')).call({ name: 'write' }, [0, 'f', 'x'], world, { grants: folders })
    expect(endingOf(outcome)).toEqual({ kind: 'world', message: 'what the component did to /data/f cannot be kept: the disk is full' })
  })
})

test('the world is told of every use, once, whatever the number of passes', async () => {
  const uses: Use[] = []
  const exchange = network({ '/first': '/second' })
  const outcome = await (await load('http')).call({ name: 'sequential' }, ['api.test', '/first'], heldWorld({ exchange, report: (use) => uses.push(use) }), { grants })
  expect(outcome.passes).toBe(3)
  expect(uses).toEqual(outcome.trace)
  expect(uses.filter(({ function: name }) => name === 'handle').map(({ n, value }) => [n, value])).toEqual([[1, 'GET http://api.test/first'], [2, 'GET http://api.test/second']])
})

test('calls at the same time do not disturb each other', async () => {
  const http = await load('http')
  const pages = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`/${i}`, `page ${i}`]))
  const world = heldWorld({ exchange: network(pages) })
  const outcomes = await Promise.all(Object.keys(pages).map((path) => http.call({ name: 'fetch' }, ['api.test', path], world, { grants })))
  expect(outcomes.map(endingOf)).toEqual(Object.values(pages))
})

test('a result’s error is thrown with its payload, and a trap is a failure', async () => {
  const toolbox = await load('toolbox')
  expect(endingOf(await toolbox.call({ name: 'divide' }, [1n, 0n], heldWorld()))).toEqual({ thrown: 'division by zero' })
  expect(endingOf(await toolbox.call({ name: 'fall' }, [], heldWorld()))).toEqual({ kind: 'trap', message: 'wasm trap: wasm `unreachable` instruction executed' })
})

describe('a component that catches everything', () => {
  /** Calls the host as a component would, and goes on whatever it throws. */
  const program = (act: () => unknown): Program => ({
    instantiate: () => ({
      call() {
        try {
          return act()
        } catch {
          return 'caught'
        }
      },
      memory: () => 0,
    }),
  })
  const outgoing = (): unknown => {
    const request = new types.OutgoingRequest(new types.Fields())
    request.setAuthority('api.test')
    const future = outgoingHandler.handle(request, undefined)
    future.subscribe().block()
    return future.get()!.tag
  }

  test('is run again all the same when it waits for an answer', async () => {
    const outcome = await drive(program(outgoing), 0, { name: 'any' }, [], heldWorld({ exchange: network({}) }), { grants })
    expect([endingOf(outcome), outcome.passes]).toEqual(['ok', 2])
  })

  test('does not get over a limit', async () => {
    const outcome = await drive(program(() => { for (;;) monotonicClock.subscribeDuration(1n) }), 0, { name: 'any' }, [], heldWorld())
    expect(endingOf(outcome)).toMatchObject({ kind: 'handles' })
  })

  test('that asks for something else in the next pass is told to be not deterministic', async () => {
    let pass = 0
    const changing = (): unknown => {
      const request = new types.OutgoingRequest(new types.Fields())
      request.setAuthority('api.test')
      request.setPathWithQuery(`/${pass++}`)
      return outgoingHandler.handle(request, undefined).subscribe().block()
    }
    const outcome = await drive(program(changing), 0, { name: 'any' }, [], heldWorld({ exchange: network({}) }), { grants })
    expect(endingOf(outcome)).toEqual({ kind: 'indefinite', message: 'the component is not deterministic: run again in the same world, request 1 was GET https://api.test/0, and is GET https://api.test/1' })
  })
})

test('the real clock is the same in every pass of a call', async () => {
  const world = heldWorld({ time: { mode: 'real' } })
  const clock = await load('clock')
  const outcome = await clock.call({ name: 'sleep' }, [2_000_000n], world)
  expect(endingOf(outcome)).toBeGreaterThanOrEqual(2_000_000n)
})
