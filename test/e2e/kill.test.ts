import { copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLifelines } from '../process/lifelines.ts'
import { type Ran, cli, collect, fixtureServer, lines, linesOf, shadowcat, start, temporary, tidy } from './run.ts'
import { messagesOf } from './tape.ts'

afterAll(tidy)

const initialize = { jsonrpc: '2.0', id: 'initialize', method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'e2e', version: '1' } } }
const inFlight = 64

/** A tape that stood there before. */
let older: string

beforeAll(async () => {
  const cwd = temporary()
  older = join(cwd, 'older.tape')
  writeFileSync(join(cwd, 'calls.jsonl'), lines([{ tool: 'echo', arguments: { text: 'older' } }]))
  expect(await shadowcat(['record', older, '--script', 'calls.jsonl', '--', ...fixtureServer('echo')], { cwd })).toMatchObject({ code: 0 })
})

type Loaded = Ran & { /** Whole lines that the client got, then what it got of one more. */ received: string[]; partial: string; signal: string | null }

/** A client that keeps 64 calls in flight, and sends the signal once it has received so many bytes. */
async function load(args: readonly string[], { cwd, env, bytes, signal }: { cwd: string; env: Record<string, string>; bytes: number; signal: NodeJS.Signals }): Promise<Loaded> {
  const child = start([cli, ...args], { cwd, env })
  const ended = new Promise<string | null>((resolve) => child.on('close', (_, name) => resolve(name)))
  const ran = collect(child)
  let next = 0
  let got = 0
  let stopped = false
  const call = (): string => lines([{ jsonrpc: '2.0', id: next, method: 'tools/call', params: { name: 'echo', arguments: { at: next++, text: 'some words of load' } } }])
  child.stdout.on('data', (text: string) => {
    got += text.length
    // a second signal would end it at once
    if (got >= bytes) stopped ||= child.kill(signal)
    else child.stdin.write(Array.from({ length: text.split('\n').length - 1 }, call).join(''))
  })
  child.stdin.write(lines([initialize, { jsonrpc: '2.0', method: 'notifications/initialized' }]))
  child.stdin.write(Array.from({ length: inFlight }, call).join(''))
  const done = await ran
  const partial = done.stdout.slice(done.stdout.lastIndexOf('\n') + 1)
  return { ...done, received: linesOf(done.stdout.slice(0, done.stdout.length - partial.length)), partial, signal: await ended }
}

/** From one byte to a few thousand answers, the small as likely as the large. */
function randomSize(): number {
  return Math.floor(10 ** (Math.random() * 5.7))
}

async function killOnce(bytes: number): Promise<void> {
  const cwd = temporary()
  const tape = join(cwd, 'a.tape')
  copyFileSync(older, tape)
  const lifelines = await createLifelines()
  const { received, partial, signal } = await load(['forward', 'stdio', '--record', 'a.tape', '--', ...fixtureServer('held-echo')], { cwd, env: lifelines.env, bytes, signal: 'SIGKILL' })
  expect({ bytes, signal }).toEqual({ bytes, signal: 'SIGKILL' })
  await lifelines.ended('server')
  expect(readFileSync(tape).equals(readFileSync(older)), 'the older tape is untouched').toBe(true)
  const [journal, ...others] = readdirSync(cwd).filter((name) => name !== 'a.tape')
  expect(others).toEqual([])
  const recovered = await shadowcat(['tape', 'recover', journal!], { cwd })
  expect(recovered).toMatchObject({ code: 0, stdout: 'a.recovered.tape\n', stderr: expect.stringMatching(/^recovered \d+ messages/) })
  expect(readdirSync(cwd).sort()).toEqual(['a.recovered.tape', 'a.tape'])
  const answers = new Set(messagesOf(join(cwd, 'a.recovered.tape'), 'to-client'))
  expect(received.filter((line) => !answers.has(line)), `killed after ${bytes} bytes`).toEqual([])
  expect([...answers].some((answer) => answer.startsWith(partial))).toBe(true)
  expect(messagesOf(join(cwd, 'a.recovered.tape'), 'to-server').length).toBeGreaterThanOrEqual(received.length)
}

describe('kill -9 while it records under load', () => {
  test.each([1, 2, 3, 4, 5])('loses no answer that the client had, no older tape, and leaves no server: ten moments (%i of 5)', async () => {
    const sizes = Array.from({ length: 10 }, randomSize)
    await Promise.all([sizes.slice(0, 5), sizes.slice(5)].map(async (half) => {
      for (const bytes of half) await killOnce(bytes)
    }))
  })

  test('a journal that is still being written is not recovered, and a new recording names what is left', async () => {
    const cwd = temporary()
    const child = start([cli, 'forward', 'stdio', '--record', 'a.tape', '--', ...fixtureServer('echo')], { cwd })
    const ran = collect(child)
    const answered = new Promise((resolve) => child.stdout.once('data', resolve))
    child.stdin.write(lines([initialize]))
    await answered
    const [journal] = readdirSync(cwd)
    expect(await shadowcat(['tape', 'recover', journal!], { cwd })).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(`still being written by process ${child.pid}`) })
    child.kill('SIGKILL')
    await ran
    const again = await shadowcat(['forward', 'stdio', '--record', 'a.tape', '--', ...fixtureServer('echo')], { cwd, input: lines([initialize]) })
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining(`shadowcat tape recover ${join(cwd, journal!)}`) })
    expect(readdirSync(cwd).sort()).toEqual([journal, 'a.tape'].sort())
    expect(await shadowcat(['tape', 'recover', journal!], { cwd })).toMatchObject({ code: 0, stdout: 'a.recovered.tape\n' })
    expect(messagesOf(join(cwd, 'a.recovered.tape'), 'to-client')).toEqual(messagesOf(join(cwd, 'a.tape'), 'to-client'))
  })
})

const signals = [['SIGTERM', 143], ['SIGINT', 130], ['SIGHUP', 129]] as const

describe('a signal that asks it to end', () => {
  test.each(signals)('%s under load: the tape is written, the exit code is %i, and no server is left', async (signal, code) => {
    const cwd = temporary()
    copyFileSync(older, join(cwd, 'a.tape'))
    const lifelines = await createLifelines()
    const ran = await load(['forward', 'stdio', '--record', 'a.tape', '--', ...fixtureServer('held-echo')], { cwd, env: lifelines.env, bytes: 30_000, signal })
    expect(ran).toMatchObject({ code, partial: '', stderr: expect.stringMatching(/^recorded a\.tape: \d+ messages\n$/) })
    await lifelines.ended('server')
    expect(readdirSync(cwd)).toEqual(['a.tape'])
    const answers = new Set(messagesOf(join(cwd, 'a.tape'), 'to-client'))
    expect(ran.received.filter((line) => !answers.has(line))).toEqual([])
    expect(ran.received.length).toBeGreaterThan(100)
  })

  test.each(signals)('%s in the middle of a script: what was recorded is a tape, and the script is said to be unfinished', async (signal, code) => {
    const cwd = temporary()
    writeFileSync(join(cwd, 'calls.jsonl'), lines([{ tool: 'echo', arguments: { text: 'one' } }, { tool: 'hang' }, { tool: 'echo' }]))
    const child = start([cli, 'record', 'a.tape', '--script', 'calls.jsonl', '--', ...fixtureServer('hangs')], { cwd })
    const ran = collect(child)
    await saysOn(child.stderr, 'hanging')
    child.kill(signal)
    expect(await ran).toMatchObject({ code, stdout: '', stderr: expect.stringContaining('interrupted: the script did not run to its end') })
    expect(readdirSync(cwd).sort()).toEqual(['a.tape', 'calls.jsonl'])
    expect(messagesOf(join(cwd, 'a.tape'), 'to-client').join('\n')).toContain('one')
  })

  test.each(signals)('%s in the middle of a verification: nothing is left of it', async (signal, code) => {
    const cwd = temporary()
    copyFileSync(older, join(cwd, 'a.tape'))
    const lifelines = await createLifelines()
    const child = start([cli, 'verify', 'a.tape', '--accept', '--', ...fixtureServer('never-answers')], { cwd, env: { ...lifelines.env, TMPDIR: cwd } })
    const ran = collect(child)
    await lifelines.held('server')
    child.kill(signal)
    expect(await ran).toEqual({ code, stdout: '', stderr: '' })
    await lifelines.ended('server')
    expect(readdirSync(cwd)).toEqual(['a.tape'])
    expect(readFileSync(join(cwd, 'a.tape')).equals(readFileSync(older))).toBe(true)
  })

  test.each(signals)('%s ends a replay', async (signal, code) => {
    const child = start([cli, 'replay', older])
    const ran = collect(child)
    child.stdin.write(lines([initialize]))
    await saysOn(child.stdout, 'initialize')
    child.kill(signal)
    expect(await ran).toMatchObject({ code, stderr: expect.stringContaining('never asked for: 1 recorded call') })
  })

  test('a second one ends it at once; the server goes all the same, and the journal keeps the session', async () => {
    const cwd = temporary()
    const lifelines = await createLifelines()
    const child = start([cli, 'forward', 'stdio', '--record', 'a.tape', '--', ...fixtureServer('ignores-sigterm')], { cwd, env: lifelines.env })
    const ran = collect(child)
    child.stdin.write(lines([initialize]))
    await lifelines.held('server')
    const deaf = saysOn(child.stderr, 'ignored SIGTERM')
    child.kill('SIGTERM')
    await deaf
    child.kill('SIGINT')
    expect(await ran).toMatchObject({ code: 130 })
    await lifelines.ended('server')
    const [journal] = readdirSync(cwd)
    expect(await shadowcat(['tape', 'recover', journal!], { cwd })).toMatchObject({ code: 0, stdout: 'a.recovered.tape\n' })
    expect(messagesOf(join(cwd, 'a.recovered.tape'), 'to-server')).toEqual([JSON.stringify(initialize)])
  })
})

/** Resolves when a stream has said a word. */
function saysOn(stream: NodeJS.ReadableStream, word: string): Promise<void> {
  let said = ''
  return new Promise((resolve) => {
    stream.on('data', (text: string) => {
      said += text
      if (said.includes(word)) resolve()
    })
  })
}
