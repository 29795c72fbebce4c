/** Wassette's own tools, as 0.8.0 lists and describes them on the wire. */
import type { Schema, ToolDefinition } from './schema.ts'

/** What `initialize` answers to a client. */
export const instructions = `This server runs tools in sandboxed WebAssembly environments with no default access to host resources.

Key points:
- Tools must be loaded before use: "Load component from oci://registry/tool:version" or "file:///path/to/tool.wasm"
- When the server starts, it will load all tools present in the component directory.
- You can list loaded tools with 'list-components' tool.
- Each tool only accesses resources explicitly granted by a policy file (filesystem paths, network domains, etc.)
- You MUST never modify the policy file directly, use tools to grant permissions instead.
- Tools needs permission for that resource
- If access is denied, suggest alternatives within allowed permissions or propose to grant permission`

/** The tools in their order, which comes after those of components. */
export const builtInTools: readonly ToolDefinition[] = [
  tool('load-component', 'Dynamically loads a new tool or component from either the filesystem or OCI registries.', { path: text() }),
  tool('unload-component', 'Unloads a tool or component.', { id: text() }),
  tool('list-components', 'Lists all currently loaded components or tools.', {}),
  tool('get-policy', 'Gets the policy information for a specific component', { component_id: text('ID of the component to get policy for') }),
  permissionTool(
    'grant-storage-permission',
    'Grants storage access permission to a component, allowing it to read from and/or write to specific storage locations.',
    'ID of the component to grant storage permission to',
    {
      uri: text('URI of the storage resource to grant access to. e.g. fs:///tmp/test'),
      access: {
        type: 'array',
        items: { type: 'string', enum: ['read', 'write'] },
        description: "Access type for the storage resource, this must be an array of strings with values 'read' or 'write'",
      },
    },
  ),
  permissionTool(
    'grant-network-permission',
    'Grants network access permission to a component, allowing it to make network requests to specific hosts.',
    'ID of the component to grant network permission to',
    { host: text('Host to grant network access to') },
  ),
  permissionTool(
    'grant-environment-variable-permission',
    'Grants environment variable access permission to a component, allowing it to access specific environment variables.',
    'ID of the component to grant environment variable permission to',
    { key: text('Environment variable key to grant access to') },
  ),
  permissionTool(
    'revoke-storage-permission',
    'Revokes all storage access permissions from a component for the specified URI path, removing both read and write access to that location.',
    'ID of the component to revoke storage permission from',
    { uri: text('URI of the storage resource to revoke all access from. e.g. fs:///tmp/test') },
  ),
  permissionTool(
    'revoke-network-permission',
    'Revokes network access permission from a component, removing its ability to make network requests to specific hosts.',
    'ID of the component to revoke network permission from',
    { host: text('Host to revoke network access from') },
  ),
  permissionTool(
    'revoke-environment-variable-permission',
    'Revokes environment variable access permission from a component, removing its ability to access specific environment variables.',
    'ID of the component to revoke environment variable permission from',
    { key: text('Environment variable key to revoke access from') },
  ),
  tool('reset-permission', 'Resets all permissions for a component, removing all granted permissions and returning it to the default state.', {
    component_id: text('ID of the component to reset permissions for'),
  }),
  {
    name: 'search-components',
    description: 'Lists all known components that can be fetched and loaded. Optionally filter by a search query.',
    inputSchema: { type: 'object', properties: { query: text('Optional search query to filter components by name, description, or URI') }, required: [] },
  },
]

/** A component that can be fetched, as `search-components` lists it. */
export type Known = { readonly name: string; readonly description: string; readonly uri: string }

export const knownComponents: readonly Known[] = [
  known('arXiv Research', 'An arXiv research component for searching and downloading papers written in Rust', 'arxiv-rs'),
  known('GitHub API', 'A comprehensive GitHub REST API component written in JavaScript', 'github-js'),
  known('Memory Server', 'A knowledge graph memory storage component written in JavaScript', 'memory-js'),
  known('Weather Server', 'A weather component written in JavaScript', 'get-weather-js'),
  known('Open-Meteo Weather', 'A weather component using Open-Meteo API written in JavaScript', 'get-open-meteo-weather-js'),
  known('Time Server', 'A time server component written in JavaScript', 'time-server-js'),
  known('Python Eval', 'A Python expression evaluation component', 'eval-py'),
  known('Fetch', 'A fetch component written in Rust', 'fetch-rs'),
  known('Filesystem', 'A filesystem component written in Rust', 'filesystem-rs'),
  known('Brave Search', 'A web search component using Brave Search API written in Rust', 'brave-search-rs'),
  known('Go Module Information', 'A Go module component', 'gomodule-go'),
]

function known(name: string, description: string, repository: string): Known {
  return { name, description, uri: `oci://ghcr.io/microsoft/${repository}:latest` }
}

function text(description?: string): Schema {
  return description === undefined ? { type: 'string' } : { type: 'string', description }
}

function tool(name: string, description: string, properties: Record<string, Schema>): ToolDefinition {
  return { name, description, inputSchema: { type: 'object', properties, required: Object.keys(properties) } }
}

function permissionTool(name: string, description: string, component: string, properties: Record<string, Schema>): ToolDefinition {
  const details: Schema = { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
  return tool(name, description, { component_id: text(component), details })
}
