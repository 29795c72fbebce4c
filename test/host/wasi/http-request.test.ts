import { expect, test } from 'vitest'
import { Fields } from '../../../src/host/wasi/http-fields.ts'
import { OutgoingRequest, RequestOptions, readRequest, timeLimit, whenSettled } from '../../../src/host/wasi/http-request.ts'
import { inPass, thrownBy } from '../components.ts'

function request(authority: string | undefined, path?: string, scheme?: OutgoingRequest['parts']['scheme']): OutgoingRequest {
  const outgoing = new OutgoingRequest(new Fields())
  outgoing.setAuthority(authority)
  outgoing.setPathWithQuery(path)
  outgoing.setScheme(scheme)
  return outgoing
}

test('says what it was told', () => {
  inPass(() => {
    const outgoing = request('h.test:80', '/p?q', { tag: 'HTTP' })
    outgoing.setMethod({ tag: 'other', val: 'PURGE' })
    expect([outgoing.authority(), outgoing.pathWithQuery(), outgoing.scheme(), outgoing.method(), outgoing.headers().entries()]).toEqual(['h.test:80', '/p?q', { tag: 'HTTP' }, { tag: 'other', val: 'PURGE' }, []])
    expect(readRequest(outgoing)).toEqual({ request: { method: 'PURGE', url: 'http://h.test:80/p?q', headers: [] }, host: 'h.test', body: undefined })
  })
})

test('is https, GET and / unless it says otherwise', () => {
  inPass(() => expect(readRequest(request('h.test')).request).toMatchObject({ method: 'GET', url: 'https://h.test/' }))
})

test('headers go out as Latin-1, and cannot be changed once they are the request’s', () => {
  inPass(() => {
    const headers = Fields.fromList([['x', Buffer.from([0xe9])]])
    const outgoing = new OutgoingRequest(headers)
    outgoing.setAuthority('h.test')
    expect(thrownBy(() => headers.append('y', Buffer.from('z')))).toEqual({ tag: 'immutable' })
    expect(readRequest(outgoing).request.headers).toEqual([['x', 'é']])
  })
})

test('refuses what is none of it', () => {
  inPass(() => {
    const outgoing = request('h.test')
    for (const act of [() => outgoing.setMethod({ tag: 'other', val: 'A B' }), () => outgoing.setPathWithQuery('no-slash'), () => outgoing.setPathWithQuery('/a b'), () => outgoing.setPathWithQuery('/\r\n'), () => outgoing.setAuthority('a b')]) expect(thrownBy(act)).toBeUndefined()
    expect(thrownBy(() => readRequest(request('h.test', '/', { tag: 'other', val: 'ftp' })))).toEqual({ tag: 'HTTP-request-URI-invalid' })
    expect(thrownBy(() => readRequest(request(undefined)))).toEqual({ tag: 'HTTP-request-URI-invalid' })
  })
})

test('a body is had once, and is whole when it is finished', () => {
  inPass(() => {
    const outgoing = request('h.test')
    const body = outgoing.body()
    expect(thrownBy(() => outgoing.body())).toBeUndefined()
    const stream = body.write()
    expect(thrownBy(() => body.write())).toBeUndefined()
    const bytes = Buffer.from('one ')
    stream.write(bytes)
    bytes.fill('x')
    stream.write(Buffer.from('two'))
    let whole: string | undefined
    whenSettled(body, (settled) => { whole = settled && Buffer.from(settled).toString() })
    expect(whole).toBeUndefined()
    ;(body.constructor as unknown as { finish(of: typeof body, trailers: undefined): void }).finish(body, undefined)
    expect(whole).toBe('one two')
  })
})

test('a body that is dropped is given up', () => {
  inPass(() => {
    const body = request('h.test').body()
    body[Symbol.dispose]()
    let settled: Uint8Array | undefined | string = 'not yet'
    whenSettled(body, (bytes) => { settled = bytes })
    expect(settled).toBeUndefined()
  })
})

test('a body larger than what may be handed over ends the call', () => {
  inPass(() => {
    const stream = request('h.test').body().write()
    stream.write(new Uint8Array(60))
    expect(thrownBy(() => stream.write(new Uint8Array(60)))).toMatchObject({ kind: 'size' })
  }, { limits: { time: 1, handles: 100, size: 100 } })
})

test('the time limit is that for the first byte, and what connecting may take', () => {
  inPass(() => {
    const options = new RequestOptions()
    expect(timeLimit(options.durations)).toBeUndefined()
    options.setConnectTimeout(1_000_000n)
    options.setFirstByteTimeout(5_000_000n)
    options.setBetweenBytesTimeout(7n)
    expect([options.connectTimeout(), options.firstByteTimeout(), options.betweenBytesTimeout(), timeLimit(options.durations)]).toEqual([1_000_000n, 5_000_000n, 7n, 6])
    expect(timeLimit({ firstByte: 2n ** 63n })).toBe(2 ** 31 - 1)
  })
})
