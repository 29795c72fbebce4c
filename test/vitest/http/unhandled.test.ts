import { expect, test } from 'vitest'
import { captureSite } from '../../../src/vitest/session/site.ts'
import { unhandledError, unhandledWarning } from '../../../src/vitest/http/unhandled.ts'

const site = captureSite(() => undefined)
const redact = (text: string): string => text.replaceAll('hunter2', '[redacted]')

test('the error says what to do about it, and no secret', () => {
  const { message } = unhandledError({ method: 'POST', url: 'https://api.test/pay?key=hunter2', site }, redact)
  expect(message).toContain('POST https://api.test/pay?key=[redacted] was answered by nothing')
  expect(message).toContain('server.use(http.post("https://api.test/pay", …))')
  expect(message).toMatch(/http: 'record'[^]*onUnhandledRequest: 'bypass'/)
})

test('of what was not made through fetch it says that it cannot be recorded', () => {
  expect(unhandledError({ url: 'https://api.test/', site }, redact).message).toMatch(/not made through fetch/)
})

test('a warning is one line', () => {
  expect(unhandledWarning({ method: 'GET', url: 'https://api.test/?key=hunter2' }, redact)).toMatch(/^shadowcat: GET https:\/\/api\.test\/\?key=\[redacted\] was answered by nothing.*$/)
})
