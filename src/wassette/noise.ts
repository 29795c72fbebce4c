/** What differs from run to run of real Wassette and means nothing: named rules, each of which can be switched off. */
import { canonical } from '../canonical.ts'
import { type Exact, NumberLiteral, parseExact } from '../json.ts'
import type { EntryDifference } from '../tape/diff.ts'

export type NoiseRule = {
  readonly name: string
  /** For people, in one line. */
  readonly describes: string
  matches(difference: EntryDifference): boolean
}

export const noiseRules: readonly NoiseRule[] = [
  {
    name: 'load-order',
    describes: 'loads that run at once are answered in whatever order they finish',
    matches: (difference) => difference.kind === 'order' && difference.tool === 'load-component',
  },
  {
    name: 'component-order',
    describes: 'list-components lists in no fixed order',
    matches: (difference) => difference.tool === 'list-components' && sameTexts(difference, sortedComponents),
  },
  {
    name: 'list-changed',
    describes: 'notifications/tools/list_changed while components load at start-up: how many, and when',
    matches: isStartUpNotice,
  },
  {
    name: 'backtrace-offsets',
    describes: 'offsets into the component in the text of a trap',
    matches: (difference) => sameTexts(difference, (text) => (text.includes('wasm backtrace') ? text.replaceAll(/\b0x[\da-f]+\b/gi, '0x…') : text)),
  },
  {
    name: 'component-directory',
    describes: 'the path of the component directory in the error of a load',
    matches: (difference) => difference.tool === 'load-component' && sameTexts(difference, (text) => text.replaceAll(/(from path: ).*?([^/\\]*\.wasm)(?=[.:\s]|$)/g, '$1…/$2')),
  },
  {
    name: 'policy-file',
    describes: 'get-policy tells in which directory its file is, and when it was made',
    matches: (difference) => difference.tool === 'get-policy' && sameTexts(difference, placelessPolicy),
  },
]

/** The notice that belongs to a load or unload which the client asked for must come; only its place may vary. */
function isStartUpNotice({ kind, expected, actual, tool }: EntryDifference): boolean {
  if ((expected ?? actual)?.message.method !== 'notifications/tools/list_changed' || kind === 'value') return false
  return kind === 'order' || (tool !== 'load-component' && tool !== 'unload-component')
}

/** Whether two texts of a result differ, and no longer do when both are reduced. */
function sameTexts({ kind, pointer, expectedValue, actualValue }: EntryDifference, reduce: (text: string) => string): boolean {
  if (kind !== 'value' || !/^\/result\/content\/\d+\/text$/.test(pointer ?? '')) return false
  if (typeof expectedValue !== 'string' || typeof actualValue !== 'string') return false
  return reduce(expectedValue) === reduce(actualValue)
}

/** `{ components: [{ id, … }], total }` with the components in order. */
function sortedComponents(text: string): string {
  const said = parsed(text)
  const components = said?.get('components')
  if (!said || !Array.isArray(components)) return text
  return canonical(new Map([...said, ['components', components.map((component) => canonical(component)).sort()]]))
}

/** `{ policy_info: { source_uri, local_path, created_at, … }, … }` with the names of the files alone, and no time. */
function placelessPolicy(text: string): string {
  const said = parsed(text)
  const info = said?.get('policy_info')
  if (!said || !(info instanceof Map)) return text
  const placeless = [...info].map(([key, value]): [string, Exact] => {
    if (typeof value === 'string') return [key, key === 'source_uri' || key === 'local_path' ? value.replace(/^.*[/\\]/, '') : value]
    return [key, key === 'created_at' && value instanceof NumberLiteral ? null : value]
  })
  return canonical(new Map([...said, ['policy_info', new Map(placeless)]]))
}

function parsed(text: string): Map<string, Exact> | undefined {
  try {
    const value = parseExact(Buffer.from(text))
    return value instanceof Map ? value : undefined
  } catch {
    // An answer in words is compared as it stands.
    return undefined
  }
}
