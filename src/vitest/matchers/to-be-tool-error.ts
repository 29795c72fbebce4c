/** Whether a tool answered with an error: a result with `isError`, or a JSON-RPC error. */
import type { MatcherResult, MatcherState } from 'vitest'
import { missCode } from '../../replay/miss.ts'
import type { Redactor } from '../../tape/redact.ts'
import { describeResult } from './describe-result.ts'
import { originOf } from './origin.ts'
import { testOf } from './own-test.ts'
import { type ReceivedResult, kindOf, receivedResult, resultOf } from './received.ts'
import { redactorFor, renumbered } from './redaction.ts'

/** What came, in words, and the text of the error that it is, if it is one. */
type Outcome = { told: string; error: string | undefined }

/** Takes a result of either client, or what a call rejected with. A text is to be part of the error's, an expression to match it. */
export function toBeToolError(this: MatcherState, received: unknown, pattern?: string | RegExp): MatcherResult {
  const result = receivedResult(received, testOf(this))
  const { told, error } = outcomeOf(received, result, redactorFor(originOf(result?.call?.session, testOf(this))))
  const fits = error !== undefined && (pattern === undefined || (typeof pattern === 'string' ? error.includes(pattern) : new RegExp(pattern).test(error)))
  const wanted = `a tool error${pattern === undefined ? '' : typeof pattern === 'string' ? ` that says ${JSON.stringify(pattern)}` : ` that matches ${String(pattern)}`}`
  return { pass: fits, message: () => `expected ${this.isNot ? 'no' : 'a'} ${wanted.slice(2)}, found ${told}` }
}

function outcomeOf(received: unknown, result: ReceivedResult | undefined, redactor: Redactor): Outcome {
  if (result) {
    const exact = resultOf(result.message)
    const failed = exact instanceof Map && exact.get('isError') === true
    return { told: `${failed ? 'the tool error' : 'a result that is none'}:\n\n${indented(describeResult(result, redactor))}\n`, error: failed ? textOf(exact.get('content')) : undefined }
  }
  if (!isRequestError(received)) return { told: kindOf(received), error: undefined }
  const text = renumbered(redactor.text(received.message))
  if (received.code === missCode) return { told: `no answer of the server's, but a call that was not recorded:\n\n${indented(text)}\n`, error: undefined }
  return { told: `the JSON-RPC error ${received.code}:\n\n${indented(text)}\n`, error: received.message }
}

/** An error with a JSON-RPC code: the exact session's, and the SDK's. */
function isRequestError(value: unknown): value is Error & { code: number } {
  return value instanceof Error && typeof (value as { code?: unknown }).code === 'number'
}

function textOf(content: unknown): string {
  const blocks = Array.isArray(content) ? content : []
  return blocks.flatMap((block) => (block instanceof Map && typeof block.get('text') === 'string' ? [block.get('text') as string] : [])).join('\n')
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ')
}
