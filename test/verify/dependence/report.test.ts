import { expect, test } from 'vitest'
import stringWidth from 'string-width'
import { createPalette } from '../../../src/palette.ts'
import type { Dependences, Effect, SourceDependence, ToolDependences } from '../../../src/verify/dependence/dependences.ts'
import { dependencesJson, dependencesText } from '../../../src/verify/dependence/report.ts'

const layout = { palette: createPalette(false), redact: (text: string) => text.replaceAll('secret', '[redacted]'), width: 80 }
const use = (n: number, more: object = {}) => ({ component: 'toolbox', interface: 'wasi:clocks/wall-clock', function: 'now', n, ...more })
const at = '/result/structuredContent/result'
const clock = (...effects: Effect[]): SourceDependence => ({ source: 'clock', uses: 3, effects })
const tool = (name: string, sources: SourceDependence[] = [], more: Partial<ToolDependences> = {}): ToolDependences => ({
  tool: name, component: 'toolbox', calls: [2], verdict: sources.length === 0 ? 'pure' : sources.some(({ effects }) => effects.length > 0) ? 'dependent' : 'unaffected', sources, ...more,
})
const all = (...tools: ToolDependences[]): Dependences => ({ tools, calls: 5, runs: 9, notes: ['something was left out'] })

test('a block for each tool, with what feeds each place', () => {
  const both = tool('both', [clock({ pointer: `${at}/at`, calls: [2], use: use(1) }), { source: 'random', uses: 1, effects: [{ pointer: `${at}/n`, calls: [2] }] }, { source: 'http', uses: 1, effects: [] }])
  const lines = dependencesText(all(tool('echo'), tool('now-seconds', [clock({ pointer: '/result/content/0/text', calls: [2], use: use(1), repeats: '/result/structuredContent' }, { pointer: at, calls: [2], use: use(1) }, { pointer: at, calls: [2], use: use(2) })]), both, tool('quiet', [clock()])), layout)
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "what 4 tools depend on
      echo (toolbox)         pure
      now-seconds (toolbox)  reads the clock
        clock   /result/structuredContent/result  ← wall-clock now, uses 1 and 2
      both (toolbox)         reads the clock, draws random numbers
        clock   /result/structuredContent/result/at  ← wall-clock now, use 1
        random  /result/structuredContent/result/n
        http    used once, without effect on the result
      quiet (toolbox)        depends on nothing that it uses
        clock   used 3 times, without effect on the result
    something was left out
    found in 9 runs of 5 calls in the embedded host"
  `)
})

test('why a tool cannot be made deterministic is told in full', () => {
  const lines = dependencesText(all(tool('spin', [], { verdict: 'indefinite', indefinite: { reason: 'time', call: 4, message: `a secret ${'and a long reason '.repeat(8)}` } })), layout)
  expect(lines.slice(1, 4)).toMatchInlineSnapshot(`
    [
      "  spin (toolbox)  cannot be made deterministic",
      "    call 4: a [redacted] and a long reason and a long reason and a long reason",
      "    and a long reason and a long reason and a long reason and a long reason and",
    ]
  `)
})

test('why a component could not be had is told once', () => {
  const lost = { verdict: 'unknown' as const, missing: 'it is gone' }
  expect(dependencesText(all(tool('a', [], lost), tool('b', [], lost)), layout).slice(1, 4)).toEqual(['  a (toolbox)  not known: its component could not be had', '    it is gone', '  b (toolbox)  not known: its component could not be had'])
})

test('an answer that became a failure changed as a whole, in the calls in which it did', () => {
  const failing = ['/result/content/0/text', '/result/structuredContent', '/result/isError'].map((pointer) => ({ pointer, calls: [3], use: use(1) }))
  expect(dependencesText(all(tool('fetch', [clock(...failing)], { calls: [2, 3] })), layout)[2]).toBe('    clock  /result in call 3  ← wall-clock now, use 1')
})

test('lines are no wider than they may be, and many places are counted', () => {
  const many = Array.from({ length: 12 }, (_, index) => ({ pointer: `/result/${'long/'.repeat(20)}${index}`, calls: [2], use: use(1) }))
  const lines = dependencesText(all(tool('道具'.repeat(30), [clock(...many)]), tool('short', ['clock', 'random', 'http', 'files', 'environment'].map((source) => ({ ...clock({ pointer: `/result/${'x'.repeat(50)}`, calls: [2], use: use(1) }), source: source as 'clock' })))), layout)
  for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(80)
  expect(lines.join('\n')).toContain('and 4 places more (--json shows all)')
})

test('no call of a component is said', () => {
  expect(dependencesText({ tools: [], calls: 0, runs: 2, notes: [] }, layout)[1]).toBe('  no tool of a component was called')
})

test('notes hold no secret', () => {
  expect(dependencesText({ tools: [], calls: 1, runs: 2, notes: ['the tool secret was left out'] }, layout).join('\n')).toContain('the tool [redacted] was left out')
})

test('for programs everything is there, without secrets', () => {
  const found = all(tool('now', [clock({ pointer: '/result/secret', calls: [2], use: use(1) })]))
  expect(dependencesJson(found, layout.redact)).toEqual([{ tool: 'now', component: 'toolbox', calls: [2], verdict: 'dependent', sources: [{ source: 'clock', uses: 3, effects: [{ pointer: '/result/[redacted]', calls: [2], use: use(1) }] }] }])
})
