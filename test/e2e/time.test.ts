import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { lines, root, shadowcat, temporary, tidy } from './run.ts'
import { query, rowsOf } from './tape.ts'

afterAll(tidy)

const env = { SHADOWCAT_CACHE: join(root, 'node_modules/.cache/shadowcat-tests') }
const embedded = ['--upstream', 'embedded', '--component', join(root, 'test/fixtures/components/clock.wasm')]
const second = '{"tool":"busy","arguments":{"nanoseconds":1000000000}}'

/** Records a wait for the clock in a loop; what it answered and which world the tape holds. */
async function record(flags: string[], config?: object): Promise<{ folder: string; stderr: string; answer: string; world: Record<string, unknown> }> {
  const folder = temporary()
  if (config) writeFileSync(join(folder, 'shadowcat.config.json'), JSON.stringify(config))
  writeFileSync(join(folder, 'calls.jsonl'), lines([second]))
  const { code, stderr } = await shadowcat(['record', 'a.tape', '--script', 'calls.jsonl', ...embedded, ...flags], { cwd: folder, env })
  expect(code, stderr).toBe(0)
  const tape = join(folder, 'a.tape')
  return { folder, stderr, answer: rowsOf(tape).at(-1)!.message, world: JSON.parse(query<{ world: string }>(tape, 'SELECT world FROM sessions')[0]!.world) as Record<string, unknown> }
}

const verify = (folder: string, ...flags: string[]): ReturnType<typeof shadowcat> => shadowcat(['verify', 'a.tape', ...embedded, ...flags], { cwd: folder, env })

test('a loop that waits for the clock ends where readings move it; the tape knows how far, and verify moves it as far', async () => {
  const { folder, answer, world } = await record(['--tick', '1000us', '--epoch', '2026-01-01'])
  expect(answer).toContain('"result":1000')
  expect(world).toEqual({ epoch: '2026-01-01T00:00:00.000Z', seed: 0, tick: '1ms' })
  expect(await verify(folder, '--runs', '3')).toMatchObject({ code: 0 })
  expect(await verify(folder, '--tick', '10ms')).toMatchObject({ code: 1, stdout: expect.stringContaining('busy') as string })
})

test('where time is held it runs into its limit, and is told what would move the clock', async () => {
  const { answer, world } = await record(['--call-timeout', '500ms'])
  expect(answer).toContain('the call took longer than its limit of 500 ms: it reads the clock again and again, which is held and does not move by itself; with --tick 1ms each reading moves it')
  expect(world).not.toHaveProperty('tick')
})

test('it ends with the machine’s own time as well, of which the tape says so', async () => {
  const { answer, world } = await record(['--clock', 'real', '--seed', 'real'])
  expect(answer).toContain('"result":')
  expect(world).toMatchObject({ seed: 'real', clock: 'real' })
})

test('the configuration may say it, and flags win', async () => {
  const config = { world: { epoch: '2026-01-01', tick: '1ms' } }
  expect((await record([], config)).world).toEqual({ epoch: '2026-01-01T00:00:00.000Z', seed: 0, tick: '1ms' })
  expect((await record(['--tick', '10ms'], config)).answer).toContain('"result":100')
  expect((await record(['--clock', 'real'], config)).world).toMatchObject({ clock: 'real' })
})

test.each([
  [['--tick', '1'], 'error: --tick takes a duration with its unit, such as 1ms, 10us or 100ns; found "1"'],
  [['--clock', 'fast'], 'error: --clock is held or real; found "fast"'],
  [['--clock', 'real', '--tick', '1ms'], "error: --tick moves clocks that are held, and --clock real are the machine's: leave out one of them"],
])('%j is refused with the remedy', async (flags, message) => {
  expect(await shadowcat(['record', 'never.tape', '--script', 'none.jsonl', ...embedded, ...flags], { env })).toMatchObject({ code: 2, stderr: expect.stringContaining(message) as string })
})
