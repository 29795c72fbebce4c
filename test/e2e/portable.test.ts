/** Tapes in a repository that is cloned to another place, or whose tapes are rewritten into another folder. */
import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lines, root, shadowcat, temporary, tidy } from './run.ts'
import { query } from './tape.ts'

const env = { SHADOWCAT_CACHE: join(root, 'node_modules/.cache/shadowcat-tests') }
let folder: string

beforeAll(async () => {
  folder = temporary()
  const first = join(folder, 'first')
  for (const name of ['components', 'tapes']) mkdirSync(join(first, name), { recursive: true })
  cpSync(join(root, 'test/fixtures/components/toolbox.wasm'), join(first, 'components/toolbox.wasm'))
  writeFileSync(join(first, 'calls.jsonl'), lines([{ tool: 'echo', arguments: { text: 'hello' } }, { tool: 'now-seconds' }]))
  const { code, stderr } = await shadowcat(['record', 'tapes/a.tape', '--script', 'calls.jsonl', '--component', 'components/toolbox.wasm'], { cwd: first, env })
  expect([code, stderr]).toEqual([0, expect.stringContaining('2 calls, 0 failed')])
  renameSync(first, join(folder, 'second'))
})
afterAll(tidy)

test('a tape tells nothing of where its repository stood', () => {
  const tape = join(folder, 'second/tapes/a.tape')
  expect(readFileSync(tape).includes(folder)).toBe(false)
  expect(query(tape, 'SELECT uri FROM component_loads')).toEqual([{ uri: '../components/toolbox.wasm' }])
})

test('it finds its components where the repository stands now, from any working directory, and so does a copy elsewhere that was rewritten', async () => {
  const repository = join(folder, 'second')
  mkdirSync(join(repository, 'deep/er'), { recursive: true })
  const redacted = await shadowcat(['tape', 'redact', 'tapes/a.tape', '--redact', 'nothing', '--output', 'deep/er/b.tape'], { cwd: repository })
  expect(redacted).toMatchObject({ code: 0 })
  expect(query(join(repository, 'deep/er/b.tape'), 'SELECT uri FROM component_loads')).toEqual([{ uri: '../../components/toolbox.wasm' }])
  for (const [cwd, tape] of [[folder, 'second/tapes/a.tape'], [join(repository, 'deep'), 'er/b.tape']] as const) {
    expect(await shadowcat(['verify', tape, '--upstream', 'embedded'], { cwd, env })).toMatchObject({ code: 0, stdout: expect.stringContaining('same') })
  }
})

test('a dump is the same in every clone', async () => {
  const { stdout } = await shadowcat(['tape', 'dump', 'a.tape'], { cwd: join(folder, 'second/tapes') })
  expect(stdout).toContain('"uri":"../components/toolbox.wasm"')
  expect(stdout).not.toContain(folder)
})
