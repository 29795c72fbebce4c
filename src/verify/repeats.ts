/** Wassette's results say everything twice: as `structuredContent`, and as the text of `content`. */
import { canonical, valueAt } from '../canonical.ts'
import { ShadowcatError } from '../errors.ts'
import { type Exact, NumberLiteral, parseExact } from '../json.ts'

export const structuredPointer = '/result/structuredContent'

/** Whether the text at this pointer of a message only says again what its `structuredContent` says: as a whole, or as the bare string or JSON of its one member `result`. */
export function saysAgain(message: Exact, pointer: string): boolean {
  const [text, structured] = [valueAt(message, pointer), valueAt(message, structuredPointer)]
  if (!/^\/result\/content\/\d+\/text$/.test(pointer) || typeof text !== 'string' || structured === undefined) return false
  const inner = structured instanceof Map ? structured.get('result') : undefined
  return [structured, inner].some((value) => value !== undefined && (value === text || isCanonically(text, value)))
}

function isCanonically(text: string, value: Exact): boolean {
  if (value instanceof NumberLiteral) return value.text === text
  if (!(value instanceof Map) && !Array.isArray(value)) return text === String(value)
  const inside = jsonInside(text)
  return inside !== undefined && canonical(inside) === canonical(value)
}

/** The array or object that a text holds as JSON, if it does. */
export function jsonInside(text: string): Exact | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return parseExact(Buffer.from(text))
  } catch (error) {
    if (error instanceof ShadowcatError) return undefined
    throw error
  }
}
