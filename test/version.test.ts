import { expect, test } from 'vitest'
import { checkNode, packageVersion } from '../src/version.ts'

test('the version is a semantic one', () => expect(packageVersion()).toMatch(/^\d+\.\d+\.\d+/))

test.each(['20.20.2', '22.11.0', '18.0.0'])('Node %s is too old, in one sentence', (version) => {
  expect(() => checkNode(version)).toThrow(`shadowcat needs Node 22.12 or newer; this is v${version}`)
})

test.each(['22.12.0', '24.0.0', process.versions.node])('Node %s will do', (version) => expect(() => checkNode(version)).not.toThrow())
