/**
 * What the embedded host costs, beside real Wassette on stdio when WASSETTE_BIN names one: `npm run bench:host -- [--check] [--json] [--quick] [--only NAME]`.
 * The large component is the one that SHADOWCAT_LARGE_COMPONENT names: `test/fixtures/large/build.mjs` makes one. `--check` exits 1 past a budget.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { benchOptions } from './command.ts'
import type { Finding, Measured } from './figures.ts'
import { measureCalls } from './host-calls.ts'
import { measureMemory } from './host-memory.ts'
import { measureReplay } from './host-replay.ts'
import { measureStarts } from './host-start.ts'
import { type Subject, root, subjectOf } from './host-subject.ts'
import { printCalls } from './report.ts'

const { quick, rounds, wants, say, conclude } = benchOptions(5, '; what needs two processors at once will look slower than it is')

const folder = mkdtempSync(join(tmpdir(), 'shadowcat-bench-'))
try {
  const small = subjectOf('small', join(root, 'test/fixtures/components/toolbox.wasm'), folder)
  const large = largeSubject()
  const subjects = large ? [small, large] : [small]
  const calls = wants('calls') ? await measureCalls(subjects, { rounds, quick, say }) : []
  const findings = judge(calls)
  if (wants('start') && large) findings.push(...(await measureStarts(large, { rounds: quick ? 2 : 3, say })))
  if (wants('replay')) findings.push(...(await measureReplay({ rounds, calls: quick ? 200 : 500, say })))
  if (wants('memory')) for (const subject of subjects) findings.push(...(await measureMemory(subject, say)))
  conclude({ calls }, findings, () => printCalls(calls))
} finally {
  rmSync(folder, { recursive: true })
}

function largeSubject(): Subject | undefined {
  const path = process.env['SHADOWCAT_LARGE_COMPONENT']
  if (path && existsSync(path)) return subjectOf('large', path, folder)
  say(`without a large component, as SHADOWCAT_LARGE_COMPONENT ${path ? `names ${path}, which is not there` : 'is not set'}: node test/fixtures/large/build.mjs makes one`)
  return undefined
}

/** The budgets of the issue, by the best round of each way, for what else the machine does can only slow one down. */
function judge(measured: readonly (Measured & { subject: string })[]): Finding[] {
  const findings: Finding[] = []
  for (const embedded of measured.filter(({ way, inFlight }) => way === 'embedded' && inFlight === 1)) {
    const { subject } = embedded
    if (subject === 'small') findings.push({ what: 'small: p50 of an embedded call', value: embedded.bestP50 / 1000, unit: 'ms', budget: '≤ 1', met: embedded.bestP50 <= 1000 })
    const wassette = measured.find((one) => one.subject === subject && one.way === 'wassette' && one.inFlight === 1)
    const what = `${subject}: p50 of a single call in Wassette, of an embedded one's`
    const ratio = wassette && wassette.bestP50 / embedded.bestP50
    findings.push(ratio === undefined ? { what, unit: '×', budget: '≥ 1 (WASSETTE_BIN is not set)' } : { what, value: ratio, unit: '×', budget: '≥ 1', met: ratio >= 1 })
  }
  return findings
}
