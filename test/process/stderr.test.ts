import { PassThrough } from 'node:stream'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readStderr } from '../../src/process/stderr.ts'

const redact = (text: string): string => text.replaceAll(/sk-\w+/g, '[redacted]').replaceAll(/-----BEGIN [A-Z ]+-----[^]*?-----END [A-Z ]+-----/g, '[key]')

async function read(chunks: Iterable<string | Uint8Array>, redaction = redact): Promise<{ shown: string; tail: string }> {
  const stream = new PassThrough()
  let shown = ''
  const said = readStderr(stream, (text) => (shown += text), redaction)
  for (const chunk of chunks) stream.write(chunk)
  stream.end()
  await said.ended
  return { shown, tail: said.tail }
}

test('every byte of it is handed on', async () => {
  expect(await read(['one\n', '\ntwo: é\nhalf a li', 'ne'])).toEqual({ shown: 'one\n\ntwo: é\nhalf a line', tail: 'one\ntwo: é\nhalf a line' })
})

test('a secret is found wherever the chunks are cut', async () => {
  const bytes = Buffer.from('start\nAuthorization: sk-1234567890é sk-abc\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY-----\nend')
  const whole = await read([bytes])
  expect(whole.shown).toBe('start\nAuthorization: [redacted]é [redacted]\n[key]\nend')
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 8 }), async (places) => {
      const ends = [...new Set(places)].sort((a, b) => a - b)
      expect(await read([0, ...ends].map((start, index) => bytes.subarray(start, ends[index] ?? bytes.length)))).toEqual(whole)
    }),
    { numRuns: 60 },
  )
})

test('a private key whose end never comes is handed on after all', async () => {
  const { shown } = await read(['-----BEGIN PRIVATE KEY-----\n', 'still here\n'])
  expect(shown).toBe('-----BEGIN PRIVATE KEY-----\nstill here\n')
})

test('the tail keeps twenty lines and four kilobytes', async () => {
  const lines = Array.from({ length: 100 }, (_, n) => `line ${n}`)
  expect((await read([lines.join('\n')])).tail).toBe(lines.slice(-20).join('\n'))
  expect((await read([`${'x'.repeat(9000)}\n`])).tail).toHaveLength(4096)
})

test('a line without end does not fill the memory', async () => {
  const stream = new PassThrough()
  let length = 0
  const said = readStderr(stream, (text) => (length += text.length))
  for (let n = 0; n < 100; n++) stream.write('x'.repeat(10_000))
  await new Promise(setImmediate)
  expect(length).toBeGreaterThan(900_000)
  stream.end()
  await said.ended
  expect(length).toBe(1_000_000)
})
