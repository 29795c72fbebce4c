/** The blocks of a result's `content`, and what they hold. */
import { hash } from 'node:crypto'
import { counted } from '../../units.ts'
import { jsonInside } from '../../verify/repeats.ts'
import { type Tree, compactJson, jsonText } from './json-text.ts'
import { Varying, escapePatterns } from './notation.ts'
import { visible, visibleLine } from './visible.ts'

/** One block: text as it is, images and other bytes by type, size and hash, resources by their address; what else it holds stands behind. */
export function blockText(block: Tree): string {
  const type = block instanceof Map ? block.get('type') : undefined
  if (!(block instanceof Map) || typeof type !== 'string') return `block: ${jsonText(block)}`
  const { told, names } = tell(type, block)
  const rest = new Map([...block].filter(([key]) => key !== 'type' && !names.includes(key)))
  return told(visibleLine(type) + (rest.size === 0 ? '' : ` ${compactJson(rest)}`))
}

/** How a block is told behind its label, and by which of its members. */
type Told = { told: (label: string) => string; names: readonly string[] }

function tell(type: string, block: Map<string, Tree>): Told {
  const text = block.get('text')
  const data = block.get('data')
  const resource = block.get('resource')
  if (type === 'text' && isText(text)) return { told: (label) => textBlock(label, text), names: ['text'] }
  if ((type === 'image' || type === 'audio') && isText(data)) return { told: (label) => `${label}: ${mimeTypeOf(block)}, ${bytesText(data)}`, names: ['data', 'mimeType'] }
  if (type === 'resource_link') return { told: (label) => `${label}: ${['name', 'uri', 'mimeType'].flatMap((key) => wordsOf(block.get(key))).join(', ')}`, names: ['name', 'uri', 'mimeType'].filter((key) => isText(block.get(key))) }
  if (type === 'resource' && resource instanceof Map) return { told: (label) => resourceText(label, resource), names: ['resource'] }
  return { told: (label) => label, names: [] }
}

function resourceText(label: string, resource: Map<string, Tree>): string {
  const [text, blob] = [resource.get('text'), resource.get('blob')]
  const address = [...wordsOf(resource.get('uri')), ...wordsOf(resource.get('mimeType'))].join(', ')
  const rest = new Map([...resource].filter(([key, value]) => !['uri', 'mimeType', 'text', 'blob'].includes(key) || !isText(value)))
  const head = `${label} ${address}${rest.size === 0 ? '' : ` ${compactJson(rest)}`}`
  if (isText(blob)) return `${head}: ${bytesText(blob)}`
  return isText(text) ? textBlock(head, text) : head
}

function isText(value: Tree | undefined): value is string | Varying {
  return typeof value === 'string' || value instanceof Varying
}

function wordsOf(value: Tree | undefined): string[] {
  if (value instanceof Varying) return [value.text]
  return typeof value === 'string' ? [escapePatterns(visibleLine(value))] : []
}

function mimeTypeOf(block: Map<string, Tree>): string {
  return wordsOf(block.get('mimeType'))[0] ?? 'no MIME type'
}

/** Bytes by their number and the beginning of their hash. */
function bytesText(data: string | Varying): string {
  if (data instanceof Varying) return data.text
  const right = data.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(data)
  const bytes = right ? Buffer.from(data, 'base64') : Buffer.from(data)
  const told = `${counted(bytes.length, 'byte')}, sha256 ${hash('sha256', bytes, 'hex').slice(0, 16)}`
  return right ? told : `not base64, ${told}`
}

/**
 * Text behind its label: on the same line where it is one line, else below, indented; JSON laid out. White space at its end, which editors
 * and vitest take away, is said in words.
 */
function textBlock(label: string, text: string | Varying): string {
  if (text instanceof Varying) return `${label}: ${text.text}`
  const inside = jsonInside(text)
  if (inside !== undefined) return `${label} JSON: ${jsonText(inside)}`
  const shown = text.trimEnd()
  const head = shown.length === text.length ? label : `${label}, then ${JSON.stringify(text.slice(shown.length))}`
  if (shown === '') return text === '' ? `${label}, empty` : head
  const lines = escapePatterns(visible(shown)).split('\n')
  if (lines.length === 1) return `${head}: ${lines[0]}`
  return [`${head}:`, ...lines.map((line) => (line === '' ? '' : `  ${line}`))].join('\n')
}
