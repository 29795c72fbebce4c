import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import type { Settings } from '../../src/vitest/settings.ts'
import { type Stage, createStage } from '../../src/vitest/stage.ts'
import { serverNamed, settingsIn } from './stage-setting.ts'

const open = (settings: Settings, path = join(settings.tapes, 'a.tape')): Promise<Stage> => createStage({ settings, path, place: { file: join(settings.root, 'a.test.ts'), title: 'a > b' } })

async function recorded(settings: Settings): Promise<Stage> {
  const stage = await open(settings)
  await stage.connection.session.callTool('echo', { text: 'x' })
  await stage.conversation.end('in order')
  await stage.connection.close()
  await stage.conversation.keep(false)
  return stage
}

test('what is recorded is replayed, in the world that it was recorded in', async () => {
  using setting = settingsIn()
  const { held, plan, taped } = await recorded(setting.settings)
  expect([plan, taped]).toEqual(['record', { tape: 'tapes/a.tape', command: 'npx vitest run a.test.ts -t "a > b" -u' }])
  const again = await open({ ...setting.settings, upstream: { command: ['/nowhere/server'] }, update: 'none' })
  expect([again.plan, again.held]).toEqual(['replay', held])
  expect((await again.connection.session.callTool('echo', { text: 'x' })).content[0]?.text).toBe('x')
  expect([again.misses(), again.player?.unused(), again.recording?.entries.length]).toEqual([[], [], 5])
})

test('a recording over a tape keeps its epoch and seed; over a damaged one it chooses its own', async () => {
  using setting = settingsIn()
  const { held, path } = await recorded(setting.settings)
  const anew: Settings = { ...setting.settings, update: 'all' }
  expect((await open(anew)).held).toEqual(held)
  const bytes = readFileSync(path)
  writeFileSync(path, bytes.fill(0xff, 100, 4096))
  expect((await open(anew)).held.seed).not.toBe(held.seed)
  await expect(open(setting.settings)).rejects.toThrow('it is damaged')
})

test('a tape of a newer program is neither played nor replaced', async () => {
  using setting = settingsIn()
  const { path } = await recorded(setting.settings)
  const bytes = readFileSync(path)
  bytes.writeUInt32BE(99, 60)
  writeFileSync(path, bytes)
  for (const update of ['new', 'all'] as const) await expect(open({ ...setting.settings, update })).rejects.toThrow(/newer/)
})

test('a miss is told once, on the line of the call, with the command that records it', async () => {
  using setting = settingsIn()
  await recorded(setting.settings)
  const { connection, misses } = await open(setting.settings)
  await connection.session.callTool('echo', { text: 'y' }).catch(() => undefined)
  expect(misses()).toHaveLength(1)
  expect(misses()[0]?.message).toContain('npx vitest run a.test.ts -t "a > b" -u')
  expect(misses()[0]?.stack).toContain('stage.test.ts')
})

test('without a tape, or a server to make one, the first call is told why, and all others the same', async () => {
  using setting = settingsIn({ update: 'none' })
  const refused = await open(setting.settings)
  const { upstream: _, ...without } = setting.settings
  const nobody = await open({ ...without, update: 'new' })
  for (const { connection, misses } of [refused, nobody]) {
    const errors = [await connection.session.callTool('echo').catch((error: unknown) => error), await connection.session.callTool('echo').catch((error: unknown) => error)]
    expect(errors[0]).toBe(errors[1])
    expect(misses()).toEqual([errors[0]])
  }
  expect(refused.misses()[0]?.message).toContain('there is no tape')
  expect(nobody.misses()[0]?.message).toContain('no server is named')
  expect(existsSync(setting.settings.tapes)).toBe(false)
})

test("secrets of the server's variables are redacted on the tape and matched in the replay", async () => {
  using setting = settingsIn({ upstream: { ...(serverNamed('echo') as { command: string[] }), env: { SERVICE: 'hush-hush-hush' } } })
  const say = async (stage: Stage): Promise<void> => void (await stage.connection.session.callTool('echo', { text: 'hush-hush-hush' }))
  const stage = await open(setting.settings)
  await say(stage)
  await stage.conversation.end('in order')
  await stage.conversation.keep(false)
  expect(readFileSync(stage.path).includes('hush-hush-hush')).toBe(false)
  const again = await open(setting.settings)
  await say(again)
  expect(again.misses()).toEqual([])
})

test('what stands at the place of a tape and is none is never played', async () => {
  using setting = settingsIn()
  const path = join(setting.settings.tapes, 'a.tape')
  mkdirSync(dirname(path))
  writeFileSync(path, 'no tape')
  await expect(open(setting.settings)).rejects.toThrow('is not a tape: it is text')
})
