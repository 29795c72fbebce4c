import { expect, test } from 'vitest'
import { ShadowcatError } from '../../src/errors.ts'
import { toTapeError } from '../../src/tape/failure.ts'

const systemError = (code: string): Error => Object.assign(new Error('technical'), { code })

test('an error of the system is told with its reason, its code and a remedy', () => {
  const cause = systemError('ENOSPC')
  const error = toTapeError(cause, 'cannot write a.tape', 'The journal stays')
  expect(error).toMatchObject({ code: 'tape', message: 'cannot write a.tape: no space is left on the device (ENOSPC); free some space. The journal stays', cause, facts: { code: 'ENOSPC' } })
})

test.each([
  ['EACCES', /permission denied/],
  ['EROFS', /read-only/],
  ['EISDIR', /folder/],
  ['EIO', /input\/output error/],
  ['SQLITE_IOERR_WRITE', /input\/output error \(SQLITE_IOERR_WRITE\)/],
  ['SQLITE_CORRUPT_VTAB', /damaged/],
  ['SQLITE_READONLY_DIRECTORY', /read-only/],
])('%s is told in words', (code, words) => {
  expect(toTapeError(systemError(code), 'cannot').message).toMatch(words)
})

test('what has no code or an unknown one is told as it is', () => {
  expect(toTapeError(new Error('odd'), 'cannot').message).toBe('cannot: odd')
  expect(toTapeError(systemError('EODD'), 'cannot').message).toBe('cannot: technical (EODD)')
})

test('an error of ours stays as it is', () => {
  const error = new ShadowcatError('version', 'newer')
  expect(toTapeError(error, 'cannot')).toBe(error)
})
