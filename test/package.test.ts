import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { publint } from 'publint'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { peerDependencies: Record<string, string>; peerDependenciesMeta: Record<string, unknown> }

// What is packed, and how TypeScript sees it, `npm run examples` checks too.
test('the package is as those who load it expect', async () => {
  const { messages } = await publint({ pkgDir: root, pack: false, strict: true })
  expect(messages).toEqual([])
})

test.each(Object.entries(manifest.peerDependencies))('the version of %s that is tested is the oldest that is taken: %s', (name, range) => {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }
  expect(range).toBe(`^${version.split('.').slice(0, 2).join('.')}.0`)
})

test('no peer is needed for the command line', () => {
  expect(manifest.peerDependenciesMeta).toEqual(Object.fromEntries(Object.keys(manifest.peerDependencies).map((name) => [name, { optional: true }])))
})
