/** How long it takes until a large component's tools are listed: the first time, and later. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from './figures.ts'
import { type Subject, type Ways, forwardCommand, wassetteCommand, wassetteFolder } from './host-subject.ts'
import { timeStart } from './load.ts'

type Times = { first: number[]; later: number[]; loaded: number[]; wassetteFirst: number[]; wassetteLater: number[] }

/** New processes each time; first with an empty cache, then with what that start has left there. Judged by the best of the rounds. */
export async function measureStarts(subject: Subject, { rounds, say }: Ways): Promise<Finding[]> {
  const times: Times = { first: [], later: [], loaded: [], wassetteFirst: [], wassetteLater: [] }
  for (let round = 1; round <= rounds; round++) {
    say(`round ${round} of ${rounds}: first and later starts`)
    const cache = mkdtempSync(join(subject.folder, 'start-'))
    const { command, environment } = forwardCommand(subject, cache)
    times.first.push(await timeStart(command, 'echo', { environment }))
    times.later.push(await timeStart(command, 'echo', { environment }))
    times.loaded.push(Number(execFileSync(process.execPath, [join(import.meta.dirname, 'host-child.ts'), 'load', cache, subject.component], { encoding: 'utf8' })))
    const wassette = wassetteCommand(subject, process.env['WASSETTE_BIN'] ? wassetteFolder(subject, `started-${round}`) : '')
    if (!wassette) continue
    times.wassetteFirst.push(await timeStart(wassette.command, 'echo', wassette))
    times.wassetteLater.push(await timeStart(wassette.command, 'echo', wassette))
  }
  return toFindings(times)
}

function toFindings({ first, later, loaded, wassetteFirst, wassetteLater }: Times): Finding[] {
  const best = (values: readonly number[]): number => Math.min(...values)
  const beside = (values: readonly number[]): string => (values.length > 0 ? ` (Wassette ${best(values).toFixed(0)} ms)` : ' (WASSETTE_BIN is not set)')
  return [
    { what: `large: first start of forward until tools are listed${beside(wassetteFirst)}`, value: best(first) / 1000, unit: 's', budget: '≤ 2', met: best(first) <= 2000 },
    { what: `large: later starts${beside(wassetteLater)}`, value: best(later), unit: 'ms', budget: '≤ 200', met: best(later) <= 200 },
    { what: 'large: of that, to load it from the cache and list its tools', value: best(loaded), unit: 'ms', budget: '≤ 200', met: best(loaded) <= 200 },
  ]
}
