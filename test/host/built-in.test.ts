import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { builtInTools } from '../../src/component/built-in-tools.ts'
import { type BuiltInAnswer, findBuiltIn } from '../../src/host/built-in.ts'
import { Components, createLoader } from '../../src/host/components.ts'
import { parseExact } from '../../src/json.ts'
import { cache, epoch } from './components.ts'
import { file } from './files.ts'

const load = createLoader({ cache })
let components: Components
let folder: string
beforeEach(() => {
  components = new Components(load)
  folder = mkdtempSync(join(tmpdir(), 'shadowcat-built-in-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function ask(tool: string, given: object): Promise<BuiltInAnswer> {
  return findBuiltIn(tool)!(parseExact(Buffer.from(JSON.stringify(given))) as Map<string, never>, { components, epoch })
}

test('every built-in tool that is listed is there, and no other', () => {
  for (const { name } of builtInTools) expect(findBuiltIn(name), name).toBeTypeOf('function')
  expect(findBuiltIn('echo')).toBeUndefined()
})

test('a load tells that tools have changed, and what was loaded; one that fails tells nothing', async () => {
  expect(await ask('load-component', { path: `file://${file('greeter')}` })).toMatchObject({ changed: true, loaded: { source: { id: 'greeter' } }, answer: { isError: false } })
  const failed = await ask('load-component', { path: `file://${file('broken')}` })
  expect([failed.changed, failed.loaded, failed.answer.isError]).toEqual([undefined, undefined, true])
})

describe('what is not loaded is refused in words', () => {
  test('components from registries', async () => {
    expect((await ask('load-component', { path: 'oci://ghcr.io/x:1' })).answer.text).toBe('Error: Failed to load component: oci://ghcr.io/x:1: the embedded host fetches nothing: download the component, and load it as file:///….wasm')
  })

  test('a folder', async () => {
    mkdirSync(join(folder, 'x.wasm'))
    expect((await ask('load-component', { path: `file://${join(folder, 'x.wasm')}` })).answer.text).toContain('x.wasm is no file')
  })
})

test('paths are taken as they stand, as Wassette takes them', async () => {
  copyFileSync(file('greeter'), join(folder, 'a b.wasm'))
  expect((await ask('load-component', { path: `file://${join(folder, 'a b.wasm')}` })).answer.text).toContain('"id":"a b"')
  expect((await ask('load-component', { path: `file://${join(folder, 'a%20b.wasm')}` })).answer.text).toContain('does not exist')
})

test('a policy is of the epoch, and in no folder of this machine', async () => {
  await ask('load-component', { path: `file://${file('greeter')}` })
  await ask('grant-network-permission', { component_id: 'greeter', details: { host: 'a.example' } })
  expect(JSON.parse((await ask('get-policy', { component_id: 'greeter' })).answer.text)).toMatchObject({ policy_info: { local_path: '/components/greeter.policy.yaml', created_at: 1_000_000_000 } })
  await ask('reset-permission', { component_id: 'greeter' })
  expect((await ask('get-policy', { component_id: 'greeter' })).answer.text).toContain('no policy found')
})
