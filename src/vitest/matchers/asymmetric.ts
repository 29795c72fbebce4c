/** vitest's asymmetric matchers (`expect.any(Number)` and the like), among values whose integers may be numbers or bigints. */

export type Asymmetric = { readonly sample?: unknown; asymmetricMatch(other: unknown): boolean; toString(): string }

export function isAsymmetric(value: unknown): value is Asymmetric {
  return typeof value === 'object' && value !== null && typeof (value as Partial<Asymmetric>).asymmetricMatch === 'function'
}

/** For `equals`: an integer is the same whether it is a number or a bigint, which depends on how large it happens to be. */
export function equalNumbers(a: unknown, b: unknown): boolean | undefined {
  return isWholeNumber(a) && isWholeNumber(b) && typeof a !== typeof b ? BigInt(a) === BigInt(b) : undefined
}

function isWholeNumber(value: unknown): value is number | bigint {
  return typeof value === 'bigint' || Number.isInteger(value)
}

/** What is expected, with `expect.any(Number)` and `expect.any(BigInt)` taking integers of either type. */
export function withAnyIntegers(expected: unknown): unknown {
  if (Array.isArray(expected)) return expected.map(withAnyIntegers)
  if (typeof expected !== 'object' || expected === null) return expected
  if (!isAsymmetric(expected)) return Object.fromEntries(Object.entries(expected).map(([key, value]) => [key, withAnyIntegers(value)]))
  if (!isAnyNumber(expected)) return expected
  const loose: Asymmetric = { sample: expected.sample, asymmetricMatch: (other) => isWholeNumber(other) || expected.asymmetricMatch(other), toString: () => 'Any' }
  return loose
}

function isAnyNumber(matcher: Asymmetric): boolean {
  return matcher.toString() === 'Any' && (matcher.sample === Number || matcher.sample === BigInt)
}

const samples = new Map<unknown, string>([[String, 'string'], [Number, 'number'], [BigInt, 'integer'], [Boolean, 'boolean'], [Array, 'array'], [Object, 'object']])

const names: Readonly<Record<string, string>> = { String: 'string', Object: 'object', Array: 'array', Number: 'number', Close: 'number' }

/** The pattern that says what a matcher takes: `string` for `expect.stringMatching(/x/)`. It does not depend on what was received. */
export function patternFor(matcher: Asymmetric): string {
  const name = matcher.toString()
  if (name === 'Any') return samples.get(matcher.sample) ?? 'value'
  return names[/^(?:String|Object|Array|Number|Close)(?=[A-Z])/.exec(name)?.[0] ?? ''] ?? 'value'
}
