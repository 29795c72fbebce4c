import type { OutgoingRequest as Request } from '../../world/exchange.ts'
import { exceeded } from '../limits.ts'
import { activePass } from '../pass.ts'
import { fail } from './define.ts'
import { type Fields, copy, freeze, list } from './http-fields.ts'
import { OutputStream } from './io.ts'

export type Method = { tag: string; val?: string }
export type Scheme = { tag: 'HTTP' } | { tag: 'HTTPS' } | { tag: 'other'; val: string }

/** A registered name, an address, or an IPv6 address in brackets, and a port; nothing else, so that all that read it agree on the host. */
const authorityPattern = /^(?<host>[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/
/** What may be set, and is looked at closely when the request goes out: userinfo, then a host with at most one colon, or brackets. */
const settablePattern = /^(?:[^@/?#\\\s]*@)?(?:[A-Za-z0-9\-._~!$&'()*+,;=]+|\[[0-9A-Fa-f:.]+\])(?::\d*)?$/
const pathPattern = /^[/?][!-~]*$/
const methodPattern = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

export class OutgoingRequest {
  /** The host's. */
  readonly parts: { method: Method; path?: string | undefined; scheme?: Scheme | undefined; authority?: string | undefined; headers: Fields; body?: OutgoingBody }

  constructor(headers: Fields) {
    activePass().hold()
    this.parts = { method: { tag: 'get' }, headers: freeze(headers) }
  }

  body(): OutgoingBody {
    if (this.parts.body) fail()
    this.parts.body = new OutgoingBody()
    return this.parts.body
  }

  method(): Method {
    return this.parts.method
  }

  setMethod(method: Method): void {
    if (method.tag === 'other' && !methodPattern.test(method.val ?? '')) fail()
    this.parts.method = method
  }

  pathWithQuery(): string | undefined {
    return this.parts.path
  }

  setPathWithQuery(path: string | undefined): void {
    if (path !== undefined && path !== '' && !pathPattern.test(path)) fail()
    this.parts.path = path
  }

  scheme(): Scheme | undefined {
    return this.parts.scheme
  }

  setScheme(scheme: Scheme | undefined): void {
    this.parts.scheme = scheme
  }

  authority(): string | undefined {
    return this.parts.authority
  }

  setAuthority(authority: string | undefined): void {
    if (authority !== undefined && !settablePattern.test(authority)) fail()
    this.parts.authority = authority
  }

  headers(): Fields {
    return freeze(copy(this.parts.headers))
  }

  [Symbol.dispose](): void {
    activePass().release()
  }
}

/** The request as it goes out, and its body when that was taken. Fails with WASI's error code where it is none. */
export function readRequest(outgoing: OutgoingRequest): { request: Omit<Request, 'body'>; host: string; body: OutgoingBody | undefined } {
  const { method, path, scheme, authority, headers, body } = outgoing.parts
  const host = authorityPattern.exec(authority ?? '')?.groups!['host']
  if (host === undefined || scheme?.tag === 'other') fail({ tag: 'HTTP-request-URI-invalid' })
  const url = `${scheme?.tag === 'HTTP' ? 'http' : 'https'}://${authority!}${absolute(path ?? '/')}`
  // An address such as 0x7f.1 is another host to whoever connects than it is to a policy.
  if (URL.parse(url)?.hostname !== host.toLowerCase()) fail({ tag: 'HTTP-request-denied' })
  const values = list(headers).map(([name, value]): [string, string] => [name, Buffer.from(value).toString('latin1')])
  return { request: { method: method.tag === 'other' ? method.val! : method.tag.toUpperCase(), url, headers: values }, host: host.toLowerCase(), body }
}

function absolute(path: string): string {
  return path.startsWith('/') ? path : `/${path}`
}

export class OutgoingBody {
  /** The host's. */
  readonly parts: { pieces: Uint8Array[]; size: number; taken: boolean; state: 'open' | 'finished' | 'dropped'; settled?: () => void }

  constructor() {
    activePass().hold()
    this.parts = { pieces: [], size: 0, taken: false, state: 'open' }
  }

  write(): OutputStream {
    const { parts } = this
    if (parts.taken) fail()
    parts.taken = true
    return new OutputStream((bytes) => {
      const { size } = activePass().world.limits
      parts.size += bytes.byteLength
      if (parts.size > size) throw exceeded.size(size)
      // jco's view is of the component's memory, which goes on changing.
      parts.pieces.push(Uint8Array.from(bytes))
    })
  }

  static finish(body: OutgoingBody, _trailers: Fields | undefined): void {
    activePass().release()
    settle(body, 'finished')
  }

  [Symbol.dispose](): void {
    activePass().release()
    settle(this, 'dropped')
  }
}

/** Calls once the body is whole, or given up (with nothing). */
export function whenSettled({ parts }: OutgoingBody, settled: (bytes: Uint8Array | undefined) => void): void {
  parts.settled = () => settled(parts.state === 'finished' ? Buffer.concat(parts.pieces) : undefined)
  if (parts.state !== 'open') parts.settled()
}

function settle({ parts }: OutgoingBody, state: 'finished' | 'dropped'): void {
  if (parts.state !== 'open') return
  parts.state = state
  parts.settled?.()
}

type Durations = { connect?: bigint | undefined; firstByte?: bigint | undefined; betweenBytes?: bigint | undefined }

/** Durations are nanoseconds. */
export class RequestOptions {
  /** The host's. */
  readonly durations: Durations = {}

  constructor() {
    activePass().hold()
  }

  connectTimeout(): bigint | undefined {
    return this.durations.connect
  }

  setConnectTimeout(duration: bigint | undefined): void {
    this.durations.connect = duration
  }

  firstByteTimeout(): bigint | undefined {
    return this.durations.firstByte
  }

  setFirstByteTimeout(duration: bigint | undefined): void {
    this.durations.firstByte = duration
  }

  betweenBytesTimeout(): bigint | undefined {
    return this.durations.betweenBytes
  }

  setBetweenBytesTimeout(duration: bigint | undefined): void {
    this.durations.betweenBytes = duration
  }

  [Symbol.dispose](): void {
    activePass().release()
  }
}

/** Milliseconds until the answer must have begun, as timers take them; nothing when the component does not say. */
export function timeLimit({ connect = 0n, firstByte }: Durations): number | undefined {
  if (firstByte === undefined) return undefined
  return Math.min(2 ** 31 - 1, Math.max(1, Number((connect + firstByte) / 1_000_000n)))
}
