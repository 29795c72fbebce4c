import { Writable } from 'node:stream'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Message, parseMessage } from '../../src/message.ts'
import { createLineWriter } from '../../src/transport/line-writer.ts'

const messageOf = (text: string): Message => parseMessage(Buffer.from(text))

/** A stream that keeps each write; while it is `stuck` it takes none. */
function createSink(highWaterMark = 64 * 1024): { output: Writable; writes: string[]; release(): void; stick(): void } {
  const writes: string[] = []
  let stuck = false
  let blocked: (() => void) | undefined
  const take = (texts: string[], done: () => void): void => {
    writes.push(texts.join(''))
    if (stuck) blocked = done
    else done()
  }
  const output = new Writable({
    highWaterMark,
    write: (chunk: Buffer, _encoding, done) => take([chunk.toString()], done),
    writev: (chunks, done) => take(chunks.map(({ chunk }) => String(chunk)), done),
  })
  return {
    output,
    writes,
    stick: () => (stuck = true),
    release() {
      stuck = false
      blocked?.()
    },
  }
}

test('what is sent in one tick leaves in one write, also from promises of that tick', async () => {
  const { output, writes } = createSink()
  const writer = createLineWriter(output)
  queueMicrotask(() => {
    for (const id of [1, 2, 3]) expect(writer.send(messageOf(`{"id":${id}}`))).toBeUndefined()
    queueMicrotask(() => void writer.send(messageOf('{"id":4}')))
  })
  await new Promise(setImmediate)
  expect(writes).toEqual(['{"id":1}\n{"id":2}\n{"id":3}\n{"id":4}\n'])
})

test('many messages of one tick leave in few writes', async () => {
  const { output, writes } = createSink()
  const writer = createLineWriter(output)
  for (let id = 0; id < 1000; id++) void writer.send(messageOf(`{"id":${id}}`))
  await new Promise(setImmediate)
  expect(writes.join('')).toBe(Array.from({ length: 1000 }, (_, id) => `{"id":${id}}\n`).join(''))
  expect(writes.length).toBeLessThanOrEqual(8)
})

test('a line end inside a message becomes a space', async () => {
  const { output, writes } = createSink()
  void createLineWriter(output).send(messageOf('{\n"id":\r\n1}'))
  await new Promise(setImmediate)
  expect(writes).toEqual(['{ "id":  1}\n'])
})

test('a full stream gives one promise for all who wait, resolved when it has drained', async () => {
  const { output, writes, stick, release } = createSink(100)
  const writer = createLineWriter(output)
  stick()
  expect(writer.send(messageOf(`"${'x'.repeat(200)}"`))).toBeUndefined()
  await new Promise(setImmediate)
  const room = writer.send(messageOf('1'))
  expect(room).toBeInstanceOf(Promise)
  expect(writer.send(messageOf('2'))).toBe(room)
  expect(writer.buffered).toBe(203 + 2 + 2)
  release()
  await room
  await new Promise(setImmediate)
  expect(writes.join('')).toBe(`"${'x'.repeat(200)}"\n1\n2\n`)
  expect([writer.buffered, writer.send(messageOf('3'))]).toEqual([0, undefined])
})

test('who waits is let go when the stream closes, and sending is then nothing', async () => {
  const { output, stick } = createSink(10)
  const writer = createLineWriter(output)
  stick()
  void writer.send(messageOf(`"${'x'.repeat(70_000)}"`))
  const room = writer.send(messageOf('1'))
  output.destroy()
  await room
  expect(writer.send(messageOf('2'))).toBeUndefined()
  writer.end()
})

test('ending writes what still waits', async () => {
  const { output, writes } = createSink()
  const finished = new Promise((resolve) => output.once('finish', resolve))
  const writer = createLineWriter(output)
  void writer.send(messageOf('1'))
  writer.end()
  await finished
  expect(writes).toEqual(['1\n'])
})

test('any sizes in any ticks come out whole and in order', async () => {
  const bursts = fc.array(fc.array(fc.oneof({ weight: 9, arbitrary: fc.nat(300) }, { weight: 1, arbitrary: fc.integer({ min: 60_000, max: 200_000 }) }), { maxLength: 40 }), { maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(bursts, async (ticks) => {
      const { output, writes } = createSink()
      const writer = createLineWriter(output)
      const texts = ticks.map((sizes) => sizes.map((size, index) => `"${String(index % 10).repeat(size)}"`))
      for (const burst of texts) {
        for (const text of burst) void writer.send(messageOf(text))
        await new Promise(setImmediate)
      }
      expect(writes.join('') === texts.flat().map((text) => `${text}\n`).join('')).toBe(true)
    }),
    { numRuns: 30 },
  )
})
