import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createLoader } from '../../src/host/components.ts'
import { Host } from '../../src/host/host.ts'
import { serve } from '../../src/host/server.ts'
import { parseMessage } from '../../src/message.ts'
import { createRedactor } from '../../src/tape/redact.ts'
import { readTape } from '../../src/tape/reader.ts'
import { createMemoryPair } from '../../src/transport/memory.ts'
import { verify } from '../../src/verify/verify.ts'
import { builtInQuestions, calls, made } from '../component/questions.ts'
import { recorded as recordedAnswers } from '../component/recorded.ts'
import type { EmbeddedOptions } from '../../src/host/upstream.ts'
import { connect, embedded, places } from './client.ts'
import { bytesOf, cache, heldWorld } from './components.ts'
import { conversations } from './conversations.ts'
import { differences, reasonFor, tapeDifferences } from './differences.ts'
import { file } from './files.ts'
import { converse, placeless } from './record.ts'

const recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'recorded/conversations.json'), 'utf8')) as Record<string, string[][]>
const program = process.env['WASSETTE_BIN']

/** A text of ours must be the real one's, or differ for a reason on the list, which is given back. */
function expectSame(ours: string | undefined, real: string | undefined): string | undefined {
  const reason = ours === undefined || real === undefined || ours === real ? undefined : reasonFor(real, ours)
  if (reason === undefined) expect(ours).toBe(real)
  return reason
}

/** Holds a conversation, and gives back the reasons for which it differed. */
async function hold(name: string, options: EmbeddedOptions): Promise<(string | undefined)[]> {
  const reasons: (string | undefined)[] = []
  const client = await connect(embedded([], options), { initialize: false })
  for (const [index, line] of conversations[name]!.entries()) {
    const from = client.received.length
    const real = recorded[name]![index]!
    client.say(line)
    await client.until(from + real.length)
    await turn()
    const ours = client.received.slice(from).map((answer) => placeless(answer, '/nowhere'))
    expect(ours.length, line).toBe(real.length)
    for (const [place, answer] of real.entries()) reasons.push(expectSame(ours[place], answer))
  }
  return reasons
}

describe('the same conversation is answered to the byte as by a real Wassette', () => {
  describe.each(places)('%s', (_, place) => {
    test.each(Object.keys(conversations))('%s', async (name) => void (await hold(name, place)))
  })

  test('and each difference that is on the list is met in one, or in a tape', async () => {
    const met = new Set<string | undefined>(Object.values(tapeDifferences))
    for (const name of Object.keys(conversations)) for (const reason of await hold(name, {})) met.add(reason)
    expect(differences.map(({ reason }) => reason).filter((reason) => !met.has(reason))).toEqual([])
  })

  const version = program === undefined ? '' : execFileSync(program, ['--version'], { encoding: 'utf8' })
  test.skipIf(!version.startsWith('0.8.0'))(`a real Wassette 0.8.0 still answers what was recorded${program === undefined ? ' (WASSETTE_BIN names none)' : ''}`, async () => {
    // A subscription's notice and the answer to the call race.
    const sorted = (said: string[][]): string[][] => said.map((answers) => answers.toSorted())
    for (const [name, lines] of Object.entries(conversations)) expect(sorted(await converse(program!, lines, recorded[name]))).toEqual(sorted(recorded[name]!))
  })
})

test('values of every type, as arguments and results, are those of a real Wassette', async () => {
  const { client, server } = createMemoryPair()
  const host = new Host({ load: createLoader({ cache }), world: heldWorld(), sources: [{ id: 'types', uri: '', bytes: bytesOf('types') }] })
  await host.start()
  serve(server, { host })
  const questions = [...calls, ...made.map((tool) => ({ tool, arguments: '{"value":1,"negative":true}' }))]
  const answers: string[] = []
  const last = Promise.withResolvers<void>()
  client.onmessage = (message) => {
    answers.push(message.bytes.toString().replace(/^\{"jsonrpc":"2.0","id":\d+,"(?:result|error)":(.*)\}$/s, '$1'))
    if (answers.length === questions.length + 1) last.resolve()
  }
  await Promise.all([client.start(), server.start()])
  const send = (text: string): void => void client.send(parseMessage(Buffer.from(text)))
  send('{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"0"}}}')
  for (const [index, { tool, arguments: given }] of questions.entries()) send(`{"jsonrpc":"2.0","id":${index + 1},"method":"tools/call","params":{"name":${JSON.stringify(tool)},"arguments":${given}}}`)
  await last.promise
  await client.close()
  for (const [index, real] of recordedAnswers<string[]>('calls.json').entries()) expectSame(answers[index + 1], real)
})

test('built-in tools answer as those of a real Wassette beside the same component', async () => {
  const client = await connect(embedded([]))
  await client.tool('load-component', { path: `file://${file('greeter')}` })
  const real = recordedAnswers<string[]>('built-in.json')
  for (const [index, { tool, arguments: given }] of builtInQuestions.entries()) {
    const { text } = await client.tool(tool, JSON.parse(given) as object)
    expectSame(placeless(text, '/nowhere').replace(/^\{"jsonrpc":"2.0","id":\d+,"result":(.*)\}$/s, '$1'), real[index]!.replaceAll('/home/components/', '/components/'))
  }
})

describe.each(['wassette-0.8.0', 'wassette-0.8.0-stateless', 'components-0.8.0'])('the recording %s of a real Wassette', (name) => {
  test('differs, sent to the embedded host, only in what is on the list', async () => {
    const recording = readTape(join(dirname(dirname(import.meta.dirname)), 'tapes', `${name}.tape`))
    const upstream = embedded([], { env: { SHADOWCAT_GREETING: 'granted', SHADOWCAT_HIDDEN: 'hidden' } })
    const { runs } = await verify(recording, { upstream, redactor: () => createRedactor() })
    const [run] = runs
    expect(run).toMatchObject({ missing: 0, unsent: 0, unasked: 0 })
    const found = run!.differences.map(({ tool, pointer }) => tool ?? pointer?.split('/')[2] ?? '')
    expect(found.filter((what) => !Object.hasOwn(tapeDifferences, what))).toEqual([])
    expect(found.length).toBeLessThan(10)
  })
})
