import type { Message } from './message.ts'

/** Where a message is going. */
export type Direction = 'to-server' | 'to-client'

/** What is known of a message besides itself. */
export type Context = {
  readonly direction: Direction
  /** The session's ordinal in this run, from 1. */
  readonly session: number
  /** Set on what shadowcat itself says, such as the error for a call past its time limit. */
  readonly origin?: 'shadowcat'
  /** Set on an answer that came after its request was answered by shadowcat: recorded, not passed on. */
  readonly late?: boolean
  /** HTTP alone: which request/response pair, which stream of it, and the event's id. */
  readonly exchange?: number
  readonly stream?: string
  readonly eventId?: string
}

/**
 * Watches or changes the messages of a session.
 *
 *     client ⇄ [ tap 0 … tap n ] ⇄ upstream       to-server runs 0 → n, to-client runs n → 0
 */
export type Tap = {
  /**
   * Returns the message to pass on (the same object when it is untouched), an answer to the request that came (it goes back to the
   * sender), or nothing to drop it. A tap that returns no promise costs none.
   */
  message(message: Message, context: Context): Message | undefined | Promise<Message | undefined>
  /** Called before messages that passed this tap leave the session; many that arrived together leave together. Throwing ends the session. */
  flush?(): void
  /** The session is over; the last call. */
  end?(): void | Promise<void>
}
