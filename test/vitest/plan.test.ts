import { expect, test } from 'vitest'
import { missingTape, missingUpstream, planFor, runCommand } from '../../src/vitest/plan.ts'
import type { Settings } from '../../src/vitest/settings.ts'

const settings = { root: '/project', update: 'none' } as Settings

test.each([
  ['new', undefined, 'record', 'replay'],
  ['none', undefined, 'refuse', 'replay'],
  ['all', undefined, 'record', 'record'],
  ['none', 'record', 'record', 'record'],
  ['all', 'replay', 'refuse', 'replay'],
  ['new', 'replay', 'refuse', 'replay'],
  ['new', 'verify', 'refuse', 'verify'],
  ['all', 'verify', 'refuse', 'verify'],
] as const)('under the policy %s and the mode %s, a test without a tape is to %s, one with a tape to %s', (update, mode, without, having) => {
  const policy = { update, ...(mode && { mode }) }
  expect([planFor(policy, false), planFor(policy, true)]).toEqual([without, having])
})

test('a command runs one test alone, whatever it is called', () => {
  const command = (title?: string): string => runCommand({ file: '/project/test/a b.test.ts', title }, '/project', '-u')
  expect(command()).toBe('npx vitest run "test/a b.test.ts" -u')
  expect(command('plain')).toBe('npx vitest run "test/a b.test.ts" -t plain -u')
  expect(command('of two words')).toBe('npx vitest run "test/a b.test.ts" -t "of two words" -u')
  expect(command("it's (1+1) $2")).toBe(String.raw`npx vitest run "test/a b.test.ts" -t 'it'\''s \(1\+1\) \$2' -u`)
})

test('a missing tape is told with the reason and the remedy', () => {
  const place = { file: '/project/a.test.ts', title: 'one' }
  const told = (given: Partial<Settings>): string => missingTape({ ...settings, ...given }, '/project/tapes/one.tape', place).message
  expect(told({ ci: 'GITLAB_CI' })).toBe('there is no tape tapes/one.tape, and nothing is recorded because this is CI, as the variable GITLAB_CI says. Record it where it is not, and commit it: npx vitest run a.test.ts -t one')
  expect(told({})).toBe('there is no tape tapes/one.tape, and nothing is recorded under vitest\'s update policy "none". Record it: npx vitest run a.test.ts -t one --update=new')
  expect(told({ update: 'new', mode: 'replay' })).toBe('there is no tape tapes/one.tape, and nothing is recorded under SHADOWCAT_MODE=replay. Record it: npx vitest run a.test.ts -t one')
})

test('a missing server is told with what to add', () => {
  expect(missingUpstream(settings, '/project/tapes/one.tape').message).toMatch(/^tapes\/one\.tape is to be recorded, and no server is named.*shadowcat\(\{ upstream: \{ command/)
})
