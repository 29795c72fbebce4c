import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scanEnvelope } from '../src/envelope.ts'
import { scanJson } from '../src/json.ts'
import { Fault } from '../src/scan.ts'
import { messageText } from './arbitrary.ts'

const scan = (text: string) => scanEnvelope(Buffer.from(text))

/** Whether a scan finds JSON, and if not, why. */
function fault(scanning: () => unknown): string {
  try {
    scanning()
    return 'none'
  } catch (error) {
    return (error as Error).message.replace(/^not JSON: (.*) at byte \d+$/, '$1')
  }
}

test('the facts agree with what JSON.parse makes of the bytes', () => {
  fc.assert(
    fc.property(messageText, (text) => {
      const { id, kind, method, span, idSpan } = scan(text)
      const value = JSON.parse(text) as Record<string, unknown>
      expect(method).toBe(typeof value['method'] === 'string' ? value['method'] : undefined)
      if (typeof value['id'] === 'string') expect(id).toBe(JSON.stringify(value['id']))
      if (idSpan) expect(JSON.parse(text.slice(0, 0) + Buffer.from(text).subarray(idSpan.start, idSpan.end).toString())).toEqual(value['id'])
      expect(kind).toBe(method === undefined ? ('error' in value ? 'error' : 'result' in value && id !== undefined ? 'result' : 'invalid') : id === undefined ? 'notification' : 'request')
      expect(span).toEqual(scanJson(Buffer.from(text)))
    }),
    { numRuns: 1000 },
  )
})

test('a broken line is refused exactly where the JSON scanner refuses it', () => {
  fc.assert(
    fc.property(messageText, fc.nat(), fc.constantFrom('', '"', '{', '}', '[', ']', ',', ':', '\\', '\u0000', '5', 'x', ' '), fc.boolean(), (text, place, piece, cut) => {
      const at = place % (text.length + 1)
      const broken = Buffer.from(text.slice(0, at) + piece + (cut ? '' : text.slice(at + 1)))
      expect(fault(() => scanEnvelope(broken))).toBe(fault(() => scanJson(broken)))
    }),
    { numRuns: 3000 },
  )
})

test.each(['{5:1}', '{"a":1,}', '{"a":1,5}', '{"a" 1}', '{"a":}', '{"a":1 "b":2}', '{"a":1}}', '{', '{"a', '{"a":1', '', ' ', '[1,]', 'nul', '{"id":1}x', '{"method":"\\x"}'])('%s is a fault', (text) => {
  expect(() => scan(text)).toThrow(Fault)
})

test('bytes that are not UTF-8 are a fault', () => {
  expect(() => scanEnvelope(Buffer.from([0x22, 0xff, 0x22]))).toThrow(Fault)
})

test.each([
  ['{"id":12345678901234567890,"method":"m"}', '12345678901234567890'],
  ['{"id":123456789,"method":"m"}', '123456789'],
  ['{"id":-1,"method":"m"}', '-1'],
  ['{"id":1.0,"method":"m"}', '1.0'],
  ['{"id":1e3,"method":"m"}', '1e3'],
  ['{"id":"é\\u0041","method":"m"}', '"éA"'],
  ['{"id":"é","method":"m"}', '"é"'],
  ['{"id":[1],"method":"m"}', undefined],
  ['{"id":true,"method":"m"}', undefined],
])('the id of %s is %s', (text, id) => {
  expect(scan(text).id).toBe(id)
})

test('a name behind an escape counts, the last of a repeated one wins, and a longer one is another', () => {
  expect(scan(String.raw`{"\u0069d":7,"meth\u006fd":"tools\/call"}`)).toMatchObject({ id: '7', method: 'tools/call', kind: 'request' })
  expect(scan('{"method":"ping","method":"tools/list","id":1,"id":2}')).toMatchObject({ id: '2', method: 'tools/list' })
  expect(scan('{"method":"ping","method":5,"id":1}')).toMatchObject({ method: undefined, kind: 'invalid' })
  expect(scan('{"idx":1,"ids":2,"methods":"a","results":1}')).toMatchObject({ id: undefined, method: undefined, kind: 'invalid' })
  expect(scan('{"id":1,"error":{},"result":{}}').kind).toBe('error')
})
