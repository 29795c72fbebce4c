import { expect, test } from 'vitest'
import { builtInTools, instructions, knownComponents } from '../../src/component/built-in-tools.ts'
import { recorded } from './recorded.ts'

test('the built-in tools are those that a real Wassette lists, in its order and to the byte', () => {
  const { tools } = JSON.parse(recorded<Record<string, string>>('tools.json')['greeter']!) as { tools: { name: string }[] }
  expect(builtInTools).toHaveLength(12)
  expect(JSON.stringify(builtInTools)).toBe(JSON.stringify(tools.filter(({ name }) => name !== 'greet')))
})

test('known components are those that a real Wassette finds', () => {
  const { content } = JSON.parse(recorded<string[]>('built-in.json')[0]!) as { content: { text: string }[] }
  expect(JSON.parse(content[0]!.text)).toEqual({ status: 'Component list found', components: knownComponents })
})

test('the instructions name the tools that they speak of', () => {
  expect(instructions).toContain("'list-components'")
})
