import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { createStillness, turn } from '../../../src/vitest/world/stillness.ts'

const distant = (): number => 3_600_000

test('a test is at rest when what promises and turns of the event loop bring about is done', async () => {
  const done: string[] = []
  void Promise.resolve().then(async () => {
    for (let i = 0; i < 50; i++) await Promise.resolve()
    done.push('promises')
    await turn()
    done.push('turn')
  })
  await createStillness(distant).settled()
  expect(done).toEqual(['promises', 'turn'])
})

test('it is not at rest while answers are to come', async () => {
  const stillness = createStillness(distant)
  stillness.pending(1)
  stillness.pending(1)
  let settled = false
  const rest = stillness.settled().then(() => (settled = true))
  for (let i = 0; i < 20; i++) await turn()
  stillness.pending(-1)
  for (let i = 0; i < 20; i++) await turn()
  expect(settled).toBe(false)
  stillness.pending(-1)
  await rest
})

test('what an answer brings about counts too', async () => {
  const stillness = createStillness(distant)
  stillness.pending(1)
  const done: string[] = []
  const rest = stillness.settled().then(() => done.push('rest'))
  await turn()
  stillness.pending(-1)
  await turn()
  stillness.pending(1)
  for (let i = 0; i < 10; i++) await turn()
  done.push('second answer')
  stillness.pending(-1)
  await rest
  expect(done).toEqual(['second answer', 'rest'])
})

test('a timer that is due by the machine\'s time is not kept by an answer that never comes', async () => {
  const stillness = createStillness(() => 5)
  stillness.pending(1)
  await stillness.settled()
})

test('it is not at rest while a file is read', async () => {
  let read = false
  void readFile(import.meta.filename).then(() => (read = true))
  await createStillness(distant).settled()
  expect(read).toBe(true)
})

test('who waits is let go when it is closed', async () => {
  const stillness = createStillness(() => Infinity)
  stillness.pending(1)
  const rest = stillness.settled()
  stillness.close()
  await rest
})
