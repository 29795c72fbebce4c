import { expect, test } from 'vitest'
import { FutureIncomingResponse, IncomingBody, IncomingResponse, type Outcome, toErrorCode } from '../../../src/host/wasi/http-response.ts'
import { inPass, thrownBy } from '../components.ts'

const answer = { status: 201, headers: [['X-A', 'é'], ['x-a', '2']] as const, body: Buffer.from('body') }
const request = { method: 'GET', url: 'http://h/', headers: [], body: new Uint8Array(0) }

test('a future is nothing before its answer, gives it once, and is spent then', () => {
  inPass(() => {
    const outcome: Outcome = {}
    const future = new FutureIncomingResponse(outcome)
    const pollable = future.subscribe()
    expect([future.get(), pollable.ready()]).toEqual([undefined, false])
    outcome.sent = { request }
    expect(future.get()).toBeUndefined()
    outcome.sent.answer = answer
    expect(pollable.ready()).toBe(true)
    expect(future.get()).toMatchObject({ tag: 'ok', val: { tag: 'ok', val: expect.any(IncomingResponse) } })
    expect(future.get()).toEqual({ tag: 'err', val: undefined })
  })
})

test('a failure is WASI’s error code, which says nothing of this machine', () => {
  inPass(() => {
    expect(new FutureIncomingResponse({ failed: 'HTTP-protocol-error' }).get()).toEqual({ tag: 'ok', val: { tag: 'err', val: { tag: 'HTTP-protocol-error', val: undefined } } })
    expect(toErrorCode('DNS-error')).toEqual({ tag: 'DNS-error', val: { rcode: undefined, infoCode: undefined } })
  })
})

test('a response gives status, headers that do not change, and its body once', () => {
  inPass(() => {
    const response = new IncomingResponse(answer)
    const headers = response.headers()
    expect([response.status(), headers.entries()]).toEqual([201, [['x-a', Buffer.from([0xe9])], ['x-a', Buffer.from('2')]]])
    expect(thrownBy(() => headers.delete('x-a'))).toEqual({ tag: 'immutable' })
    const body = response.consume()
    expect(thrownBy(() => response.consume())).toBeUndefined()
    expect(Buffer.from(body.stream().read(100n)).toString()).toBe('body')
    expect(thrownBy(() => body.stream())).toBeUndefined()
    const trailers = IncomingBody.finish(body)
    expect([trailers.subscribe().ready(), trailers.get(), trailers.get()]).toEqual([true, { tag: 'ok', val: { tag: 'ok', val: undefined } }, { tag: 'err', val: undefined }])
  })
})
