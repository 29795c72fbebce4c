import { expect, test } from 'vitest'
import { checkNode, packageVersion } from '../src/version.ts'

test('the version is a semantic one', () => expect(packageVersion()).toMatch(/^\d+\.\d+\.\d+/))

test.each([['20.20.2', '9'], ['22.13.1', '9'], ['23.5.0', '9'], ['0.12.0', undefined]])('Node %s is too old, in one sentence', (node, napi) => {
  expect(() => checkNode({ node, napi })).toThrow(`shadowcat needs Node 22.14, 24 or newer; this is v${node}`)
})

test.each([['22.14.0', '10'], ['24.0.0', '10'], [process.versions.node, process.versions['napi']]])('Node %s will do', (node, napi) => expect(() => checkNode({ node, napi })).not.toThrow())
