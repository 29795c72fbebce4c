import { expect, test } from 'vitest'
import { grant, newPolicy } from '../../src/component/policy.ts'
import { toGrants } from '../../src/host/grants.ts'

test('a policy grants what it allows, and nothing else', () => {
  let policy = newPolicy('tool')
  policy = grant(policy, 'network', { host: 'api.example.com' })
  policy = grant(policy, 'storage', { uri: 'fs:///data', access: ['read', 'write'] })
  policy = grant(policy, 'environment', { key: 'HOME' })
  const grants = toGrants(policy)
  expect(grants.folders).toEqual([{ path: '/data', read: true, write: true }])
  expect(grants.environment).toEqual(['HOME'])
  expect(['api.example.com', 'example.com', 'x.api.example.com'].map((host) => grants.host('https', host))).toEqual([true, false, false])
})
