/** A tool's answer in words: what snapshots store, and what messages quote. */
import { type Exact, type Json, toJson } from '../../json.ts'
import type { Redactor } from '../../tape/redact.ts'
import { saysAgain } from '../../verify/repeats.ts'
import type { Tree } from './json-text.ts'
import { layOut } from './layout.ts'
import { type Equals, type Mismatch, applyProperties } from './properties.ts'
import { type ReceivedResult, resultOf } from './received.ts'
import { renumbered } from './redaction.ts'

/** What varies by property matchers, and what compares them. */
export type Properties = { properties: object; equals: Equals }

/** The text of a result, redacted. */
export function describeResult(received: ReceivedResult, redactor: Redactor): string {
  return (laidOut(received, redactor) as { text: string }).text
}

/** The same with what property matchers took marked as varying; or where one does not hold. */
export function laidOut({ message }: ReceivedResult, redactor: Redactor, given?: Properties): { text: string } | { mismatch: Mismatch } {
  const redacted = redactor.message(message)
  const result = resultOf(redacted)
  const repeats = repeatedIn(redacted.exact, result)
  if (!given) return { text: renumbered(layOut(result, { repeats })) }
  const applied = applyProperties(result, valueOf(resultOf(message)), given.properties, given.equals)
  return 'mismatch' in applied ? applied : { text: renumbered(layOut(applied.tree, { repeats: unmatched(repeats, applied.tree) })) }
}

/** What everybody may rely on is there, also when the server left it out. */
function valueOf(result: Exact): Json {
  const value = toJson(result)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { content: [], isError: false, ...value } : value
}

/** Blocks of text that say what `structuredContent` says, and nothing else. */
function repeatedIn(message: Exact, result: Exact): Set<number> {
  const content = result instanceof Map ? result.get('content') : undefined
  const blocks = Array.isArray(content) ? [...content.entries()] : []
  return new Set(blocks.flatMap(([index, block]) => (isBareText(block) && saysAgain(message, `/result/content/${index}/text`) ? [index] : [])))
}

function isBareText(block: Exact): boolean {
  return block instanceof Map && block.size === 2 && block.get('type') === 'text'
}

/** A block for which a property was named is shown. */
function unmatched(repeats: ReadonlySet<number>, tree: Tree): ReadonlySet<number> {
  const content = tree instanceof Map ? tree.get('content') : undefined
  return new Set([...repeats].filter((index) => Array.isArray(content) && typeof (content[index] as Map<string, Tree>).get?.('text') === 'string'))
}
