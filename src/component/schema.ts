/** A component's functions as MCP tools, as Wassette lists them. */
import { readDocs } from './docs.ts'
import { toToolName } from './names.ts'
import type { ComponentFile, ExportedFunction } from './reader.ts'
import { unsupported } from './scope.ts'
import { type Case, type FunctionType, type ValueType, unsupportedIn } from './types.ts'

/** A JSON Schema, its members in Wassette's order. */
export type Schema = { readonly [member: string]: unknown }

export type ToolDefinition = { readonly name: string; readonly description: string; readonly inputSchema: Schema; readonly outputSchema?: Schema }

/** A tool with the function that it calls. */
export type Tool = { readonly definition: ToolDefinition; readonly function: ExportedFunction }

/** The tools of a component, in the order of its exports. Throws 'usage' when a function's types cannot be passed, or its name is no tool's. */
export function toTools(component: ComponentFile): Tool[] {
  const docs = readDocs(component)
  return component.functions.map((exported) => ({ definition: define(exported, docs(exported.name)), function: exported }))
}

function define({ instance, name, type }: ExportedFunction, docs: string | undefined): ToolDefinition {
  const tool = toToolName(name, instance)
  checkSignature(tool, type)
  const description = docs ?? `Auto-generated schema for function '${tool}'`
  const inputSchema = objectOf(type.parameters.map(({ name: key, type: value }) => [key, toSchema(value)]))
  const definition = { name: tool, description, inputSchema }
  return type.result ? { ...definition, outputSchema: objectOf([['result', toSchema(type.result)]]) } : definition
}

function checkSignature(tool: string, type: FunctionType): void {
  if (type.async) throw unsupported(`the function ${tool} is asynchronous (WASI 0.3)`)
  const types = [...type.parameters.map((parameter) => parameter.type), ...(type.result ? [type.result] : [])]
  const what = types.map(unsupportedIn).find((found) => found !== undefined)
  if (what !== undefined) throw unsupported(`the function ${tool} takes or gives ${what}, which is not supported`)
}

/** The schema of a type's values in JSON. */
export function toSchema(type: ValueType): Schema {
  switch (type.kind) {
    case 'bool':
      return { type: 'boolean' }
    case 'char':
      return { type: 'string', description: '1 unicode codepoint' }
    case 'string':
      return { type: 'string' }
    case 'list':
      return { type: 'array', items: toSchema(type.item) }
    case 'record':
      return objectOf(type.fields.map((field) => [field.name, toSchema(field.type)]))
    case 'tuple':
      return { type: 'array', prefixItems: type.items.map(toSchema), minItems: type.items.length, maxItems: type.items.length }
    case 'variant':
      return { oneOf: type.cases.map(caseSchema) }
    case 'enum':
      return { type: 'string', enum: type.names }
    case 'flags':
      // Not what is taken and given, an array of names; but so Wassette says it.
      return { type: 'object', properties: Object.fromEntries(type.names.map((name) => [name, { type: 'boolean' }])) }
    case 'option':
      return { anyOf: [{ type: 'null' }, toSchema(type.item)] }
    case 'result':
      return { oneOf: [objectOf([['ok', schemaOrNull(type.ok)]]), objectOf([['err', schemaOrNull(type.error)]])] }
    case 'unsupported':
      throw unsupported(`${type.what} is not supported`)
    default:
      return { type: 'number' }
  }
}

function caseSchema({ name, type }: Case): Schema {
  const tag = { const: name }
  if (!type) return { type: 'object', properties: { tag }, required: ['tag'] }
  return { type: 'object', properties: { tag, val: toSchema(type) }, required: ['tag', 'val'] }
}

function schemaOrNull(type: ValueType | undefined): Schema {
  return type ? toSchema(type) : { type: 'null' }
}

/** An object that must have all these members. */
function objectOf(members: [string, Schema][]): Schema {
  return { type: 'object', properties: Object.fromEntries(members), required: members.map(([name]) => name) }
}
