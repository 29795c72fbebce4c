import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseMessage } from '../../../src/message.ts'
import { createRedactor } from '../../../src/tape/redact.ts'
import { createFields } from '../../../src/tape/redact/fields.ts'
import { namedRules, valueRules } from '../../../src/tape/redact/rules.ts'
import { type Rules, createSearch } from '../../../src/tape/redact/search.ts'
import { createTrigger } from '../../../src/tape/redact/trigger.ts'
import { fieldName, look, plainSecret, spelled } from './secrets.ts'

const literals = ['production-db', 'v"a\\l/ué']
const fields = createFields(['ssn', 'größe'])
/** The rules without the scan that decides beforehand: everything is looked at. */
const all: Rules = { fields, values: valueRules, named: namedRules(fields, false), loose: namedRules(fields, true), own: [], literals, trigger: createTrigger(['[^]']) }
const thorough = createSearch(all)

/** What secrets are made of, whole and in pieces, so that a scan that looks for pieces is put to the test. */
const piece = fc.constantFrom(
  'Bearer ', 'bearer\t', 'abcDEF123456', 'Basic ', 'dXNlcjpwYXNz', 'AKIA', 'ASIAABCDEFGHIJKLMNOP', 'secret_access_key', 'aws-Secret Access_Key: ', 'a'.repeat(40), 'ghp_', 'github_pat_', 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8',
  'eyJhbGciOiJIUzI1NiJ9', '.', 'eyJzdWIiOiIxIn0', '-----BEGIN ', 'RSA ', 'PRIVATE KEY', '-----', '-----END ', 'sk-', 'sk_live_', 'whsec_', 'xoxb-', 'xapp-1-', 'AIza', 'npm_', '://', 'https://', 'user:pw', '@', 'host',
  'password', 'pass_word', 'token', '_token', 'Token', 'secret', 'api_key', 'apiKey', 'authorization', 'cookie', 'Set-Cookie', 'X-Api-Key', 'GITHUB_TOKEN', 'ssn', 'GRößE', 'größe', '=', ': ', ':', '"', "'", '\\', '"token":"', '\\"token\\":\\"x\\"', '{"password":"x"}', '{"token":[1,{"a":"b"}]}', '["x"]',
  '\n', '\r\n', '\t', ' ', '/', '\\n', 'n', '-', '_', ';', 'x', '1', 'é', '😀', '\u0001', 'to\u212aen=x', 'ſecret=x', ...literals,
)
const few = fc.array(piece, { maxLength: 2 }).map((parts) => parts.join(''))
const pieces = fc.array(piece, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''))
/** Whole secrets with whatever may stand before and behind them. */
const planted = fc.tuple(few, fc.oneof(look.map((found) => found.text), fc.tuple(fieldName, fc.constantFrom('=', '": "', "': '", '":', '\\": \\"'), plainSecret).map((parts) => parts.join(''))), few).map((parts) => parts.join(''))
const text = fc.oneof(pieces, planted, planted)
const wrapped = fc.tuple(fc.oneof(text, fieldName, fc.constant('key')), fc.oneof(text, text, text, fc.constantFrom(1, 12345678, null)), fc.nat({ max: 5 })).map(([key, leaf, shape]) => {
  const object = { [key]: leaf }
  return [leaf, object, { properties: object }, JSON.stringify(object), `${leaf} ${JSON.stringify([object])}`, JSON.stringify(JSON.stringify(object))][shape]
})
/** Arranged so that a message has one chance to be changed: what one leaf triggers must not hide what another lacks. */
const value = fc.oneof({ weight: 4, arbitrary: wrapped }, { weight: 1, arbitrary: fc.array(wrapped, { maxLength: 3 }) })

describe('the scan that decides beforehand', () => {
  test('never misses what a thorough search finds', () => {
    const environment = Object.fromEntries(literals.map((literal, index) => [`V${index}`, literal]))
    const redactor = createRedactor({ rules: ['ssn', 'größe'], environment })
    fc.assert(fc.property(value, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), fc.boolean(), (content, dice, plain) => {
      const original = parseMessage(Buffer.from(plain ? JSON.stringify({ content }) : spelled({ content }, () => dice.next().value)))
      const found = thorough.message(original.bytes.toString())
      expect(redactor.message(original) !== original).toBe(found.length > 0)
    }), { numRuns: 4000 })
  })
})

test('a secret variable of nothing but characters that JSON escapes is found', () => {
  for (const secret of ['////\\\\\\\\', 'ééééüüüü', '\n\n\n\n\t\t\t\t']) {
    for (const spelling of [JSON.stringify(secret), JSON.stringify(secret).replaceAll('/', '\\/')]) {
      expect(createRedactor({ environment: { SECRET: secret } }).message(parseMessage(Buffer.from(`{"a":${spelling}}`))).value).toEqual({ a: '[redacted:env#1]' })
    }
  }
})

describe('matches', () => {
  test('are in order and apart, and lie inside the text', () => {
    fc.assert(fc.property(value, fc.boolean(), (content, running) => {
      const searched = JSON.stringify({ content })
      let last = 0
      for (const { start, end } of running ? thorough.text(searched) : thorough.message(searched)) {
        expect(start).toBeGreaterThanOrEqual(last)
        expect(end).toBeGreaterThan(start)
        last = end
      }
      expect(last).toBeLessThanOrEqual(searched.length)
    }), { numRuns: 1000 })
  })

  test('that overlap become one', () => {
    expect(thorough.text('x redis://user:ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8@host y')).toMatchObject([{ kind: 'userinfo', value: 'user:ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8' }])
    expect(thorough.text('Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc')).toMatchObject([{ kind: 'jwt' }])
  })

  test('in strings within strings know how deep they are', () => {
    expect(thorough.message(JSON.stringify({ a: JSON.stringify({ token: 5 }), token: 6 }))).toMatchObject([{ value: '5', number: true, levels: 1 }, { value: '6', number: true, levels: 0 }])
  })

  test('are found in JSON nested in more strings than are opened', () => {
    let nested = JSON.stringify({ password: 'deep-one' })
    for (let level = 0; level < 14; level++) nested = JSON.stringify(nested)
    const [found] = thorough.message(nested)
    expect(found).toBeDefined()
    expect(nested.slice(0, found!.start) + nested.slice(found!.end)).not.toContain('deep-one')
  })

  test('a text full of beginnings costs no more than its length asks', () => {
    expect(thorough.text(`${'{"a":'.repeat(200_000)}password="x y"`)).toMatchObject([{ value: 'x y' }])
  })
})
