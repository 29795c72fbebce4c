import { expect, test } from 'vitest'
import { newRedactor, redactorFor, renumbered } from '../../../src/vitest/matchers/redaction.ts'
import { originOf } from '../../../src/vitest/matchers/origin.ts'
import { own, sessionWith, settingsWith } from './session.ts'

test('placeholders are counted from 1 for each kind, in order, whatever the tape calls them', () => {
  expect(renumbered('[redacted:jwt#7] [redacted:aws#2] [redacted:jwt#3] [redacted:jwt#7]')).toBe('[redacted:jwt#1] [redacted:aws#1] [redacted:jwt#2] [redacted:jwt#1]')
})

test("a test's own rules and its server's variables are in force for its session", ({ task }) => {
  const { session } = sessionWith()
  own(session, task, settingsWith({ redact: ['/house number \\d+/'] }), { KEY: 'open sesame' })
  const redactor = redactorFor(originOf(session))
  expect(redactor.text('house number 12, open sesame')).toBe('[redacted:custom#1], [redacted:env#1]')
  expect(redactorFor(originOf(task))).toBe(redactor)
})

test('without the plugin the built-in rules are in force', () => {
  expect(redactorFor(undefined).text('ghp_abcdefghijklmnopqrstuvwxyz0123456789')).toMatch(/^\[redacted:github#\d+\]$/)
  expect(newRedactor({ settings: undefined, environment: {} }).text('house number 12')).toBe('house number 12')
})
