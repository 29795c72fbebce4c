import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { claim, isOwned, thisProcess } from '../../src/tape/owner.ts'

test('a journal of this process is owned while it is claimed', () => {
  const release = claim('/x.journal')
  expect(isOwned('/x.journal', thisProcess())).toBe(true)
  expect(isOwned('/y.journal', thisProcess())).toBe(false)
  release()
  expect(isOwned('/x.journal', thisProcess())).toBe(false)
})

test('a journal of another process is owned while that lives', async () => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] })
  const ended = once(child, 'exit')
  expect(isOwned('/x.journal', { pid: child.pid! })).toBe(true)
  child.stdin.end()
  await ended
  expect(isOwned('/x.journal', { pid: child.pid! })).toBe(false)
})

test.skipIf(process.platform !== 'linux')('a later process of the same number is another one', () => {
  expect(thisProcess().birth).toMatch(/^[0-9a-f-]{36}:\d+$/)
  expect(isOwned('/x.journal', { pid: process.ppid, birth: 'another boot:1' })).toBe(false)
})
