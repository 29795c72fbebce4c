/**
 * What has to be measured in a new process, and is then printed.
 *   load CACHE COMPONENT            milliseconds from there being nothing to a list of tools
 *   memory CACHE host|modules FIRST COMPONENT…     bytes of resident memory that each but the first adds; needs --expose-gc
 *   serve                           the port of an HTTP server that answers with a short text
 */
import { createServer } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { readFileSync } from 'node:fs'
import type * as digestModule from '../src/digest.ts'
import type * as cacheModule from '../src/host/cache.ts'
import type * as limitsModule from '../src/host/limits.ts'
import type * as transpileModule from '../src/host/transpile.ts'
import type * as hereModule from '../src/host/here.ts'
import type * as messageModule from '../src/message.ts'
import { built } from './host-subject.ts'

const [what, folder = '', ...rest] = process.argv.slice(2)
const { openCache } = await built<typeof cacheModule>('host/cache.js')
const { embeddedUpstream } = await built<typeof hereModule>('host/here.js')
const { parseMessage } = await built<typeof messageModule>('message.js')
/** What must not be collected before it is measured. */
const kept: unknown[] = []

if (what === 'serve') serve()
else if (what === 'load') process.stdout.write(String(await timeLoad(rest)))
else process.stdout.write(String(await measureGrowth(rest[0]!, rest.slice(1))))

function serve(): void {
  const server = createServer((request, response) => response.end(request.url === '/next' ? '/last' : 'an answer')).listen(0, '127.0.0.1', () => {
    process.stdout.write(`${(server.address() as { port: number }).port}\n`)
  })
}

async function timeLoad(components: readonly string[]): Promise<number> {
  const begun = performance.now()
  await load(components)
  return performance.now() - begun
}

async function load(components: readonly string[]): Promise<void> {
  const transport = embeddedUpstream({ components, cache: openCache(folder) }).open()
  const listed = Promise.withResolvers<void>()
  transport.onmessage = ({ id }) => {
    if (id === '1') listed.resolve()
  }
  await transport.start()
  await transport.send(parseMessage(Buffer.from('{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}')))
  await transport.send(parseMessage(Buffer.from('{"jsonrpc":"2.0","id":1,"method":"tools/list"}')))
  await listed.promise
  kept.push(transport)
}

/** The first one brings what all of them share. */
async function measureGrowth(way: string, [first, ...others]: readonly string[]): Promise<number> {
  const take = way === 'host' ? load : compile
  await take([first!])
  const before = await resident()
  await take(others)
  return ((await resident()) - before) / others.length
}

/** The modules of the components alone. */
async function compile(components: readonly string[]): Promise<void> {
  const { findTranslation } = await built<typeof transpileModule>('host/transpile.js')
  const { digestOf } = await built<typeof digestModule>('digest.js')
  const { defaultMemory } = await built<typeof limitsModule>('host/limits.js')
  const { WebAssembly } = globalThis as unknown as { WebAssembly: { compile(bytes: Uint8Array): Promise<object> } }
  for (const component of components) {
    const files = findTranslation({ digest: digestOf(readFileSync(component)), memory: defaultMemory }, openCache(folder))!
    for (const [name, bytes] of Object.entries(files)) if (name.endsWith('.wasm')) kept.push(await WebAssembly.compile(bytes))
  }
}

async function resident(): Promise<number> {
  for (let i = 0; i < 5; i++) {
    ;(globalThis as unknown as { gc(): void }).gc()
    await setTimeout(100)
  }
  return process.memoryUsage.rss()
}
