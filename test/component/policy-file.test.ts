import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parsePolicy, readPolicy, writePolicy } from '../../src/component/policy-file.ts'
import { type Policy, newPolicy, noPermissions } from '../../src/component/policy.ts'

const text = fc.string({ minLength: 1, maxLength: 12, unit: 'binary' }).filter((value) => !value.includes('*'))
const rules = <Rule>(rule: fc.Arbitrary<Rule>) => fc.option(fc.record({ allow: fc.option(fc.array(rule, { maxLength: 3 })), deny: fc.option(fc.array(rule, { maxLength: 2 })) }))
const policies: fc.Arbitrary<Policy> = fc.record({
  version: fc.constantFrom('1.0', '1.1'),
  description: fc.option(text),
  permissions: fc.record({
    storage: rules(fc.record({ uri: text, access: fc.uniqueArray(fc.constantFrom('read', 'write'), { minLength: 1 }) })),
    network: rules(fc.record({ host: text })),
    environment: fc.option(fc.record({ allow: fc.option(fc.array(fc.record({ key: text }), { maxLength: 3 })) })),
    runtime: fc.constant(null),
    resources: fc.constant(null),
    ipc: rules(fc.record({ uri: text })),
  }),
})

test('what is written is read back the same, whatever the strings are', () => {
  fc.assert(fc.property(policies, (policy) => void expect(parsePolicy(writePolicy(policy))).toEqual(policy)), { numRuns: 2000 })
})

test('a new policy says whose it is, and allows nothing', () => {
  expect(writePolicy(newPolicy('tiny'))).toBe(
    "version: '1.0'\ndescription: 'Auto-generated policy for component: tiny'\npermissions:\n  storage: null\n  network: null\n  environment: null\n  runtime: null\n  resources: null\n  ipc: null\n",
  )
})

test('a broken file is told with its place, and denies everything', () => {
  const { policy, finding } = readPolicy('version: "1.0"\npermissions:\n  storage:\n    allow: [{uri: "fs:///a", access: [fly]}]\n')
  expect(policy.permissions).toEqual(noPermissions)
  expect(finding).toBe('the policy cannot be read, so everything is denied: permissions.storage.allow[0].access[0]: unknown variant `fly`, expected `read` or `write` at line 4 column 39')
})

test('aliases that grow without end are refused', () => {
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]', ...'bcdefghi'.split('').map((key, index) => `${key}: &${key} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[index]!}`).join()}]`)]
  const { finding } = readPolicy(`version: "1.0"\npermissions:\n  runtime:\n    hyperlight:\n${bomb.map((line) => `      ${line}`).join('\n')}\n`)
  expect(finding).toMatch(/everything is denied: ./)
})
