import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { answers, loadFaults, refusals } from '../../src/component/built-in-texts.ts'
import type { PermissionKind } from '../../src/component/policy.ts'
import { toTools } from '../../src/component/schema.ts'
import { fixture } from './assemble.ts'
import { builtInQuestions, fixtures } from './questions.ts'
import { recorded } from './recorded.ts'

const greeter = [{ id: 'greeter', tools: toTools(fixture('greeter')).map((tool) => tool.definition) }]
const load = (path: string, reason: string): string => `Error: ${refusals.notLoaded(path, reason)}`
const missing = (tool: string, name: string): string => `Error: ${refusals.missingArgument(tool, name)}`
const given = (index: number): string => JSON.stringify((JSON.parse(builtInQuestions[index]!.arguments) as { details: unknown }).details)
const granted = (kind: PermissionKind, index: number): string => answers.granted(kind, 'greeter', given(index))

/** What our texts say to the questions, in order. */
const said = [
  answers.found(), answers.found('time'), answers.found('OCI://GHCR.io/microsoft/f'), answers.found('zzzz'),
  answers.components(greeter),
  answers.noPolicy('greeter'), `Error: ${refusals.noComponent('nobody')}`, missing('get-policy', 'component_id'), missing('get-policy', 'component_id'),
  granted('storage', 9), granted('network', 10), granted('environment', 11),
  answers.revoked('storage', 'greeter', given(12), 'fs:///a'), answers.revoked('network', 'greeter', given(13)), answers.revoked('environment', 'greeter', given(14)),
  answers.policy('greeter', '/home/components/greeter.policy.yaml', 7),
  `Error: ${refusals.notGranted('storage', 'greeter', 'Storage URI cannot be empty')}`,
  `Error: ${refusals.notGranted('environment', 'greeter', "Missing 'key' field for environment permission")}`,
  `Error: ${refusals.notRevoked('environment', 'greeter', "Missing 'key' field for environment permission")}`,
  `Error: ${refusals.missingUri}`,
  `Error: ${refusals.noComponent('nobody')}`,
  missing('grant-network-permission', 'component_id'), missing('grant-network-permission', 'details'),
  answers.reset('greeter'), `Error: ${refusals.noComponent('nobody')}`, missing('reset-permission', 'component_id'),
  missing('load-component', 'path'), load('file:///nope.wasm', loadFaults.noFile('/nope.wasm')), load('nope.wasm', loadFaults.noScheme), load('http://127.0.0.1/x.wasm', loadFaults.otherScheme('http')),
  load('file:///etc/hostname', loadFaults.otherExtension('/etc/hostname')), answers.loaded('greeter', ['greet'], true),
  'Error: expected object shape for object, found: missing field name', `Error: ${refusals.noTool('no-such')}`,
  missing('unload-component', 'id'), answers.unloaded('nobody'), answers.unloaded('greeter'), answers.components([]),
]

describe('a text is that of a real Wassette', () => {
  const real = recorded<string[]>('built-in.json').map((answer) => (JSON.parse(answer.replaceAll('/fixtures', fixtures)) as { content: { text: string }[] }).content[0]!.text)
  test.each(builtInQuestions.map((question, index) => ({ ...question, index })))('$index $tool $arguments', ({ index }) => {
    expect(said[index]).toBe(real[index])
  })
})

test('a component that could not be loaded has no tools', () => {
  expect(answers.components([{ id: 'broken', tools: undefined }])).toBe('{"components":[{"id":"broken","tools_count":0,"schema":null}],"total":1}')
})

test('what needs more than one component, or a path of its own, is said as Wassette was seen to say it', () => {
  expect(refusals.ambiguousTool('echo', ['tiny', 'tiny2'])).toBe("Failed to find component for tool 'echo': Multiple components found for tool 'echo': tiny, tiny2")
  expect(loadFaults.notCompiled(join('/d', 'x.wasm'), 'why')).toBe('Failed to compile component from path: /d/x.wasm. Please ensure the file is a valid WebAssembly component.: why')
  expect(answers.loaded('tiny', ['a'], false)).toBe('{"status":"component loaded successfully","id":"tiny","tools":["a"]}')
})
