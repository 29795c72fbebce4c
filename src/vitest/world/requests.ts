import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest, IncomingMessage } from 'node:http'

type Told = { request: object; response?: { headers: readonly (Buffer | string)[] | IncomingMessage['headers'] } }

/**
 * Tells of each HTTP request that leaves the machine's own `fetch` or `node:http`, when it begins and when it is over; `isOwn` is asked when it
 * begins. A stream of events is over when it has begun, as nobody waits for its end. Gives what ends the watch.
 */
export function watchRequests(isOwn: () => boolean, tell: (change: 1 | -1) => void): () => void {
  const open = new Set<object>()
  const begun = (request: object): void => {
    if (!isOwn() || open.has(request)) return
    open.add(request)
    tell(1)
  }
  const over = (request: object): void => {
    if (open.delete(request)) tell(-1)
  }
  const answered = ({ request, response }: Told): void => {
    if (response && /text\/event-stream/i.test(String(Array.isArray(response.headers) ? response.headers : (response.headers as IncomingMessage['headers'])['content-type']))) over(request)
  }
  const channels: Record<string, (message: Told) => void> = {
    'undici:request:create': ({ request }) => begun(request),
    'undici:request:headers': answered,
    'undici:request:trailers': ({ request }) => over(request),
    'undici:request:error': ({ request }) => over(request),
    'http.client.request.start'({ request }) {
      begun(request)
      ;(request as ClientRequest).once('close', () => over(request))
    },
    'http.client.response.finish': answered,
  }
  const listeners = Object.entries(channels) as [string, (message: unknown) => void][]
  for (const [name, listener] of listeners) subscribe(name, listener)
  return () => {
    for (const [name, listener] of listeners) unsubscribe(name, listener)
  }
}
