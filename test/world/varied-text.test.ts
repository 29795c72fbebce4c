import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { varyBytes, varyText } from '../../src/world/varied-text.ts'

const vary = (text: string): string => Buffer.from(varyBytes(Buffer.from(text))).toString()

describe('text', () => {
  test.each([
    ['Hello, wörld', 'Olssv, döysk'],
    ['Room 101, 23.75 at 0.85', 'Yvvt 100, 22.74 ha 0.35'],
    ['100 of 007', '099 vm 006'],
    ['2026-01-31', '2025-07-17'],
    ['2024-02-29T23:59:58.125Z', '2023-08-15T11:29:28.124Z'],
    ['2024-12-01 00:00:00+02:00', '2023-06-15 12:30:30+02:00'],
    ['at 09:05', 'ha 21:35'],
    ['https://example.com/items/42?q=a%20b', 'https://example.com/paltz/41?x=h%20i'],
    ['123e4567-e89b-42d3-a456-426614174000', '032f5476-f98a-53c2-b547-537705065111'],
    ['<b class="x">one &amp; two</b>', '<b class="x">vul &amp; adv</b>'],
    ['name: Ann\nage = 41\n', 'name: Huu\nage = 40\n'],
    ['https://example.com', 'oaawz://lehtwsl.jvt'],
    ['你好', '佡奼'],
    ['true', 'false'],
    ['', ''],
    ['— …', '— …'],
  ])('%j becomes %j', (text, varied) => {
    expect(varyText(text)).toBe(varied)
  })

  test('is as long as it was, and another where it has a letter or a digit', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', 'Z', '0', '9', '1', ' ', '-', ':', '.', '/', '<', '>', '%', '&', '\n', 'é', '=') }), (text) => {
      const varied = varyText(text)
      expect(Buffer.byteLength(varied)).toBe(Buffer.byteLength(text))
      if (/[A-Za-z]/.test(text)) expect(varied).not.toBe(text)
    }))
  })

  test('a date stays one', () => {
    fc.assert(fc.property(fc.date({ min: new Date('0002-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }), (date) => {
      const varied = new Date(varyText(date.toISOString()))
      expect(varied.getTime()).not.toBeNaN()
      for (const part of ['getUTCFullYear', 'getUTCMonth', 'getUTCDate', 'getUTCHours', 'getUTCMinutes', 'getUTCSeconds'] as const) expect(varied[part]()).not.toBe(date[part]())
    }))
  })
})

describe('JSON', () => {
  test.each([
    ['{"name": "Ann", "age": 41}', '{"name": "Huu", "age": 40}'],
    ['[0, 1, 2, 255, 100, -128]\n', '[1, 2, 1, 254, 99, -127]\n '],
    ['[23.75, 1.0, 0.85, -0.5, 1.5e300]', '[22.74, 0.1, 0.35, -0.0, 0.4e300]'],
    ['18446744073709551615', '18446744073709451614'],
    ['{"on": true, "off": false} ', '{"on": false, "off": true} '],
    ['"\\u4f60 \\"quoted\\""', '"佡 \\"xbvalk\\""   '],
    ['{"a":"x"}\n{"a":"y"}\n', '{"a":"e"}\n{"a":"f"}\n'],
    ['{"x":null,"y":[],"z":{}}', '{"x":null,"y":[],"z":{}}'],
  ])('%j becomes %j', (text, varied) => {
    expect(vary(text)).toBe(varied)
  })

  test('keeps its shape: names, kinds, lengths of lists; integers stay integers and within their range', () => {
    fc.assert(fc.property(fc.json(), (text) => {
      compare(JSON.parse(text), JSON.parse(vary(text)))
    }))
  })

  test('is as long as it was wherever there is room', () => {
    fc.assert(fc.property(fc.json(), (text) => {
      const roomy = text + ' '.repeat(text.length)
      expect(Buffer.byteLength(vary(roomy))).toBe(Buffer.byteLength(roomy))
    }))
  })
})

function compare(before: unknown, after: unknown): void {
  expect(typeof after).toBe(typeof before)
  if (typeof before === 'number') {
    // below that numbers have too few digits to differ in
    if (before === 0 || Math.abs(before) > 1e-300) expect(after).not.toBe(before)
    expect(Number.isInteger(before) && Math.abs(before) < 2 ** 53 ? Number.isInteger(after) : true).toBe(true)
    if (Math.abs(before) >= 2) expect(Math.abs(after as number)).toBeLessThan(Math.abs(before))
  } else if (typeof before === 'boolean') expect(after).toBe(!before)
  else if (typeof before === 'object' && before !== null) {
    expect(Object.keys(after as object)).toEqual(Object.keys(before))
    for (const key of Object.keys(before)) compare((before as Record<string, unknown>)[key], (after as Record<string, unknown>)[key])
  }
}

test('what is no text has every byte changed', () => {
  fc.assert(fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
    const binary = Buffer.concat([Buffer.of(0), bytes])
    const varied = varyBytes(binary)
    expect(varied).toHaveLength(binary.length)
    expect(varied.some((byte, index) => byte === binary[index])).toBe(false)
  }))
})
