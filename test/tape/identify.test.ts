import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { identify, notATape } from '../../src/tape/identify.ts'
import { abandonedJournal, record, temporaryFolder } from './tapes.ts'

test('a tape is told by its header', async () => {
  const path = join(temporaryFolder(), 'a.tape')
  await record(path)
  expect(identify(path)).toEqual({ kind: 'tape', version: 1, wal: false })
})

test('what is not there is absent', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'file'), '')
  expect(identify(join(folder, 'none.tape'))).toEqual({ kind: 'absent' })
  expect(identify(join(folder, 'file', 'a.tape'))).toEqual({ kind: 'absent' })
  expect(notATape('none.tape', { kind: 'absent' }).message).toMatch(/no tape at none\.tape: record one/)
})

test.each([
  ['', 'empty'],
  ['hello, this is text', 'text'],
  ['{"jsonrpc":"2.0"}\n', 'JSON text'],
  ['\0asm\x01\0\0\0', 'a WebAssembly file'],
  ['version https://git-lfs.github.com/spec/v1\noid sha256:0\n', 'a Git LFS pointer: fetch the file with "git lfs pull"'],
  ['\x1f\x8b\x08', 'a gzip file'],
  ['SQLite format 3\0', 'an SQLite file that was cut off'],
  ['\xff\xfe\x00', 'binary data of another kind'],
])('%j is no tape, and it is said what it seems to be', (content, seems) => {
  const path = join(temporaryFolder(), 'file')
  writeFileSync(path, content, 'latin1')
  expect(identify(path)).toEqual({ kind: 'other', seems })
})

test('text whose character is cut at the end of what is looked at is still text', () => {
  const path = join(temporaryFolder(), 'file')
  writeFileSync(path, `${'x'.repeat(511)}é`)
  expect(identify(path)).toEqual({ kind: 'other', seems: 'text' })
})

test('a folder, a journal and the database of another program are told apart', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'sub'))
  expect(identify(join(folder, 'sub'))).toEqual({ kind: 'other', seems: 'a folder' })
  expect(identify(await abandonedJournal(join(folder, 'a.tape')))).toMatchObject({ seems: expect.stringContaining('tape recover') })
  new Database(join(folder, 'other.db')).exec('CREATE TABLE x (y)').close()
  expect(notATape('other.db', identify(join(folder, 'other.db'))).message).toBe('other.db is not a tape: it is an SQLite database of another program')
})

test.skipIf(process.platform === 'win32')('a pipe is not waited for', () => {
  const path = join(temporaryFolder(), 'pipe')
  execFileSync('mkfifo', [path])
  expect(identify(path)).toEqual({ kind: 'other', seems: 'no regular file' })
})
