import { expect, test } from 'vitest'
import type { Observed } from '../../../src/host/observed.ts'
import { createMessage } from '../../../src/message.ts'
import { createBlame } from '../../../src/verify/dependence/blame.ts'
import type { Answered } from '../../../src/verify/dependence/converse.ts'
import type { Runs } from '../../../src/verify/dependence/runs.ts'
import type { Variation } from '../../../src/world/variation.ts'

/** A call that draws so many numbers, and answers with what becomes of them; 1 instead of 0 for one that is varied. */
function drawing(count: number, answerWith: (drawn: number[]) => unknown): { runs: Runs; first: Answered[]; asked: Variation[] } {
  const answerTo = (variation?: Variation): Answered => {
    const drawn = Array.from({ length: count }, (_, index) => Number(variation !== undefined && (variation.only ? variation.only.n === index + 1 : true)))
    const trace = drawn.map((_, index) => ({ interface: 'wasi:random/random', function: 'get-random-u64', n: index + 1 }))
    const observed: Observed = { tool: 'draw', component: 'dice', trace, uses: count, passes: 1, exchanged: [], asked: [] }
    return { call: { number: 7, tool: 'draw' }, answer: createMessage({ jsonrpc: '2.0', id: 1, result: answerWith(drawn) }), observed }
  }
  const asked: Variation[] = []
  const first = [answerTo()]
  const again: Runs['again'] = async (_, variation) => {
    asked.push(variation!)
    return new Map([[7, answerTo(variation)]])
  }
  return { runs: { first, again, count: () => asked.length + 1, missing: new Map() }, first, asked }
}

const find = async ({ runs, first }: ReturnType<typeof drawing>) => {
  const blame = createBlame(runs, first)
  return { changes: (await blame.find({ source: 'random' })).map(({ pointer, use }) => `${pointer} ${use?.n ?? '?'}`), notes: blame.notes }
}

test('each place is blamed on the use that changes it, and one that several change on each of them', async () => {
  expect((await find(drawing(3, ([a, b, c]) => ({ a, bc: b! + c! })))).changes).toEqual(['/result/a 1', '/result/bc 2', '/result/bc 3'])
})

test('a single use needs no run of its own', async () => {
  const one = drawing(1, ([a]) => ({ a }))
  expect((await find(one)).changes).toEqual(['/result/a 1'])
  expect(one.asked).toEqual([{ source: 'random' }])
})

test('what no single use changes is blamed on the source alone', async () => {
  expect((await find(drawing(2, ([a, b]) => ({ both: a! * b! })))).changes).toEqual(['/result/both ?'])
})

test('nothing that changes costs one run', async () => {
  const none = drawing(5, () => ({ fixed: 1 }))
  expect((await find(none)).changes).toEqual([])
  expect(none.asked).toHaveLength(1)
})

test('of many uses sixteen are tried, and that is said', async () => {
  const many = drawing(20, (drawn) => ({ first: drawn[0], last: drawn[19] }))
  expect(await find(many)).toEqual({ changes: ['/result/first 1', '/result/last ?'], notes: ['of random get-random-u64 the first 16 uses in a call were tried one by one; there are up to 20'] })
  expect(many.asked).toHaveLength(17)
})
