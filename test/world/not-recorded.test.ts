import { expect, test } from 'vitest'
import { mostAlike, notRecorded } from '../../src/world/not-recorded.ts'

test('says what is asked for, what is nearest to it, and what can be done', () => {
  expect(notRecorded('GET a', 'GET b', { url: 'a' })).toMatchObject({ code: 'tape', message: 'the component asks for GET a, which was not recorded so: nearest is GET b; record again, or use --state live', facts: { url: 'a' } })
  expect(notRecorded('GET a', undefined).message).toContain('which was not recorded so: nothing of the kind was;')
})

test.each([
  ['/data/new', ['/other/new', '/data/old', '/data'], '/data/old'],
  ['/data', ['/data/long', '/data/b'], '/data/b'],
  ['/data/a/b', ['/data/c/b', '/x'], '/data/c/b'],
  ['/x', [], undefined],
  ['/x', ['y'], 'y'],
])('the most alike to %s of %j is %s', (text, candidates, best) => {
  expect(mostAlike(text, candidates, (candidate) => candidate)).toBe(best)
})
