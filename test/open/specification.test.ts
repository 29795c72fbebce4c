import { describe, expect, test } from 'vitest'
import { checkSpecification, fromFlags } from '../../src/open/specification.ts'

describe('flags', () => {
  test('a command stands after --, untouched', () => {
    expect(fromFlags({ rest: ['node', 'server.js', '--upstream', 'x', '--'] })).toEqual({ command: ['node', 'server.js', '--upstream', 'x', '--'] })
  })
  test('wassette takes a path, and its own flags after --', () => {
    expect(fromFlags({ upstream: 'wassette' })).toEqual({ wassette: {} })
    expect(fromFlags({ upstream: 'wassette=/a=b/w', rest: ['--component-dir', 'c'] })).toEqual({ wassette: { path: '/a=b/w', args: ['--component-dir', 'c'] } })
  })
  test('variables are given to the server by name', () => {
    expect(fromFlags({ rest: ['s'], env: ['A=1', 'B=x=y'] })).toEqual({ command: ['s'], env: { A: '1', B: 'x=y' } })
    expect(() => fromFlags({ rest: ['s'], env: ['A'] })).toThrow('--env takes NAME=VALUE; "A" has no "="')
  })
  test('components run here, with or without saying so', () => {
    expect(fromFlags({ upstream: 'embedded' })).toEqual({ components: [] })
    expect(fromFlags({ component: ['a.wasm', 'b.wasm'], memory: '64MB', env: ['A=1'] })).toEqual({ components: ['a.wasm', 'b.wasm'], memory: '64MB', env: { A: '1' } })
  })
  test('nothing named is nothing', () => expect(fromFlags({})).toBeUndefined())
  test.each([
    [{ rest: [] }, 'no command follows --'],
    [{ upstream: 'wasette' }, 'did you mean wassette?'],
    [{ upstream: 'http://127.0.0.1/mcp' }, 'this version opens commands'],
    [{ upstream: 'embedded', rest: ['node'] }, '--upstream embedded starts no command: nothing can follow --'],
    [{ component: ['x.wasm'], rest: ['node'] }, '--component is for --upstream embedded'],
    [{ upstream: 'wassette', memory: '64MB' }, '--memory is for --upstream embedded'],
    [{ upstream: 'embeded' }, 'did you mean embedded?'],
  ])('%j is refused', (flags, message) => expect(() => fromFlags(flags)).toThrow(message))
})

test.each([
  [{ comand: ['x'] }, 'upstream: unknown key "comand": did you mean "command"?'],
  [{}, 'upstream: name either a command, wassette, or components'],
  [{ command: ['x'], wassette: true }, 'name either a command, wassette, or components'],
  [{ command: [] }, 'upstream.command is empty'],
  [{ command: 'node server.js' }, 'upstream.command: an array of strings is expected; found "node server.js"'],
  [{ command: ['x'], env: { A: 1 } }, 'upstream.env is to hold texts'],
  [{ command: ['x'], cwd: 1 }, 'upstream.cwd is to be a path'],
  [{ wassette: { componentDirr: 'c' } }, 'did you mean "componentDir"?'],
  [{ wassette: { path: 1 } }, 'upstream.wassette.path is to be a path'],
  [{ components: 'x.wasm' }, 'upstream.components: an array of strings is expected; found "x.wasm"'],
  [{ components: [], memory: 'much' }, 'upstream.memory takes a size with its unit'],
  [{ url: 'http://x' }, 'upstream: url: this version opens'],
  ['node', 'upstream: an object is expected'],
])('%j is no specification', (value, message) => expect(() => checkSpecification(value, 'upstream')).toThrow(message))

test('good ones pass', () => {
  for (const value of [{ command: ['node'], env: { A: '1' }, cwd: '.' }, { wassette: true }, { wassette: '/w' }, { wassette: { componentDir: 'c', args: ['-v'], env: {} } }, { components: [], env: {}, memory: '1GB' }]) expect(() => checkSpecification(value, 'x')).not.toThrow()
})
