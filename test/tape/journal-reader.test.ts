import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Tail, openJournal } from '../../src/tape/journal-reader.ts'
import { recordKinds } from '../../src/tape/journal-record.ts'
import { createJournal } from '../../src/tape/journal.ts'
import { abandonedJournal, conversation, errorOf, temporaryFolder } from './tapes.ts'

/** The messages that a journal gives, and how it ends. */
function read(path: string): { messages: string[]; tail: Tail } {
  const reader = openJournal(path)
  const messages: string[] = []
  const records = reader.records()
  for (;;) {
    const { value, done } = records.next()
    if (done) {
      reader.close()
      return { messages, tail: value }
    }
    if (value.kind === 'entry') messages.push(value.entry.bytes.toString())
  }
}

describe('reading a journal', () => {
  test('that was cut off at any byte gives every message that was whole, and says how much was dropped', async () => {
    const path = await abandonedJournal(join(temporaryFolder(), 'a.tape'))
    const whole = readFileSync(path)
    const { messages } = read(path)
    expect(messages).toHaveLength(conversation.length)
    const headerEnd = 12 + 8 + whole.readUInt32LE(12)
    let most = 0
    for (let length = 0; length <= whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length))
      if (length < headerEnd) {
        expect((await errorOf(() => openJournal(path))).message).toMatch(/nothing to recover/)
        continue
      }
      const cut = read(path)
      expect(cut.messages).toEqual(messages.slice(0, cut.messages.length))
      expect(cut.messages.length).toBeGreaterThanOrEqual(most)
      expect(cut.tail.damaged).toBe(0)
      expect(cut.tail.torn).toBeLessThan(300)
      most = cut.messages.length
    }
    expect(most).toBe(conversation.length)
  })

  test('with any byte of a record changed gives what stands before it, and says that the rest is damaged', async () => {
    const path = await abandonedJournal(join(temporaryFolder(), 'a.tape'))
    const whole = readFileSync(path)
    const { messages } = read(path)
    const headerEnd = 12 + 8 + whole.readUInt32LE(12)
    for (let at = headerEnd; at < whole.length; at++) {
      const bytes = Buffer.from(whole)
      bytes[at]! ^= 0x40
      writeFileSync(path, bytes)
      const { messages: found, tail } = read(path)
      expect(found).toEqual(messages.slice(0, found.length))
      expect(tail.damaged + tail.torn).toBeGreaterThan(0)
      expect(found.length).toBeLessThan(messages.length + 1)
    }
  })

  test('of a newer version is refused, and says what to do', async () => {
    const path = await abandonedJournal(join(temporaryFolder(), 'a.tape'))
    const bytes = readFileSync(path)
    bytes.writeUInt32LE(2, 8)
    writeFileSync(path, bytes)
    expect(await errorOf(() => openJournal(path))).toMatchObject({ code: 'version', message: expect.stringMatching(/version 2.*upgrade shadowcat/), facts: { version: 2, known: 1 } })
  })

  test('with a record that this version does not have is refused, not skipped', async () => {
    const path = join(temporaryFolder(), 'a.journal')
    const journal = createJournal(path, { tool: '1', startedAt: '', pid: 1, tape: 'a.tape', redaction: '' })
    Object.assign(recordKinds, { end: 99 })
    journal.end(1)
    Object.assign(recordKinds, { end: 8 })
    journal.flush()
    journal.close()
    expect(await errorOf(() => read(path))).toMatchObject({ code: 'tape', message: expect.stringMatching(/a record of kind 99/) })
  })

  test('which is none says so', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'text.journal')
    writeFileSync(path, 'hello')
    expect((await errorOf(() => openJournal(path))).message).toMatch(/is not a journal/)
    expect((await errorOf(() => openJournal(folder))).message).toMatch(/folder/)
    expect((await errorOf(() => openJournal(join(folder, 'none')))).message).toMatch(/does not exist \(ENOENT\)/)
  })
})
