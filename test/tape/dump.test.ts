import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DumpOptions, dumpTape } from '../../src/tape/dump.ts'
import { openTape } from '../../src/tape/reader.ts'
import type { Upstream } from '../../src/upstream.ts'
import { anythingSaid, begin, conversation, record, say, steadyClock, temporaryFolder, upstreamUsing, used } from './tapes.ts'

function dump(path: string, options?: DumpOptions): string[] {
  const tape = openTape(path)
  const lines = [...dumpTape(tape, options)]
  tape.close()
  return lines
}

test('a dump has a line for each session and each entry, with the bytes as they are and the time last', async () => {
  const path = join(temporaryFolder(), 'a.tape')
  await record(path)
  const lines = dump(path)
  expect(lines).toHaveLength(1 + conversation.length)
  expect(lines[0]).toBe('{"session":1,"upstream":{"kind":"unknown"},"protocolVersion":"2025-06-18","redaction":"none","startedAt":"2026-11-23T12:00:00.001Z"}\n')
  expect(lines[4]).toBe(`{"entry":4,"session":1,"direction":"to-server","kind":"request","message":${String(conversation[3]![1])},"time":6000}\n`)
  expect(lines[5]).toBe(`{"entry":5,"session":1,"direction":"to-client","kind":"result","replyTo":4,"message":${String(conversation[4]![1])},"time":7500}\n`)
})

test('every line is one JSON value, and holds its message verbatim, whatever that is', async () => {
  const folder = temporaryFolder()
  let number = 0
  await fc.assert(
    fc.asyncProperty(anythingSaid, async (said) => {
      const path = join(folder, `${++number}.tape`)
      await record(path, said)
      const lines = dump(path)
      expect(lines).toHaveLength(said.length + 1)
      for (const [index, line] of lines.entries()) {
        expect(line.indexOf('\n')).toBe(line.length - 1)
        JSON.parse(line)
        if (index > 0) expect(line).toContain(`,"message":${String(said[index - 1]![1])},"time":`)
      }
    }),
    { numRuns: 40 },
  )
})

test('without times two recordings of the same conversation have the same dump', async () => {
  const folder = temporaryFolder()
  await record(join(folder, 'a.tape'))
  await record(join(folder, 'b.tape'), conversation, { now: steadyClock(0) })
  const [a, b] = ['a', 'b'].map((name) => dump(join(folder, `${name}.tape`), { timing: false }))
  expect(a).toEqual(b)
  expect(a!.join('')).not.toMatch(/"time"|startedAt/)
  expect(dump(join(folder, 'a.tape'))).not.toEqual(dump(join(folder, 'b.tape')))
})

test('line ends within a message become blanks, so that it stays one line', async () => {
  const path = join(temporaryFolder(), 'a.tape')
  await record(path, [['>', '{"jsonrpc":"2.0",\r\n"method":"x"}']])
  expect(dump(path)[1]).toContain('"message":{"jsonrpc":"2.0",  "method":"x"},')
})

test('a policy stands there once, and loads stand where they happened', async () => {
  const path = join(temporaryFolder(), 'a.tape')
  const policy = Buffer.from('version: "1.0"\n')
  const upstream: Upstream = {
    describe: () => ({ kind: 'test', seed: 18446744073709551615n }),
    open: () => {
      throw new Error('not opened here')
    },
    initial: () => ({ components: [{ component: 'first', uri: 'file:///a', initial: true, policy }] }),
    annotate: (message) => (message.id === '""' ? { component: 'first', policy, ...(message.kind === 'result' && { loads: [{ component: 'second', uri: 'file:///b', initial: false }] }) } : undefined),
  }
  await record(path, conversation, {}, upstream)
  const lines = dump(path, { timing: false })
  const digest = /"policy":"(sha256:[0-9a-f]{64})"/.exec(lines[1]!)![1]
  expect(lines[0]).toContain('"seed":18446744073709551615')
  expect(lines[1]).toBe(`{"policy":"${digest}","text":"version: \\"1.0\\"\\n"}\n`)
  expect(lines[2]).toBe(`{"load":"first","session":1,"uri":"file:///a","policy":"${digest}","initial":true}\n`)
  expect(lines.filter((line) => line.startsWith('{"policy"'))).toHaveLength(1)
  expect(lines.at(-2)).toContain(`"component":"first","policy":"${digest}","message":`)
  expect(lines.at(-1)).toBe('{"load":"second","session":1,"entry":5,"uri":"file:///b","initial":false}\n')
})

test('what the client itself used comes last', async () => {
  const path = join(temporaryFolder(), 'a.tape')
  const recorder = begin(path)
  recorder.state(1, [used('http', { url: 'x' }, { status: 200 })])
  await say(recorder, conversation)
  await recorder.close()
  expect(dump(path, { timing: false }).at(-1)).toBe('{"state":"http","session":1,"request":{"url":"x"},"response":{"status":200}}\n')
})

test('what a call used follows its answer, as it is', async () => {
  const path = join(temporaryFolder(), 'a.tape')
  await record(path, conversation, {}, upstreamUsing(used('http', '{ "url":"http://x/",\n"n":18446744073709551615}', '{"status":200,"body":"\\u00e9"}'), used('clock', { uses: 1 })))
  const lines = dump(path, { timing: false })
  expect(lines.at(-3)).toMatch(/^\{"entry":5,/)
  expect(lines.slice(-2)).toEqual([
    '{"state":"http","session":1,"entry":5,"request":{ "url":"http://x/", "n":18446744073709551615},"response":{"status":200,"body":"\\u00e9"}}\n',
    '{"state":"clock","session":1,"entry":5,"request":{"uses":1}}\n',
  ])
})
