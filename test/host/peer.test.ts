/** jco-transpile is an optional peer: what shadowcat is without it. */
import { execFile } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCache } from '../../src/host/cache.ts'
import { loadComponent } from '../../src/host/load.ts'
import { bytesOf } from './components.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'shadowcat-peer-'))
const script = join(folder, 'calls.jsonl')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** As installed by someone who did not install the peer. */
beforeAll(() => {
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true })
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'))
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: object }
  for (const name of Object.keys(dependencies)) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), link)
  }
  writeFileSync(script, '{"tool":"greet","arguments":{"name":"Ada"}}\n')
})

function record(tape: string, cache: string): Promise<{ code: unknown; stderr: string }> {
  const component = join(root, 'test/fixtures/components/greeter.wasm')
  const args = [join(folder, 'dist/cli/main.js'), 'record', join(folder, tape), '--script', script, '--upstream', 'embedded', '--component', component]
  const env = { ...process.env, NO_COLOR: '1', SHADOWCAT_CACHE: join(folder, cache) }
  return new Promise((resolve) => execFile(process.execPath, args, { env }, (error, _, stderr) => resolve({ code: error?.code ?? 0, stderr })))
}

test('a component that has to be translated is refused in one line, which names the package and how to install it', async () => {
  const { code, stderr } = await record('none.tape', 'empty')
  expect(code).toBe(2)
  expect(stderr).toMatch(/^[^\n]*components run by way of @bytecodealliance\/jco-transpile, which is not installed: npm install --save-dev @bytecodealliance\/jco-transpile\n$/)
})

test('one that was translated before is called', async () => {
  await loadComponent(bytesOf('greeter'), { cache: openCache(join(folder, 'filled')) })
  expect(await record('called.tape', 'filled')).toMatchObject({ code: 0, stderr: expect.stringContaining('recorded ') as string })
})
