/** What stands on the other side of a test's session, whichever it is. */
import { type Message, createError, createMessage, membersOf, withId } from '../message.ts'
import { missCode } from '../replay/miss.ts'
import { createMemoryPair } from '../transport/memory.ts'
import type { Transport } from '../transport.ts'
import type { ExternalState } from '../upstream.ts'

/**
 *     replay   session ⇄ player(tape)
 *     record   session ⇄ Session[ recorder ] ⇄ upstream
 *     refuse   session ⇄ the reason why there is nothing
 */
export type Conversation = {
  /** For the test's connection. What must be opened is opened when it starts, so that a test which says nothing needs nothing. */
  readonly transport: Transport
  /** Why it broke off, when it did. */
  readonly failure: Error | undefined
  /** Ends it; in order, when what was asked may still be answered. Resolves when nothing of it is left but the recording. May be called again. */
  end(pace: 'in order' | 'at once'): Promise<void>
  /** Records what the test used by itself, besides the session; nothing where nothing is recorded. */
  state(items: readonly ExternalState[]): Promise<void>
  /** Puts the recording in its place, if something was recorded, or `always`: for its epoch and seed. Resolves to whether it did. After `end`. */
  keep(always: boolean): Promise<boolean>
  /** Forgets the recording: what stood in its place stays. After `end`. */
  discard(): void
}

/** What holds nothing that could be kept. */
export function unrecorded(transport: Transport): Conversation {
  return { transport, failure: undefined, end: () => transport.close(), state: async () => undefined, keep: async () => false, discard: () => undefined }
}

/** A server that misses every request for this reason, and greets all the same, so that the reason is told where the first call is made. */
export function refusal(reason: string): Conversation {
  const { client, server } = createMemoryPair()
  server.onmessage = (message) => {
    for (const member of membersOf(message)) if (member.kind === 'request') void server.send(refuse(member, reason))
  }
  void server.start()
  return unrecorded(client)
}

const capabilities = { tools: {}, resources: {}, prompts: {}, completions: {}, logging: {} }

function refuse({ id = '0', method, value }: Message, reason: string): Message {
  if (method !== 'initialize') return createError(id, missCode, reason)
  const { params } = value as { params?: { protocolVersion?: string } }
  const result = { protocolVersion: params?.protocolVersion, capabilities, serverInfo: { name: 'shadowcat', version: '0' } }
  return withId(createMessage({ jsonrpc: '2.0', id: 0, result }), id)
}
