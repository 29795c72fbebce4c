import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { calls, run } from './calls.ts'

/** Of the fixtures that are used in other tests alone. Those that cannot run (broken, documented) or never end (spin) are in neither list. */
const further: typeof calls = [
  ['sources', { name: 'everything' }, ['api.test', '/x', 'a', 'HOME']],
  ['teller', { name: 'ask' }, ['api.test']],
  ['teller', { name: 'notes' }, []],
  ['types', { name: 'odd-nan' }, []],
  ['types', { name: 'odd-nan32' }, []],
  ['teller', { name: 'mark' }, []],
]

describe('100 runs with one seed give the same answer and the same trace, byte for byte', () => {
  test.each([...calls, ...further])('%s %o %o', async (component, target, args) => {
    const first = await run(component, target, args)
    for (let i = 1; i < 100; i++) expect(await run(component, target, args)).toBe(first)
  })
})

test('and so they are on every machine and every version of Node', async () => {
  const all = createHash('sha256')
  for (const call of calls) all.update(await run(...call))
  expect(all.digest('hex')).toMatchInlineSnapshot(`"b528b8d13ba38d239ffbe3f93d5bd6fcfce99fbb2cb96edb60c5493451dcc757"`)
})

test('and so are those of further fixtures', async () => {
  const all = createHash('sha256')
  for (const call of further) all.update(await run(...call))
  expect(all.digest('hex')).toMatchInlineSnapshot(`"c0bcfa1b85a15d3d1f327689401e430e6fb25ba6305254955b92eefd4a0122c2"`)
})

test('another seed changes what is random, and nothing else', async () => {
  const withoutSeed = (text: string): string => text.replace(/"seed":"\d+n"/, '')
  for (const [component, target, args] of calls) {
    const [one, other] = [withoutSeed(await run(component, target, args, 1n)), withoutSeed(await run(component, target, args, 2n))]
    expect(one === other, `${component} ${target.name}`).toBe(component !== 'random')
  }
})

test('what is not granted is not in the answer, nor in the trace', async () => {
  for (const call of calls) expect(await run(...call)).not.toContain('SECRET')
})
