import { expect, test } from 'vitest'
import { captureSite, placeError } from '../../../src/vitest/session/site.ts'

test('a site is where the function was called', () => {
  const called = (): ReturnType<typeof captureSite> => captureSite(called)
  const user = (): ReturnType<typeof captureSite> => called()
  expect(user().frames.split('\n')[0]).toMatch(/at user .*site\.test\.ts/)
})

test('an error on a site has its name, its message, and the frames of the site', () => {
  const here = (): ReturnType<typeof captureSite> => captureSite(() => undefined)
  const error = placeError(new TypeError('two\nlines'), captureSite(here))
  expect(error.stack).toBe('TypeError: two\nlines')
  const user = (): Error => placeError(new TypeError('two\nlines'), captureSite(user))
  expect(user().stack).toMatch(/^TypeError: two\nlines\n +at .*site\.test\.ts/)
  expect(Object.keys(user())).toEqual([])
})

test('without a site there are no frames', () => {
  expect(placeError(new Error('x'), undefined).stack).toBe('Error: x')
})

test("this package's own frames are left out", async () => {
  const { connectToTest } = await import('./connected.ts')
  const { connection } = connectToTest(({ id, method }) => (method === 'x' ? [{ id: Number(id), error: { code: 1, message: 'no' } }] : []))
  const ask = (): Promise<unknown> => connection.session.request('x')
  const { stack } = await ask().catch((error: Error) => error) as Error
  expect(stack).toContain('site.test.ts')
  expect(stack).not.toContain('/src/vitest/session/')
})
