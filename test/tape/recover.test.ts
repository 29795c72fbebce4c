import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readTape } from '../../src/tape/reader.ts'
import { recover } from '../../src/tape/recover.ts'
import { abandonedJournal, begin, conversation, errorOf, record, say, temporaryFolder, toMessage } from './tapes.ts'

const driver = fileURLToPath(new URL('./endless-recording.ts', import.meta.url))

/** Lets the driver print so many bytes, kills it without warning, and says which number it printed last. */
async function killAfter(path: string, size: number): Promise<number> {
  const child = spawn(process.execPath, [driver, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exit = once(child, 'exit')
  let printed = ''
  let killed = false
  for await (const chunk of child.stdout) {
    printed += String(chunk)
    if (printed.length >= size && !killed) killed = child.kill('SIGKILL')
  }
  await exit
  return Number(printed.slice(0, printed.lastIndexOf('\n')).split('\n').at(-1))
}

describe('a process killed at any moment', () => {
  const sizes = fc.sample(fc.integer({ min: 1, max: 40_000 }), 8)
  test.each(sizes)('has lost nothing that it had passed on, and no older tape (killed after %i bytes)', async (size) => {
    const folder = temporaryFolder()
    const path = join(folder, 'a.tape')
    await record(path)
    const before = readFileSync(path)
    const printed = await killAfter(path, size)
    expect(printed).toBeGreaterThan(0)
    expect(readFileSync(path)).toEqual(before)
    const journal = join(folder, readdirSync(folder).find((name) => name.endsWith('.journal'))!)
    const recovered = await recover(journal)
    expect(recovered).toMatchObject({ path: join(folder, 'a.recovered.tape'), damaged: 0, journal: 'removed' })
    const numbers = readTape(recovered.path).entries.map(({ message }) => (message.value as { params: { number: number } }).params.number)
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => index + 1))
    expect(numbers.length).toBeGreaterThanOrEqual(printed)
    expect(readdirSync(folder).sort()).toEqual(['a.recovered.tape', 'a.tape'])
  })
})

describe('recovering', () => {
  test('gives the tape that the recording would have been', async () => {
    const folder = temporaryFolder()
    await record(join(folder, 'whole.tape'))
    const { path } = await recover(await abandonedJournal(join(folder, 'a.tape')))
    expect(readFileSync(path)).toEqual(readFileSync(join(folder, 'whole.tape')))
  })

  test('drops a torn tail and says how much', async () => {
    const folder = temporaryFolder()
    const journal = await abandonedJournal(join(folder, 'a.tape'))
    const bytes = readFileSync(journal)
    writeFileSync(journal, bytes.subarray(0, bytes.length - 14 - 5))
    expect(await recover(journal)).toMatchObject({ entries: conversation.length - 1, damaged: 0, torn: expect.toSatisfy((size: number) => size > 5), journal: 'removed' })
  })

  test('keeps a journal that is damaged', async () => {
    const folder = temporaryFolder()
    const journal = await abandonedJournal(join(folder, 'a.tape'))
    const bytes = readFileSync(journal)
    bytes[bytes.indexOf('notifications/initialized')]! ^= 1
    writeFileSync(journal, bytes)
    expect(await recover(journal)).toMatchObject({ entries: 2, torn: 0, damaged: expect.toSatisfy((size: number) => size > 100), journal: 'kept' })
    expect(readFileSync(journal)).toEqual(bytes)
  })

  test('never writes over another tape unless it is named', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'a.recovered.tape')
    await record(path, conversation.slice(0, 2))
    const before = readFileSync(path)
    const journal = await abandonedJournal(join(folder, 'a.tape'))
    const error = await errorOf(() => recover(journal))
    expect(error).toMatchObject({ code: 'usage', message: expect.stringMatching(/a\.recovered\.tape is there already.*--output/) })
    expect(readFileSync(path)).toEqual(before)
    expect(readdirSync(folder)).toHaveLength(2)
    expect(await recover(journal, { output: path })).toMatchObject({ path, entries: conversation.length })
    expect(readdirSync(folder)).toEqual(['a.recovered.tape'])
  })

  test('writes over no other file, also when it is named', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'notes'), 'hello')
    const journal = await abandonedJournal(join(folder, 'a.tape'))
    expect(await errorOf(() => recover(journal, { output: join(folder, 'notes') }))).toMatchObject({ code: 'usage' })
    expect(readFileSync(join(folder, 'notes'), 'utf8')).toBe('hello')
  })

  test('refuses a journal that is still being written', async () => {
    const recorder = begin(join(temporaryFolder(), 'a.tape'))
    const error = await errorOf(() => recover(recorder.journal))
    expect(error).toMatchObject({ code: 'tape', facts: { pid: process.pid }, message: expect.stringMatching(/still being written by process \d+/) })
    recorder.abandon()
  })

  test('takes a journal under another name', async () => {
    const folder = temporaryFolder()
    const journal = join(folder, 'mine.journal')
    const original = await abandonedJournal(join(folder, 'a.tape'))
    writeFileSync(journal, readFileSync(original))
    chmodSync(journal, 0o400)
    expect((await recover(journal)).path).toBe(join(folder, 'mine.recovered.tape'))
  })

  test('says of what is no journal that it is none', async () => {
    const path = join(temporaryFolder(), 'a.tape')
    await record(path)
    expect((await errorOf(() => recover(path))).message).toMatch(/is not a journal/)
  })

  test('keeps every message of sessions that were interleaved when they were cut off', async () => {
    const folder = temporaryFolder()
    const recorder = begin(join(folder, 'a.tape'))
    await say(recorder, conversation, 1)
    const tap = recorder.session(2)
    void tap.message(toMessage('{"jsonrpc":"2.0","method":"last"}'), { direction: 'to-client', session: 2 })
    recorder.leave()
    const { path } = await recover(recorder.journal)
    expect(readTape(path).sessions).toHaveLength(2)
    expect(readTape(path).entries.at(-1)).toMatchObject({ session: 2, message: { method: 'last' } })
  })
})
