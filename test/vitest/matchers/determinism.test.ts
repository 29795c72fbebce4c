import { expect, test } from 'vitest'
import { failuresOf } from '../../../src/vitest/matchers/determinism.ts'
import { originOf } from '../../../src/vitest/matchers/origin.ts'
import { receivedResult } from '../../../src/vitest/matchers/received.ts'
import type { Settings } from '../../../src/vitest/settings.ts'
import { component, fixtureServer, own, sessionWith, settingsWith, textResult } from './session.ts'

const dice = { command: fixtureServer('dice') }

/** What is told of these calls, made again three times. */
async function failures(given: Parameters<typeof sessionWith>[0][], settings: Partial<Settings>, last = false, runs = 3): Promise<string[]> {
  const { session, results } = sessionWith(...given)
  const task = {}
  own(session, task, settingsWith(settings))
  return failuresOf({ session, origin: originOf(task)!, calls: session.calls, runs, ...(last && { last: receivedResult(results.at(-1))! }) })
}

const echoed = { content: [{ type: 'text', text: '{"x":1}' }] }

test('answers that are the same each time, and were so in the test, leave nothing to say', async () => {
  expect(await failures([{ name: 'echo', arguments: { x: 1 }, result: echoed }], { upstream: dice })).toEqual([])
})

test('a server that draws at random is told by place, with both values and a guess', async () => {
  const [line, ...others] = await failures([{ name: 'echo', arguments: { x: 1 }, result: echoed }, { name: 'uuid', result: textResult('x') }], { upstream: dice })
  expect(line).toMatch(/^call 2, uuid: \/result\/content\/0\/text was "[0-9a-f-]{36}", then "[0-9a-f-]{36}": it looks like chance \(a guess\)$/)
  expect(others).toEqual([])
})

test('of a result, the calls before it are made and not judged', async () => {
  expect(await failures([{ name: 'uuid', result: textResult('x') }, { name: 'echo', arguments: { x: 1 }, result: echoed }], { upstream: dice }, true)).toEqual([])
})

test('answers that agree among themselves and not with the test are told so', async () => {
  const lines = await failures([{ name: 'echo', arguments: { x: 1 }, result: { ...echoed, content: [{ type: 'text', text: 'other' }] } }], { upstream: dice }, false, 1)
  expect(lines[0]).toMatch(/^call 1: \/result\/content\/0\/text was "other" in the test, and is "\{/)
  expect(lines[1]).toMatch(/^these answers are the same among themselves/)
})

test('places that the settings leave out do not count', async () => {
  expect(await failures([{ name: 'uuid', result: textResult('x') }], { upstream: dice, ignore: ['/result/content/0/text'] })).toEqual([])
})

test('a component in a held world answers the same; in a real one the cause is found', async () => {
  const upstream = { components: [component('random')] }
  const given = [{ name: 'number' }]
  expect(await failures(given, { upstream })).toEqual([])
  const lines = await failures(given, { upstream, world: { date: 'held', random: 'real', timers: 'real' } })
  expect(lines.join('\n')).toMatch(/: random, found by running random in the embedded host: /)
})

test('without a server that is named there is none to ask', async () => {
  await expect(failures([{ name: 'echo', result: echoed }], {})).rejects.toThrow('no server is named in vitest.config.ts')
})

test('a server that cannot be started is told', async () => {
  await expect(failures([{ name: 'echo', result: echoed }], { upstream: { command: ['/nowhere/server'] } })).rejects.toThrow('/nowhere/server')
})
