import { expect, test } from 'vitest'
import { registerMatchers } from '../../../src/vitest/matchers/register.ts'
import { fixtureServer, own, sessionWith, settingsWith, textResult } from './session.ts'

registerMatchers()

const settings = settingsWith({ upstream: { command: fixtureServer('clock') }, ci: 'GITHUB_ACTIONS' })
const echoed = { content: [{ type: 'text', text: '{}' }] }

test('a tool that answers the same each time passes, alone and with its session', async ({ task }) => {
  const { session, results } = sessionWith({ name: 'echo', result: echoed })
  own(session, task, settings)
  await expect(results[0]).toBeDeterministic({ runs: 3 })
  await expect(session).toBeDeterministic({ runs: 2 })
  await expect(expect(session).not.toBeDeterministic({ runs: 2 })).rejects.toThrow('expected 1 call to be answered otherwise from time to time; made again 2 times, nothing differed')
})

test('one that does not is blamed', async ({ task }) => {
  const { session, results } = sessionWith({ name: 'now', result: textResult('2026-01-01') })
  own(session, task, settings)
  await expect(session).not.toBeDeterministic({ runs: 2 })
  await expect(expect(results[0]).toBeDeterministic({ runs: 2 })).rejects.toThrow(/^expected "now" to answer the same each time; made again 2 times:\n\n {2}call 1, now: \/result\/content\/0\/text was "20.+", then "20.+": it looks like time \(a guess\)\n$/)
})

test('where there is no server, what to do is said', async ({ task }) => {
  const { session } = sessionWith({ name: 'now', result: textResult('x') })
  own(session, task, settingsWith({ upstream: { command: ['/nowhere/server'] }, ci: 'GITHUB_ACTIONS' }))
  await expect(expect(session).toBeDeterministic()).rejects.toThrow(/needs the live server, also when a tape is replayed; it cannot be had: .*\/nowhere\/server[^]*Where there is none \(GITHUB_ACTIONS is set\), leave this out: test\.skipIf\(process\.env\.CI\)/)
})

test.each([
  [() => sessionWith({ name: 'now', result: textResult('x') }).session, undefined, 'does not know the server: it takes what the session fixture gave'],
  [() => sessionWith().session, undefined, 'a session in which no tool was called'],
  [() => ({ content: [] }), undefined, 'does not know which call of this test it was'],
  [() => 5, undefined, 'found the number 5'],
  [() => sessionWith().session, { runs: 0 }, 'a whole number of runs from 1 on; found 0'],
])('what cannot be made again is refused in words: %#', async (received, options, words) => {
  await expect(expect(received()).toBeDeterministic(options)).rejects.toThrow(words)
})
