import { expect, onTestFinished, test, vi } from 'vitest'
import { toConversation } from '../../../src/verify/dependence/conversation.ts'
import { beginRuns } from '../../../src/verify/dependence/runs.ts'
import { type Asked, createBench, grants, recorded } from './finding.ts'

const http: Asked[] = [grants['network']!('http'), ['fetch', { authority: 'api.test', path: '/' }]]

test('runs are the same but for the source that is changed, and the calls that are left out', async () => {
  const bench = createBench(['toolbox'])
  const runs = await beginRuns(toConversation(await recorded(bench, [['now-seconds'], ['random-u64']])), { host: bench.host })
  const texts = (answered: Iterable<{ answer: { bytes: Buffer } }>): string[] => Array.from(answered, ({ answer }) => answer.bytes.toString())
  const first = texts(runs.first)
  expect(texts((await runs.again('again')).values())).toEqual(first)
  const varied = texts((await runs.again('clock', { source: 'clock' })).values())
  expect([varied[0] === first[0], varied[1] === first[1]]).toEqual([false, true])
  expect([...(await runs.again('one', undefined, new Set([3]))).keys()]).toEqual([3])
  expect(runs.count()).toBe(4)
})

test('the network is asked in the first run, and answers the same in the others', async () => {
  const bench = createBench(['http'])
  const conversation = toConversation(await recorded(bench, http))
  const runs = await beginRuns(conversation, { host: bench.host })
  expect(bench.sent).toHaveLength(2)
  const again = await runs.again('again')
  expect(again.get(3)!.answer.bytes.equals(runs.first[1]!.answer.bytes)).toBe(true)
  expect(bench.sent).toHaveLength(2)
})

test('what was recorded is told instead of network and files, where it is to be', async () => {
  const bench = createBench(['http'])
  const recording = await recorded(bench, http)
  const { first } = await beginRuns(toConversation(recording), { host: { ...bench.host, state: 'recorded' } })
  expect(bench.sent).toHaveLength(1)
  expect(first[1]!.answer.bytes.toString()).toContain('answer 1 of')
})

test('variables that were not set when it was recorded are not set in any run', async () => {
  const bench = createBench(['environment'], { env: {} })
  const recording = await recorded(bench, [['grant-environment-variable-permission', { component_id: 'environment', details: { key: 'SHADOWCAT_PLACE' } }], ['variable', { key: 'SHADOWCAT_PLACE' }]])
  const runs = await beginRuns(toConversation(recording), { host: { ...bench.host, state: 'recorded', env: { SHADOWCAT_PLACE: 'now' } } })
  expect((await runs.again('again')).get(3)!.answer.bytes.equals(runs.first[1]!.answer.bytes)).toBe(true)
})

test('components that cannot be had are left out, with the reason', async () => {
  const bench = createBench(['toolbox'])
  const recording = await recorded(bench, [['now-seconds']])
  const lost = ['lost', 'gone'].map((component) => ({ ...recording.loads[0]!, component, uri: `file:///nowhere/${component}.wasm` }))
  const { missing, first } = await beginRuns(toConversation({ ...recording, loads: [...lost, ...recording.loads] }), { host: bench.host })
  expect([...missing]).toEqual([['lost', expect.stringContaining('nothing is at /nowhere/lost.wasm')], ['gone', expect.stringContaining('nothing is at /nowhere/gone.wasm')]])
  expect(first[0]!.observed?.component).toBe('toolbox')
})

test('a clock and randomness that are not held are held here, so that every tool is found definite', async () => {
  const bench = createBench(['toolbox'], { world: { time: { mode: 'real' }, seed: 'real' } })
  const runs = await beginRuns(toConversation(await recorded(bench, [['now-seconds'], ['random-u64']])), { host: bench.host })
  const again = await runs.again('again')
  expect(runs.first.map(({ call, answer }) => again.get(call.number)!.answer.bytes.equals(answer.bytes))).toEqual([true, true])
})

test('where nothing says when it is, it is the same moment in all runs', async () => {
  const bench = createBench(['toolbox'])
  const recording = await recorded(bench, [['now-seconds']])
  const conversation = toConversation({ ...recording, sessions: recording.sessions.map((session) => ({ ...session, world: undefined })) })
  vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 })
  onTestFinished(() => void vi.useRealTimers())
  const runs = await beginRuns(conversation, { host: { ...bench.host, world: undefined } })
  vi.setSystemTime(5_000_000)
  expect((await runs.again('again')).get(2)!.answer.bytes.equals(runs.first[0]!.answer.bytes)).toBe(true)
})
