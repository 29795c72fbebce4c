/** Outgoing HTTP, live against a server on this machine and played from what that recorded. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type * as loadModule from '../src/host/load.ts'
import type * as exchangeModule from '../src/world/exchange.ts'
import type * as worldModule from '../src/world/world.ts'
import type { Outcome } from '../src/host/driver.ts'
import type { Exchange, Exchanged } from '../src/world/exchange.ts'
import { type Finding, median } from './figures.ts'
import { type Ways, built, root } from './host-subject.ts'

type Call = (name: string, exchange: Exchange) => Promise<Outcome>

const tools = ['sequential', 'parallel'] as const

/** p50 of a call with two requests, by the best round of each way. */
export async function measureReplay({ rounds, calls, say }: Ways & { calls: number }): Promise<Finding[]> {
  const server = spawn(process.execPath, [join(import.meta.dirname, 'host-child.ts'), 'serve'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = (await once(server.stdout, 'data')) as [Buffer]
  try {
    const call = await loadHttp(`127.0.0.1:${port.toString().trim()}`)
    const { createRealExchange, createPlayedExchange } = await built<typeof exchangeModule>('world/exchange.js')
    const real = createRealExchange()
    const findings: Finding[] = []
    for (const tool of tools) {
      const { exchanged } = await call(tool, real)
      const best = await bestOf(rounds, { live: () => real, played: () => createPlayedExchange(exchanged) }, (way, exchange) => {
        say(`HTTP, ${tool}: ${way}`)
        return timeCalls(call, tool, exchange, calls, exchanged)
      })
      const ratio = best['live']! / best['played']!
      const figures = `${best['live']!.toFixed(2)} ms live, ${best['played']!.toFixed(2)} ms from recorded state`
      findings.push({ what: `two ${tool} requests: p50 of a live call, of one from recorded state (${figures})`, value: ratio, unit: '×', budget: '≥ 1', met: ratio >= 1 })
    }
    return findings
  } finally {
    server.kill()
    await once(server, 'exit')
  }
}

async function loadHttp(authority: string): Promise<Call> {
  const { loadComponent } = await built<typeof loadModule>('host/load.js')
  const { createWorld, nothingGranted } = await built<typeof worldModule>('world/world.js')
  const http = await loadComponent(readFileSync(join(root, 'test/fixtures/components/http.wasm')))
  const paths: Record<string, string[]> = { sequential: ['/next'], parallel: ['/a', '/b'] }
  return (name, exchange) => http.call({ name }, [authority, ...paths[name]!], createWorld({ epoch: new Date(0), exchange }), { grants: { ...nothingGranted, host: () => true } })
}

/** The least that each way took in any round; the ways take turns. */
async function bestOf<T>(rounds: number, ways: Record<string, T>, time: (way: string, value: T) => Promise<number>): Promise<Record<string, number>> {
  const best: Record<string, number> = {}
  for (let round = 0; round < rounds; round++) for (const [way, value] of Object.entries(ways)) best[way] = Math.min(best[way] ?? Infinity, await time(way, value))
  return best
}

/** p50 in milliseconds. Every call must come out as the first did. */
async function timeCalls(call: Call, tool: string, exchange: () => Exchange, calls: number, expected: readonly Exchanged[]): Promise<number> {
  const times: number[] = []
  for (let number = 0; number < calls; number++) {
    const begun = performance.now()
    const outcome = await call(tool, exchange())
    times.push(performance.now() - begun)
    if (!('returned' in outcome) || outcome.exchanged.length !== expected.length) throw new Error(`${tool} did not succeed: ${JSON.stringify(outcome, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`)
  }
  return median(times)
}
