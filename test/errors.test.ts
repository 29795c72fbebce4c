import { expect, test } from 'vitest'
import { ShadowcatError, asShadowcatError, messageOf, nearest, quote, systemCode } from '../src/errors.ts'

test('an error carries its code, its facts and its cause', () => {
  const cause = Object.assign(new Error('gone'), { code: 'ENOENT' })
  const error = new ShadowcatError('spawn', 'cannot start "x"', { cause, facts: { command: 'x' } })
  expect(error).toMatchObject({ name: 'ShadowcatError', code: 'spawn', facts: { command: 'x' }, cause })
  expect(systemCode(error.cause)).toBe('ENOENT')
  expect(systemCode(null)).toBeUndefined()
  expect(asShadowcatError(error, 'tape')).toBe(error)
  expect(asShadowcatError(cause, 'tape')).toMatchObject({ code: 'tape', message: 'gone', cause })
  expect(messageOf('thrown text')).toBe('thrown text')
})

test('bytes are quoted on one line, cut, and with control characters visible', () => {
  expect(quote('a\n\u001b[31m')).toBe('"a\\n\\u001b[31m"')
  expect(quote(Buffer.from('x'.repeat(100)), 10)).toBe('"xxxxxxxxxx…"')
})

test('the nearest word is named when it can have been meant', () => {
  expect(nearest('--recrod', ['--record', '--redact'])).toBe('--record')
  expect(nearest('zebra', ['--record', '--redact'])).toBeUndefined()
})
