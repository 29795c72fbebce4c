/** The one seam: what carries MCP messages. The names are those of the MCP SDK's Transport. */
import type { ShadowcatError } from './errors.ts'
import type { Message } from './message.ts'

/**
 *     onmessage ◀── bytes that arrive (a pipe, a socket, memory, a tape)
 *     send      ──▶ bytes that leave
 *
 * Callbacks are set before `start`. After `onclose` nothing more is called.
 */
export type Transport = {
  /** Begins to deliver messages. Rejects with a ShadowcatError when the other side cannot be reached. */
  start(): Promise<void>
  /** Sends one message. A promise is returned only to slow the caller down: it resolves when there is room again. Never rejects; a transport that can no longer send closes. */
  send(message: Message): void | Promise<void>
  /** Says that nothing more will be sent, where a transport can (a server's stdin is closed); answers may still come. */
  end?(): void
  /** Ends it, and resolves when nothing of it is left (a process has ended, a socket is closed). May be called at any time and repeatedly. */
  close(): Promise<void>
  onmessage?: ((message: Message) => void) | undefined
  /** The other side will send no more, but can still be sent to (its end of stdin). `onclose` comes when it is over. */
  onend?: (() => void) | undefined
  /** Called once. With an error when nobody asked for the end: it says what happened to the other side. */
  onclose?: ((error?: ShadowcatError) => void) | undefined
  /** What went wrong and does not end the transport, such as a line that is not JSON. */
  onerror?: ((error: ShadowcatError) => void) | undefined
  /** Stops and resumes reading, where a transport can: how a slow receiver holds back a fast sender. */
  pause?(): void
  resume?(): void
}

/** What clients come to; yields a Transport for each of them. */
export type Listener = {
  onsession?: ((transport: Transport) => void) | undefined
  start(): Promise<void>
  close(): Promise<void>
}
