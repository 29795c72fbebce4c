/** What stands on the other side of a test's session, whichever it is. */
import type { Transport } from '../transport.ts'

/**
 *     replay   session ⇄ player(tape)
 *     record   session ⇄ Session[ recorder ] ⇄ upstream
 *     refuse   session ⇄ the reason why there is nothing
 */
export type Conversation = {
  /** For the test's connection. What must be opened is opened when it starts, so that a test which says nothing needs nothing. */
  readonly transport: Transport
  /** Why it could not be opened, when it was tried. */
  readonly failure: Error | undefined
  /** Ends it; in order, when what was asked may still be answered. Resolves when nothing of it is left but the recording. May be called again. */
  end(pace: 'in order' | 'at once'): Promise<void>
  /** Puts the recording in its place; how many messages it holds. Nothing, where nothing was recorded. After `end`. */
  keep(): Promise<void>
  /** Forgets the recording: what stood in its place stays. After `end`. */
  discard(): void
}

/** There is nothing to talk to, which who starts to talk is told. */
export function refusal(failure: Error): Conversation {
  let told: Error | undefined
  const transport: Transport = {
    async start() {
      throw (told = failure)
    },
    send: () => undefined,
    close: async () => undefined,
  }
  return {
    transport,
    get failure() {
      return told
    },
    end: async () => undefined,
    keep: async () => undefined,
    discard: () => undefined,
  }
}

/** What plays a tape, or another server that holds nothing to be kept. */
export function unrecorded(transport: Transport): Conversation {
  return { transport, failure: undefined, end: () => transport.close(), keep: async () => undefined, discard: () => undefined }
}
