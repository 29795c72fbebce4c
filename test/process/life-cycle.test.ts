import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { signalGroup, sweepGroup, within } from '../../src/process/life-cycle.ts'
import { type ServerProcess, type ServerSpec, spawnServer } from '../../src/process/spawn.ts'
import { createNotes } from '../transport/notes.ts'
import { createLifelines } from './lifelines.ts'

async function start(name: string, spec: Partial<ServerSpec> = {}): Promise<{ server: ServerProcess; noted(text: string): Promise<void> }> {
  const program = new URL(`../fixtures/servers/${name}.mjs`, import.meta.url).pathname
  const { take, noted } = createNotes()
  const server = await spawnServer({ command: [process.execPath, program], stderr: take, ...spec })
  onTestFinished(() => server.stop())
  server.stdout.resume()
  return { server, noted }
}

test('a server that ends with its stdin is given the time to', async () => {
  const { server } = await start('echo')
  await Promise.all([server.stop(), server.stop()])
  expect(await server.exited).toMatchObject({ exitCode: 0, signal: undefined })
})

test('one that does not gets SIGTERM', async () => {
  const { server, noted } = await start('ignores-stdin-end', { grace: { stdin: 20 } })
  await noted('ready')
  await server.stop()
  expect(await server.exited).toMatchObject({ exitCode: undefined, signal: 'SIGTERM' })
})

test('and SIGTERM at once where the grace for stdin is 0', async () => {
  const { server, noted } = await start('ignores-stdin-end', { grace: { stdin: 0 } })
  await noted('ready')
  await server.stop()
  expect((await server.exited).signal).toBe('SIGTERM')
})

test('one that ignores SIGTERM as well gets SIGKILL', async () => {
  const { server, noted } = await start('ignores-sigterm', { grace: { stdin: 0, term: 300 } })
  await noted('ready')
  await server.stop()
  expect(await server.exited).toMatchObject({ signal: 'SIGKILL', stderrTail: 'ready\nignored SIGTERM' })
})

test('what a server left behind in its group ends with it, after a stop and after an exit of its own', async () => {
  for (const end of ['stop', 'exit']) {
    const lifelines = await createLifelines()
    const { server, noted } = await start('leaves-child', { env: lifelines.env })
    await noted('child ready')
    await lifelines.held('child')
    if (end === 'stop') await server.stop()
    else server.stdin.end()
    expect((await server.exited).exitCode).toBe(0)
    await lifelines.ended('child')
  }
})

test('a group that is gone takes no signal, and is swept at once', async () => {
  const child = spawn(process.execPath, ['-e', ''], { detached: true, stdio: 'ignore' })
  await once(child, 'exit')
  expect(signalGroup(child.pid!, 0)).toBe(false)
  await sweepGroup(child.pid!, 1_000_000)
})

test('waiting tells whether the event came in time', async () => {
  expect(await within(1_000_000, Promise.resolve())).toBe(true)
  expect(await within(1, new Promise(() => {}))).toBe(false)
  expect(await within(0, Promise.resolve())).toBe(false)
})
