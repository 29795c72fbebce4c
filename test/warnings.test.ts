import { expect, test } from 'vitest'
import { createWarnings } from '../src/warnings.ts'

function subject(): { said: string[]; pass(milliseconds: number): void; warnings: ReturnType<typeof createWarnings> } {
  const said: string[] = []
  let time = 0
  return { said, pass: (milliseconds) => void (time += milliseconds), warnings: createWarnings((text) => said.push(text), () => time) }
}

test('a few are told as they come, each with whom it is about', () => {
  const { said, warnings } = subject()
  warnings.warn('server', 'a')
  warnings.warn('client', 'b')
  warnings.end()
  expect(said).toEqual(['from the server: a', 'from the client: b'])
})

test('thousands are counted: ten of a second are told, the others when it is over, or at the end', () => {
  const { said, pass, warnings } = subject()
  for (let i = 0; i < 1000; i++) warnings.warn('server', String(i))
  warnings.warn('client', 'told all the same')
  expect(said).toHaveLength(11)
  pass(1001)
  warnings.warn('server', 'later')
  expect(said.slice(11)).toEqual(['from the server: 990 more such warnings', 'from the server: later'])
  for (let i = 0; i < 10; i++) warnings.warn('server', 'x')
  warnings.end()
  warnings.end()
  expect(said.slice(22)).toEqual(['from the server: 1 more such warning'])
})
