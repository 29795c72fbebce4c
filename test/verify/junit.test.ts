import { describe, expect, test } from 'vitest'
import * as fc from 'fast-check'
import type { Explained } from '../../src/verify/guesses.ts'
import { junitXml } from '../../src/verify/junit.ts'
import type { Run, VerifyReport } from '../../src/verify/verify.ts'

const same = (value: string): string => value

function reportOf(differences: Explained[], more: Partial<Run> = {}, calls = ['initialize', 'now', 'u64 {"n":1}']): VerifyReport {
  const run: Run = { differences, ignored: [], sent: 3, unsent: 0, unasked: 0, missing: 0, redacted: 0, placeholders: [], warnings: [], ...more }
  return { same: differences.length === 0, calls, runs: [run], warnings: [], accepted: false }
}

const clock: Explained = { kind: 'time', guess: 'time', tool: 'now', call: 2, pointer: '/result/content/0/text', expected: '2026-09-23', actual: '2026-11-02' }

/** Reads XML strictly enough to find what is not well-formed; returns the attributes and text it holds, decoded. */
function readXml(xml: string): string[] {
  const open: string[] = []
  const found: string[] = []
  const body = xml.replace(/^<\?xml version="1.0" encoding="UTF-8"\?>\n/, '')
  // oxlint-disable-next-line no-control-regex -- finding them is the purpose
  expect(body).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/)
  expect(body.isWellFormed()).toBe(true)
  let at = 0
  for (const tag of body.matchAll(/<(\/?)([a-z]+)((?: [a-z]+="[^"<]*")*)(\/?)>/g)) {
    found.push(decode(body.slice(at, tag.index)))
    at = tag.index + tag[0].length
    for (const [, value] of tag[3]!.matchAll(/="([^"]*)"/g)) found.push(decode(value!))
    if (tag[1]) expect(open.pop()).toBe(tag[2])
    else if (!tag[4]) open.push(tag[2]!)
  }
  expect(open).toEqual([])
  expect(body.slice(at)).toBe('\n')
  return found
}

function decode(text: string): string {
  expect(text).not.toMatch(/<|>/)
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#10': '\n', '#13': '\r', '#9': '\t' }
  return text.replace(/&([^;]*;?)/g, (whole, name: string) => entities[name.replace(';', '')] ?? expect.fail(`bad reference ${whole}`))
}

test('one case for each call, one failure for each that differs, with place and values', () => {
  const xml = junitXml(reportOf([clock, { ...clock, pointer: '/result/x', kind: 'value', guess: undefined }]), { name: 'time.tape', redact: same })
  expect(xml).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="shadowcat verify" tests="3" failures="1">
      <testsuite name="time.tape" tests="3" failures="1" errors="0">
        <testcase classname="time.tape" name="call 1: initialize"/>
        <testcase classname="time.tape" name="call 2: now"><failure message="time (a guess) at /result/content/0/text and 1 more" type="time">time (a guess) at /result/content/0/text
      expected "2026-09-23"
      actual   "2026-11-02"
    value at /result/x
      expected "2026-09-23"
      actual   "2026-11-02"</failure></testcase>
        <testcase classname="time.tape" name="call 3: u64 {&quot;n&quot;:1}"/>
      </testsuite>
    </testsuites>
    "
  `)
  readXml(xml)
})

test('a run without differences has no failures', () => {
  expect(junitXml(reportOf([]), { name: 'time.tape', redact: same })).toMatch(/tests="3" failures="0"/)
})

describe('what belongs to no call', () => {
  test('is a failure of the session', () => {
    expect(junitXml(reportOf([{ ...clock, call: undefined }]), { name: 't', redact: same })).toMatch(/name="the session"><failure/)
  })

  test('a server that has gone is an error', () => {
    expect(junitXml(reportOf([], { gone: 'exit code 3 & "more"' }), { name: 't', redact: same })).toContain('<error message="exit code 3 &amp; &quot;more&quot;" type="gone"/>')
  })
})

test('several runs are several suites', () => {
  const report = reportOf([clock])
  const xml = junitXml({ ...report, runs: [...report.runs, ...report.runs] }, { name: 't', redact: same })
  expect(xml).toContain('<testsuites name="shadowcat verify" tests="6" failures="2">')
  expect(xml).toContain('name="t, run 2"')
})

test('any text whatever makes well-formed XML that says it again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('', '\u0000', ']]>', '\ud800', '&#0;', '\u001b[0m', '\r\n\t'), (text, odd) => {
      const hostile = text + odd
      const found = readXml(junitXml(reportOf([{ ...clock, pointer: hostile, expected: hostile, actual: hostile }], { gone: hostile }, [hostile]), { name: hostile, redact: same }))
      // oxlint-disable-next-line no-control-regex -- finding them is the purpose
      const legal = hostile.toWellFormed().replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      expect(found).toContain(legal)
    }),
    { numRuns: 200 },
  )
})

test('names, places and values are redacted', () => {
  const redact = (value: string): string => value.replaceAll('sk-secret', '[redacted]')
  const xml = junitXml(reportOf([{ ...clock, pointer: '/sk-secret', expected: 'sk-secret', actual: ['sk-secret'] }], { gone: 'sk-secret' }, ['now sk-secret']), { name: 't', redact })
  expect(xml).not.toContain('sk-secret')
})

test('a cause that was found is told as found, and what is not explained says why', () => {
  const cause = { source: 'clock' as const, component: 'toolbox', use: { component: 'toolbox', interface: 'wasi:clocks/wall-clock', function: 'now', n: 1 } }
  const xml = junitXml(reportOf([{ ...clock, guess: undefined, cause }, { ...clock, call: 3, unexplained: 'nothing changes it' }]), { name: 'x', redact: same })
  expect(xml).toContain('message="clock, found by running toolbox in the embedded host: wall-clock now, use 1 at /result/content/0/text"')
  expect(xml).toContain('message="time (a guess), not explained: nothing changes it at /result/content/0/text"')
})
