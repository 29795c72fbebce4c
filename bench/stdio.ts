/**
 * What shadowcat costs on stdio, beside a bare Node pipe in its place: `npm run bench -- [--check] [--json] [--quick] [--only NAME]`.
 * `--check` exits 1 past a budget.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { benchOptions } from './command.ts'
import { type Finding, type Measured, measuredOf } from './figures.ts'
import { measureMillion, measureVersion, measureWassette } from './further.ts'
import { type Figures, runLoad } from './load.ts'
import { printTable } from './report.ts'

const root = join(import.meta.dirname, '..')
const shadowcat = [process.execPath, join(root, 'dist/cli/main.js')]
const server = [process.execPath, join(root, 'test/fixtures/servers/echo.mjs')]

const { quick, rounds, wants, say, conclude } = benchOptions(7, '; what needs two processors at once will look slower than it is')

const folder = mkdtempSync(join(tmpdir(), 'shadowcat-bench-'))
try {
  const measured = wants('stdio') ? await measureStdio() : []
  const findings = [...judge(measured)]
  if (wants('million')) findings.push(...(await measureMillion(shadowcat, server, folder, quick ? 100_000 : 1_000_000, say)))
  if (wants('wassette')) findings.push(...(await measureWassette(shadowcat, folder, quick ? 3 : 5, say)))
  if (wants('version')) findings.push(...(await measureVersion(shadowcat)))
  conclude({ stdio: measured }, findings, () => printTable(measured))
} finally {
  rmSync(folder, { recursive: true })
}

/** Every way in every round, one after another, so that what else the machine does strikes all of them alike. */
async function measureStdio(): Promise<Measured[]> {
  const tape = join(folder, 'replayed.tape')
  const loads = [
    { inFlight: 64, calls: quick ? 60_000 : 100_000, warmUp: 30_000 },
    { inFlight: 1, calls: quick ? 4000 : 10_000, warmUp: 3000 },
  ]
  const ways: Record<string, (round: number) => string[]> = {
    direct: () => server,
    pipe: () => [process.execPath, join(root, 'bench/pipe.mjs'), ...server],
    forward: () => [...shadowcat, 'forward', 'stdio', '--', ...server],
    'forward --record': (round) => [...shadowcat, 'forward', 'stdio', '--record', join(folder, `recorded-${round}.tape`), '--', ...server],
    replay: () => [...shadowcat, 'replay', tape],
  }
  say('recording what is to be replayed')
  await runLoad([...shadowcat, 'forward', 'stdio', '--record', tape, '--', ...server], loads[0]!)
  const figures = new Map<string, Figures[]>()
  for (let round = 1; round <= rounds; round++) {
    for (const load of loads) {
      for (const [way, command] of Object.entries(ways)) {
        say(`round ${round} of ${rounds}: ${way}, ${load.inFlight} in flight`)
        const key = `${way}/${load.inFlight}`
        figures.set(key, [...(figures.get(key) ?? []), await runLoad(command(round), load)])
      }
    }
  }
  return loads.flatMap(({ inFlight }) => Object.keys(ways).map((way) => measuredOf(way, inFlight, figures.get(`${way}/${inFlight}`)!)))
}

/** The budgets of the issue, against the bare pipe of the same run; by the best round of each, for what else the machine does can only slow one down. */
function judge(measured: readonly Measured[]): Finding[] {
  if (measured.length === 0) return []
  const of = (way: string, inFlight: number): Measured => measured.find((one) => one.way === way && one.inFlight === inFlight)!
  const share = (way: string, least: number): Finding => {
    const ratio = of(way, 64).bestRate / of('pipe', 64).bestRate
    return { what: `${way}: calls/s with 64 in flight, of the pipe's`, value: ratio, unit: '×', budget: `≥ ${least.toFixed(1)}`, met: ratio >= least }
  }
  const added = (way: string, most: number): Finding => {
    const more = of(way, 1).bestP50 - of('pipe', 1).bestP50
    return { what: `${way}: p50 of a single call, more than the pipe's`, value: more, unit: 'µs', budget: `≤ ${most}`, met: more <= most }
  }
  return [share('forward', 0.7), share('forward --record', 0.7), share('replay', 1), added('forward', 40), added('forward --record', 40)]
}
