import { describe, expect, test } from 'vitest'
import { learnNames } from '../../src/tape/names.ts'
import type { Pair } from '../../src/tape/pairing.ts'
import { answerTo, createConversation, notification, progress, request, toolCall } from '../conversations.ts'

/** Pairs entries by position. */
function pairsOf(...said: (readonly ['>' | '<', object, object])[]): Pair[] {
  const [left, right] = [createConversation(), createConversation()]
  return said.map(([direction, one, other]) => (direction === '>' ? { expected: left.client(one), actual: right.client(other) } : { expected: left.server(one), actual: right.server(other) }))
}

function renamed(pairs: Pair[], at: number): string[] {
  return [...learnNames(pairs).renamed(pairs[at]!)]
}

describe('names', () => {
  test('are learnt from requests and known again in answers, progress and cancellations', () => {
    const pairs = pairsOf(
      ['>', toolCall(1, 'a', {}, 't'), toolCall('x', 'a', {}, 9)],
      ['<', progress('t', 1), progress(9, 1)],
      ['>', notification('notifications/cancelled', { requestId: 1 }), notification('notifications/cancelled', { requestId: 'x' })],
      ['<', answerTo(1, {}), answerTo('x', {})],
    )
    expect(renamed(pairs, 0)).toEqual(['/id', '/params/_meta/progressToken'])
    expect(renamed(pairs, 1)).toEqual(['/params/progressToken'])
    expect(renamed(pairs, 2)).toEqual(['/params/requestId'])
    expect(renamed(pairs, 3)).toEqual(['/id'])
  })

  test('of the two directions are apart', () => {
    const pairs = pairsOf(['<', request(1, 'roots/list'), request(2, 'roots/list')], ['<', answerTo(1, {}), answerTo(2, {})], ['>', answerTo(1, {}), answerTo(2, {})])
    expect(renamed(pairs, 1)).toEqual([])
    expect(renamed(pairs, 2)).toEqual(['/id'])
  })

  test('that were never given are no names', () => {
    expect(renamed(pairsOf(['<', progress(1, 1), progress(2, 1)]), 0)).toEqual([])
  })

  test('stand at their own place in a batch', () => {
    expect(renamed(pairsOf(['>', [request(1, 'a'), request(2, 'b')], [request(3, 'a'), request(4, 'b')]]), 0)).toEqual(['/0/id', '/1/id'])
  })

  test('of pages stand for one page each', () => {
    const good = pairsOf(['<', answerTo(1, { nextCursor: 'a' }), answerTo(1, { nextCursor: 'x' })], ['>', request(2, 'tools/list', { cursor: 'a' }), request(2, 'tools/list', { cursor: 'x' })])
    expect(renamed(good, 1)).toContain('/params/cursor')
    const bad = [...good, ...pairsOf(['<', answerTo(2, { nextCursor: 'b' }), answerTo(2, { nextCursor: 'x' })])]
    expect(renamed(bad, 2)).not.toContain('/result/nextCursor')
  })
})
