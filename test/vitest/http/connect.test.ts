import net from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { connectIsPlain, holdConnect, isRefusal } from '../../../src/vitest/http/connect.ts'
import { type Asked, enter, sending } from '../../../src/vitest/http/running.ts'
import { enterWorldStore } from '../../../src/vitest/world/als.ts'

const refused = new Error('refused')

/** The addresses that the running test refuses. */
function held(): string[] {
  const urls: string[] = []
  const refuse = ({ url }: { url: string }): Error => (urls.push(url), refused)
  const undo = [holdConnect(), enter(enterWorldStore(), { alone: true, strict: true, fetch: async () => new Response(), refuse })]
  onTestFinished(() => undo.forEach((step) => step()))
  return urls
}

const asked = (url: string): Asked => ({ method: 'GET', url, site: { frames: '' } })
const failureOf = (socket: net.Socket): Promise<unknown> => new Promise((failed) => socket.on('error', failed))

test("a connection for a request is refused where it is Node's own, and another is not", async () => {
  const urls = held()
  expect(connectIsPlain()).toBe(true)
  expect(await failureOf(sending(asked('http://a.test/x'), () => net.connect(80, 'a.test')))).toBe(refused)
  expect(await failureOf(net.connect(80, 'nowhere.invalid'))).not.toBe(refused)
  expect(urls).toEqual(['http://a.test/x'])
})

test('a request that leaves through a proxy on this machine leaves it', async () => {
  held()
  expect(await failureOf(sending(asked('http://a.test/x'), () => net.connect(9, '127.0.0.1')))).toBe(refused)
  expect(await failureOf(sending(asked('http://localhost/x'), () => net.connect(1, '127.0.0.1')))).not.toBe(refused)
})

test('under what intercepts connections, a lookup of its own that leads to this machine is no real one', async () => {
  const urls = held()
  const ours = net.Socket.prototype.connect
  net.Socket.prototype.connect = function connect(this: net.Socket, ...args: unknown[]) {
    return Reflect.apply(ours, this, args) as net.Socket
  } as typeof ours
  onTestFinished(() => void (net.Socket.prototype.connect = ours))
  const to = (address: string) => ({ host: 'a.test', port: 1, autoSelectFamily: false, lookup: (_host: string, _options: object, done: (error: null, address: string, family: number) => void) => done(null, address, 4) })
  expect(await failureOf(sending(asked('http://a.test/1'), () => net.connect(to('127.0.0.1'))))).not.toBe(refused)
  expect(await failureOf(sending(asked('http://a.test/2'), () => net.connect(to('192.0.2.1'))))).toBe(refused)
  expect(await failureOf(sending(asked('http://a.test/3'), () => net.connect(80, 'a.test')))).toBe(refused)
  expect(urls).toEqual(['http://a.test/2', 'http://a.test/3'])
})

test("a mock's refusal is told from other errors", () => {
  expect([new Error('[MSW] Cannot bypass a request when using the "error" strategy'), Object.assign(new Error(), { code: 'ERR_IP_BLOCKED' }), new Error('other'), undefined, 'text'].map(isRefusal)).toEqual([true, true, false, false, false])
})
