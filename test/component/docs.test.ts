import { expect, test } from 'vitest'
import { readDocs } from '../../src/component/docs.ts'
import { assemble, fixture } from './assemble.ts'

const custom = (json: string): string => `(@custom "package-docs" "\\01${json.replaceAll('"', '\\22')}")`
const docs = (text: string): string => JSON.stringify({ worlds: { w: { func_exports: { f: { docs: text } } } } })

test('the first world that says something of a function is heard', () => {
  const said = readDocs(fixture('documented'))
  expect(said('zebra')).toBe('Counts zebras.\n\nAll of them.')
  expect(said('alpha')).toBeUndefined()
  expect(said('toString')).toBeUndefined()
})

test('the first section counts, a nested one or a core module\'s too', async () => {
  expect(readDocs(await assemble(`(core module ${custom(docs('core'))}) ${custom(docs('own'))}`))('f')).toBe('core')
  expect(readDocs(await assemble(`(component ${custom(docs('nested'))}) ${custom(docs('own'))}`))('f')).toBe('nested')
  expect(readDocs(await assemble(`(@custom "package-docs" "\\01") ${custom(docs('own'))}`))('f')).toBe('own')
})

test.each(['', 'null', '[]', '{"worlds":5}', '{"worlds":[null]}', '{"worlds":{"w":null}}', '{"worlds":{"w":{"func_exports":5}}}', '{"worlds":{"w":{"func_exports":{"f":null}}}}', '{"worlds":{"w":{"func_exports":{"f":{"docs":5}}}}}', '{broken'])(
  'what is not as it should be says nothing: %s',
  async (json) => {
    expect(readDocs(await assemble(custom(json)))('f')).toBeUndefined()
  },
)
