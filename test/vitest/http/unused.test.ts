import { expect, test } from 'vitest'
import { unusedHttpError } from '../../../src/vitest/http/unused.ts'

const taped = { tape: 'tapes/a.tape', command: 'npx vitest run a -u' }

test('requests that were not made are listed, ten at most, with what records the test again', () => {
  expect(unusedHttpError(['GET http://a/'], taped).message).toBe('1 recorded request over HTTP was not made: tapes/a.tape\n\n    GET http://a/\n\nTo record this test again, without it:\n    npx vitest run a -u')
  const { name, message, stack } = unusedHttpError(Array.from({ length: 12 }, (_, index) => `GET http://a/${index}`), taped)
  expect([name, message.includes('http://a/9\n    and 2 more'), message.includes('without them'), stack]).toEqual(['UnusedError', true, true, `UnusedError: ${message}`])
})
