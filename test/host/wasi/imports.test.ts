import { expect, test } from 'vitest'
import type { Import } from '../../../src/component/reader.ts'
import { checkOffered, imports } from '../../../src/host/wasi/imports.ts'

const imported = (name: string, ...functions: string[]): Import => ({ name, sort: 'instance', index: 0, section: 0, exports: functions.map((item) => ({ name: item, sort: 'function' as const })) })

test('everything that WASI 0.2 offers a tool is there, but sockets', () => {
  expect(Object.keys(imports)).toMatchInlineSnapshot(`
    [
      "wasi:cli/environment",
      "wasi:cli/exit",
      "wasi:cli/stderr",
      "wasi:cli/stdin",
      "wasi:cli/stdout",
      "wasi:cli/terminal-input",
      "wasi:cli/terminal-output",
      "wasi:cli/terminal-stderr",
      "wasi:cli/terminal-stdin",
      "wasi:cli/terminal-stdout",
      "wasi:clocks/monotonic-clock",
      "wasi:clocks/wall-clock",
      "wasi:config/store",
      "wasi:filesystem/preopens",
      "wasi:filesystem/types",
      "wasi:http/outgoing-handler",
      "wasi:http/types",
      "wasi:io/error",
      "wasi:io/poll",
      "wasi:io/streams",
      "wasi:random/insecure",
      "wasi:random/insecure-seed",
      "wasi:random/random",
    ]
  `)
})

test('functions, constructors, methods and static functions are known by WASI’s names', () => {
  checkOffered([
    imported('wasi:clocks/wall-clock@0.2.3', 'now', 'resolution'),
    imported('wasi:http/types@0.2.0', '[constructor]fields', '[static]fields.from-list', '[method]outgoing-request.set-path-with-query', '[method]future-incoming-response.get', 'http-error-code'),
    imported('wasi:filesystem/types@0.2.8', '[method]descriptor.read-via-stream', '[method]directory-entry-stream.read-directory-entry'),
  ])
})

test('an interface that holds types alone asks for nothing', () => {
  const { exports, ...item } = imported('local:types/values@1.2.0', 'point')
  expect(() => checkOffered([{ ...item, exports: exports.map((one) => ({ ...one, sort: 'type' as const })) }])).not.toThrow()
})

test.each([
  [imported('acme:clock/now@1.0.0', 'now'), 'it imports acme:clock/now@1.0.0, which is not offered'],
  [imported('wasi:clocks/wall-clock@0.2.9', 'tomorrow'), 'it imports tomorrow of wasi:clocks/wall-clock@0.2.9, which is not offered'],
  [imported('wasi:io/poll@0.2.0', '[method]pollable.cancel'), 'it imports [method]pollable.cancel of wasi:io/poll@0.2.0'],
  [imported('wasi:io/poll@0.2.0', '[constructor]other'), 'it imports [constructor]other of wasi:io/poll@0.2.0'],
  [{ ...imported('log'), sort: 'function' as const }, 'it imports log, which is not offered'],
])('what is not there is refused by name', (item, message) => {
  expect(() => checkOffered([item])).toThrow(message)
})
