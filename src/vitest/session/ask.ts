import { messageOf } from '../../errors.ts'
import type { Json } from '../../json.ts'
import { type Id, type Message, createMessage } from '../../message.ts'
import { statelessMeta } from '../../proxy/era.ts'
import type { Line, Settled } from './line.ts'
import { toRequestError } from './request-error.ts'
import type { ReceivedNotification, RequestOptions } from './session.ts'
import { type Site, placeError } from './site.ts'

/** Sends a request and resolves with its result; rejects with the error that answers it, at the site. */
export type Ask = (method: string, params: Json | undefined, options: RequestOptions, site: Site) => Promise<Settled>

/** `hear` is told of each progress message. */
export function createAsk(line: Line, hear: (message: Message) => ReceivedNotification): Ask {
  const { wire } = line
  return (method, params, options, site) => {
    const { meta, signal, onProgress } = options
    if (signal?.aborted) return Promise.reject(signal.reason)
    const { promise, resolve, reject } = Promise.withResolvers<Settled>()
    const make = (id: Id): Message => createMessage({ jsonrpc: '2.0', id: Number(id), method, params: withMeta(params, { ...(wire.stateless && statelessMeta(wire.greeting)), ...(onProgress && { progressToken: Number(id) }), ...meta }) })
    const id = line.ask(make, site, {
      lost(reason) {
        signal?.removeEventListener('abort', abort)
        reject(placeError(reason, site))
      },
      progress(message) {
        const notification = hear(message)
        onProgress?.(notification.params ?? {})
      },
      answered(settled) {
        signal?.removeEventListener('abort', abort)
        if (settled.answer.kind === 'result') resolve(settled)
        else reject(settled.miss ?? placeError(toRequestError(settled.answer), site))
      },
    })
    function abort(): void {
      wire.cancel(id, messageOf(signal!.reason))
      reject(signal!.reason)
    }
    signal?.addEventListener('abort', abort, { once: true })
    return promise
  }
}

/** Parameters with what belongs into their `_meta`, beside what the user put there. */
function withMeta(params: Json | undefined, meta: object): unknown {
  if (Object.keys(meta).length === 0) return params
  const given = (params ?? {}) as { _meta?: object }
  return { ...given, _meta: { ...meta, ...given._meta } }
}
