import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../src/host/driver.ts'
import { fromState, missingVariables } from '../../src/host/recall.ts'
import { toState } from '../../src/host/state.ts'
import { redactState } from '../../src/tape/kept.ts'
import { createRedactor } from '../../src/tape/redact.ts'
import type { ExternalState, RecordedState } from '../../src/upstream.ts'
import type { Exchanged, OutgoingRequest } from '../../src/world/exchange.ts'
import { FileError } from '../../src/world/files.ts'
import type { AskedFile } from '../../src/world/recorded-files.ts'

const nothing: Outcome = { returned: undefined, trace: [], uses: 0, passes: 1, exchanged: [], asked: [], readings: [], variables: [], output: { stdout: '', stderr: '' }, seed: 0n }
const inCall = (call: number, state: readonly ExternalState[]): RecordedState[] => state.map((item) => ({ ...item, call }))
/** As it comes back from a tape: redacted, unless there is nothing to redact. */
const recorded = (outcome: Partial<Outcome>, redactor = createRedactor()): RecordedState[] => inCall(1, toState({ ...nothing, ...outcome }).map((item) => redactState(item, redactor)))
const get = (url: string, more: Partial<OutgoingRequest> = {}): OutgoingRequest => ({ method: 'GET', url, headers: [], body: new Uint8Array(0), ...more })
const text = (body: string): { status: number; headers: []; body: Uint8Array } => ({ status: 200, headers: [], body: Buffer.from(body) })
const bodyOf = (answer: unknown): string => Buffer.from((answer as { body: Uint8Array }).body).toString()

const bytes = fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.string({ unit: 'binary', maxLength: 20 }).map((value) => Uint8Array.from(Buffer.from(value))))
const path = fc.array(fc.constantFrom('a', 'b', 'ü', ' ', '"'), { maxLength: 3 }).map((names) => `/${names.join('/')}`)
const headers = fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.string({ maxLength: 5 })), { maxLength: 3 })
const request: fc.Arbitrary<OutgoingRequest> = fc.record({ method: fc.constantFrom('GET', 'POST'), url: path.map((one) => `http://h${one}`), headers, body: bytes })
const answer = fc.oneof(fc.record({ status: fc.integer({ min: 100, max: 599 }), headers, body: bytes }), fc.constant({ failure: 'connection-refused' as const }))
const asked = fc.oneof(
  fc.record({ ask: fc.constant('read' as const), path, answer: bytes }),
  fc.record({ ask: fc.constant('names' as const), path, answer: fc.array(fc.string(), { maxLength: 3 }) }),
  fc.record({ ask: fc.constant('locate' as const), path, answer: fc.constantFrom(undefined, ['a', 'b'], []) }),
  fc.record({ ask: fc.constant('look' as const), path, answer: fc.constantFrom(undefined, { kind: 'file' as const, size: 3, modified: 2n ** 60n + 1n }, { kind: 'folder' as const, modified: 0n }, { kind: 'link' as const, target: '../x', modified: 1n }) }),
  fc.record({ ask: fc.constantFrom('read' as const, 'look' as const), path, error: fc.constant('access' as const) }),
)

test('what was exchanged is played as it was, whatever it was', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ request, answer }), { maxLength: 6 }), (exchanged: Exchanged[]) => {
      const { exchange } = fromState(recorded({ exchanged }), createRedactor()).told(1)
      for (const { request: one, answer: other } of exchanged) expect(plain(exchange.play!(one))).toEqual(plain(other))
    }),
  )
})

test('what was asked of files is answered as it was, errors too, whatever it was', () => {
  fc.assert(
    fc.property(fc.uniqueArray(asked, { selector: (one) => `${one.ask} ${one.path}` }), (all) => {
      const { files } = fromState(recorded({ asked: all as AskedFile[] }), createRedactor()).told(1)
      for (const one of all) {
        const names = one.path.split('/').filter(Boolean)
        const ask = (): unknown => (one.ask === 'locate' ? files.locate(one.path) : files[one.ask](names))
        if ('error' in one) expect(ask).toThrow(new FileError(one.error))
        else expect(plain(ask())).toEqual(plain(one.answer))
      }
    }),
  )
})

/** Buffers are bytes too. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value]
  if (Array.isArray(value)) return value.map(plain)
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)])) : value
}

test('each call is told its own, in whatever order they come', () => {
  const state = [1, 3].flatMap((call) => inCall(call, toState({ ...nothing, exchanged: [{ request: get('http://h/'), answer: text(`call ${call}`) }] })))
  const { told } = fromState(state, createRedactor())
  expect([3, 1].map((call) => bodyOf(told(call).exchange.play!(get('http://h/'))))).toEqual(['call 3', 'call 1'])
  expect(() => told(2).exchange.play!(get('http://h/'))).toThrow('the component asks for GET http://h/, which was not recorded so: nothing of the kind was; record again, or use --state live')
})

test('seed, readings and names of variables come back, or are not there', () => {
  const use = (name: string, called: string, n: number, value?: string) => ({ interface: name, function: called, n, ...(value !== undefined && { value }) })
  const trace = [use('wasi:clocks/wall-clock', 'now', 1), use('wasi:random/random', 'get-random-u64', 1), use('wasi:config/store', 'get', 1, 'A'), use('wasi:config/store', 'get', 2, 'B')]
  const state = recorded({ trace, seed: 2n ** 64n - 1n, readings: [1n, 2n ** 63n], variables: ['A', 'C'] })
  const { told, set } = fromState(state, createRedactor())
  expect([told(1), set]).toMatchObject([{ seed: 2n ** 64n - 1n, readings: [1n, 2n ** 63n], set: ['A'] }, ['A']])
  expect(Object.keys(told(2))).toEqual(['readings', 'exchange', 'files'])
  expect(missingVariables(state, { B: 'x' })).toEqual(['A'])
  expect(missingVariables(state, { A: '' })).toEqual([])
})

describe('secrets', () => {
  const jwt = (name: string): string => `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(name.repeat(10)).toString('base64url')}.${'s'.repeat(20)}`
  const secret = (value: string): OutgoingRequest => ({
    method: 'POST',
    url: `http://h/?api_key=${value}`,
    headers: [['authorization', `Bearer ${jwt(value)}`], ['x-api-key', value], ['content-length', String(value.length)], ['accept', '*/*']],
    body: Buffer.from(`{"password":"${value}","kept":1}`),
  })

  test('are left out of the comparison, whatever they are and whichever number their placeholders have', () => {
    const state = recorded({ exchanged: [{ request: get(`http://h/?token=${'x'.repeat(9)}`), answer: text('') }, { request: secret('first-value-1'), answer: text('found') }] })
    expect(Buffer.concat(state.map((item) => item.request)).toString()).not.toContain('first-value-1')
    const live = (): ReturnType<typeof fromState> => fromState(state, createRedactor())
    expect(bodyOf(live().told(1).exchange.play!(secret('other-one')))).toBe('found')
    expect(bodyOf(live().told(1).exchange.play!(secret('first-value-1')))).toBe('found')
    const otherwise = { ...secret('other-one'), body: Buffer.from('{"password":"other-one","kept":2}') }
    expect(() => live().told(1).exchange.play!(otherwise)).toThrow(/^the component asks for POST http:\/\/h\/\?api_key=\[redacted\], which was not recorded so: nearest is POST http:\/\/h\/\?api_key=\[redacted\], with another body/)
  })

  test('are left out of bytes that are no text, too', () => {
    const binary = (value: string): OutgoingRequest => get('http://h/', { body: Buffer.concat([Buffer.from([0xff]), Buffer.from(` ${jwt(value)} `)]) })
    const state = recorded({ exchanged: [{ request: binary('a'), answer: text('found') }] })
    expect(bodyOf(fromState(state, createRedactor()).told(1).exchange.play!(binary('b')))).toBe('found')
  })

  test('are the same when the tape had seen them under another name before', () => {
    const redactor = createRedactor()
    redactor.text('{"token":"a-value-of-1"}')
    const keyed = (value: string): OutgoingRequest => get('http://h/', { headers: [['x-api-key', value]] })
    const state = recorded({ exchanged: [{ request: keyed('a-value-of-1'), answer: text('found') }] }, redactor)
    expect(Buffer.from(state[0]!.request).toString()).toContain('[redacted:token#1]')
    expect(bodyOf(fromState(state, createRedactor()).told(1).exchange.play!(keyed('b-value-of-2')))).toBe('found')
  })

  test('in paths are no difference either', () => {
    const state = recorded({ asked: [{ ask: 'read', path: `/data/${jwt('a')}`, answer: Buffer.from('found') }] })
    expect(Buffer.from(fromState(state, createRedactor()).told(1).files.read(['data', jwt('b')])).toString()).toBe('found')
    expect(() => fromState(state, createRedactor()).told(1).files.read(['other', jwt('b')])).toThrow('asks for the file /other/[redacted], which was not recorded so: nearest is the file /data/[redacted];')
  })

  test('are played as placeholders, which the component may send again', () => {
    const token = jwt('t')
    const again = (value: string): OutgoingRequest => get('http://h/next', { headers: [['authorization', `Bearer ${value}`]] })
    const state = recorded({ exchanged: [{ request: get('http://h/login'), answer: text(token) }, { request: again(token), answer: text('in') }] })
    const { exchange } = fromState(state, createRedactor()).told(1)
    const said = bodyOf(exchange.play!(get('http://h/login')))
    expect(said).toBe('[redacted:jwt#1]')
    expect(bodyOf(exchange.play!(again(said)))).toBe('in')
  })

  test('of the user’s own rules count as well', () => {
    const rules = { rules: ['/id-\\d+/'] }
    const state = recorded({ exchanged: [{ request: get('http://h/id-1'), answer: text('found') }] }, createRedactor(rules))
    expect(bodyOf(fromState(state, createRedactor(rules)).told(1).exchange.play!(get('http://h/id-2')))).toBe('found')
    expect(() => fromState(state, createRedactor()).told(1).exchange.play!(get('http://h/id-2'))).toThrow('which was not recorded so: nearest is GET http://h/[redacted];')
  })
})

test('state that cannot be read is told as the tape’s', () => {
  const broken = (kind: ExternalState['kind'], asks: string, response?: string): RecordedState => ({ kind, call: 1, request: Buffer.from(asks), response: response === undefined ? undefined : Buffer.from(response) })
  for (const item of [broken('http', 'x'), broken('random', '{}', '{"seed":"x"}'), broken('clock', '{}', '{}'), broken('environment', '{}')]) {
    expect(() => fromState([item], createRedactor())).toThrow(`the tape says in a way that cannot be read what a call used (${item.kind}): `)
  }
})
