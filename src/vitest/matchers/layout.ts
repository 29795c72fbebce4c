/** A tool's answer as snapshots and messages show it. */
import { blockText } from './content.ts'
import { type Tree, jsonText } from './json-text.ts'
import { visibleLine } from './visible.ts'

export type LayoutOptions = {
  /** Which blocks of `content` only say again what `structuredContent` says. */
  repeats?: ReadonlySet<number> | undefined
}

/** Each of them is shown in a place of its own, or says what every answer of its time does. */
const knownMembers = new Set(['content', 'structuredContent', 'isError', '_meta', 'resultType'])

/**
 * The lines of a result: whether it is an error, its content block by block, what is structured, and all that it has besides. Numbers are as
 * they were written, keys are sorted, and every line that a tool cannot make up stands at the margin.
 */
export function layOut(result: Tree, { repeats = new Set() }: LayoutOptions = {}): string {
  if (!(result instanceof Map)) return `result: ${jsonText(result)}`
  const content = result.get('content')
  const structured = result.get('structuredContent')
  const failed = result.get('isError')
  const lines = failed === undefined || failed === false ? [] : [`isError: ${jsonText(failed)}`]
  if (!Array.isArray(content)) lines.push(...(content === undefined ? [] : [`content: ${jsonText(content)}`]))
  else if (content.length === 0 && structured === undefined) lines.push('content: []')
  else lines.push(...content.map((block, index) => (repeats.has(index) ? 'text as structuredContent' : blockText(block))))
  if (structured !== undefined) lines.push(`structuredContent: ${jsonText(structured)}`)
  for (const key of [...result.keys()].sort()) if (isOther(key, result)) lines.push(`${visibleLine(key)}: ${jsonText(result.get(key)!)}`)
  if (result.has('_meta')) lines.push(`_meta: ${jsonText(result.get('_meta')!)}`)
  return lines.join('\n')
}

function isOther(key: string, result: Map<string, Tree>): boolean {
  return !knownMembers.has(key) || (key === 'resultType' && result.get(key) !== 'complete')
}
