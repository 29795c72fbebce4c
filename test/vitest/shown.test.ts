import { expect, test } from 'vitest'
import { shownPath } from '../../src/vitest/shown.ts'

test('a path is shown from a folder', () => {
  expect(shownPath('/project/tapes/a b.tape', '/project')).toBe('tapes/a b.tape')
  expect(shownPath('/other/a.tape', '/project')).toBe('../other/a.tape')
})
