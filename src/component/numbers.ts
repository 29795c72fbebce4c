/** Numbers as Wassette reads and writes them. */

/** How the text of a number becomes a float. */
export type ReadFloat = (text: string) => number

/** The nearest float, as JavaScript reads it. */
export const readExactly: ReadFloat = Number

/** A number in JSON: an integer of at most 64 bits, or a float (NaN when it is beyond all floats). */
export type JsonNumber = { readonly integer: bigint } | { readonly float: number }

const most = 2n ** 64n
const least = -(2n ** 63n)

/** What the text of a number in JSON means: `1.0`, `1e2` and `-0` are floats, and so is an integer of more than 64 bits. */
export function readNumber(text: string, readFloat: ReadFloat): JsonNumber {
  if (/^-?\d+$/.test(text) && text !== '-0') {
    const integer = BigInt(text)
    if (integer < most && integer >= least) return { integer }
  }
  const float = readFloat(text)
  // Wassette reads arguments twice: from the client, and from what it has written itself in between.
  return { float: Number.isFinite(float) ? readFloat(printFloat(float)) : Number.NaN }
}

/**
 * A float as Wassette prints it: the shortest digits that are read as the same float, with a point or an exponent always, as a decimal
 * fraction from 0.00001 up to 1e+16.
 */
export function printFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const [digits, exponent] = value.toExponential().split('e') as [string, string]
  const power = Number(exponent)
  if (power < -5 || power > 15) return `${digits}e${exponent}`
  const sign = value < 0 ? '-' : ''
  const significant = digits.replace(/[-.]/g, '')
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${significant}`
  return `${sign}${significant.slice(0, power + 1).padEnd(power + 1, '0')}.${significant.slice(power + 1) || '0'}`
}

/** Powers of ten as floats, as far as there are any. */
const powers = Array.from({ length: 309 }, (_, power) => Number(`1e${power}`))

/**
 * A float as Wassette's JSON parser reads it, which is often its neighbour: the first 19 or 20 digits become an integer, that a float, and that is
 * multiplied or divided by a power of ten (serde_json without `float_roundtrip`). Infinite when it is beyond all floats.
 */
export const readAsWassette: ReadFloat = (text) => {
  const [, sign, whole, fraction = '', exponentText = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text)!
  const { significand, dropped } = firstDigits(whole!, fraction)
  const exponent = Math.max(-1e9, Math.min(1e9, Number(exponentText))) + dropped
  const value = scale(Number(significand), exponent)
  return sign === '-' ? -value : value
}

/** The digits that fit into 64 bits as an integer, and the power of ten by which it is to be multiplied. */
function firstDigits(whole: string, fraction: string): { significand: bigint; dropped: number } {
  let significand = 0n
  let dropped = 0
  for (const digit of whole) {
    const next = significand * 10n + BigInt(digit)
    if (dropped > 0 || next >= most) dropped++
    else significand = next
  }
  // After the point it begins anew to add digits, even when some before it were dropped.
  for (const digit of fraction) {
    const next = significand * 10n + BigInt(digit)
    if (next >= most) break
    significand = next
    dropped--
  }
  return { significand, dropped }
}

function scale(value: number, exponent: number): number {
  let scaled = value
  let rest = exponent
  while (Math.abs(rest) >= powers.length) {
    if (scaled === 0) return scaled
    if (rest > 0) return Number.POSITIVE_INFINITY
    scaled /= 1e308
    rest += 308
  }
  return rest >= 0 ? scaled * powers[rest]! : scaled / powers[-rest]!
}
