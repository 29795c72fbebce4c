/** What Wassette's own tools answer, as 0.8.0 says it on the wire. Answers are texts, mostly of JSON; errors come without `Error: `. */
import { knownComponents } from './built-in-tools.ts'
import type { PermissionKind } from './policy.ts'
import type { ToolDefinition } from './schema.ts'

/** A permission's kind as these tools name it. */
const kindNames: Record<PermissionKind, string> = { storage: 'storage', network: 'network', environment: 'environment variable' }

const storageRevoked = 'All access (read and write) to the specified URI has been revoked'

/** Answers of tools that did what they were asked. `details` are JSON text, which is given back as it came. */
export const answers = {
  loaded: (id: string, tools: readonly string[], again: boolean): string =>
    JSON.stringify({ status: `component ${again ? 're' : ''}loaded successfully`, id, tools }),
  /** Also of one that was not loaded. */
  unloaded: (id: string): string => JSON.stringify({ status: 'component unloaded successfully', id }),
  /** A component that could not be loaded, and whose file is there, has no tools. */
  components: (components: readonly { id: string; tools: readonly ToolDefinition[] | undefined }[]): string =>
    JSON.stringify({
      components: components.map(({ id, tools }) => ({ id, tools_count: tools?.length ?? 0, schema: tools ? { tools } : null })),
      total: components.length,
    }),
  found: (query?: string): string =>
    JSON.stringify({ status: 'Component list found', components: knownComponents.filter((component) => fits(component, query)) }),
  policy: (id: string, path: string, createdAt: number): string =>
    JSON.stringify({
      status: 'policy found',
      component_id: id,
      policy_info: { policy_id: `${id}-policy`, source_uri: `file://${path}`, local_path: path, created_at: createdAt },
    }),
  noPolicy: (id: string): string => JSON.stringify({ status: 'no policy found', component_id: id }),
  granted: (kind: PermissionKind, id: string, details: string): string =>
    `{"status":"permission granted successfully","component_id":${JSON.stringify(id)},"permission_type":"${kindNames[kind]}","details":${details}}`,
  revoked: (kind: PermissionKind, id: string, details: string, uri = ''): string =>
    kind === 'storage'
      ? JSON.stringify({ status: 'permission revoked successfully', component_id: id, uri, message: storageRevoked })
      : `{"status":"permission revoked","component_id":${JSON.stringify(id)},"permission_type":"${kindNames[kind]}","details":${details}}`,
  reset: (id: string): string => JSON.stringify({ status: 'permissions reset successfully', component_id: id }),
}

/** Errors of these tools, and of calls that reach no component. */
export const refusals = {
  missingArgument: (tool: string, name: string): string =>
    tool === 'unload-component' ? `Missing '${name}' in arguments` : `Missing required argument: '${name}'`,
  /** Revoking storage finds this before it looks at the policy. */
  missingUri: "Missing 'uri' field in details",
  noComponent: (id: string): string => `Component not found: ${id}: Component not found: ${id}`,
  notGranted: (kind: PermissionKind, id: string, reason: string): string => `Failed to grant ${kindNames[kind]} permission to component ${id}: ${reason}`,
  notRevoked: (kind: PermissionKind, id: string, reason: string): string => `Failed to revoke ${kindNames[kind]} permission from component ${id}: ${reason}`,
  noTool: (tool: string): string => `Failed to find component for tool '${tool}': Tool not found`,
  ambiguousTool: (tool: string, ids: readonly string[]): string =>
    `Failed to find component for tool '${tool}': Multiple components found for tool '${tool}': ${ids.join(', ')}`,
  notLoaded: (uri: string, reason: string): string => `Failed to load component: ${uri}: ${reason}`,
}

/** Why a component is not loaded; goes into `refusals.notLoaded`. */
export const loadFaults = {
  noScheme: 'Invalid component reference. Should be of the form scheme://reference',
  otherScheme: (scheme: string): string => `Unsupported component scheme: ${scheme}`,
  noFile: (path: string): string => `Component path does not exist: ${path}. Please provide a valid path to a WebAssembly component file.`,
  otherExtension: (path: string): string => `Invalid file extension for component: ${path}. Component file must have .wasm extension.`,
  notCompiled: (path: string, reason: string): string =>
    `Failed to compile component from path: ${path}. Please ensure the file is a valid WebAssembly component.: ${reason}`,
}

/** Without regard to case, anywhere in its texts. */
function fits(component: { name: string; description: string; uri: string }, query: string | undefined): boolean {
  const wanted = query?.toLowerCase() ?? ''
  return [component.name, component.description, component.uri].some((part) => part.toLowerCase().includes(wanted))
}
