import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Message } from '../../src/message.ts'
import { createPlayer } from '../../src/replay/player.ts'
import { linkEntries } from '../../src/tape/causality.ts'
import { arbitraryConversation } from '../arbitrary-conversation.ts'
import { type Conversation, answerTo, notification } from '../conversations.ts'
import { connect, textOf, toMessage } from './client.ts'

const timers = { now: () => 0, set: () => expect.unreachable('a timer was set'), clear: () => undefined }

/** By text, which client message each server message hangs on (0 for none), and the last client message that must have been sent before it. */
function causesOf(tape: Conversation): Map<string, { anchor: number; after: number }> {
  const links = linkEntries(tape.entries)
  const anchorOf = (id: number) => (links.get(id)!.request ?? links.get(id)!.anchor)?.id ?? 0
  const asked = tape.entries.filter(({ direction, message }) => direction === 'to-client' && message.kind === 'request')
  return new Map(tape.entries.filter(({ direction }) => direction === 'to-client').map(({ id, message }) => {
    const anchor = anchorOf(id)
    const answers = asked.filter((one) => anchorOf(one.id) === anchor).map((one) => links.get(one.id)!.answer?.id ?? 0)
    return [textOf(message), { anchor, after: Math.max(anchor, ...answers.filter((answer) => answer < id)) }]
  }))
}

const serverTexts = (tape: Conversation): string[] => tape.entries.filter(({ direction }) => direction === 'to-client').map(({ message }) => textOf(message))

test('the recorded client gets what was recorded, byte for byte, and in recorded order as far as one thing hangs on another', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryConversation({ breaks: false }), async (tape) => {
      const player = createPlayer(tape.recording, { timers })
      const client = await connect(player)
      const heard: string[] = []
      const awaited: string[] = []
      const causes = causesOf(tape)
      let outgoing: Message[] = []
      const sendUpTo = async (id: number): Promise<void> => {
        const messages = await client.say(...outgoing)
        outgoing = []
        heard.push(...messages)
        for (const text of messages) expect(causes.get(text)!.after).toBeLessThan(id)
      }
      for (const { id, direction, message } of tape.entries) {
        if (direction === 'to-server') outgoing.push(message)
        else {
          if (outgoing.length > 0) await sendUpTo(id)
          awaited.push(textOf(message))
          expect(heard).toContain(textOf(message))
        }
      }
      await sendUpTo(Number.POSITIVE_INFINITY)
      const grouped = (texts: string[]) => Object.fromEntries(Map.groupBy(texts, (text) => causes.get(text)!.anchor))
      expect(heard).toHaveLength(awaited.length)
      expect(grouped(heard)).toEqual(grouped(awaited))
      expect([player.misses, player.unused(), player.warnings]).toEqual([[], [], []])
    }),
    { numRuns: 150 },
  )
})

test('a client that says all at once gets all in recorded order', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryConversation({ asks: false, breaks: false }), async (tape) => {
      const client = await connect(createPlayer(tape.recording, { timers }))
      const said = tape.entries.filter(({ direction }) => direction === 'to-server').map(({ message }) => message)
      expect(await client.say(...said)).toEqual(serverTexts(tape))
    }),
    { numRuns: 150 },
  )
})

/** Which of the client's messages are sent, in which order, how often, how many at once; and whether the server is answered as recorded. */
const conduct = fc.record({
  order: fc.array(fc.nat(), { maxLength: 40 }),
  atOnce: fc.integer({ min: 1, max: 5 }),
  lies: fc.boolean(),
  repeat: fc.constantFrom('none' as const, 'last' as const, 'all' as const),
})

test('whatever a client drops, adds, repeats or reorders, each of its requests gets one answer, at once and without a timer', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryConversation(), conduct, async (tape, { order, atOnce, lies, repeat }) => {
      const before = tape.entries.map(({ message }) => textOf(message))
      const client = await connect(createPlayer(tape.recording, { timers, repeat }))
      const recorded = tape.entries.filter(({ direction }) => direction === 'to-server').map(({ message }) => message)
      const asked: string[] = []
      const answered: string[] = []

      /** Answers what the server asks, until it asks no more. */
      const receive = async (messages: Message[]): Promise<void> => {
        for (let left = messages; left.length > 0; ) {
          answered.push(...left.filter(({ kind }) => kind === 'result' || kind === 'error').map(({ id }) => id!))
          const asks = left.filter(({ kind }) => kind === 'request')
          left = await client.send(...asks.map(({ id, value }) => answerTo(JSON.parse(id!) as string, { said: lies ? 'lie' : (value as { params: { mark: number } }).params.mark })))
        }
      }

      const sends = order.map((choice, index) => {
        const message = recorded[choice % recorded.length]!
        if (message.kind !== 'request') return message
        asked.push(JSON.stringify(`live ${index}`))
        return toMessage({ ...(message.value as object), id: `live ${index}` })
      })
      for (let at = 0; at < sends.length; at += atOnce) await receive(await client.send(...sends.slice(at, at + atOnce)))
      client.transport.end!()
      await receive(await client.heard())
      expect(answered.sort()).toEqual(asked.sort())
      expect(tape.entries.map(({ message }) => textOf(message))).toEqual(before)
    }),
    { numRuns: 600 },
  )
})

test('a cancelled client hears of its cancelled requests no more', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryConversation({ asks: false }), async (tape) => {
      const client = await connect(createPlayer(tape.recording, { timers }))
      const links = linkEntries(tape.entries)
      const heard = await client.send(...tape.entries.filter(({ direction }) => direction === 'to-server').map(({ message }) => message), notification('notifications/x'))
      const cancelled = new Set(tape.entries.filter(({ id }) => links.get(id)!.cancelled).map(({ message }) => message.id))
      expect(heard.filter(({ id, kind }) => kind !== 'request' && cancelled.has(id))).toEqual([])
    }),
    { numRuns: 100 },
  )
})
