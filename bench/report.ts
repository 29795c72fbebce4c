/** Tables for people. */
import type { Finding, Measured } from './figures.ts'

export function printTable(measured: readonly Measured[]): void {
  if (measured.length === 0) return
  const pipe = (inFlight: number): Measured => measured.find((one) => one.way === 'pipe' && one.inFlight === inFlight)!
  print([
    ['in flight', 'way', 'calls/s', 'best', 'of the pipe', 'p50 µs', 'best', 'p95 µs'],
    ...measured.map(({ way, inFlight, rate, bestRate, p50, bestP50, p95 }) => {
      const share = (bestRate / pipe(inFlight).bestRate).toFixed(2)
      return [String(inFlight), way, rate.toFixed(0), bestRate.toFixed(0), share, p50.toFixed(0), bestP50.toFixed(0), p95.toFixed(0)]
    }),
  ])
}

/** Of each component and each number of calls in flight, its ways beside each other. */
export function printCalls(measured: readonly (Measured & { subject: string })[]): void {
  if (measured.length === 0) return
  const rateOf = (one: Measured & { subject: string }): number | undefined => measured.find(({ subject, way, inFlight }) => way === 'wassette' && subject === one.subject && inFlight === one.inFlight)?.bestRate
  print([
    ['component', 'in flight', 'way', 'calls/s', 'best', "of Wassette's", 'p50 µs', 'best', 'p95 µs'],
    ...measured.map((one) => {
      const wassette = rateOf(one)
      const share = wassette === undefined ? '' : (one.bestRate / wassette).toFixed(2)
      return [one.subject, String(one.inFlight), one.way, one.rate.toFixed(0), one.bestRate.toFixed(0), share, one.p50.toFixed(0), one.bestP50.toFixed(0), one.p95.toFixed(0)]
    }),
  ])
}

export function printFindings(findings: readonly Finding[]): void {
  print([
    ['', 'measured', 'budget', ''],
    ...findings.map(({ what, value, unit, budget, met }) => [
      what,
      value === undefined ? '' : `${value.toFixed(Math.abs(value) < 10 ? 2 : 0)} ${unit}`,
      budget,
      met === undefined ? '' : met ? 'met' : 'MISSED',
    ]),
  ])
}

/** Columns as wide as their widest cell; numbers to the right. */
export function print(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const isNumber = (text: string): boolean => /^-?[\d.]+( .*)?$/.test(text)
  for (const row of rows) {
    const cells = row.map((text, column) => (isNumber(text) ? text.padStart(widths[column]!) : text.padEnd(widths[column]!)))
    process.stdout.write(`${cells.join('  ').trimEnd()}\n`)
  }
  process.stdout.write('\n')
}
