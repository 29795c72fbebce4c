import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { expect, onTestFinished, test } from 'vitest'
import { createJournal } from '../../../src/tape/journal.ts'
import { claim, thisProcess } from '../../../src/tape/owner.ts'
import { abandoned } from '../../../src/vitest/reporter/journals.ts'

test('a journal is left when its process has gone, whole or not; one that is being written is not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shadowcat-journals-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const { pid: gone } = spawnSync(process.execPath, ['-e', ''])
  const header = { tool: 'shadowcat', version: '0', started: 0, redaction: { rules: '', environment: [] } }
  const journal = (name: string, owner: { pid: number }): string => {
    const path = join(folder, name)
    createJournal(path, { ...header, ...owner } as unknown as Parameters<typeof createJournal>[1]).close()
    return path
  }
  const left = journal(`a.tape.${gone}.journal`, { pid: gone! })
  const alive = journal(`b.tape.${process.ppid}.journal`, { pid: process.ppid })
  const mine = journal(`c.tape.${process.pid}.journal`, thisProcess())
  const torn = join(folder, `d.tape.${gone}.journal`)
  writeFileSync(torn, 'SC')
  const renamed = join(folder, 'e.journal')
  writeFileSync(renamed, '')
  const young = join(folder, `f.tape.${process.ppid}.journal`)
  writeFileSync(young, '')
  const release = claim(mine)
  onTestFinished(release)
  expect(abandoned([left, alive, mine, torn, renamed, young])).toEqual([left, torn, renamed])
  release()
  expect(abandoned([mine])).toEqual([mine])
})
