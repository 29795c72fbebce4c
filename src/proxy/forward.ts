import type { Tap } from '../tap.ts'
import type { Listener, Transport } from '../transport.ts'
import type { Upstream } from '../upstream.ts'
import { type Session, type SessionEnd, type SessionOptions, createSession } from './session.ts'

export type ForwardOptions = Pick<SessionOptions, 'callTimeout' | 'drainTimeout' | 'onerror'> & {
  listener: Listener
  upstream: Upstream
  /** The taps of the session with this ordinal. */
  taps?: (ordinal: number) => readonly Tap[]
  /** Ends the session when it aborts. */
  signal?: AbortSignal
}

/** The forward proxy: one client, one upstream made for it. Resolves when their session is over and nothing of it is left. */
export async function forward({ listener, upstream, taps, signal, ...options }: ForwardOptions): Promise<SessionEnd> {
  try {
    const client = await firstClient(listener, signal)
    if (!client) return { by: 'closed' }
    const untimed = upstream.untimed?.bind(upstream)
    const session = createSession({ client, upstream: upstream.open(), taps: taps?.(1) ?? [], ...(untimed && { untimed }), ...options })
    return await runSession(session, signal)
  } finally {
    await listener.close()
  }
}

async function runSession(session: Session, signal: AbortSignal | undefined): Promise<SessionEnd> {
  const close = (): void => void session.close()
  signal?.addEventListener('abort', close)
  try {
    if (signal?.aborted) close()
    // A start that fails ends the session, which then says why.
    return await session.start().then(
      () => session.ended,
      () => session.ended,
    )
  } finally {
    signal?.removeEventListener('abort', close)
  }
}

/** Nobody when the signal aborts before anyone came. */
async function firstClient(listener: Listener, signal: AbortSignal | undefined): Promise<Transport | undefined> {
  const client = Promise.withResolvers<Transport | undefined>()
  const giveUp = (): void => client.resolve(undefined)
  listener.onsession = client.resolve
  signal?.addEventListener('abort', giveUp)
  try {
    if (signal?.aborted) return undefined
    await listener.start()
    return await client.promise
  } finally {
    signal?.removeEventListener('abort', giveUp)
  }
}
