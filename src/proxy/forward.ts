import { asShadowcatError } from '../errors.ts'
import type { Tap } from '../tap.ts'
import type { Listener, Transport } from '../transport.ts'
import type { Upstream } from '../upstream.ts'
import { type SessionEnd, type SessionOptions, createSession } from './session.ts'

export type ForwardOptions = Pick<SessionOptions, 'callTimeout' | 'onerror'> & {
  listener: Listener
  upstream: Upstream
  /** The taps of the session with this ordinal. */
  taps?: (ordinal: number) => readonly Tap[]
  /** Ends the session when it aborts. */
  signal?: AbortSignal
}

/** The forward proxy: one client, one upstream made for it. Resolves when their session is over and nothing of it is left. */
export async function forward({ listener, upstream, taps, signal, ...options }: ForwardOptions): Promise<SessionEnd> {
  const client = await firstClient(listener)
  const session = createSession({
    client,
    upstream: upstream.open(),
    taps: taps?.(1) ?? [],
    ...(upstream.untimed && { untimed: (message) => upstream.untimed!(message) }),
    ...options,
  })
  const close = (): void => void session.close()
  signal?.addEventListener('abort', close)
  try {
    if (signal?.aborted) close()
    await session.start()
    return await session.ended
  } catch (error) {
    return { by: 'upstream', error: asShadowcatError(error, 'spawn') }
  } finally {
    signal?.removeEventListener('abort', close)
    await listener.close()
  }
}

async function firstClient(listener: Listener): Promise<Transport> {
  const client = Promise.withResolvers<Transport>()
  listener.onsession = client.resolve
  await listener.start()
  return client.promise
}
