import { expect, test } from 'vitest'
import { ignoreNothing } from '../../src/canonical.ts'
import { parseExact } from '../../src/json.ts'
import { createPlans } from '../../src/replay/plan.ts'
import { createSelection } from '../../src/replay/selection.ts'
import { beginSession, createConversation, request, toolCall } from '../conversations.ts'
import { toMessage } from './client.ts'

/** One session for each name: it calls a tool of each letter. */
function select(...names: string[]) {
  const tape = createConversation()
  for (const [at, name] of names.entries()) {
    if (at > 0) tape.session()
    beginSession(tape, name.startsWith('R') ? { roots: {} } : {})
    for (const letter of name) if (letter === 'R') tape.server(request('r', 'roots/list'))
      else tape.client(toolCall(letter, letter, {}))
  }
  const selection = createSelection(createPlans(tape.recording, ignoreNothing))
  return { take: (letter: string) => selection.take(toMessage(toolCall(1, letter, {}))).session.ordinal, guess: (declared = '{}') => selection.guess(parseExact(Buffer.from(declared))).session.ordinal }
}

test('the first free session that begins so is taken, else one that has the call, else the first', () => {
  expect(['b', 'a', 'b', 'z'].map(select('ab', 'ba', 'cb', 'd').take)).toEqual([2, 1, 3, 4])
})

test('it starts over when all are taken', () => {
  expect(['a', 'a', 'a'].map(select('a', 'ab').take)).toEqual([1, 2, 1])
})

test('sessions without calls are never taken while another is left', () => {
  expect(['z', 'a', 'a'].map(select('', 'a').take)).toEqual([2, 2, 2])
})

test('a client is guessed to be one that can do what it must', () => {
  const { guess, take } = select('Ra', 'b')
  expect([guess(), guess('{"roots":{}}')]).toEqual([2, 1])
  take('b')
  expect(guess()).toBe(1)
})
