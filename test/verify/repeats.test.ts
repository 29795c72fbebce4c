import { describe, expect, test } from 'vitest'
import { type Exact, parseExact } from '../../src/json.ts'
import { jsonInside, saysAgain } from '../../src/verify/repeats.ts'

const answer = (text: string, structured: string): Exact => parseExact(Buffer.from(`{"result":{"content":[{"type":"text","text":${JSON.stringify(text)}}],"structuredContent":${structured}}}`))
const at = '/result/content/0/text'

describe('a text says again what structuredContent says', () => {
  test.each([
    ['7', '{"result":7}'], ['a', '{"result":"a"}'], ['true', '{"result":true}'], ['null', '{"result":null}'], ['18446744073709551615', '{"result":18446744073709551615}'],
    ['{"b":1,"a":2}', '{"result":{"a":2,"b":1}}'], ['{"result":{"a":2}}', '{"result":{"a":2}}'], ['[1]', '{"result":[1]}'],
  ])('%s in %s', (text, structured) => expect(saysAgain(answer(text, structured), at)).toBe(true))

  test.each([['7', '{"result":8}'], ['1', '{"result":1.0}'], ['a', '{"other":"a"}'], ['{"a":', '{"result":{}}']])('%s is not in %s', (text, structured) => expect(saysAgain(answer(text, structured), at)).toBe(false))

  test('nor is it anywhere else, or where there is no structuredContent', () => {
    expect(saysAgain(answer('7', '{"result":7}'), '/result/structuredContent/result')).toBe(false)
    expect(saysAgain(parseExact(Buffer.from('{"result":{"content":[{"text":"7"}]}}')), at)).toBe(false)
  })
})

test('JSON in a text is an object or an array', () => {
  expect(jsonInside(' {"a":1}')).toEqual(parseExact(Buffer.from('{"a":1}')))
  expect(jsonInside('[]')).toEqual([])
  expect([jsonInside('7'), jsonInside('{a}'), jsonInside('')]).toEqual([undefined, undefined, undefined])
})
