import { describe, expect, test } from 'vitest'
import { type Permissions, newPolicy, noPermissions } from '../../src/component/policy.ts'
import { faultOf } from '../../src/component/policy-rules.ts'

const withPermissions = (permissions: Partial<Permissions>) => ({ ...newPolicy('x'), permissions: { ...noPermissions, ...permissions } })
const storage = (uri: string) => withPermissions({ storage: { allow: [{ uri, access: ['read'] }], deny: null } })
const network = (host: string) => withPermissions({ network: { allow: null, deny: [{ host }] } })
const invalid = 'Permission validation failed'

test('versions 1.x alone are known', () => {
  expect(faultOf({ ...newPolicy('x'), version: '1.9' })).toBeUndefined()
  expect(faultOf({ ...newPolicy('x'), version: '2.0' })).toBe('Unsupported version: 2.0')
})

describe('rules', () => {
  test.each(['fs:///a', 'fs:///a/**', 'fs://a/*/b', 'fs:///a/*.txt'])('storage %s is taken', (uri) => expect(faultOf(storage(uri))).toBeUndefined())
  test.each(['', 'fs:///a/***', 'fs:///a/b**', 'fs:///a/*b*'])('storage %j is not', (uri) => expect(faultOf(storage(uri))).toBe(invalid))
  test.each(['a.example', '*', '*.a.example'])('host %s is taken', (host) => expect(faultOf(network(host))).toBeUndefined())
  test.each(['', 'a*', '*.', '*.a.', '*.*.a', '**'])('host %j is not', (host) => expect(faultOf(network(host))).toBe(invalid))
  test.each([['A', undefined], ['', invalid], ['A*', invalid]])('key %j: %s', (key, fault) => expect(faultOf(withPermissions({ environment: { allow: [{ key }] } }))).toBe(fault))
  test.each([['10.0.0.0/8', undefined], ['10.0.0.0', invalid]])('network %j: %s', (cidr, fault) => expect(faultOf(withPermissions({ network: { allow: [{ cidr }], deny: null } }))).toBe(fault))
  test('storage without access is not taken', () => expect(faultOf(withPermissions({ storage: { allow: [{ uri: 'fs:///a', access: [] }], deny: null } }))).toBe(invalid))
})
