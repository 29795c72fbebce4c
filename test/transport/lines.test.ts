import { PassThrough } from 'node:stream'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ShadowcatError } from '../../src/errors.ts'
import { type LineOptions, Lines, readLines } from '../../src/transport/lines.ts'

/** What came of the chunks, in order, as text. */
function read(chunks: Uint8Array[], options?: LineOptions): string[] {
  const told: string[] = []
  const lines = new Lines({ message: (message) => told.push(message.bytes.toString('latin1')), error: (error) => told.push(`${error.code} ${error.message}`), end: () => told.push('end') }, options)
  for (const chunk of chunks) lines.feed(Buffer.from(chunk))
  lines.end()
  return told
}

function cut(bytes: Buffer, places: number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b)
  return [0, ...ends].map((start, index) => bytes.subarray(start, ends[index] ?? bytes.length))
}

const text = (value: string): Buffer[] => [Buffer.from(value)]

describe('lines', () => {
  test('keep every byte but the line end, carriage returns too', () => {
    expect(read(text('{"a": 1.0}\r\n [1]\t\n'))).toEqual(['{"a": 1.0}\r', ' [1]\t', 'end'])
  })

  test('count without a line end when they are the last', () => {
    expect(read(text('{}\n{"a":1}'))).toEqual(['{}', '{"a":1}', 'end'])
  })

  test('that are blank are nothing', () => {
    expect(read(text('\n\r\n \t \n\n'))).toEqual(['end'])
  })

  test('past the limit are dropped and reported, and the next one is read', () => {
    const long = `"${'x'.repeat(100)}"`
    const dropped = 'malformed a line of 102 bytes was dropped, the limit is 50 bytes'
    expect(read(text(`${long}\n{}\n`), { limit: 50 })).toEqual([dropped, '{}', 'end'])
    expect(read(cut(Buffer.from(`{}\n${long}\n{}\n${long}`), [1, 10, 20, 40, 90, 105, 130]), { limit: 50 })).toEqual(['{}', dropped, '{}', dropped, 'end'])
  })

  test('of exactly the limit are read, however they are cut', () => {
    const line = `"${'x'.repeat(48)}"`
    expect(read(text(`${line}\n`), { limit: 50 })).toEqual([line, 'end'])
    expect(read(cut(Buffer.from(`${line}\n`), [7, 50]), { limit: 50 })).toEqual([line, 'end'])
  })

  test('that are not JSON are quoted only after redaction', () => {
    const redact = (value: string): string => value.replaceAll(/hunter\d+/g, '[redacted]')
    const [report] = read(text(`${'.'.repeat(60)} hunter2222222222222222222222\n`), { redact })
    expect(report).toContain('[redacted]')
    expect(report).not.toContain('hunter')
  })

  test('nested absurdly deep are reported', () => {
    const [report] = read(text(`${'['.repeat(200_000)}\n`))
    expect(report).toContain('nested deeper than 1000 levels')
  })

  test('sent byte by byte hold no more than twice their length', () => {
    const lines = new Lines({ message: () => {}, error: () => {}, end: () => {} })
    for (let at = 0; at < 5000; at++) lines.feed(Buffer.from('x'))
    expect(lines.buffered).toBe(5000)
  })
})

const broken = fc.oneof(
  fc.json().map((value) => Buffer.from(value)),
  fc.json().chain((value) => fc.nat(value.length).map((at) => Buffer.from(value.slice(0, at)))),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ unit: 'binary', maxLength: 30 }).map((value) => Buffer.from(value)),
  fc.constantFrom('', ' ', '\r', '{', '}', '{"jsonrpc":"2.0","id":1,"method":', '[{}', '[[[[', '"\\u12', '\ufeff{}', 'NaN', '01', '{}{}', '[{"id":1},', '\0').map((value) => Buffer.from(value)),
  fc.nat(3000).map((depth) => Buffer.from('['.repeat(depth))),
  fc.constant(Buffer.from('{"jsonrpc":"2.0","id":1,"method":"ping"}')),
)

test('of 10,000 broken lines, cut anywhere, the same arrives as uncut: no crash, no hang', () => {
  let count = 0
  fc.assert(
    fc.property(fc.array(broken, { minLength: 100, maxLength: 100 }), fc.array(fc.nat(), { maxLength: 60 }), fc.boolean(), (lines, places, closed) => {
      const bytes = Buffer.concat(lines.flatMap((line, index) => (index > 0 ? [Buffer.from('\n'), line] : [line])).concat(Buffer.from(closed ? '\n' : '')))
      count += lines.length
      const whole = read([bytes])
      expect(whole.at(-1)).toBe('end')
      expect(read(cut(bytes, places))).toEqual(whole)
    }),
    { numRuns: 100 },
  )
  expect(count).toBe(10_000)
})

test('a chunk for every byte gives the same as well', () => {
  fc.assert(
    fc.property(fc.array(broken, { maxLength: 8 }), (lines) => {
      const bytes = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]))
      expect(read(Array.from(bytes, (byte) => Buffer.from([byte])))).toEqual(read([bytes]))
    }),
    { numRuns: 50 },
  )
})

test('pausing anywhere loses, repeats and reorders nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 80 }), fc.array(fc.nat(), { maxLength: 10 }), fc.func(fc.boolean()), (values, places, pauses) => {
      const told: string[] = []
      const lines = new Lines({
        message(message) {
          told.push(message.bytes.toString())
          if (pauses(told.length)) lines.pause()
        },
        error: () => {},
        end: () => told.push('end'),
      })
      for (const chunk of cut(Buffer.from(values.join('\n')), places)) lines.feed(chunk)
      lines.end()
      for (let rounds = 0; rounds <= values.length; rounds++) lines.resume()
      expect(told).toEqual([...values.map(String), 'end'])
    }),
    { numRuns: 200 },
  )
})

test('a receiver may resume from within', () => {
  const told: string[] = []
  const lines = new Lines({
    message(message) {
      told.push(message.bytes.toString())
      lines.pause()
      lines.resume()
    },
    error: () => {},
    end: () => told.push('end'),
  })
  lines.feed(Buffer.from('1\n2\n3\n'))
  lines.end()
  expect(told).toEqual(['1', '2', '3', 'end'])
})

test('what is discarded is never delivered', () => {
  const told: string[] = []
  const lines = new Lines({ message: (message) => (told.push(message.bytes.toString()), lines.discard()), error: () => {}, end: () => told.push('end') })
  lines.feed(Buffer.from('1\n2\n'))
  lines.feed(Buffer.from('3\n'))
  lines.resume()
  lines.end()
  expect([told, lines.buffered]).toEqual([['1'], 0])
})

test('a stream that breaks is reported, and ends', async () => {
  const input = new PassThrough()
  const errors: ShadowcatError[] = []
  const ended = Promise.withResolvers<void>()
  readLines(input, { message: () => {}, error: (error) => errors.push(error), end: ended.resolve })
  input.destroy(new Error('the cable was cut'))
  await ended.promise
  expect(errors.map((error) => [error.code, error.message])).toEqual([['closed', 'cannot read on: the cable was cut']])
})

test('a stream that is paused holds no more than its chunk', async () => {
  const input = new PassThrough({ highWaterMark: 1000 })
  const source = readLines(input, { message: () => {}, error: () => {}, end: () => {} })
  source.pause()
  while (input.write('{"jsonrpc":"2.0","method":"x"}\n'));
  await new Promise(setImmediate)
  expect(source.buffered).toBeLessThanOrEqual(2000)
})
