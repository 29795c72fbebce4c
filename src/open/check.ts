import { inspect } from 'node:util'
import { ShadowcatError, nearest } from '../errors.ts'

/** Throws 'usage' unless the value is an object with these keys alone. */
export function checkObject(value: unknown, keys: readonly string[], where: string, example: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ShadowcatError('usage', `${where}: an object is expected, such as ${example}; found ${show(value)}`)
  for (const key of Object.keys(value)) {
    if (keys.includes(key)) continue
    const meant = nearest(key, keys)
    throw new ShadowcatError('usage', `${where}: unknown key ${JSON.stringify(key)}: ${meant ? `did you mean ${JSON.stringify(meant)}?` : `known are ${keys.join(', ')}`}`)
  }
  return value as Record<string, unknown>
}

/** Throws 'usage' unless the value is an array of strings. */
export function checkTexts(value: unknown, where: string): asserts value is string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) throw new ShadowcatError('usage', `${where}: an array of strings is expected; found ${show(value)}`)
}

/** JSON as far as it goes: a configuration that is a program may hold anything. */
export function show(value: unknown): string {
  try {
    return String(JSON.stringify(value))
  } catch {
    return inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY })
  }
}
