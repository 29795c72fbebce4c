import { activePass } from '../pass.ts'
import { absent, defineInterface, fail } from './define.ts'
import { Fields } from './http-fields.ts'
import { OutgoingBody, OutgoingRequest, RequestOptions, readRequest, timeLimit, whenSettled } from './http-request.ts'
import { FutureIncomingResponse, FutureTrailers, IncomingBody, IncomingResponse, type Outcome, toErrorCode } from './http-response.ts'

export const types = defineInterface('wasi:http/types', {
  Fields,
  FutureIncomingResponse,
  FutureTrailers,
  IncomingBody,
  IncomingResponse,
  OutgoingBody,
  OutgoingRequest,
  RequestOptions,
  httpErrorCode: () => undefined,
  // Of a server, which no tool is.
  IncomingRequest: absent(['method', 'pathWithQuery', 'scheme', 'authority', 'headers', 'consume']),
  OutgoingResponse: absent(['statusCode', 'setStatusCode', 'headers', 'body']),
  ResponseOutparam: absent([], ['set']),
})

export const outgoingHandler = defineInterface('wasi:http/outgoing-handler', { handle })

/** A request goes out when its body is whole, or now if nobody took the body. A host that is not granted is refused at once. */
function handle(outgoing: OutgoingRequest, options: RequestOptions | undefined): FutureIncomingResponse {
  const pass = activePass()
  const { request, host, body } = readRequest(outgoing)
  pass.release()
  pass.note(`${request.method} ${request.url}`)
  if (!pass.world.grants.host(request.url.slice(0, request.url.indexOf(':')), host)) fail(toErrorCode('HTTP-request-denied'))
  const outcome: Outcome = { stage: pass.varies('http') }
  const send = (bytes: Uint8Array | undefined): void => {
    if (bytes) outcome.sent = pass.world.barrier.send({ ...request, body: bytes, timeout: options && timeLimit(options.durations) })
    else outcome.failed = 'HTTP-protocol-error'
  }
  if (body) whenSettled(body, send)
  else send(new Uint8Array(0))
  return new FutureIncomingResponse(outcome)
}
