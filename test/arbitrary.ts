import fc from 'fast-check'

/** JSON text as no serialiser would write it: big integers, `1.0`, odd escapes and spacing, repeated and strange keys. */
export function jsonText(depth = 3): fc.Arbitrary<string> {
  const space = fc.constantFrom('', '', '', ' ', '\t', '  ')
  const leaf = fc.oneof(numberText, stringText, fc.constantFrom('true', 'false', 'null'))
  if (depth === 0) return leaf
  const inner = jsonText(depth - 1)
  const array = fc.tuple(space, fc.array(fc.tuple(inner, space).map((parts) => parts.join('')), { maxLength: 4 })).map(([gap, items]) => `[${gap}${items.join(`,${gap}`)}]`)
  const member = fc.tuple(fc.oneof(stringText, fc.constantFrom('"__proto__"', '"id"', '"result"')), space, inner).map(([key, gap, value]) => `${key}${gap}:${gap}${value}`)
  const object = fc.tuple(space, fc.array(member, { maxLength: 4 })).map(([gap, items]) => `{${gap}${items.join(`${gap},`)}${gap}}`)
  return fc.oneof(leaf, array, object)
}

export const numberText: fc.Arbitrary<string> = fc.oneof(
  fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.constantFrom('1.0', '-0', '0.10', '1E2', '1e-7', '1.50e+03', '18446744073709551615', '123456789012345678901234567890'),
)

const stringText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => JSON.stringify(text)),
  fc.constantFrom('"\\u0041\\/"', '"\\ud83d\\ude00"', '"\\ud800"', '"é\\n"', '""', '"\\u0000"'),
)

/** An id as it may stand in a message. */
export const idText: fc.Arbitrary<string> = fc.oneof(fc.constantFrom('0', '""', '1', '"a"', '-1', '"\\u0061b"'), fc.nat().map(String), stringText)

/** One JSON-RPC message as one line of text, members in any order, with extra members and odd spacing. */
export const messageText: fc.Arbitrary<string> = fc
  .record({
    kind: fc.constantFrom('request', 'notification', 'result', 'error'),
    id: idText,
    method: fc.constantFrom('"tools/call"', '"ping"', '"notifications/progress"', '"x\\u002fy"'),
    body: jsonText(),
    extra: fc.array(fc.tuple(fc.constantFrom('"x"', '"é"', '"\\u0078"'), jsonText(1)), { maxLength: 2 }),
    gap: fc.constantFrom('', '', ' ', '\t'),
    seed: fc.nat(),
  })
  .map(({ kind, id, method, body, extra, gap, seed }) => {
    const members: [string, string][] = [['"jsonrpc"', '"2.0"']]
    if (kind !== 'notification') members.push(['"id"', id])
    if (kind === 'request' || kind === 'notification') members.push(['"method"', method], ['"params"', body])
    if (kind === 'result') members.push(['"result"', body])
    if (kind === 'error') members.push(['"error"', `{"code":-32000,"message":"x","data":${body}}`])
    members.push(...extra)
    const turn = seed % members.length
    const ordered = [...members.slice(turn), ...members.slice(0, turn)]
    return `${gap}{${ordered.map(([key, value]) => `${gap}${key}:${value}`).join(`${gap},`)}}${gap}`
  })
