import { randomUUID } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { perWorker } from '../src/per-worker.ts'

test('what is shared is made once, and is the same for another instance of the module', async () => {
  const name = `test ${randomUUID()}`
  const make = vi.fn(() => ({}))
  const made = perWorker(name, make)
  expect(perWorker(name, make)).toBe(made)
  vi.resetModules()
  const another = await import('../src/per-worker.ts')
  expect(another.perWorker).not.toBe(perWorker)
  expect(another.perWorker(name, make)).toBe(made)
  expect(make).toHaveBeenCalledTimes(1)
  expect(perWorker(`${name}, another`, make)).not.toBe(made)
})

test('it is not listed, and what is undefined is made once too', () => {
  const name = `test ${randomUUID()}`
  const make = vi.fn(() => undefined)
  perWorker(name, make)
  perWorker(name, make)
  expect(make).toHaveBeenCalledTimes(1)
  expect(Object.keys(process).filter((key) => key.includes(name))).toEqual([])
})
