/** Redacted values up to renaming: the tape's `[redacted:jwt#2]` may be the live session's `[redacted:jwt#1]`. */
import { placeholderStart, placeholders } from '../tape/redact/placeholder.ts'

/** A text without the ordinals of its placeholders (a character that no JSON text holds stands for each), and the placeholders in order. */
export type Shape = { readonly shape: string; readonly names: readonly string[] }

const noNames: readonly string[] = []

export function shapeOf(text: string): Shape {
  if (!text.includes(placeholderStart)) return { shape: text, names: noNames }
  const names: string[] = []
  const shape = text.replace(placeholders, (name) => {
    names.push(name)
    return `${name.slice(0, name.indexOf('#'))}#\0]`
  })
  return { shape, names }
}

/** Which recorded placeholder stands for which live one; one to one, for the length of a session. */
export type Pairs = {
  /** Whether these can be the same secrets, given what is known. */
  fit(recorded: readonly string[], live: readonly string[]): boolean
  /** Takes them for the same from now on. They must fit. */
  join(recorded: readonly string[], live: readonly string[]): void
  liveOf(recorded: string): string | undefined
  /** A live text in the tape's names, as far as they are known. */
  toRecorded(text: string): string
}

export function createPairs(): Pairs {
  const toLive = new Map<string, string>()
  const toRecorded = new Map<string, string>()

  function fit(recorded: readonly string[], live: readonly string[]): boolean {
    if (recorded.length !== live.length) return false
    const [forth, back] = [new Map<string, string>(), new Map<string, string>()]
    return recorded.every((name, index) => {
      const other = live[index]!
      const [known, knownBack] = [toLive.get(name) ?? forth.get(name), toRecorded.get(other) ?? back.get(other)]
      forth.set(name, other)
      back.set(other, name)
      return (known ?? other) === other && (knownBack ?? name) === name
    })
  }

  return {
    fit,
    join(recorded, live) {
      recorded.forEach((name, index) => {
        toLive.set(name, live[index]!)
        toRecorded.set(live[index]!, name)
      })
    },
    liveOf: (recorded) => toLive.get(recorded),
    toRecorded: (text) => text.replace(placeholders, (name) => toRecorded.get(name) ?? name),
  }
}
