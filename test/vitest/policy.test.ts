import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { ciVariable, ciVariables, policyFrom } from '../../src/vitest/policy.ts'

test('the variables of CI are those of the std-env that vitest uses, in its order', () => {
  const requireOfVitest = createRequire(createRequire(import.meta.url).resolve('vitest'))
  const text = readFileSync(requireOfVitest.resolve('std-env'), 'utf8')
  const [table] = /\[\["APPVEYOR"\].*?\]\]/s.exec(text)!
  const rows = JSON.parse(table.replaceAll('{ci:!0}', '{"ci":true}').replaceAll('{ci:!1}', '{"ci":false}')) as [string, string?, { ci: boolean }?][]
  expect(ciVariables).toEqual(['CI', ...new Set(rows.map(([name, variable]) => variable ?? name))])
  for (const [name, variable = name, facts] of rows) expect([variable, ciVariable({ [variable]: '1' })]).toEqual([variable, facts?.ci === false ? undefined : variable])
})

test.each([
  [{}, undefined],
  [{ CI: '' }, undefined],
  [{ CI: 'false' }, 'CI'],
  [{ CI: '1', GITHUB_ACTIONS: 'true' }, 'CI'],
  [{ VERCEL: '1' }, undefined],
  [{ VERCEL: '1', STORMKIT: '1' }, undefined],
  [{ NETLIFY: '1', NETLIFY_LOCAL: '1' }, 'NETLIFY'],
])('%o is CI by %o', (env, variable) => expect(ciVariable(env)).toBe(variable))

test.each([
  ['locally what is missing is recorded', { resolved: 'new', given: undefined, env: {} }, { update: 'new' }],
  ['CI is named when it alone decided', { resolved: 'none', given: undefined, env: { GITLAB_CI: '1' } }, { update: 'none', ci: 'GITLAB_CI' }],
  ['not when someone asked for none', { resolved: 'none', given: 'none', env: { CI: '1' } }, { update: 'none' }],
  ['not when a variable asked for none', { resolved: 'none', given: undefined, env: { CI: '1', UPDATE_SNAPSHOT: 'none' } }, { update: 'none' }],
  ['-u wins over CI', { resolved: 'all', given: true, env: { CI: '1' } }, { update: 'all' }],
  ['a mode wins over CI', { resolved: 'none', given: undefined, env: { CI: '1', SHADOWCAT_MODE: 'record' } }, { update: 'none', mode: 'record' }],
  ['an empty mode is none', { resolved: 'new', given: undefined, env: { SHADOWCAT_MODE: '' } }, { update: 'new' }],
] as const)('%s', (_, source, policy) => expect(policyFrom(source)).toEqual(policy))

test('a wrong mode is refused, and the right one named', () => {
  const from = (mode: string) => () => policyFrom({ resolved: 'new', given: undefined, env: { SHADOWCAT_MODE: mode } })
  expect(from('reply')).toThrow('SHADOWCAT_MODE is record, replay or verify; found "reply": did you mean replay?')
  expect(from('1')).toThrow('SHADOWCAT_MODE is record, replay or verify; found "1"')
})
