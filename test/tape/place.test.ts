import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { addTape, checkTarget, markOf, replaceTape } from '../../src/tape/place.ts'
import { conversation, errorOf, record, temporaryFolder } from './tapes.ts'

describe('the place of a tape', () => {
  test('is its absolute path, when nothing or a tape is there', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'a.tape')
    expect(checkTarget(path)).toBe(path)
    await record(path)
    expect(checkTarget(path)).toBe(path)
  })

  test('is refused over a tape of a newer version', async () => {
    const path = join(temporaryFolder(), 'a.tape')
    await record(path)
    const bytes = readFileSync(path)
    bytes.writeUInt32BE(2, 60)
    writeFileSync(path, bytes)
    expect(await errorOf(() => checkTarget(path))).toMatchObject({ code: 'version' })
  })

  test.skipIf(process.getuid?.() === 0)('is refused in a folder that one may not write (root may write any, so it is skipped for root)', async () => {
    const folder = join(temporaryFolder(), 'locked')
    mkdirSync(folder, { mode: 0o500 })
    const error = await errorOf(() => checkTarget(join(folder, 'a.tape')))
    expect(error).toMatchObject({ code: 'tape', message: expect.stringMatching(/permission denied \(EACCES\); choose a place/) })
  })
})

describe('replacing', () => {
  test('takes over the permissions of the old tape', async () => {
    const folder = temporaryFolder()
    const [path, fresh] = [join(folder, 'a.tape'), join(folder, 'b.tape')]
    await record(path)
    chmodSync(path, 0o640)
    await record(fresh, conversation.slice(0, 2))
    expect(replaceTape(fresh, path)).toBe(false)
    expect(statSync(path).mode & 0o777).toBe(0o640)
    expect(readdirSync(folder)).toEqual(['a.tape'])
  })

  test('an equal tape keeps the old file and removes the new', async () => {
    const folder = temporaryFolder()
    const [path, fresh] = [join(folder, 'a.tape'), join(folder, 'b.tape')]
    await record(path)
    await record(fresh)
    const mark = markOf(path)
    expect(replaceTape(fresh, path)).toBe(true)
    expect(markOf(path)).toBe(mark)
    expect(readdirSync(folder)).toEqual(['a.tape'])
  })

  test('a damaged tape by a sound one is possible', async () => {
    const folder = temporaryFolder()
    const [path, fresh] = [join(folder, 'a.tape'), join(folder, 'b.tape')]
    await record(path)
    await record(fresh)
    writeFileSync(path, readFileSync(path).subarray(0, 5000))
    const sound = readFileSync(fresh)
    expect(replaceTape(fresh, path)).toBe(false)
    expect(readFileSync(path)).toEqual(sound)
  })
})

test('adding never writes over anything', () => {
  const folder = temporaryFolder()
  const [path, fresh] = [join(folder, 'a'), join(folder, 'b')]
  writeFileSync(path, 'old')
  writeFileSync(fresh, 'new')
  expect(addTape(fresh, path)).toBe(false)
  expect(readFileSync(path, 'utf8')).toBe('old')
  expect(addTape(fresh, join(folder, 'c'))).toBe(true)
  expect(existsSync(fresh)).toBe(false)
  expect(readFileSync(join(folder, 'c'), 'utf8')).toBe('new')
})
