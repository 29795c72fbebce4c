/** What every benchmark takes on the command line, and how it ends. */
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import type { Finding } from './figures.ts'
import { printFindings } from './report.ts'

export type BenchOptions = {
  quick: boolean
  rounds: number
  /** Whether a part is to be measured: all are, unless `--only` names some. */
  wants(name: string): boolean
  /** Tells how it goes, on stderr. */
  say(text: string): void
  /** Prints what was measured, for people by `show` or as JSON, and the findings; past a budget `--check` makes the exit code 1. */
  conclude(measured: object, findings: readonly Finding[], show: () => void): void
}

/** Reads `--check --json --quick --rounds N --only NAME`, and warns when other work will show in the figures. */
export function benchOptions(usualRounds: number, busy: string): BenchOptions {
  const { values: flags } = parseArgs({
    options: { check: { type: 'boolean' }, json: { type: 'boolean' }, quick: { type: 'boolean' }, rounds: { type: 'string' }, only: { type: 'string', multiple: true } },
  })
  const quick = flags.quick === true
  const say = (text: string): void => void process.stderr.write(`${text}\n`)
  if (loadavg()[0]! > 0.7) say(`the machine is busy with other things${busy}`)
  return {
    quick,
    rounds: Number(flags.rounds ?? (quick ? 3 : usualRounds)),
    wants: (name) => flags.only === undefined || flags.only.includes(name),
    say,
    conclude(measured, findings, show) {
      if (flags.json) process.stdout.write(`${JSON.stringify({ ...measured, findings }, undefined, 2)}\n`)
      else {
        show()
        printFindings(findings)
      }
      if (flags.check && findings.some(({ met }) => met === false)) process.exitCode = 1
    },
  }
}
