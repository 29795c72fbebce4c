/** What a real Wassette was asked; its answers are in recorded/. */
import { join } from 'node:path'
import type { Question } from './wassette.ts'

export const fixtures = join(import.meta.dirname, '../fixtures/components')

/** Components whose lists of tools are compared, each asked for by itself. */
export const listed = ['documented', 'environment', 'greeter', 'toolbox', 'types']

const prefix = 'local_types_values_1_2_0_same-'

/** Values for the functions of types.wasm that give back what they are given, as JSON text. */
const values: Record<string, string[]> = {
  bool: ['true', 'false', '1', 'null', '"true"', '{"a":1,"b":[true,null,"x\\n",1.5,-3]}', '"e\\u0301 \\u200b \\ue000 \\u00ad \\u0378 \\t\\r\\n\\u0000\\\\ \'\\u007f\\u0085\\u00a0\\u3000 \\ud83d\\udc08\\u200d \\u2028 \\ufeff"', '{"a\\u0301\\"":[]}'],
  s8: ['-128', '127', '128', '-129', '1.0', '1e0', '-0', '"5"', 'null', '[]', '{}'],
  s16: ['-32768', '32767', '32768'],
  s32: ['-2147483648', '2147483647', '2147483648'],
  s64: ['-9223372036854775808', '9223372036854775807', '9223372036854775808', '-9223372036854775809', '-0'],
  u8: ['0', '255', '256', '-1'],
  u16: ['65535', '65536'],
  u32: ['4294967295', '4294967296', '-5', '2.5', '1e2', 'true'],
  u64: ['18446744073709551615', '18446744073709551616', '-1', '0', '1.0', '99999999999999999999999', '-9223372036854775809'],
  f32: ['0.1', '3.4028235e38', '3.5e38', '1e39', '1e-46', '16777217', '1.4e-45', '3.0', '-0.0', '"NaN"', '"Infinity"', '0.5'],
  f64: [
    '0', '1', '3.0', '-0.0', '-0', '0.1', '0.30000000000000004', '1e16', '1e15', '123456789012345678', '18446744073709551615', '18446744073709551616', '1.7976931348623157e308',
    '5e-324', '2.2250738585072014e-308', '0.00001', '0.0001', '1e-5', '1.5e300', '123456.789e-7', '9007199254740993', '8.98846567431158e307', '6.02214076e23', '4.35',
    '2.718281828459045', '3.141592653589793', '0.1e-6', '123456789.12345679', '5.0e-5', '1e21', '1e22', '1e23', '1e-6', '1.5e-6', '9.999e-6', '1.25e-5', '9999999999999998.0',
    '1.0000000000000002e16', '12345678901234567.0', '0.012345678901234567', '0.12345678901234568', '33.333333333333336', '1e-400', '123e-310', '9.88131291682493e-324',
    '1.00000000000000000000000000001', '340282346638528859811704183484516925440.0', '8.5e-310', '-1.5', '-123456789.12345679e-20', '"NaN"', '"inf"', 'null', 'true',
  ],
  char: ['"a"', '"é"', '"🐈"', '""', '"ab"', '"e\\u0301"', '5', '"\\u0000"', '"\\ud83d\\ude00"'],
  string: ['""', '"hello \\"q\\" \\n \\u0000 \\u001f \\u007f 🐈"', '5', 'null', `"${'x'.repeat(300)}"`, '["a"]'],
  bools: ['[true,false]'],
  s8s: ['[-128,127]', '[128]'],
  s16s: ['[-32768]'],
  s32s: ['[-2147483648]'],
  s64s: ['[-9223372036854775808,9223372036854775807]'],
  u8s: ['[]', '[1,2,255]', '[256]', '"abc"', '{"0":1}', '[1,"2"]'],
  u16s: ['[65535]'],
  u32s: ['[4294967295]'],
  u64s: ['[18446744073709551615,0]'],
  f32s: ['[0.1,-0.0,1e39]'],
  f64s: ['[1,2.5,-0.0]', '[0.1234567890123456789e-7]'],
  chars: ['["a","🐈"]'],
  strings: ['["a","b"]', '[1]'],
  lists: ['[[[1],[]],[]]'],
  points: ['[{"x":0.5,"y":-1e100,"label":""}]'],
  shapes: ['[{"tag":"nothing"},{"tag":"named","val":"n"}]'],
  colors: ['["red","light-blue"]'],
  flags: ['[["read"],[]]'],
  options: ['[null,5,-5]'],
  'nested-options': ['[null,5]'],
  results: ['[{"ok":1},{"err":"e"}]'],
  'bare-results': ['[{"ok":null}]', '[]', '[{"ok":true}]', '[{"ok":true},{"ok":null}]'],
  tuples: ['[[1,"a",0.5]]'],
  everythings: ['[]', '[{}]'],
  point: ['{"x":1,"y":2.5,"label":"l"}', '{"label":"l","y":2.5,"x":1,"extra":true}', '{"x":1,"y":2}', '[]', '{"x":"1","y":2,"label":""}', '{"x":1,"x":2,"y":2.5,"label":"l"}'],
  shape: [
    '{"tag":"circle","val":1.5}', '{"tag":"circle"}', '{"tag":"nothing"}', '{"tag":"nothing","val":5}', '{"tag":"what","val":[1,"a",null]}', '{"val":5}', '"nothing"', '{"tag":5}',
    '{"tag":"square","val":[1,2]}', '{"tag":"named","val":"n"}',
  ],
  color: ['"red"', '"light-blue"', '"blue"', '1', '"LIGHT-BLUE"'],
  permissions: ['["read"]', '["can-execute","read"]', '[]', '["nope","read"]', '[1,"write"]', '{"read":true}', '["read","read"]'],
  option: ['null', '5', '"5"'],
  'option-string': ['null', '"x"'],
  'option-option': ['null', '5'],
  result: ['{"ok":5}', '{"err":"x"}', '{}', '5', '{"ok":5,"err":"x"}', '{"Ok":5}', '{"ok":"x"}', '{"ok":null}'],
  'bare-result': ['{"ok":null}', '{"err":null}', '{"ok":true}', '{"err":false}', '{}', '{"ok":5}'],
  'ok-result': ['{"ok":18446744073709551615}', '{"err":null}', '{"err":true}'],
  'error-result': ['{"ok":null}', '{"err":"bad"}', '{"ok":true}'],
  tuple: ['[1,"a",2.5]', '[1,"a"]', '[1,"a",2.5,4]', '{}', '[1,2,3]'],
  everything: [
    '{"a-bool":true,"an-s8":-1,"an-s16":-2,"an-s32":-3,"an-s64":-9223372036854775808,"a-u8":1,"a-u16":2,"a-u32":3,"a-u64":18446744073709551615,"an-f32":1.5,"an-f64":-0.0,"a-char":"🐈","a-string":"\\"","shape":{"tag":"square","val":[1,2]},"color":"light-blue","permissions":["write"],"pair":[1,"p",0.5],"bytes":[9,0],"nested":[[null,{"x":1,"y":2,"label":"l"}],[]],"outcome":{"err":{"tag":"nothing"}},"maybe":true,"addresses":[{"street-name":"s","house-number":5,"zip":null}]}',
    '{"a-bool":1}',
  ],
}

/** Calls of types.wasm's functions that give back their argument, and of others whose arguments are checked alike. */
export const calls: { tool: string; arguments: string }[] = [
  ...Object.entries(values).flatMap(([name, texts]) => texts.map((text) => ({ tool: prefix + name, arguments: `{"value":${text}}` }))),
  { tool: `${prefix}bool`, arguments: '{}' },
  { tool: `${prefix}bool`, arguments: '{"Value":true}' },
  { tool: `${prefix}bool`, arguments: '{"value":true,"more":1}' },
  { tool: 'described', arguments: '{"first-one":1}' },
  { tool: 'described', arguments: '{"second":5,"first-one":"x"}' },
]

/** Calls whose results are made by the component. */
export const made = ['nothing', 'no-arguments', 'odd-nan', 'odd-nan32', 'infinity']

function change(kind: 'grant' | 'revoke', what: string, details: unknown): Question {
  return { tool: `${kind}-${what}-permission`, arguments: JSON.stringify({ component_id: 'greeter', details }) }
}

/** A policy file to begin with (none: no file), and the change that is asked for. */
export type PolicyQuestion = { before: string | undefined; ask: { tool: string; arguments: string } }

const written = `# a comment
version: "1.0"
description: "hand: written # x"
permissions:
  storage:
    allow: [{uri: "fs:///a/**", access: [read]}, {uri: "fs:///b", access: ["write","read"]}]
    deny: [{uri: "fs:///c", access: [read]}]
  network:
    allow:
      - host: "*.example.com"
      - cidr: "10.0.0.0/8"
    deny:
      - host: evil.example
  environment:
    allow:
      - key: A_KEY
  runtime:
    docker:
      security: {privileged: false, no_new_privileges: true, capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}
  resources: {limits: {cpu: "500m", memory: 512Mi}, memory: 64}
  ipc: {allow: [{uri: "ipc://x"}]}
`

const permissions = (text: string): string => `version: "1.0"\npermissions: ${text}\n`

export const policyQuestions: PolicyQuestion[] = [
  ...[
    change('revoke', 'network', { host: 'nope' }),
    change('grant', 'storage', { uri: 'fs:///tmp/a', access: ['read'] }),
    change('grant', 'storage', { uri: 'fs:///tmp/a', access: ['write', 'read', 'write'] }),
    change('grant', 'storage', { uri: 'fs:///x' }),
    change('grant', 'network', { host: 'API.Example.com:8080' }),
    change('grant', 'environment-variable', { key: 'KEY' }),
    change('revoke', 'environment-variable', { key: 'KEY' }),
    change('revoke', 'storage', { uri: 'fs:///tmp/a' }),
    change('grant', 'storage', { uri: '', access: ['read'] }),
    change('grant', 'storage', { uri: 'fs:///x', access: [] }),
    change('grant', 'storage', { uri: 'fs:///x', access: ['execute'] }),
    change('grant', 'storage', { uri: 'fs:///x', access: 'read' }),
    change('grant', 'storage', { access: ['read'] }),
    change('grant', 'storage', { uri: 'fs:///x', access: [1] }),
    change('grant', 'storage', { uri: 5, access: ['read'] }),
    change('grant', 'network', {}),
    change('grant', 'network', { host: '' }),
    change('grant', 'network', { host: 'a*b' }),
    change('grant', 'environment-variable', {}),
    change('grant', 'environment-variable', { key: '' }),
    change('grant', 'environment-variable', { key: 'A*' }),
    change('revoke', 'storage', { uri: '' }),
    change('revoke', 'storage', {}),
    change('revoke', 'network', {}),
    change('revoke', 'network', { host: '' }),
    change('revoke', 'environment-variable', { key: '' }),
    change('revoke', 'environment-variable', {}),
  ].map((ask) => ({ before: undefined, ask: ask as PolicyQuestion['ask'] })),
  // How strings are written
  ...[
    '*', 'yes', '123', 'a: b', "it's", 'line\nbreak', 'null', '~', 'true', 'False', 'on', 'y', '0x1F', '0o17', '1e3', '1.5', '.5', '.inf', '.nan', '1_000', '- x', '-', '-x', ' leading', 'trailing ',
    '#x', 'a #b', 'a#b', '@x', '`x', '%x', '!x', '&x', '|', '>', '?', '? x', ':', ':x', 'x:', '[a', ']', '{a', '}', ',a', 'a,b', '"q"', "'q'", '\t', 'a\tb', 'é', '🐈', '\u0001', '\u007f', '\u0085',
    '\ufeffx', 'a\n', '\na', 'a\n\nb', ' a\nb', '2001-01-01', '12:30:45', '0123', '+1', '=', '<<', '---', '...', 'x'.repeat(200), `${'word '.repeat(40)}end`, '\\', 'a\\b', '"', "'", 'a\rb', '1.', '-1', '+.5', 'NULL', 'Null', '0b1', '1__2', '1:2', 'TRUE', '--- a', 'a: ', 'é: x',
  ].map((host) => ({ before: undefined, ask: change('grant', 'network', { host }) as PolicyQuestion['ask'] })),
  ...[
    change('grant', 'network', { host: 'new.example' }),
    change('grant', 'network', { host: '*.example.com' }),
    change('grant', 'storage', { uri: 'fs:///b', access: ['read'] }),
    change('grant', 'storage', { uri: 'fs:///a/**', access: ['write'] }),
    change('revoke', 'storage', { uri: 'fs:///b' }),
    change('revoke', 'storage', { uri: 'fs:///c' }),
    change('revoke', 'network', { host: 'evil.example' }),
    change('revoke', 'environment-variable', { key: 'A_KEY' }),
    change('grant', 'environment-variable', { key: 'A_KEY' }),
  ].map((ask) => ({ before: written, ask: ask as PolicyQuestion['ask'] })),
  // What other files become, and which are refused
  ...[
    'version: "1.0"\npermissions: [unclosed',
    'version: "2.0"\npermissions: {}\n',
    'version: "1.7"\npermissions: {}\n',
    'version: 1.0\npermissions: {}\n',
    'version: "1"\npermissions: {}\n',
    'version: "1.0"\npermissions:\n',
    'version: "1.0"\n',
    'permissions: {}\n',
    'version: "1.0"\npermissions: {bogus: 1}\nextra: 5\n',
    '',
    'null\n',
    '[]\n',
    'version: "1.0"\ndescription: 5\npermissions: {}\n',
    permissions('{storage: {allow: [{uri: "fs:///x", access: []}]}}'),
    permissions('{storage: {allow: [{uri: "", access: [read]}]}}'),
    permissions('{storage: {allow: [{uri: "fs:///a/***", access: [read]}]}}'),
    permissions('{storage: {allow: [{uri: "fs:///a/b**", access: [read]}]}}'),
    permissions('{storage: {allow: [{uri: "fs:///a/*b*", access: [read]}]}}'),
    permissions('{storage: {allow: [{uri: "fs:///a", access: [execute]}]}}'),
    permissions('{storage: {allow: [{uri: "fs:///a"}]}}'),
    permissions('{storage: {allow: {}}}'),
    permissions('{storage: []}'),
    permissions('{storage: {}}'),
    permissions('{storage: {allow: []}}'),
    permissions('{storage: {deny: [{uri: "", access: [read]}]}}'),
    permissions('{network: {allow: [{host: "*.*.x"}]}}'),
    permissions('{network: {allow: [{host: "a*"}]}}'),
    permissions('{network: {allow: [{host: "*."}]}}'),
    permissions('{network: {allow: [{host: ""}]}}'),
    permissions('{network: {allow: [{cidr: "10.0.0.0"}]}}'),
    permissions('{network: {allow: [{cidr: ""}]}}'),
    permissions('{network: {allow: [{nothing: ""}]}}'),
    permissions('{network: {allow: ["example.com"]}}'),
    permissions('{network: {allow: [{host: 5}]}}'),
    permissions('{network: {allow: [{host: a, cidr: "10.0.0.0/8", more: 1}]}}'),
    permissions('{network: {defaults: true, allow: [{host: a}]}}'),
    permissions('{environment: {allow: [{key: ""}]}}'),
    permissions('{environment: {allow: [{key: "A*"}]}}'),
    permissions('{environment: {allow: [{key: A}], deny: [{key: B}]}}'),
    permissions('{resources: {memory: 5, cpu: 0.5, io: 3}}'),
    permissions('{resources: {limits: {memory: 5}}}'),
    permissions('{resources: {limits: {memory: 1Gi, cpu: 2}}}'),
    permissions('{resources: {limits: {}}}'),
    permissions('{resources: {}}'),
    permissions('{runtime: {}}'),
    permissions('{runtime: {hyperlight: {a: [1, {b: c}]}}}'),
    permissions('{runtime: {docker: {}}}'),
    permissions('{runtime: {docker: {security: {}}}}'),
    permissions('{ipc: {allow: [], deny: [{uri: "ipc://y"}]}}'),
    permissions('{storage: &a {allow: [{uri: "fs:///x", access: [read]}]}, ipc: *a}'),
    'version: "1.0"\nversion: "1.1"\npermissions: {}\n',
    'version: "1.0"\npermissions: {}\n---\nversion: "1.0"\npermissions: {}\n',
    'version: !!str 1.0\ndescription: yes\npermissions: ~\n',
  ].map((before) => ({ before, ask: change('grant', 'environment-variable', { key: 'NEW' }) as PolicyQuestion['ask'] })),
]

const components = (name: string): string => `file://${join(fixtures, name)}`

/** Built-in tools, beside the component greeter: what they answer, and what they say against what they are asked. */
export const builtInQuestions: { tool: string; arguments: string }[] = (
  [
    ['search-components', {}], ['search-components', { query: 'time' }], ['search-components', { query: 'OCI://GHCR.io/microsoft/f' }], ['search-components', { query: 'zzzz' }],
    ['list-components', {}],
    ['get-policy', { component_id: 'greeter' }], ['get-policy', { component_id: 'nobody' }], ['get-policy', {}], ['get-policy', { component_id: 5 }],
    ['grant-storage-permission', { component_id: 'greeter', details: { uri: 'fs:///a', access: ['read'], more: 1.5 } }],
    ['grant-network-permission', { component_id: 'greeter', details: { host: 'a.example' } }],
    ['grant-environment-variable-permission', { component_id: 'greeter', details: { key: 'A' } }],
    ['revoke-storage-permission', { component_id: 'greeter', details: { uri: 'fs:///a' } }],
    ['revoke-network-permission', { component_id: 'greeter', details: { host: 'a.example' } }],
    ['revoke-environment-variable-permission', { component_id: 'greeter', details: { key: 'A' } }],
    ['get-policy', { component_id: 'greeter' }],
    ['grant-storage-permission', { component_id: 'greeter', details: { uri: '' } }],
    ['grant-environment-variable-permission', { component_id: 'greeter', details: {} }],
    ['revoke-environment-variable-permission', { component_id: 'greeter', details: {} }],
    ['revoke-storage-permission', { component_id: 'greeter', details: {} }],
    ['grant-network-permission', { component_id: 'nobody', details: { host: 'x' } }],
    ['grant-network-permission', {}], ['grant-network-permission', { component_id: 'greeter' }],
    ['reset-permission', { component_id: 'greeter' }], ['reset-permission', { component_id: 'nobody' }], ['reset-permission', {}],
    ['load-component', {}], ['load-component', { path: 'file:///nope.wasm' }], ['load-component', { path: 'nope.wasm' }], ['load-component', { path: 'http://127.0.0.1/x.wasm' }],
    ['load-component', { path: 'file:///etc/hostname' }], ['load-component', { path: components('greeter.wasm') }],
    ['greet', {}], ['no-such', {}],
    ['unload-component', {}], ['unload-component', { id: 'nobody' }], ['unload-component', { id: 'greeter' }], ['list-components', {}],
  ] as const
).map(([tool, given]) => ({ tool, arguments: JSON.stringify(given) }))
