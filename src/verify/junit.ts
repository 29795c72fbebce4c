import { foundWords } from './dependence/words.ts'
import { type Explained, valuesOf } from './guesses.ts'
import { type Redact, exactJson } from './printable.ts'
import type { Run, VerifyReport } from './verify.ts'

/** JUnit XML for a CI server: a suite for each run, a case for each call, a failure for each that differs. `name` tells the tape. */
export function junitXml(report: VerifyReport, { name, redact }: { name: string; redact: Redact }): string {
  const suites = report.runs.map((run, index) => suiteOf(report, run, { name: report.runs.length > 1 ? `${name}, run ${index + 1}` : name, redact }))
  const failures = report.runs.reduce((sum, run) => sum + casesOf(report, run).filter(({ differences }) => differences.length > 0).length, 0)
  const tests = report.runs.reduce((sum, run) => sum + casesOf(report, run).length, 0)
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="shadowcat verify" tests="${tests}" failures="${failures}">\n${suites.join('')}</testsuites>\n`
}

type Case = { title: string; differences: Explained[] }

/** The tape's calls in order, and last the session itself when something differs that belongs to no call, or the server has gone. */
function casesOf(report: VerifyReport, run: Run): Case[] {
  const byCall = Map.groupBy(run.differences, ({ call }) => call)
  const cases = report.calls.map((call, index) => ({ title: `call ${index + 1}: ${call}`, differences: byCall.get(index + 1) ?? [] }))
  const others = run.differences.filter(({ call }) => call === undefined || call > report.calls.length)
  return others.length > 0 || run.gone !== undefined ? [...cases, { title: 'the session', differences: others }] : cases
}

function suiteOf(report: VerifyReport, run: Run, { name, redact }: { name: string; redact: Redact }): string {
  const cases = casesOf(report, run)
  const failed = cases.filter(({ differences }) => differences.length > 0).length
  const errors = run.gone === undefined ? 0 : 1
  const body = cases.map(({ title, differences }) => {
    const gone = title === 'the session' && run.gone !== undefined ? `<error message="${attribute(redact(run.gone))}" type="gone"/>` : ''
    const inside = gone + (differences.length > 0 ? failureOf(differences, redact) : '')
    const open = `    <testcase classname="${attribute(name)}" name="${attribute(redact(title))}"`
    return inside === '' ? `${open}/>\n` : `${open}>${inside}</testcase>\n`
  })
  return `  <testsuite name="${attribute(name)}" tests="${cases.length}" failures="${failed}" errors="${errors}">\n${body.join('')}  </testsuite>\n`
}

/** All that differs in one call is one failure: some readers take no more than one. */
function failureOf(differences: readonly Explained[], redact: Redact): string {
  const first = differences[0]!
  const more = differences.length > 1 ? ` and ${differences.length - 1} more` : ''
  const message = `${redact(wordsOf(first))}${first.pointer === undefined ? '' : ` at ${redact(first.pointer)}`}${more}`
  return `<failure message="${attribute(message)}" type="${first.kind}">${text(differences.map((difference) => detailsOf(difference, redact)).join('\n'))}</failure>`
}

function wordsOf({ kind, guess, cause, unexplained }: Explained): string {
  if (cause) return foundWords(cause)
  return `${guess ? `${kind} (a guess)` : kind}${unexplained === undefined ? '' : `, not explained: ${unexplained}`}`
}

function detailsOf(difference: Explained, redact: Redact): string {
  const { pointer } = difference
  const [expected, actual] = valuesOf(difference).map((value) => (value === undefined ? 'nothing' : exactJson(value, redact)))
  return `${redact(wordsOf(difference))}${pointer === undefined ? '' : ` at ${redact(pointer)}`}\n  expected ${expected}\n  actual   ${actual}`
}

/** XML 1.0 has no place for most control characters, not even escaped, nor for lone surrogates and noncharacters. */
function legal(value: string): string {
  // oxlint-disable-next-line no-control-regex -- finding them is the purpose
  return value.toWellFormed().replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
}

function text(value: string): string {
  return legal(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;')
}

function attribute(value: string): string {
  return text(value).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')
}
