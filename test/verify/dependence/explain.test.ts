import { describe, expect, test } from 'vitest'
import type { Recording } from '../../../src/tape/entry.ts'
import type { Dependences, ToolDependences } from '../../../src/verify/dependence/dependences.ts'
import { explainFound, sameSources } from '../../../src/verify/dependence/explain.ts'
import type { Explained } from '../../../src/verify/guesses.ts'
import type { VerifyReport } from '../../../src/verify/verify.ts'

const use = { component: 'toolbox', interface: 'wasi:clocks/wall-clock', function: 'now', n: 1 }
const now: ToolDependences = {
  tool: 'now', component: 'toolbox', calls: [2, 3], verdict: 'dependent',
  sources: [{ source: 'clock', uses: 1, effects: [{ pointer: '/result/structuredContent/result', calls: [2], use }] }, { source: 'http', uses: 1, effects: [{ pointer: '/result/structuredContent/result', calls: [2] }] }],
}
const dependences: Dependences = { tools: [now], calls: 2, runs: 3, notes: [] }
const difference: Explained = { kind: 'time', guess: 'time', tool: 'now', call: 2, pointer: '/result/structuredContent/result', expected: 'a', actual: 'b' }

function explained(one: Explained, found = dependences, options: Parameters<typeof explainFound>[2] = {}): Explained {
  const report: VerifyReport = { same: false, calls: [], warnings: [], accepted: false, runs: [{ differences: [one], ignored: [], sent: 1, unsent: 0, unasked: 0, missing: 0, redacted: 0, placeholders: [], warnings: [] }] }
  return explainFound(report, found, options).runs[0]!.differences[0]!
}

describe('a difference at a place that was found to depend on something', () => {
  test('is no guess any more', () => {
    expect(explained(difference)).toEqual({ ...difference, guess: undefined, cause: { component: 'toolbox', source: 'clock', use } })
  })

  test('is so around that place and inside of it too, and not beside it', () => {
    for (const pointer of ['/result/structuredContent', '/result/structuredContent/result/deeper', '']) expect(explained({ ...difference, pointer }).cause).toBeDefined()
    expect(explained({ ...difference, pointer: '/result/structuredContent/result2' }).cause).toBeUndefined()
  })

  test('is blamed on no source that said the same both times', () => {
    expect(explained(difference, dependences, { held: ['clock'] }).cause).toEqual({ component: 'toolbox', source: 'http' })
    expect(explained(difference, dependences, { held: ['clock', 'http'] })).toMatchObject({ guess: 'time', unexplained: 'it depends on the clock, which said the same both times' })
  })
})

describe('a difference that is not explained says why', () => {
  test.each([
    ['in another call', { ...difference, call: 3 }, dependences, 'nothing that toolbox uses of the world changes it in the embedded host'],
    ['in a call that was not run', { ...difference, call: 9 }, dependences, 'now was not run in the embedded host'],
    ['of a component that cannot be had', { ...difference, call: 3 }, { ...dependences, tools: [{ ...now, missing: 'there are no bytes' }] }, 'the component toolbox could not be had to be run'],
    ['of a tool that is not deterministic', { ...difference, call: 3 }, { ...dependences, tools: [{ ...now, indefinite: { reason: 'differs' as const, call: 3, message: 'it answers otherwise' } }] }, 'run in the embedded host, it cannot be made deterministic: it answers otherwise'],
  ])('%s', (_, one, found, reason) => expect(explained(one, found).unexplained).toBe(reason))

  test('and what is no tool\'s answer stays as it is', () => {
    for (const other of [{ ...difference, tool: undefined }, { ...difference, pointer: undefined }]) expect(explained(other)).toBe(other)
  })
})

test('time and randomness of one world say the same both times; the machine\'s own clock does not', () => {
  const held = (recorded: Recording['sessions'][0]['world'], live?: typeof recorded) => sameSources({ sessions: [{ ordinal: 1, upstream: { kind: 'embedded' }, startedAt: '', world: recorded }], entries: [], loads: [] }, { describe: () => ({ kind: 'x' }), open: () => expect.fail(), ...(live && { world: () => live }) })
  expect([held({ seed: 'real' }, { seed: 'real' }), held({ seed: 1 }, { seed: 1 }), held({ seed: 1 }, { seed: 2 }), held(undefined), held({ clock: 'real' }, { clock: 'real' })]).toEqual([['clock'], ['clock', 'random'], [], [], ['random']])
})

test('what is told from the recording says the same, but for values of variables', () => {
  expect(sameSources({ sessions: [], entries: [], loads: [] }, { describe: () => ({ kind: 'x' }), open: () => expect.fail() }, 'recorded')).toEqual(['clock', 'random', 'http', 'files'])
})
