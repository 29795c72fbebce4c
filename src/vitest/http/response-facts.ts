/** Responses as a tape keeps them, and back again. */
import { STATUS_CODES } from 'node:http'
import { toBytes } from '../../host/recall.ts'
import { toAnswerFacts } from '../../host/state.ts'
import { systemCode } from '../../errors.ts'

type Facts = { status?: number; statusText?: string; headers?: [string, string][]; url?: string; failure?: string; message?: string }

/** A response as JSON text; `body` is what was read of it. `asked` is the URL that was asked for. */
export function responseFacts({ status, statusText, headers, url }: Response, body: Uint8Array, asked: string): Uint8Array {
  // fetch has decoded the body, so these headers are no longer true of it.
  const untrue = headers.has('content-encoding') ? ['content-encoding', 'content-length'] : []
  const facts = toAnswerFacts({ status, headers: [...headers].filter(([name]) => !untrue.includes(name)), body })
  const redirected = url !== '' && url !== asked
  return text({ ...facts, ...(statusText !== (STATUS_CODES[status] ?? '') && { statusText }), ...(redirected && { url }) })
}

/** Why there was no response. */
export function failureFacts(error: unknown): Uint8Array {
  const { cause = error } = error as { cause?: unknown }
  const { message } = cause as { message?: unknown }
  return text({ failure: systemCode(cause) ?? 'failed', message: String(message) })
}

/** The response to a request for `asked`. Throws what fetch threw, where it did. */
export function toResponse(recorded: Uint8Array, asked: string): Response {
  const facts = JSON.parse(Buffer.from(recorded).toString()) as Facts
  const { status = 200, headers = [], statusText = STATUS_CODES[status] ?? '', url = asked, failure, message = '' } = facts
  if (failure !== undefined) throw new TypeError('fetch failed', { cause: Object.assign(new Error(message), failure !== 'failed' && { code: failure }) })
  const body = toBytes(facts as Record<string, unknown>)
  const response = new Response(isBodiless(status) ? null : Buffer.from(body), { status, statusText, headers })
  return Object.defineProperties(response, { url: { value: url }, redirected: { value: url !== asked }, type: { value: 'basic' } })
}

/** What the Response constructor refuses a body for. */
function isBodiless(status: number): boolean {
  return [101, 103, 204, 205, 304].includes(status)
}

function text(facts: object): Uint8Array {
  return Buffer.from(JSON.stringify(facts))
}
