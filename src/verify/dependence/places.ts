import { type Difference, differences } from '../../canonical.ts'
import type { Message } from '../../message.ts'
import { saysAgain, structuredPointer } from '../repeats.ts'

/** A place at which two answers differ. */
export type AnswerPlace = Difference & {
  /** This text only says again what differs there. */
  repeats?: string | undefined
}

/** Where two answers to the same call differ. */
export function placesBetween(expected: Message, actual: Message): AnswerPlace[] {
  if (expected.bytes.equals(actual.bytes)) return []
  return differences(expected.exact, actual.exact).map((place) => {
    const again = saysAgain(expected.exact, place.pointer) && saysAgain(actual.exact, place.pointer)
    return again ? { ...place, repeats: structuredPointer } : place
  })
}
