import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findFiles, removeTapes } from '../../../src/vitest/reporter/files.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'shadowcat-files-'))
})
afterEach(() => rmSync(root, { recursive: true }))

function put(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), '')
  }
}

test('tapes and journals are found however deep, and nothing else', () => {
  put('b.tape', 'a/deep/a.tape', 'a/a.tape.12.journal', 'a/notes.md', 'a/tape')
  expect(findFiles(root)).toEqual({ tapes: [join(root, 'a/deep/a.tape'), join(root, 'b.tape')], journals: [join(root, 'a/a.tape.12.journal')] })
  expect(findFiles(join(root, 'none'))).toEqual({ tapes: [], journals: [] })
})

test('what is removed takes empty folders along, but not the folder of tapes nor one in which something is left', () => {
  put('tapes/a/b/1.tape', 'tapes/a/b/2.tape', 'tapes/c/3.tape', 'tapes/c/notes.md', 'elsewhere/4.tape')
  removeTapes(['tapes/a/b/1.tape', 'tapes/a/b/2.tape', 'tapes/c/3.tape', 'elsewhere/4.tape', 'tapes/gone/5.tape'].map((path) => join(root, path)), [join(root, 'tapes')])
  expect(readdirSync(root, { recursive: true }).sort()).toEqual(['elsewhere', 'tapes', 'tapes/c', 'tapes/c/notes.md'])
  put('tapes/a/1.tape')
  rmSync(join(root, 'tapes/c'), { recursive: true })
  removeTapes([join(root, 'tapes/a/1.tape')], [join(root, 'tapes')])
  expect(existsSync(join(root, 'tapes'))).toBe(true)
})
