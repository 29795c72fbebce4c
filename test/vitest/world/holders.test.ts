import { expect, test } from 'vitest'
import { createHolders } from '../../../src/vitest/world/holders.ts'

function told() {
  const log: string[] = []
  return { log, hold: createHolders(() => log.push('put'), () => log.push('taken away')) }
}

test('the first puts it in place, and the last takes it away', () => {
  const { log, hold } = told()
  const [first, second] = [hold(), hold()]
  expect(log).toEqual(['put'])
  first()
  expect(log).toEqual(['put'])
  second()
  expect(log).toEqual(['put', 'taken away'])
})

test('who lets go twice counts once', () => {
  const { log, hold } = told()
  const [first, second] = [hold(), hold()]
  first()
  first()
  expect(log).toEqual(['put'])
  second()
  second()
  expect(log).toEqual(['put', 'taken away'])
})

test('it can be held again', () => {
  const { log, hold } = told()
  hold()()
  hold()()
  expect(log).toEqual(['put', 'taken away', 'put', 'taken away'])
})
