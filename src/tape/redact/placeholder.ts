/** A secret's place in a text. `number` ones stand as bare JSON numbers, inside `levels` JSON strings within the text. */
export type Match = { start: number; end: number; kind: string; value: string; number: boolean; levels: number }

/**
 * What stands in a secret's place: `[redacted:jwt#2]`. Ordinals count from 1 for each kind. A placeholder of the kind `number` stands, as a
 * string, where a bare number stood. It holds nothing that JSON escapes, so it reads the same however deep in strings within strings.
 */
export const placeholders = /\[redacted:[a-z][a-z-]{0,30}#[1-9]\d{0,8}\]/g

/** How every placeholder begins. */
export const placeholderStart = '[redacted:'

/**
 * The text with one placeholder for all: the ordinal counts within one tape, and the kind is that of the place where the value was seen first,
 * which may be a message that only the tape has seen.
 */
export function alike(text: string): string {
  return text.replace(placeholders, plainPlaceholder)
}

export const plainPlaceholder = '[redacted]'

/** Gives each distinct value its placeholder, for as long as a tape is made. */
export type Placeholders = {
  issue(match: Match): string
  /** Keeps the placeholders that already stand in this text from being given to other values. */
  reserve(text: string): void
  /** Placeholder → live value, in order of first match. */
  readonly values: ReadonlyMap<string, string>
}

export function createPlaceholders(): Placeholders {
  const values = new Map<string, string>()
  const byValue = new Map<string, string>()
  const reserved = new Set<string>()
  const last = new Map<string, number>()
  return {
    values,
    issue({ kind, value, number }) {
      const key = number ? `#${value}` : `"${value}`
      const known = byValue.get(key)
      if (known !== undefined) return known
      const name = number ? 'number' : kind
      let ordinal = last.get(name) ?? 0
      let placeholder: string
      do placeholder = `${placeholderStart}${name}#${++ordinal}]`
      while (reserved.has(placeholder))
      last.set(name, ordinal)
      byValue.set(key, placeholder)
      values.set(placeholder, value)
      return placeholder
    },
    reserve(text) {
      if (text.includes(placeholderStart)) for (const [placeholder] of text.matchAll(placeholders)) reserved.add(placeholder)
    },
  }
}
