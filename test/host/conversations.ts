/** What a client says line by line, in both eras and against their rules; what a real Wassette answers is in recorded/. */
import { file } from './files.ts'

const meta = (version: unknown = '2026-07-28', capabilities: unknown = {}): object => ({ 'io.modelcontextprotocol/protocolVersion': version, 'io.modelcontextprotocol/clientCapabilities': capabilities })
let id = 0
const ask = (method: string, params?: unknown): string => JSON.stringify({ jsonrpc: '2.0', id: ++id, method, ...(params !== undefined && { params }) })
const tell = (method: string, params?: object): string => JSON.stringify({ jsonrpc: '2.0', method, ...(params && { params }) })
const tool = (name: string, given: unknown = {}): string => ask('tools/call', { name, arguments: given })
const info = { clientInfo: { name: 'x', version: '0' } }
const initialize = (protocolVersion = '2025-11-25'): string => ask('initialize', { protocolVersion, capabilities: {}, ...info })
const load = (component: string): string => tool('load-component', { path: `file://${file(component)}` })

/** A conversation ends when a real Wassette would go. */
export const conversations: Record<string, string[]> = {
  'the era of initialize': [
    ask('ping'), initialize('2024-11-05'), tell('notifications/initialized'), ask('ping'), ask('nope'), ask('nope', null),
    ask('tools/call'), ask('tools/call', {}), ask('tools/call', { name: 5 }), ask('tools/call', { name: 'list-components' }), ask('tools/call', { name: 'list-components', arguments: [] }),
    ask('tools/call', { name: 'list-components', arguments: null }), ask('tools/call', { name: 'list-components', task: { ttl: 5 }, _meta: { progressToken: 5 } }),
    ask('resources/list'), ask('resources/templates/list'), ask('prompts/list'), ask('prompts/get', { name: 'build-rust-component' }), ask('resources/read', { uri: 'x' }),
    ask('resources/subscribe', { uri: 'x' }), ask('logging/setLevel', { level: 'info' }), ask('completion/complete', { ref: { type: 'ref/prompt', name: 'x' }, argument: { name: 'a', value: 'b' } }),
    ask('completion/complete'), ask('tools/list', { cursor: 5 }), ask('tools/list', null), ask('server/discover'), ask('tasks/list'), ask('subscriptions/listen', { notifications: {} }),
    initialize(), ask('initialize', {}),
    ask('tools/list', { _meta: meta() }), ask('ping', { _meta: meta() }), ask('tools/list', { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } }),
  ],
  'an unknown revision': [initialize('1999-01-01'), initialize('2026-07-28'), initialize('2025-06-18')],
  'what is no request': [
    initialize(), '[{"jsonrpc":"2.0","id":26,"method":"ping"}]', '[]', '{}', 'null', '5', '"text"', '{"jsonrpc":"2.0","id":27}', '{"id":28,"method":"ping"}', '{"jsonrpc":"1.0","id":29,"method":"ping"}',
    '{"jsonrpc":"2.0","id":null,"method":"ping"}', '{"jsonrpc":"2.0","id":1.5,"method":"ping"}', '{"jsonrpc":"2.0","id":9223372036854775808,"method":"ping"}',
    '{"jsonrpc":"2.0","id":9223372036854775807,"method":"ping"}', '{"jsonrpc":"2.0","id":-5,"method":"ping"}', '{"jsonrpc":"2.0","id":"","method":"ping"}', '{"jsonrpc":"2.0","id":"\\u00e9\\n","method":"ping"}',
    '{"jsonrpc":"2.0","method":"nope/notification"}', '{"jsonrpc":"2.0","id":30,"method":"tools/list","params":[]}', '{"jsonrpc":"2.0","id":31,"method":"tools/list","params":5}',
    '{"jsonrpc":"2.0","id":32,"result":{}}', '{"jsonrpc":"2.0","id":33,"error":{"code":1,"message":""}}', '{"jsonrpc":"2.0","id":34,"method":"ping","params":{"_meta":5}}',
    '{"jsonrpc":"2.0","id":35,"method":"ping","params":{"_meta":null}}', '{"jsonrpc":"2.0","id":{},"method":"ping"}',
  ],
  'the era without sessions': [
    ask('server/discover', { _meta: meta() }), ask('tools/list'), ask('ping'), ask('nope'), ask('ping', { _meta: meta() }), ask('ping', { _meta: meta('2025-11-25') }), ask('nope', { _meta: meta() }),
    ask('tools/call', { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' }, name: 'list-components' }),
    ask('tools/call', { _meta: { 'io.modelcontextprotocol/clientCapabilities': {} }, name: 'list-components' }),
    ask('tools/call', { _meta: meta('2099-07-28'), name: 'list-components' }), ask('tools/call', { _meta: meta('2026-07-28', 5), name: 'list-components' }),
    ask('tools/call', { _meta: meta('2025-11-25'), name: 'list-components' }), ask('tools/call', { _meta: meta(), name: 'list-components' }), ask('tools/call', { _meta: meta(), name: 'nope' }),
    ask('tools/call', { _meta: meta() }), ask('server/discover', { _meta: meta('2025-11-25') }), ask('prompts/list', { _meta: meta() }), ask('resources/list', { _meta: meta() }),
    ask('resources/templates/list', { _meta: meta() }), ask('tools/list', { _meta: meta() }), ask('completion/complete', { _meta: meta(), ref: { type: 'ref/prompt', name: 'x' }, argument: { name: 'a', value: 'b' } }),
    initialize(), ask('prompts/list'), ask('initialize', {}),
  ],
  subscriptions: [
    '{"jsonrpc":"2.0","id":"a","method":"subscriptions/listen","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}},"notifications":{"toolsListChanged":true,"promptsListChanged":true}}}',
    ask('subscriptions/listen', { _meta: meta(), notifications: { toolsListChanged: false } }), ask('subscriptions/listen', { _meta: meta() }),
    ask('tools/call', { _meta: meta(), name: 'load-component', arguments: { path: `file://${file('greeter')}` } }),
    tell('notifications/cancelled', { requestId: 'a', _meta: meta() }), ask('tools/call', { _meta: meta(), name: 'unload-component', arguments: { id: 'greeter' } }),
  ],
  'components and policies': [
    initialize(), load('broken'), tool('list-components'), load('toolbox'), load('greeter'), load('greeter'), tool('get-policy', { component_id: 'greeter' }),
    tool('grant-network-permission', { component_id: 'greeter', details: { host: 'a.example' } }), load('greeter'), tool('revoke-network-permission', { component_id: 'greeter', details: { host: 'a.example' } }),
    tool('unload-component', { id: 'nobody' }), tool('unload-component', { id: '' }), tool('greet', { name: 'a' }), tool('echo', { text: 'a', more: 1 }), tool('unload-component', { id: 'greeter' }),
    load('greeter'), tool('get-policy', { component_id: 'greeter' }), tool('greet'), ask('tools/list'),
    ...['FILE:///etc/x.wasm', 'file://relative.wasm', 'file://host/etc/x.wasm', '', 'x', '://', 'file:///nope.txt'].map((path) => tool('load-component', { path })), tool('load-component', { path: 5 }),
    tool('get-policy', { component_id: '../x' }), tool('search-components', { query: 5 }),
    tool('revoke-storage-permission', { component_id: 'nobody', details: {} }), tool('revoke-storage-permission', { component_id: 'nobody', details: { uri: 'fs:///x' } }), tool('revoke-storage-permission', { component_id: 'nobody' }),
    tool('revoke-network-permission', { component_id: 'nobody', details: {} }), tool('grant-network-permission', { component_id: 'nobody', details: 5 }), tool('grant-network-permission', { component_id: 'greeter', details: 5 }),
    tool('grant-storage-permission', { component_id: 'greeter', details: { access: ['read', 'write'], uri: 'fs:///a "b"', more: [1.50, null, true, {}] } }),
  ],
}
