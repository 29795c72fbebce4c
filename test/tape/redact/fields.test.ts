import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../../src/tape/redact.ts'
import { createFields, fold, isHarmless } from '../../../src/tape/redact/fields.ts'
import { createTrigger } from '../../../src/tape/redact/trigger.ts'

const fields = createFields(['ssn', 'Straße'])

describe('a field\'s name', () => {
  test.each([
    ['password', 'password'],
    ['PASS-WORD', 'password'],
    ['userPassword', 'password'],
    ['passwd', 'password'],
    ['client_secret', 'secret'],
    ['apiKey', 'api-key'],
    ['x-api-key', 'api-key'],
    ['Authorization', 'authorization'],
    ['Proxy-Authorization', 'authorization'],
    ['Set-Cookie', 'cookie'],
    ['access_token', 'token'],
    ['_token', 'token'],
    ['GITHUB_TOKEN', 'token'],
    ['SecretAccessKey', 'aws'],
    ['private_key', 'private-key'],
    ['S-S-N', 'custom'],
    ['STRAßE', 'custom'],
  ])('%s tells a secret of the kind %s', (name, kind) => {
    expect(fields.kindOf(name)).toBe(kind)
    const trigger = createTrigger(fields.triggers)
    expect(trigger.inBytes(Buffer.from(`{"${name}":1}`))).toBe(true)
    expect(trigger.inBytes(Buffer.from(JSON.stringify(`{"${name}":1}`)))).toBe(true)
    expect(new RegExp(fields.source).test(` ${name}=`)).toBe(true)
  })

  test.each(['progressToken', 'maxTokens', 'tokens', 'nextCursor', 'page_token', 'cookies', 'secrets', 'key', 'passwordless', 'tokenizer', 'tooken', 'ssns', 'to\u212aen'])('%s tells none', (name) => {
    expect(fields.kindOf(name)).toBeUndefined()
  })
})

test('folding leaves letters and digits in lower case', () => {
  expect(fold('X_Api-KEY2')).toBe('xapikey2')
})

test('types and nothing are harmless', () => {
  expect(['', 'string', 'null', 'hunter2'].map(isHarmless)).toEqual([true, true, true, false])
})

test('a value is a name only when it is nothing but one: what merely ends like one may be a secret', () => {
  expect(['password', 'client_secret', 'first-secret', 'hunter2'].map((value) => createFields([]).isName(value))).toEqual([true, false, false, false])
  expect(createRedactor().text('GET /?api_key=first-secret')).toBe('GET /?api_key=[redacted:api-key#1]')
})
