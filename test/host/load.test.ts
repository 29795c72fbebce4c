import { expect, test } from 'vitest'
import { bytesOf, endingOf, heldWorld, load } from './components.ts'

test('a loaded component says what it has and can be called', async () => {
  const toolbox = await load('toolbox')
  expect(toolbox.file.functions.map(({ name }) => name)).toContain('now-seconds')
  expect(endingOf(await toolbox.call({ name: 'now-seconds' }, [], heldWorld()))).toBe(1_000_000_000n)
})

test('what is not offered is refused when it is loaded, by name', async () => {
  await expect(load('broken')).rejects.toMatchObject({ code: 'usage', message: expect.stringMatching(/imports .*, which is not offered|does not|not supported/) })
})

test('a memory larger than its limit from the start is refused', async () => {
  await expect(load('toolbox', { memory: 65_536 })).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('more than the limit') })
})

test('malformed bytes are refused before anything is run', async () => {
  const { loadComponent } = await import('../../src/host/load.ts')
  await expect(loadComponent(bytesOf('toolbox').subarray(0, 200))).rejects.toMatchObject({ code: 'malformed' })
})
