import { expect, onTestFinished, test } from 'vitest'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { placeTape } from '../../src/verify/place.ts'

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'shadowcat-place-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

test('the new file takes the old one\'s place, and nothing else is left', async () => {
  const path = await folder()
  await writeFile(join(path, 'new'), 'new')
  await writeFile(join(path, 'old.tape'), 'old')
  await placeTape(join(path, 'new'), join(path, 'old.tape'))
  expect(await readFile(join(path, 'old.tape'), 'utf8')).toBe('new')
  expect(await readdir(path)).toEqual(['new', 'old.tape'])
})

test('when that cannot be, the old file stays and the error names it', async () => {
  const path = await folder()
  await writeFile(join(path, 'old.tape'), 'old')
  await expect(placeTape(join(path, 'absent'), join(path, 'old.tape'))).rejects.toMatchObject({ code: 'tape', message: expect.stringContaining('old.tape') })
  expect(await readFile(join(path, 'old.tape'), 'utf8')).toBe('old')
})
