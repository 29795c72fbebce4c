import { expect, test } from 'vitest'
import type { EntryDifference } from '../../src/tape/diff.ts'
import { withoutIssued } from '../../src/verify/issued.ts'

const value = (pointer: string, expectedValue: string | null, actualValue: string | null): EntryDifference => ({ kind: 'value', pointer, expectedValue, actualValue })

test.each(['/result/requestState', '/result/nextCursor', '/result/task/taskId', '/params/taskId', '/error/data/elicitations/0/elicitationId'])('what a server issues anew at %s is no difference', (pointer) => {
  expect(withoutIssued([value(pointer, 'then', 'now'), value(pointer, 'then', 'now')])).toEqual([])
})

test('a value that stands for two, or two for one, is a difference', () => {
  const differences = [value('/result/task/taskId', 'a', 'x'), value('/params/taskId', 'a', 'y')]
  expect(withoutIssued(differences)).toEqual(differences)
  const merged = [value('/result/task/taskId', 'a', 'x'), value('/result/task/taskId', 'b', 'x')]
  expect(withoutIssued(merged)).toEqual(merged)
})

test('all else stays: other places, other types, messages as a whole', () => {
  const differences: EntryDifference[] = [value('/result/taskIds', 'a', 'b'), value('/result/taskId', 'a', null), { kind: 'missing' }]
  expect(withoutIssued(differences)).toEqual(differences)
})
