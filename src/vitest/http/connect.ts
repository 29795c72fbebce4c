/** Connections that code makes for requests over HTTP, whatever client it uses. */
import { AsyncLocalStorage } from 'node:async_hooks'
import diagnostics from 'node:diagnostics_channel'
import dns from 'node:dns'
import { type EventEmitter, errorMonitor } from 'node:events'
import net from 'node:net'
import { captureSite } from '../session/site.ts'
import { isLoopback } from './loopback.ts'
import { type Asked, connecting, runningTest } from './running.ts'
import { createWrap } from './wrap.ts'

type Options = { host?: string; port?: number | string; path?: string | null; lookup?: net.LookupFunction; [name: string]: unknown }
type Connect = (this: net.Socket, ...args: unknown[]) => net.Socket
type Target = { host: string; url: string; /** What `fetch` was called for. */ asked: Asked | undefined; options: Options; put(options: Options): void }

/** Taken when the module loads: a test may fake it. An immediate would come after what is written to the socket. */
const { nextTick } = process
/** Each socket's first connect is its own; a mock that stands beneath connects it again, to nowhere. */
const seen = new WeakSet<net.Socket>()
/** Where a mock was given a socket of this host: a TLS socket that it makes in turn is the real connection. */
const given = new AsyncLocalStorage<{ socket: net.Socket; host: string }>()

const heldConnect: Connect = function connect(...args) {
  const target = seen.has(this) ? undefined : targetOf(this, args)
  seen.add(this)
  if (!target) return Reflect.apply(wrap.beneath, this, args)
  const site = captureSite(heldConnect)
  const refuse = (): Error | undefined => refusal(target, site)
  if (isCovered() && target.options.lookup) {
    target.put(withLookup(target.options, mockedLookup(target.options.lookup, refuse)))
    return Reflect.apply(wrap.beneath, this, args)
  }
  const giver = given.getStore()
  const real = connectIsPlain() || (isSecure(this) && giver !== undefined && giver.socket !== this && giver.host === target.host)
  if (real) {
    const error = refuse()
    if (!error) return Reflect.apply(wrap.beneath, this, args)
    nextTick(() => this.destroy(error))
    return this
  }
  target.put(withGuards(target.options, refuse))
  // What `fetch` was called for is told by how that ends.
  if (!target.asked) (this as EventEmitter).once(errorMonitor, (error: unknown) => void (isRefusal(error) && refuse()))
  return given.run({ socket: this, host: target.host }, () => Reflect.apply(wrap.beneath, this, args))
}

const wrap = createWrap<Connect>(net.Socket.prototype, 'connect', heldConnect)

/** Whether nothing but Node's own stands there: no mock of the user. What merely looks on counts as a mock, which is handled with more care. */
export const connectIsPlain = (): boolean => /normalizedArgsSymbol/.test(Function.prototype.toString.call(wrap.beneath))

/** Whether a mock was put over ours meanwhile: what it does not answer comes here as it was asked for, and what it answers with a lookup of its own. */
const isCovered = (): boolean => net.Socket.prototype.connect !== (heldConnect as unknown)

/** Watches connections until what is returned is called. */
export function holdConnect(): () => void {
  const release = wrap.hold()
  diagnostics.subscribe('undici:client:beforeConnect', announce)
  return () => {
    diagnostics.unsubscribe('undici:client:beforeConnect', announce)
    release()
  }
}

/** The place that undici, which is `fetch` too, connects to next: of its sockets nothing tells that they are for HTTP. */
let announced: string | undefined

function announce(message: unknown): void {
  const { connectParams } = message as { connectParams?: { hostname?: string; protocol?: string } }
  announced = connectParams && `${connectParams.protocol}//${connectParams.hostname}`
}

/** Where a connection for HTTP leads that leaves the machine; nothing for any other. */
function targetOf(socket: net.Socket, args: unknown[]): Target | undefined {
  const list = (Array.isArray(args[0]) ? args[0] : args) as unknown[]
  const options = list[0] as Options | undefined
  const known = announced
  announced = undefined
  if (typeof options !== 'object' || options === null || options.port === undefined) return undefined
  const host = options.host ?? 'localhost'
  const { asked } = connecting(host)
  const forHttp = '_agentKey' in options || ('method' in options && 'headers' in options) || known?.endsWith(`//${host}`) === true
  if (!asked && !forHttp) return undefined
  // Through a proxy on this machine a request leaves it all the same.
  if (isLoopback(asked ? new URL(asked.url).hostname : host)) return undefined
  const scheme = isSecure(socket) ? 'https' : 'http'
  return { host, asked, url: asked?.url ?? new URL(`${scheme}://${net.isIPv6(host) ? `[${host}]` : host}:${options.port}/`).href, options, put: (changed) => void (list[0] = changed) }
}

/** A TLS socket, told by what all of them say: their module would cost every test file some milliseconds. */
function isSecure(socket: net.Socket): boolean {
  return (socket as { encrypted?: boolean }).encrypted === true
}

/** Asked again, as what is in flight may be another by now. */
function refusal(target: Target, site: Asked['site']): Error | undefined {
  const { asked = target.asked, running } = connecting(target.host)
  const error = running?.refuse(asked ?? { url: target.url, site })
  if (error && asked) asked.refused = error
  return error
}

/** Whether a mock refused a request that it had no answer to, or Node one that we blocked. */
export function isRefusal(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  return code === 'ERR_IP_BLOCKED' || (typeof message === 'string' && message.startsWith('[MSW] Cannot bypass a request'))
}

const everything = new net.BlockList()
everything.addSubnet('0.0.0.0', 0, 'ipv4')
everything.addSubnet('::', 0, 'ipv6')

/**
 * The same connection, which a mock may answer: when it asks for the host's address nevertheless, it is real. What has an address for a host
 * asks for none; Node blocks that.
 */
function withGuards(options: Options, refuse: () => Error | undefined): Options {
  const lookup: net.LookupFunction = (host, settings, done) => {
    const error = refuse()
    if (error) nextTick(done, error, '', 0)
    else (options.lookup ?? dns.lookup)(host, settings as never, done as never)
  }
  const blocked = net.isIP(options.host ?? '') > 0 && runningTest()?.strict === true
  return Object.assign(withLookup(options, lookup), blocked && { blockList: everything })
}

/** A mock's lookup leads to this machine, whatever the host; any other one, also one that fails, is of a real connection. */
function mockedLookup(lookup: net.LookupFunction, refuse: () => Error | undefined): net.LookupFunction {
  return (host, settings, done) =>
    lookup(host, settings, (problem, found, family) => {
      const mocked = !problem && (typeof found === 'string' ? [found] : found.map(({ address }) => address)).every(isLoopback)
      done(mocked ? null : (refuse() ?? problem), found, family)
    })
}

function withLookup(options: Options, lookup: net.LookupFunction): Options {
  return Object.assign(Object.create(Object.getPrototypeOf(options)), options, { lookup })
}
