import { expect, test } from 'vitest'
import { toConversation } from '../../../src/verify/dependence/conversation.ts'
import { converse } from '../../../src/verify/dependence/converse.ts'
import { createBench, recorded } from './finding.ts'

test('each call has its answer, and what its component used meanwhile if it came to run', async () => {
  const bench = createBench(['toolbox'])
  const conversation = toConversation(await recorded(bench, [['now-seconds'], ['echo', { text: 5 }], ['list-components'], ['random-u64']]))
  const before: number[] = []
  const answered = await converse(conversation, { host: bench.host, before: ({ number }) => before.push(number) })
  expect(answered.map(({ call, observed }) => [call.tool, observed?.trace.map((use) => use.function)])).toEqual([['now-seconds', ['now']], ['echo', undefined], ['list-components', undefined], ['random-u64', ['get-random-u64']]])
  expect(answered[0]!.answer.bytes.toString()).toContain('"structuredContent":{"result":1000000000}')
  expect(before).toEqual([2, 3, 4, 5])
})

test('calls that are skipped are not made', async () => {
  const bench = createBench(['toolbox'])
  const conversation = toConversation(await recorded(bench, [['now-seconds'], ['random-u64']]))
  expect((await converse(conversation, { host: bench.host, skips: ({ tool }) => tool === 'now-seconds' })).map(({ call }) => call.tool)).toEqual(['random-u64'])
})

test('what cannot be loaded is named, and left out when it is told to be', async () => {
  const bench = createBench(['toolbox'])
  const recording = await recorded(bench, [['now-seconds'], ['fall']])
  const conversation = toConversation({ ...recording, loads: [...recording.loads, { ...recording.loads[0]!, component: 'lost', uri: 'file:///nowhere/lost.wasm' }] })
  await expect(converse(conversation, { host: bench.host })).rejects.toMatchObject({ code: 'usage', facts: { component: 'lost' } })
  expect(await converse(conversation, { host: bench.host, without: new Set(['lost']) })).toHaveLength(2)
})
