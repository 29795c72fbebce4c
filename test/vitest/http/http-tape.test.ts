import { expect, test } from 'vitest'
import { HttpMiss, refusingTape } from '../../../src/vitest/http/http-tape.ts'

test('without a tape every request is a miss that says why there is none', async () => {
  const reason = new Error('there is no tape')
  const tape = refusingTape(reason)
  const error = await tape.answer(new Request('http://a/'), () => Promise.reject(new Error('asked'))).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(HttpMiss)
  expect(error).toMatchObject({ name: 'MissError', message: reason.message, cause: reason })
  expect([await tape.recorded(), tape.unused()]).toEqual([[], []])
})
