/** Names: of interfaces, of MCP tools, and of what jco's code calls the same things. */
import { unsupported } from './scope.ts'

/** `wasi:clocks/wall-clock@0.2.0` in its parts. */
export type InterfaceName = { readonly package: string; readonly interface: string; readonly version?: string | undefined }

/** An interface's full name in its parts; undefined for a plain name. */
export function parseInterfaceName(name: string): InterfaceName | undefined {
  const parts = /^([^/@]+:[^@]*)\/([^/@]+)(?:@(.+))?$/.exec(name)
  return parts ? { package: parts[1]!, interface: parts[2]!, version: parts[3] } : undefined
}

/**
 * The name of the tool that a function becomes: a world-level function keeps its own, an interface's is put behind the interface's.
 * Throws 'usage' when MCP allows no such name.
 */
export function toToolName(name: string, instance?: string): string {
  const tool = instance === undefined ? toNamePart(name) : `${toNamePart(instance)}_${toNamePart(name)}`
  if (tool.length > 128) throw unsupported(`the tool's name ${JSON.stringify(tool)} is longer than the 128 characters that MCP allows`)
  return tool
}

function toNamePart(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9-]/gu, '_')
}

/** The name of a function, field or flag in jco's code: `street-name` is `streetName`. */
export function toCamelCase(name: string): string {
  if (!name.includes('-') && name === name.toLowerCase()) return name
  const words = name.split('-').map((word) => word.toLowerCase())
  return words[0]! + words.slice(1).map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}
