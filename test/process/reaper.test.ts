import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createNotes } from '../transport/notes.ts'
import { createLifelines } from './lifelines.ts'

const fixture = (name: string): string => new URL(`../fixtures/${name}`, import.meta.url).pathname

/** A shadowcat of its own that has started these servers and waits. */
async function startSpawner(servers: string[], env: Record<string, string>) {
  const spawner = spawn(process.execPath, [fixture('spawner.ts'), ...servers.map((server) => fixture(`servers/${server}.mjs`))], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void spawner.kill('SIGKILL'))
  const notes = createNotes()
  spawner.stdout.on('data', (chunk: Buffer) => notes.take(chunk.toString()))
  const exited = once(spawner, 'exit')
  await notes.noted('ready')
  return { spawner, exited }
}

describe('when shadowcat ends, no server is left', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const)('by %s: neither one that ignores the end of its stdin nor the child of another', async (signal) => {
    const lifelines = await createLifelines()
    const { spawner, exited } = await startSpawner(['ignores-stdin-end', 'leaves-child'], lifelines.env)
    await Promise.all([lifelines.held('server'), lifelines.held('child')])
    spawner.kill(signal)
    expect(await exited).toEqual([null, signal])
    await Promise.all([lifelines.ended('server'), lifelines.ended('child')])
  })

  test('by SIGKILL: a server that ignores SIGTERM is killed', async () => {
    const lifelines = await createLifelines()
    const { spawner, exited } = await startSpawner(['ignores-sigterm'], lifelines.env)
    await lifelines.held('server')
    spawner.kill('SIGKILL')
    await exited
    await lifelines.ended('server')
  })
})

test('the reaper does not keep shadowcat alive', async () => {
  const { exited } = await startSpawner(['ignores-stdin-end'], { STOP: '1' })
  expect(await exited).toEqual([0, null])
})
