import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonical } from '../../src/canonical.ts'
import { ShadowcatError } from '../../src/errors.ts'
import type { Json } from '../../src/json.ts'
import { type Message, createMessage, parseMessage } from '../../src/message.ts'
import { createRedactor, redactorsOf, restoreValues, secretEnvironment } from '../../src/tape/redact.ts'
import { fieldName, look, looks, plainSecret, prose, spelled } from './redact/secrets.ts'

const github = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`
const runs = { numRuns: 80 }

function message(text: string): Message {
  return parseMessage(Buffer.from(text))
}

function redacted(value: unknown, options?: Parameters<typeof createRedactor>[0]): string {
  return createRedactor(options).message(createMessage(value)).bytes.toString()
}

/** The value in a JSON-RPC message, at one of the places where a secret may come. */
const places: Record<string, (value: unknown) => unknown> = {
  arguments: (value) => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'run', arguments: value } }),
  result: (value) => ({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'done' }], structuredContent: { result: value } } }),
  error: (value) => ({ jsonrpc: '2.0', id: 1, error: { code: -32000, message: 'failed', data: value } }),
  'JSON in text': (value) => ({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: JSON.stringify(value) }] } }),
  'JSON in JSON in text': (value) => ({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: JSON.stringify({ log: JSON.stringify([value]) }) }] } }),
  'JSON amid text': (value) => ({ jsonrpc: '2.0', id: 1, error: { code: 1, message: `could not send ${JSON.stringify({ value })} to it` } }),
  batch: (value) => [{ jsonrpc: '2.0', id: 1, method: 'ping' }, { jsonrpc: '2.0', method: 'notifications/message', params: { data: value } }],
}
const place = fc.constantFrom(...Object.keys(places))

/** Everything that the text says, at every level of JSON in strings: where a secret could still be read. */
function readings(text: string): string[] {
  const found = [text]
  const read = (value: unknown): void => {
    if (typeof value === 'string') {
      found.push(value)
      try {
        if (/^[\s]*[[{"]/.test(value)) read(JSON.parse(value))
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error
      }
    } else if (typeof value === 'object' && value !== null) for (const [key, item] of Object.entries(value)) [key, item].forEach(read)
    else found.push(String(value))
  }
  read(JSON.parse(text))
  return found
}

describe('secrets known by their looks', () => {
  for (const [kind, arbitrary] of Object.entries(looks)) {
    test(`a secret of the kind ${kind} is found wherever it stands, however it is spelled`, () => {
      fc.assert(fc.property(arbitrary, prose, prose, place, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), fc.boolean(), ({ text, secret }, before, after, where, dice, asKey) => {
        const random = (): number => dice.next().value
        const planted = `${before} ${text} ${after}`
        const original = message(spelled(places[where]!(asKey ? { [planted]: 1 } : { note: planted }), random))
        const clean = createRedactor().message(original).bytes.toString()
        for (const reading of readings(clean)) expect(reading).not.toContain(secret)
      }), runs)
    })
  }

  test('what surrounds a secret stays byte for byte', () => {
    const clean = createRedactor().message(message(` {"jsonrpc":"2.0", "id" : 1,"result":{"t":"\\u0041 \\/ ${github} 😀\\n","n":18446744073709551615, "x":1.0}} `))
    expect(clean.bytes.toString()).toBe(' {"jsonrpc":"2.0", "id" : 1,"result":{"t":"\\u0041 \\/ [redacted:github#1] 😀\\n","n":18446744073709551615, "x":1.0}} ')
  })

  test('a secret behind escapes is found, and its placeholder says so at every depth of JSON in strings', () => {
    const clean = createRedactor().message(message(`{"a":"\\u0067hp_${github.slice(4)}","b":"{\\"c\\":\\"\\\\u0067hp_${github.slice(4)}\\"}"}`))
    expect(clean.bytes.toString()).toBe('{"a":"[redacted:github#1]","b":"{\\"c\\":\\"[redacted:github#1]\\"}"}')
  })

  test('the scheme of a credential and the address of a URL stay', () => {
    expect(redacted({ a: 'Authorization: Bearer abc123', b: 'redis://user:pa@ss@host:1/0?x=1' })).toBe('{"a":"Authorization: Bearer [redacted:bearer#1]","b":"redis://[redacted:userinfo#1]@host:1/0?x=1"}')
  })

  test('a private key that was cut short is taken to its end', () => {
    expect(redacted({ a: 'x -----BEGIN PRIVATE KEY-----\nMIIEv' })).toBe('{"a":"x [redacted:private-key#1]"}')
    expect(redacted({ a: 'x -----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY----- y' })).toBe('{"a":"x [redacted:private-key#1] y"}')
  })

  test('a secret that fills megabytes is taken whole', () => {
    const clean = redacted({ a: `password="${'x'.repeat(3_000_000)}" and sk-${'y'.repeat(3_000_000)} end` })
    expect(clean).toBe('{"a":"password=\\"[redacted:password#1]\\" and [redacted:sk#1] end"}')
  })

  test('secrets in objects a thousand levels deep are found', () => {
    const inner = JSON.stringify({ token: 'deep-one', x: '['.repeat(900) + JSON.stringify(github) + ']'.repeat(900) })
    const clean = createRedactor().message(message(`${'{"a":'.repeat(990)}${JSON.stringify(inner)}${'}'.repeat(990)}`)).bytes.toString()
    expect(clean).not.toContain(github)
    expect(clean).not.toContain('deep-one')
  })
})

describe('secrets known by their field', () => {
  test('a value under a telling name is found in every place, as string, number, list and in nested objects', () => {
    fc.assert(fc.property(fieldName, plainSecret, place, fc.integer({ min: 0, max: 3 }), fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (name, secret, where, shape, dice) => {
      const value = [secret, [secret, [secret]], { deep: { er: [secret] } }, Number.parseInt(secret, 36)][shape]
      const text = spelled(places[where]!({ [name]: value, other: 'kept' }), () => dice.next().value)
      const clean = createRedactor().message(message(text)).bytes.toString()
      for (const reading of readings(clean)) {
        expect(reading).not.toContain(secret)
        if (shape === 3) expect(reading).not.toContain(String(value))
      }
      expect(readings(clean).some((reading) => reading.includes('kept'))).toBe(true)
    }), { numRuns: 150 })
  })

  test('null, booleans, empty strings, types and numbers in nested objects stay', () => {
    const value = { password: null, secret: true, token: '', api_key: 'string', cookie: { size: 5, on: false } }
    expect(createRedactor().message(createMessage(value)).bytes.toString()).toBe(JSON.stringify(value))
  })

  test('a number becomes a string placeholder of its own kind', () => {
    expect(redacted({ token: 12345, password: [1, -2.5e3] })).toBe('{"token":"[redacted:number#1]","password":["[redacted:number#2]","[redacted:number#3]"]}')
    expect(redacted({ text: '{"token":12345}' })).toBe('{"text":"{\\"token\\":\\"[redacted:number#1]\\"}"}')
  })

  test('a schema may speak of passwords, and a plain value under `properties` may not', () => {
    const schema = { type: 'object', properties: { password: { type: 'string', description: 'The password', default: 'x' }, token: { $ref: '#/$defs/token' } }, required: ['password', 'token'], $defs: { token: { type: 'string' } }, dependentRequired: { token: ['password'] } }
    const clean = createMessage({ result: { tools: [{ name: 'login', inputSchema: schema }] }, text: JSON.stringify(schema) })
    expect(createRedactor().message(clean)).toBe(clean)
    expect(redacted({ properties: { password: 'hunter2' } })).not.toContain('hunter2')
  })

  test('in running text a name with an equals sign, a header and a cut-off field tell', () => {
    const secrets = ['s3cret-a', 's3cret-b', 's3cret-c', 's3cret-d', 's3cret-e', 's3cret-f']
    const [a, b, c, d, e, f] = secrets
    const text = `GET https://x.example/?api_key=${a}&page=2\nX-Api-Key: ${b}\nCookie: sid=${c}; theme=dark\nDB_PASSWORD="${d}"\n{'token': '${e}', "password": "${f}`
    const clean = redacted({ text })
    for (const secret of secrets) expect(clean).not.toContain(secret)
    expect(clean).toContain('&page=2')
  })
})

describe('what is no secret', () => {
  const uuid = '123e4567-e89b-12d3-a456-426614174000'
  const sha = 'da39a3ee5e6b4b0d3255bfef95601890afd80709'
  const texts = [
    'The token was rejected; ask for a new token, then set your password.', 'words like token, secret and password', 'token: expired', 'Bearer token required', 'Bearer authentication, basic information and basic access',
    'Unexpected token } in JSON at position 5', 'use progressToken and nextCursor; max_tokens=5', uuid, `sha256:${sha}${sha.slice(0, 24)}`, `commit ${sha}`, '11747705409506696368', 'C:\\users\\name\\disk-images', 'task-augmented-execution of risk-assessment-for-many-things',
    'https://example.com/a/b?token_type=x#frag', 'mail me@example.com or see https://example.com', 'ssh://git@github.com/x/y.git', 'npm_config_registry', 'sk-SK', 'eyJhbGciOiJIUzI1NiJ9', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----', 'password=string', 'token=${TOKEN}', '[redacted:jwt#1]', 'the AKIA prefix', 'ghp_short', '\u0000\u001f "\\/', 'Authorization: see below', 'Cookie: a small baked good',
    'oci://ghcr.io/microsoft/time-server-js@sha256:abc', 'secrets are kept, tokens: 5', 'Error: error while executing at wasm backtrace:\n    0: 0x1234 - <unknown>!token',
  ]

  for (const text of texts) {
    test(`${JSON.stringify(text).slice(0, 60)} stays`, () => {
      for (const put of Object.values(places)) {
        const harmless = createMessage(put({ note: text, progressToken: text, tokens: 5, nextCursor: text }))
        expect(createRedactor().message(harmless)).toBe(harmless)
      }
    })
  }

  test('numbers, UUIDs, hashes and images stay', () => {
    fc.assert(fc.property(fc.oneof(fc.maxSafeInteger(), fc.double(), fc.uuid(), fc.uint8Array({ minLength: 16, maxLength: 400 }).map((bytes) => Buffer.from(bytes).toString('base64')), fc.uint8Array({ minLength: 20, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'))), place, (value, where) => {
      const harmless = createMessage(places[where]!({ value, data: value }))
      expect(createRedactor().message(harmless)).toBe(harmless)
    }), runs)
  })

  test('Wassette\'s list of tools stays', () => {
    const string = { type: 'string' }
    const tools = [
      { name: 'grant-environment-variable-permission', description: 'Grants access to an environment variable, such as API_KEY or a token.', inputSchema: { type: 'object', properties: { component_id: string, details: { type: 'object', properties: { key: string } } }, required: ['component_id', 'details'] } },
      { name: 'get-secret', inputSchema: { type: 'object', properties: { secret: string, 'api-key': string, token: { type: 'number' } }, required: ['secret'] }, outputSchema: { type: 'object', properties: { result: { type: 'object', properties: { password: string } } } } },
    ]
    const list = createMessage({ jsonrpc: '2.0', id: 2, result: { tools, _meta: { progressToken: 7 } } })
    const components = createMessage({ jsonrpc: '2.0', id: 3, result: { content: [{ type: 'text', text: JSON.stringify({ components: [{ id: 'x', tools_count: 2, schema: { tools } }], total: 1 }) }] } })
    expect(createRedactor().message(list)).toBe(list)
    expect(createRedactor().message(components)).toBe(components)
  })

  test('arbitrary JSON without telling names and looks is the same object', () => {
    fc.assert(fc.property(fc.json(), (text) => {
      const original = message(text)
      expect(createRedactor().message(original)).toBe(original)
    }), runs)
  })
})

describe('placeholders', () => {
  test('the same secret has the same placeholder, another one another', () => {
    fc.assert(fc.property(fc.array(look, { minLength: 1, maxLength: 6 }), (found) => {
      const redactor = createRedactor()
      const names = found.map(({ text }) => (redactor.message(createMessage({ text })).value as { text: string }).text)
      found.forEach((one, i) => found.forEach((two, j) => expect(names[i] === names[j]).toBe(one.text === two.text)))
    }), runs)
    const clean = JSON.parse(redacted({ password: 'one', again: { secret: 'one', passwd: 'two' }, text: 'password=one' })) as { password: string; again: { secret: string; passwd: string }; text: string }
    expect(clean.again.secret).toBe(clean.password)
    expect(clean.text).toBe(`password=${clean.password}`)
    expect(clean.again.passwd).not.toBe(clean.password)
  })

  test('redacting twice changes nothing, by the same redactor or another', () => {
    fc.assert(fc.property(fc.array(fc.record({ look, before: prose, after: prose, name: fieldName, plain: plainSecret }), { minLength: 1, maxLength: 3 }), place, (items, where) => {
      const value = items.map(({ look: { text }, before, after, name, plain }) => ({ a: `${before} ${text} ${after}`, [name]: plain, [text]: { [name]: text }, log: `${before} ${name}=${plain} "${name}": "${plain}" ${after}` }))
      const redactor = createRedactor({ rules: ['ssn', '/kept-[0-9]+/'] })
      const once = redactor.message(createMessage(places[where]!(value)))
      expect(redactor.message(once)).toBe(once)
      expect(createRedactor({ rules: ['ssn', '/kept-[0-9]+/'] }).message(once)).toBe(once)
      const text = redactor.text(items.map(({ look: { text: planted }, before, name, plain }) => `${before} ${planted}\n${name}: ${plain}`).join('\n'))
      expect(redactor.text(text)).toBe(text)
    }), { numRuns: 150 })
  })

  test('placeholders of another tape stay, and their ordinals are not given again', () => {
    const redactor = createRedactor()
    const clean = redactor.message(createMessage({ a: github, password: '[redacted:password#1]', b: 'see [redacted:github#1]', secret: 'x[redacted:env#4]', token: 'Bearer [redacted:bearer#3]' }))
    expect(clean.value).toEqual({ a: '[redacted:github#2]', password: '[redacted:password#1]', b: 'see [redacted:github#1]', secret: '[redacted:secret#1][redacted:env#4]', token: 'Bearer [redacted:bearer#3]' })
  })

  test('a redacted message has the structure it had', () => {
    fc.assert(fc.property(look, fieldName, plainSecret, fc.jsonValue(), place, ({ text }, name, plain, rest, where) => {
      const original = createMessage(places[where]!({ a: text, [name]: plain, rest }))
      const clean = createRedactor().message(original)
      expect(shape(clean.value)).toEqual(shape(original.value))
      expect([clean.kind, clean.id, clean.method]).toEqual([original.kind, original.id, original.method])
    }), runs)
  })

  function shape(value: Json): unknown {
    if (Array.isArray(value)) return value.map(shape)
    return typeof value === 'object' && value !== null ? Object.entries(value).map(([key, item]) => [key, shape(item)]) : typeof value
  }
})

describe('variables of the environment', () => {
  test('their values are found in text, in keys, as numbers and behind escapes; short ones are no secrets', () => {
    const environment = { KEY: 'v"a\\l/ué-1', PIN: '12345678', SHORT: 'short', NONE: undefined }
    fc.assert(fc.property(place, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (where, dice) => {
      const text = spelled(places[where]!({ note: `x${environment.KEY}y short`, [environment.KEY]: 1, pin: 12345678 }), () => dice.next().value)
      const clean = createRedactor({ environment }).message(message(text)).bytes.toString()
      for (const reading of readings(clean)) {
        expect(reading).not.toContain(environment.KEY)
        expect(reading).not.toContain(environment.PIN)
      }
      expect(readings(clean).some((reading) => reading.includes('short'))).toBe(true)
    }), runs)
  })

  test('the version and a numeric id of a message stay whatever the rules say', () => {
    expect(redacted({ jsonrpc: '2.0', id: 12345678, result: { n: 12345678 } }, { environment: { PIN: '12345678' }, rules: ['/\\d\\.\\d/'] })).toBe('{"jsonrpc":"2.0","id":12345678,"result":{"n":"[redacted:number#1]"}}')
  })

  test('of an inherited environment those count whose names look like secrets', () => {
    const value = 'long enough'
    const environment = { GITHUB_TOKEN: value, AWS_SECRET_ACCESS_KEY: value, STRIPE_KEY: value, PGPASSWORD: value, npm_config_token: value, HOME: value, PATH: value, PWD: value, EDITOR: value, TOKEN_COUNT: value, KEYBOARD: value, API_KEY: 'short', GONE_SECRET: undefined }
    expect(Object.keys(secretEnvironment(environment))).toEqual(['GITHUB_TOKEN', 'AWS_SECRET_ACCESS_KEY', 'STRIPE_KEY', 'PGPASSWORD', 'npm_config_token'])
  })
})

describe('rules of the user', () => {
  test('a field\'s name counts in any spelling, in text too', () => {
    expect(redacted({ 'Social-Security_number': '078', other: 'socialSecurityNumber=079' }, { rules: ['social_security_number'] })).toBe('{"Social-Security_number":"[redacted:custom#1]","other":"socialSecurityNumber=[redacted:custom#2]"}')
  })

  test('an expression redacts what it matches, in strings, keys and numbers', () => {
    expect(redacted({ a: 'card 4111-1111 😀', '4222-2222': { b: 41111111 } }, { rules: ['/4\\d{3}-?\\d{4}/'] })).toBe('{"a":"card [redacted:custom#1] 😀","[redacted:custom#2]":{"b":"[redacted:number#1]"}}')
    expect(redacted({ a: 'x😀y' }, { rules: ['/\\ude00/'] })).toBe('{"a":"x[redacted:custom#1]y"}')
  })

  test('an expression never touches a placeholder', () => {
    const redactor = createRedactor({ rules: ['/\\w+/'] })
    const once = redactor.message(createMessage({ a: 'two words' }))
    expect(once.bytes.toString()).toBe('{"[redacted:custom#1]":"[redacted:custom#2] [redacted:custom#3]"}')
    expect(redactor.message(once)).toBe(once)
  })

  for (const [rule, reason] of [['/(/', 'Unterminated group'], ['/x*/', 'matches the empty string'], ['/x', 'neither'], ['/x/q', 'flags'], ['', 'neither'], ['-_', 'neither']] as const) {
    test(`the rule ${JSON.stringify(rule)} is refused and quoted`, () => {
      const make = (): unknown => createRedactor({ rules: [rule] })
      expect(make).toThrow(ShadowcatError)
      expect(make).toThrow(JSON.stringify(rule))
      expect(make).toThrow(reason)
    })
  }

  test('the hash tells rules apart, not their order nor the environment', () => {
    const hash = (rules: string[], environment = {}): string => createRedactor({ rules, environment }).hash
    expect(hash(['a', '/b/'])).toBe(hash(['/b/', 'a'], { X: 'some value' }))
    expect(new Set([hash([]), hash(['a']), hash(['/a/'])]).size).toBe(3)
    expect(hash([])).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('running text', () => {
  test('secrets of every kind are found in it', () => {
    fc.assert(fc.property(look, fieldName, plainSecret, fc.constantFrom('=', ': ', ' = ', '="', '": "', "': '"), prose, ({ text, secret }, name, plain, sign, before) => {
      const clean = createRedactor().text(`${before} ${text}\n2025-01-01 WARN ${name}${sign}${plain}\nAuthorization: Bearer ${plain}\nlast line`)
      expect(clean).not.toContain(secret)
      expect(clean).not.toContain(plain)
      expect(clean).toContain('last line')
    }), { numRuns: 150 })
  })

  test('JSON amid it is read as JSON', () => {
    const text = String.raw`DEBUG call {"name":"x","arguments":{"password":["a1","b2"],"t":"\u0067hp_${github.slice(4)}"}} took 5 ms`
    expect(createRedactor().text(text)).toBe('DEBUG call {"name":"x","arguments":{"password":["[redacted:password#1]","[redacted:password#2]"],"t":"[redacted:github#1]"}} took 5 ms')
  })

  test('a header is taken to the end of its line', () => {
    expect(createRedactor().text('> POST /\n> authorization: Digest a="b", c="d"\n> accept: */*')).not.toMatch(/b"|d"/)
    expect(createRedactor().text('sent Cookie: a=b; c=d\nnext')).toBe('sent Cookie: [redacted:cookie#1]\nnext')
  })

  test('text that holds none is the same', () => {
    const text = 'thread panicked at end byte index 200 is not a char boundary\n  at token 5\n\u001b[32mINFO\u001b[0m listening on http://127.0.0.1:9001/mcp'
    expect(createRedactor().text(text)).toBe(text)
  })
})

describe('restoring', () => {
  test('live values come back where their placeholders stand, numbers as numbers', () => {
    fc.assert(fc.property(look, fieldName, fc.oneof(plainSecret, fc.integer(), fc.string({ minLength: 1 }).filter((text) => !/^(?:string|number|integer|boolean|object|array|null|true|false|undefined|None)$/.test(text))), place, ({ text }, name, plain, where) => {
      const redactor = createRedactor()
      const original = createMessage(places[where]!({ a: text, [name]: plain, [text]: [plain] }))
      const restored = restoreValues(redactor.message(original), (placeholder) => redactor.values.get(placeholder))
      expect(canonical(restored.exact)).toBe(canonical(original.exact))
    }), { numRuns: 150 })
  })

  test('a value is escaped for the strings it stands in', () => {
    const recorded = message('{"a":"[redacted:env#1]","b":"{\\"c\\":\\"[redacted:env#1]\\"}","d":{"[redacted:env#1]":"[redacted:env#2]"}}')
    const value = 'q"u\\o\nte'
    const restored = restoreValues(recorded, (placeholder) => (placeholder === '[redacted:env#1]' ? value : undefined))
    expect(restored.value).toEqual({ a: value, b: JSON.stringify({ c: value }), d: { [value]: '[redacted:env#2]' } })
  })

  test('a message without known placeholders is the same object', () => {
    for (const recorded of [message('{"a":1}'), message('{"a":"[redacted:jwt#1]"}')]) expect(restoreValues(recorded, () => undefined)).toBe(recorded)
  })
})

test('redactors of the same rules share no value: each numbers its own', () => {
  const create = redactorsOf({ rules: ['pin'] })
  const [one, two] = [create(), create()]
  expect(one.text('pin=1234')).toBe(createRedactor({ rules: ['pin'] }).text('pin=1234'))
  expect([one.values.size, two.values.size, one.hash === two.hash]).toEqual([1, 0, true])
  expect(two.text('pin=5678')).toMatch(/#1\]/)
})
