import { expect, test } from 'vitest'
import { blockText } from '../../../src/vitest/matchers/content.ts'
import { parseExact } from '../../../src/json.ts'

function block(value: object): string {
  return blockText(parseExact(Buffer.from(JSON.stringify(value))))
}

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='

test('images and audio are told by type, size and hash', () => {
  expect(block({ type: 'image', mimeType: 'image/png', data: pixel })).toBe('image: image/png, 70 bytes, sha256 497790947d466676')
  expect(block({ type: 'audio', data: '' })).toBe('audio: no MIME type, 0 bytes, sha256 e3b0c44298fc1c14')
  expect(block({ type: 'image', mimeType: 'image/png', data: 'not base64' })).toBe('image: image/png, not base64, 10 bytes, sha256 4b95151c4a438577')
})

test('resources are told by address and type, with their text or their bytes', () => {
  expect(block({ type: 'resource_link', uri: 'file:///a.txt', name: 'a', mimeType: 'text/plain' })).toBe('resource_link: a, file:///a.txt, text/plain')
  expect(block({ type: 'resource', resource: { uri: 'file:///a.txt', mimeType: 'text/plain', text: 'one\ntwo' } })).toBe('resource file:///a.txt, text/plain:\n  one\n  two')
  expect(block({ type: 'resource', resource: { uri: 'file:///a.bin', blob: 'AAEC' } })).toBe('resource file:///a.bin: 3 bytes, sha256 ae4b3280e56e2faf')
})

test('JSON in a text is laid out, its numbers exact', () => {
  expect(blockText(parseExact(Buffer.from('{"type":"text","text":" {\\"b\\":1.50,\\"a\\":9007199254740993}\\n"}')))).toBe('text JSON: {\n  "a": 9007199254740993,\n  "b": 1.50,\n}')
  expect(block({ type: 'text', text: '{ not JSON' })).toBe('text: { not JSON')
})

test('white space at the end of a text, which editors take away, is said in words', () => {
  expect(block({ type: 'text', text: 'a\n' })).toBe('text, then "\\n": a')
  expect(block({ type: 'text', text: 'a\nb \n\n' })).toBe('text, then " \\n\\n":\n  a\n  b')
  expect(block({ type: 'text', text: '' })).toBe('text, empty')
  expect(block({ type: 'text', text: ' \n' })).toBe('text, then " \\n"')
})

test('a text cannot make up lines of the layout, control characters or patterns', () => {
  expect(block({ type: 'text', text: 'a\nisError: true' })).toBe('text:\n  a\n  isError: true')
  expect(block({ type: 'text', text: 'a\r\nb\u001b[31m\u202e' })).toBe('text:\n  a\u240d\n  b\u241b[31m\\u202e')
  expect(block({ type: 'text', text: 'use <any number> or \\<any>' })).toBe('text: use \\<any number> or \\\\<any>')
  expect(block({ type: 'resource_link', uri: 'x\nisError: true', name: '<any>' })).toBe('resource_link: \\<any>, x\u240aisError: true')
})

test('what else a block holds stands behind its label, and blocks that nobody knows are shown whole', () => {
  expect(block({ type: 'text', text: 'a', annotations: { priority: 0.5, audience: ['user'] } })).toBe('text { "annotations": { "audience": ["user"], "priority": 0.5 } }: a')
  expect(block({ type: 'chart', points: [1, 2] })).toBe('chart { "points": [1, 2] }')
  expect(block({ type: 'text', text: 5 })).toBe('text { "text": 5 }')
  expect(block({ type: 'resource', resource: { uri: 'x', text: 'a', size: 1 } })).toBe('resource x { "size": 1 }: a')
  expect(block({ text: 'no type' })).toBe('block: {\n  "text": "no type",\n}')
})
