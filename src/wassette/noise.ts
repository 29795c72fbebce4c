/** What differs from run to run of real Wassette and means nothing: named rules, each of which can be switched off. */
import { canonical } from '../canonical.ts'
import { type Exact, NumberLiteral, parseExact } from '../json.ts'
import { findString } from '../message.ts'
import type { Entry } from '../tape/entry.ts'

/** What a rule looks at: a difference between two recordings, as tape/diff finds it. */
export type Differing = {
  kind: 'value' | 'missing' | 'extra' | 'order'
  expected?: Entry | undefined
  actual?: Entry | undefined
  /** The tool called, for a call and its answer. */
  tool?: string | undefined
  pointer?: string | undefined
  expectedValue?: Exact | undefined
  actualValue?: Exact | undefined
}

export type NoiseRule = {
  readonly name: string
  /** For people, in one line. */
  readonly describes: string
  matches(difference: Differing): boolean
}

export const noiseRules: readonly NoiseRule[] = [
  {
    name: 'load-order',
    describes: 'loads that run at once are answered in whatever order they finish',
    matches: (difference) => difference.kind === 'order' && toolOf(difference) === 'load-component',
  },
  {
    name: 'component-order',
    describes: 'list-components lists in no fixed order',
    matches: (difference) => toolOf(difference) === 'list-components' && sameTexts(difference, sortedComponents),
  },
  {
    name: 'list-changed',
    describes: 'notifications/tools/list_changed: how many come, and when, depends on how long compiling takes',
    matches: ({ kind, expected, actual }) => kind !== 'value' && (expected ?? actual)?.message.method === 'notifications/tools/list_changed',
  },
  {
    name: 'backtrace-offsets',
    describes: 'offsets into the component in the text of a trap',
    matches: (difference) => sameTexts(difference, (text) => (text.includes('wasm backtrace') ? text.replaceAll(/\b0x[\da-f]+\b/gi, '0x…') : text)),
  },
  {
    name: 'component-directory',
    describes: 'the path of the component directory in the error of a load',
    matches: (difference) => sameTexts(difference, (text) => text.replaceAll(/(from path: )\S*[/\\]([^/\\\s]+\.wasm)/g, '$1…/$2')),
  },
  {
    name: 'policy-file',
    describes: 'get-policy tells in which directory its file is, and when it was made',
    matches: (difference) => toolOf(difference) === 'get-policy' && sameTexts(difference, placelessPolicy),
  },
]

function toolOf({ tool, expected, actual }: Differing): string | undefined {
  if (tool !== undefined) return tool
  const message = (expected ?? actual)?.message
  return message?.method === 'tools/call' ? findString(message, 'params', 'name') : undefined
}

/** Whether two texts of a result differ, and no longer do when both are reduced. */
function sameTexts({ kind, pointer, expectedValue, actualValue }: Differing, reduce: (text: string) => string): boolean {
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
