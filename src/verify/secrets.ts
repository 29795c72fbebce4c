import type { Message } from '../message.ts'
import { placeholders } from '../tape/redact/placeholder.ts'

/** The variable that gives a placeholder its live value: `SHADOWCAT_REDACTED_API_KEY_2` for `[redacted:api-key#2]`. */
export function variableFor(placeholder: string): string {
  return `SHADOWCAT_REDACTED_${placeholder.slice('[redacted:'.length, -1).replaceAll(/[-#]/g, '_').toUpperCase()}`
}

/** Live values of placeholders, from such variables. */
export function secretsFrom(environment: Record<string, string | undefined>): (placeholder: string) => string | undefined {
  return (placeholder) => environment[variableFor(placeholder)]
}

/** The placeholders in a message, each once. */
export function placeholdersIn({ bytes }: Message): string[] {
  return [...new Set(bytes.toString().match(placeholders))]
}
