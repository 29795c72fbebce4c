import { describe, expect, test } from 'vitest'
import { createPalette } from '../../src/palette.ts'
import { type Exact, NumberLiteral } from '../../src/json.ts'
import type { Explained } from '../../src/verify/guesses.ts'
import { reportJson, reportText } from '../../src/verify/report.ts'
import type { Run, VerifyReport } from '../../src/verify/verify.ts'
import { call, entriesOf, text } from './conversation.ts'

const plain = createPalette(false)
const same = (value: string): string => value
const entries = entriesOf([['>', call(1, 'now')], ['<', text(1, 'x')]])

function runOf(differences: Explained[], more: Partial<Run> = {}): Run {
  return { differences, ignored: [], sent: 3, unsent: 0, unasked: 0, missing: 0, redacted: 0, placeholders: [], warnings: [], ...more }
}

function reportOf(runs: Run[], more: Partial<VerifyReport> = {}): VerifyReport {
  return { same: runs.every(({ differences }) => differences.length === 0), calls: ['now'], runs, warnings: [], accepted: false, ...more }
}

const clock: Explained = { kind: 'time', guess: 'time', tool: 'now', call: 1, pointer: '/result/content/0/text', expected: '2026-09-23', actual: '2026-11-02', expectedEntry: entries[1], actualEntry: entries[1] }
const integer: Explained = { kind: 'value', tool: 'u64', call: 2, pointer: '/result/n', expected: new NumberLiteral('18446744073709551615'), actual: new NumberLiteral('1.0') }

test('for programs a cause is an object, and its absence a reason', () => {
  const cause = { source: 'clock' as const, component: 'toolbox', use: { component: 'toolbox', interface: 'wasi:clocks/wall-clock', function: 'now', n: 1 } }
  const dependences = { tools: [], calls: 1, runs: 2, notes: ['cut'] }
  const report = JSON.parse(reportJson(reportOf([runOf([{ ...clock, guess: undefined, cause }, { ...integer, unexplained: 'why' }])]), { redact: same, dependences })) as { runs: [{ differences: object[] }]; tools: object[]; notes: string[] }
  expect(report.runs[0].differences).toMatchObject([{ kind: 'time', cause: { source: 'clock', component: 'toolbox', interface: 'wasi:clocks/wall-clock', function: 'now', n: 1 } }, { unexplained: 'why' }])
  expect([report.tools, report.notes]).toEqual([[], ['cut']])
  expect(reportJson(reportOf([runOf([])]), { redact: (note) => note.replace('cut', '[redacted]'), dependences })).toContain('"notes":["[redacted]"]')
})

describe('for people', () => {
  test('nothing that differs is one line', () => {
    expect(reportText(reportOf([runOf([])]), { palette: plain, redact: same })).toBe('3 messages sent, 0 differences\n\nsame: nothing differs\n')
    expect(reportText(reportOf([runOf([]), runOf([])]), { palette: plain, redact: same })).toContain('same: nothing differs in 2 runs')
    expect(reportText(reportOf([runOf([]), runOf([]), runOf([])]), { palette: plain, redact: same })).toMatch(/^runs 1 to 3 of 3: \d+ messages? sent, 0 differences\n\nsame: nothing differs in 3 runs\n$/)
  })

  test('the first difference stands in full, the others in a table, and the verdict names the remedies', () => {
    expect(reportText(reportOf([runOf([clock, integer, { kind: 'missing', tool: 'late', call: 3, expectedEntry: entries[1] }])]), { palette: plain, redact: same })).toMatchInlineSnapshot(`
      "3 messages sent, 3 differences
        first     call 1, entry 2 of the tape: now
        at        /result/content/0/text
        which is  time, by the look of it (a guess)
        expected  "2026-09-23"
        actual    "2026-11-02"

        value    2 u64   /result/n  18446744073709551615 → 1.0
        missing  3 late             {"jsonrpc":"2.0","id":1,"result":{"content":[… → –

      differs: 1 time, 1 value, 1 missing
      Is it meant so? Take the new recording with --accept, or leave out a place with --ignore '/result/content/0/text'.
      "
    `)
  })

  test('a cause that was found is no guess, and where none was found that is said', () => {
    const cause = { source: 'clock' as const, component: 'toolbox', use: { component: 'toolbox', interface: 'wasi:clocks/wall-clock', function: 'now', n: 1 } }
    const found: Explained = { ...clock, guess: undefined, cause }
    const report = reportText(reportOf([runOf([found, found, { ...integer, unexplained: 'nothing changes it' }])]), { palette: plain, redact: same })
    expect(report).toContain('  which is  clock, found by running toolbox in the embedded host: wall-clock\n            now, use 1\n')
    expect(report).toContain('\n  clock  1 now')
    expect(report).toContain('found by running the components in the embedded host: clock ×2, not explained ×1')
    expect(reportText(reportOf([runOf([{ ...integer, unexplained: 'nothing changes it' }])]), { palette: plain, redact: same })).toContain('which is  another value; not explained: nothing changes it')
  })

  test('a script has no tape that could be replaced', () => {
    const report = reportText(reportOf([runOf([clock])]), { palette: plain, redact: same, script: true })
    expect(report).toMatch(/differs: 1 time\n$/)
  })

  test('what tools depend on stands before the verdict, which counts those that cannot be made deterministic', () => {
    const tool = { tool: 'spin', component: 'spin', calls: [2], verdict: 'indefinite' as const, sources: [], indefinite: { reason: 'time' as const, call: 2, message: 'too long' } }
    const report = reportText(reportOf([runOf([])]), { palette: plain, redact: same, dependences: { tools: [tool], calls: 1, runs: 2, notes: [] } })
    expect(report).toMatch(/what 1 tool depends on\n {2}spin \(spin\) {2}cannot be made deterministic\n[^]*\n\nsame: nothing differs, but 1 tool cannot be made deterministic\n$/)
  })

  test('a later run that differs at the same places takes one line', () => {
    const report = reportText(reportOf([runOf([clock]), runOf([{ ...clock, actual: '2026-11-03' }]), runOf([clock]), runOf([])]), { palette: plain, redact: same })
    expect(report).toContain('run 2 of 4: 3 messages sent, 1 difference at the same places, with other values')
    expect(report).toContain('run 3 of 4: 3 messages sent, 1 difference at the same places, with the same values')
    expect(report).toContain('run 4 of 4: 3 messages sent, 0 differences')
    expect(report.match(/first {5}/g)).toHaveLength(1)
  })

  test('what was left out or not sent is said', () => {
    const run = runOf([clock], { ignored: [{ rule: 'list-changed', count: 2 }, { rule: 'load-order', count: 1 }], redacted: 2, placeholders: ['[redacted:jwt#1]'], unsent: 1, unasked: 1, gone: 'the server ended with exit code 3' })
    const report = reportText(reportOf([run], { warnings: ['odd'] }), { palette: plain, redact: same })
    expect(report).toContain('warning: odd')
    expect(report).toContain('ignored as known noise: list-changed ×2, load-order ×1 (--noise none shows them)')
    expect(report).toContain('2 messages sent with redacted values, as they stand in the tape (SHADOWCAT_REDACTED_JWT_1=… sends the real [redacted:jwt#1])')
    expect(report).toContain('1 message could not be sent')
    expect(report).toContain('the server has gone before the end: the server ended with exit code 3')
  })

  test('what did not come in time is no recording to accept', () => {
    const report = reportText(reportOf([runOf([clock], { missing: 2 })]), { palette: plain, redact: same })
    expect(report).toContain('2 recorded messages did not come within the time limit (--call-timeout)')
    expect(report).not.toContain('--accept')
  })

  test('an accepted recording is said to have taken the place', () => {
    expect(reportText(reportOf([runOf([clock])], { accepted: true }), { palette: plain, redact: same })).toContain('the new recording has taken its place')
  })

  test('no line but of values in full is wider than the terminal, and the last line fits into it with its remedy below', () => {
    const wide: Explained = { ...clock, tool: 'a-tool-with-quite-a-long-name-that-goes-on', pointer: `/result/${'deep/'.repeat(40)}end`, expected: 'x'.repeat(5000), actual: '漢字'.repeat(500) }
    const lines = reportText(reportOf([runOf([clock, wide, wide])]), { palette: plain, redact: same }).split('\n')
    for (const line of lines.slice(0, -3)) expect([...line].length).toBeLessThanOrEqual(80)
  })

  test('long texts are shown from shortly before the place where they differ', () => {
    const report = reportText(reportOf([runOf([{ ...clock, expected: `${'a'.repeat(5000)}THEN`, actual: `${'a'.repeat(5000)}NOW` }])]), { palette: plain, redact: same })
    expect(report).toContain('THEN')
    expect(report).toContain('NOW')
    expect(report.length).toBeLessThan(1500)
  })

  test('nothing that a server says steers the terminal', () => {
    const evil = '\u001b[2J\u009b31m\u202e\u0007'
    const report = reportText(reportOf([runOf([{ ...clock, tool: evil, pointer: `/result/${evil}`, expected: evil, actual: `${evil}x` }, { ...clock, tool: evil, expected: evil }])]), { palette: plain, redact: same })
    // oxlint-disable-next-line no-control-regex -- finding them is the purpose
    expect(report).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  })

  test('colour is the palette\'s alone', () => {
    expect(reportText(reportOf([runOf([clock, integer])]), { palette: createPalette(true), redact: same })).toContain('\u001b[')
    expect(reportText(reportOf([runOf([clock, integer])]), { palette: plain, redact: same })).not.toContain('\u001b[')
  })

  test('more differences than the table has rows are counted', () => {
    expect(reportText(reportOf([runOf(Array.from({ length: 30 }, () => integer))]), { palette: plain, redact: same, rows: 5 })).toContain('and 24 differences more (--json shows all)')
  })
})

describe('for programs', () => {
  test('numbers stay exact, and every difference tells its tool, place, kind and values', () => {
    const json = reportJson(reportOf([runOf([clock, integer])]), { redact: same })
    expect(json).toContain('"pointer":"/result/n","kind":"value","expected":18446744073709551615,"actual":1.0')
    expect(JSON.parse(json)).toMatchObject({
      same: false,
      runs: [{ differences: [{ tool: 'now', pointer: '/result/content/0/text', kind: 'time', guess: 'time', expected: '2026-09-23', actual: '2026-11-02', call: 1, entry: 2 }, { tool: 'u64', kind: 'value' }] }],
    })
  })

  test('a message that is missing as a whole is given whole', () => {
    const json = JSON.parse(reportJson(reportOf([runOf([{ kind: 'missing', tool: 'now', expectedEntry: entries[1] }])]), { redact: same })) as { runs: { differences: object[] }[] }
    expect(json.runs[0]!.differences[0]).toEqual({ tool: 'now', pointer: null, kind: 'missing', expected: { jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'x' }] } }, entry: 2 })
  })

  test('keys such as __proto__ are keys', () => {
    const value: Exact = new Map<string, Exact>([['__proto__', 'x']])
    expect(reportJson(reportOf([runOf([{ ...clock, expected: value }])]), { redact: same })).toContain('"expected":{"__proto__":"x"}')
  })
})

test('everything is redacted before it is cut or written', () => {
  const redact = (value: string): string => value.replaceAll('sk-secret', '[redacted]')
  const secret: Explained = { ...clock, tool: 'sk-secret', pointer: '/result/sk-secret', expected: `${'.'.repeat(60)}sk-secret`, actual: new Map([['sk-secret', ['sk-secret']]]) }
  const report = reportOf([runOf([secret, secret], { gone: 'sk-secret' })], { warnings: ['sk-secret'] })
  for (const output of [reportText(report, { palette: plain, redact }), reportJson(report, { redact })]) {
    expect(output).not.toMatch(/sk-sec/)
    expect(output).toContain('[redacted]')
  }
})
