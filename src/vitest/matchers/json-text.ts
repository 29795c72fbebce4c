/** JSON for people to read and to compare line by line; numbers are as they were written. */
import { NumberLiteral } from '../../json.ts'
import { Varying, escapePatterns } from './notation.ts'
import { visible } from './visible.ts'

/** A JSON value of which parts may vary. */
export type Tree = null | boolean | string | NumberLiteral | Varying | Tree[] | Map<string, Tree>

/** JSON over as many lines as it takes, keys sorted; a comma follows every member, so that one more changes no other line. */
export function jsonText(value: Tree, indentation = ''): string {
  const inner = `${indentation}  `
  if (value instanceof Varying) return value.text
  if (value instanceof NumberLiteral) return value.text
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[\n${value.map((item) => `${inner}${jsonText(item, inner)},\n`).join('')}${indentation}]`
  if (!(value instanceof Map)) return scalarText(value)
  if (value.size === 0) return '{}'
  const members = [...value.keys()].sort().map((key) => `${inner}${scalarText(key)}: ${jsonText(value.get(key)!, inner)},\n`)
  return `{\n${members.join('')}${indentation}}`
}

/** JSON on one line, keys sorted. */
export function compactJson(value: Tree): string {
  if (value instanceof Varying) return value.text
  if (value instanceof NumberLiteral) return value.text
  if (Array.isArray(value)) return `[${value.map(compactJson).join(', ')}]`
  if (!(value instanceof Map)) return scalarText(value)
  const members = [...value.keys()].sort().map((key) => `${scalarText(key)}: ${compactJson(value.get(key)!)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

function scalarText(value: null | boolean | string): string {
  return typeof value === 'string' ? escapePatterns(visible(JSON.stringify(value))) : String(value)
}
