import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { redactBytes, redactFacts, redactState, redactStateText } from '../../src/tape/kept.ts'
import { createRedactor } from '../../src/tape/redact.ts'
import { fieldName, look, plainSecret, prose } from './redact/secrets.ts'
import { noRedaction, used } from './tapes.ts'

const github = 'ghp_0123456789abcdefghijABCDEFGHIJ012345'

function keep(value: unknown): string {
  return Buffer.from(redactStateText(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), createRedactor())).toString()
}

function request(facts: { url?: string; headers?: [string, string][]; body?: string; base64?: string }): object {
  return { method: 'POST', url: 'https://api.example/v1', headers: [], ...facts }
}

describe('of a request', () => {
  test.each([
    ['authorization', 'Bearer correct-horse-7', 'Bearer [redacted:bearer#1]'],
    ['Authorization', 'Digest username="Mufasa", response="6629fae49393a05397450978507c4ef1"', 'Digest [redacted:authorization#1]'],
    ['AUTHORIZATION', 'correct horse', '[redacted:authorization#1]'],
    ['proxy-authorization', 'Basic YWxhZGRpbjpvcGVuc2VzYW1l', 'Basic [redacted:basic#1]'],
    ['cookie', 'theme=dark; session=31d4d96e407aad42', '[redacted:cookie#1]'],
    ['set-cookie', 'session=31d4d96e407aad42; Path=/', '[redacted:cookie#1]'],
    ['x-api-key', 'correct horse', '[redacted:api-key#1]'],
    ['X-Auth-Token', 'correct horse', '[redacted:token#1]'],
  ])('the value of the header %s is not kept', (name, value, kept) => {
    const headers: [string, string][] = [['accept', '*/*'], [name, value]]
    expect(JSON.parse(keep(request({ headers })))).toEqual(request({ headers: [['accept', '*/*'], [name, kept]] }))
  })

  test('other headers stay byte for byte, and lists of names are no pairs', () => {
    const text = '{ "headers": [["x-tokens", "12"], ["token-count","7"], ["accept"], [], "authorization", 5, [7,"authorization"]], "token_names":["token","id"]}'
    expect(keep(text)).toBe(text)
  })

  test('what a user calls secret is, in headers too', () => {
    const redactor = createRedactor({ rules: ['x-pin', '/ACME-\\d+/'] })
    const kept = redactStateText(Buffer.from(JSON.stringify(request({ headers: [['X-Pin', '0815'], ['x-order', 'ACME-77']] }))), redactor)
    expect(JSON.parse(Buffer.from(kept).toString())).toMatchObject({ headers: [['X-Pin', '[redacted:custom#1]'], ['x-order', '[redacted:custom#2]']] })
  })

  test.each([
    ['https://user:correct-horse@api.example/v1', 'https://[redacted:userinfo#1]@api.example/v1'],
    ['https://api.example/v1?api_key=correct-horse&page=2', 'https://api.example/v1?api_key=[redacted:api-key#1]&page=2'],
    ['https://api.example/v1?page=2&token=correct-horse#top', 'https://api.example/v1?page=2&token=[redacted:token#1]'],
  ])('the secret in the URL %s is not kept', (url, kept) => {
    expect(keep(request({ url }))).not.toContain('correct-horse')
    expect((JSON.parse(keep(request({ url }))) as { url: string }).url).toBe(kept)
  })

  test.each([
    ['JSON', JSON.stringify({ user: 'a', password: 'correct-horse', nested: JSON.stringify({ client_secret: 'correct-horse' }) })],
    ['a form', 'grant_type=password&password=correct-horse&client_secret=correct-horse'],
    ['text', `hello ${github}`],
  ])('the secrets in a body of %s are not kept', (_, body) => {
    expect(keep(request({ body }))).not.toMatch(/correct-horse|ghp_/)
  })

  test('the same secret has the same placeholder wherever it stands', () => {
    const kept = keep(request({ headers: [['authorization', `Bearer ${github}`], ['cookie', github]], body: `x ${github} y` }))
    expect(kept.match(/\[redacted:[^\]]*\]/g)).toEqual(Array.from({ length: 3 }, () => '[redacted:github#1]'))
  })

  test('a number in place of a header stays JSON', () => {
    expect(JSON.parse(keep('{"headers":[["x-api-key",12345678901234567890]]}'))).toEqual({ headers: [['x-api-key', '[redacted:number#1]']] })
  })
})

describe('of contents in base64', () => {
  const binary = Buffer.concat([Buffer.from([0xff, 0xfe, 0x00]), Buffer.from(`name=x&password=correct-horse&key=${github}\n`), Buffer.from([0x80, 0xc3])])

  test.each([
    ['a body', (base64: string) => ({ base64 })],
    ['a file', (base64: string) => ({ answer: { base64 } })],
  ])('the secrets in %s are not kept, and every other byte is', (_, wrap) => {
    const text = keep(wrap(binary.toString('base64')))
    const base64 = /"base64":"([^"]*)"/.exec(text)![1]!
    expect(Buffer.from(base64, 'base64').toString('latin1')).toBe(binary.toString('latin1').replace('correct-horse', '[redacted:password#1]').replace(github, '[redacted:github#1]'))
  })

  test('what holds none stays as it was written', () => {
    const text = '{"base64":"\\/\\/79AA=="}'
    expect(keep(text)).toBe(text)
  })
})

test('of what is no JSON the secrets are not kept either', () => {
  expect(keep(`{"url": ${github}`)).toBe('{"url": [redacted:github#1]')
})

test('whatever secret stands wherever, it is kept nowhere; and what is kept is not redacted again', () => {
  fc.assert(
    fc.property(look, fieldName, plainSecret, prose, (found, name, plain, around) => {
      const binary = Buffer.from(`${around} ${found.text}\n`, 'utf8')
      const item = used(
        'http',
        request({ url: `https://x.example/?${name}=${plain}`, headers: [[name, plain], ['x-other', found.text]], body: `${around} ${found.text}\n` }),
        { status: 200, headers: [[name.toUpperCase(), plain]], base64: Buffer.concat([binary, Buffer.from([0xff])]).toString('base64') },
      )
      const redactor = createRedactor()
      const kept = redactState(item, redactor)
      const text = `${Buffer.from(kept.request).toString()}${Buffer.from(kept.response!).toString()}`
      const encoded = (JSON.parse(Buffer.from(kept.response!).toString()) as { base64: string }).base64
      for (const where of [text, JSON.stringify(JSON.parse(Buffer.from(kept.request).toString())), Buffer.from(encoded, 'base64').toString('latin1')]) {
        expect(where).not.toContain(plain)
        expect(where).not.toContain(found.secret)
      }
      expect(redactState(kept, redactor)).toBe(kept)
      expect(redactState(kept, createRedactor())).toBe(kept)
    }),
    { numRuns: 300 },
  )
})

test('what holds no secret is the very same object', () => {
  const state = used('clock', { interface: 'wasi:clocks/wall-clock', function: 'now', uses: 2 })
  expect(redactState(state, createRedactor())).toBe(state)
  const policy = Buffer.from('version: "1.0"\n')
  expect(redactBytes(policy, createRedactor())).toBe(policy)
  const bytes = Buffer.from([0xff, 0x00])
  expect(redactBytes(bytes, createRedactor())).toBe(bytes)
})

test('bytes that are JSON keep their places, other text is searched as text', () => {
  expect(Buffer.from(redactBytes(Buffer.from('{ "password" : "x1" }'), createRedactor())).toString()).toBe('{ "password" : "[redacted:password#1]" }')
  expect(Buffer.from(redactBytes(new Uint8Array(Buffer.from(`token: ${github}\n`)), createRedactor())).toString()).toBe('token: [redacted:github#1]\n')
})

test('a rule that fails is not taken for text that is no JSON', () => {
  const message = (): never => {
    throw new Error('broken rule')
  }
  expect(() => redactBytes(Buffer.from('{}'), { ...noRedaction, message })).toThrow('broken rule')
})

test('facts keep their large integers', () => {
  expect(redactFacts({ seed: 18446744073709551615n, command: ['x', github] }, createRedactor())).toEqual({ seed: 18446744073709551615n, command: ['x', '[redacted:github#1]'] })
})
