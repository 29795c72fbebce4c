import { expect, test } from 'vitest'
import { chmod, readdir, stat, writeFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readTape } from '../../src/tape/reader.ts'
import { placeTape } from '../../src/verify/place.ts'
import { call, text } from './conversation.ts'
import { fixture, record, temporaryFolder } from './servers.ts'

test('the new tape takes the old one\'s place and mode, and nothing else is left', async () => {
  const folder = await temporaryFolder()
  await record(fixture('echo'), [], join(folder, 'old.tape'))
  await record(fixture('echo'), [['>', call(1, 'echo')], ['<', text(1, '')]], join(folder, 'new.tape'))
  await chmod(join(folder, 'old.tape'), 0o640)
  await placeTape(join(folder, 'new.tape'), join(folder, 'old.tape'))
  expect(readTape(join(folder, 'old.tape')).entries).toHaveLength(5)
  expect((await stat(join(folder, 'old.tape'))).mode & 0o777).toBe(0o640)
  expect((await readdir(folder)).sort()).toEqual(['new.tape', 'old.tape'])
})

test('when that cannot be, the old tape stays and the error names it', async () => {
  const folder = await temporaryFolder()
  await record(fixture('echo'), [], join(folder, 'old.tape'))
  const before = await readFile(join(folder, 'old.tape'))
  await expect(placeTape(join(folder, 'absent'), join(folder, 'old.tape'))).rejects.toMatchObject({ code: 'tape', message: expect.stringContaining('old.tape') })
  expect((await readFile(join(folder, 'old.tape'))).equals(before)).toBe(true)
})

test('nothing but a tape is replaced', async () => {
  const folder = await temporaryFolder()
  await record(fixture('echo'), [], join(folder, 'new.tape'))
  await writeFile(join(folder, 'notes.txt'), 'mine')
  await expect(placeTape(join(folder, 'new.tape'), join(folder, 'notes.txt'))).rejects.toMatchObject({ code: 'usage' })
  expect(await readFile(join(folder, 'notes.txt'), 'utf8')).toBe('mine')
})
