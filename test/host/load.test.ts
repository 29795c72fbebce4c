import { parse } from '@bytecodealliance/jco-transpile/wasm-tools'
import { describe, expect, test } from 'vitest'
import { loadComponent } from '../../src/host/load.ts'
import { bytesOf, endingOf, heldWorld, load } from './components.ts'

test('a loaded component says what it has and can be called', async () => {
  const toolbox = await load('toolbox')
  expect(toolbox.file.functions.map(({ name }) => name)).toContain('now-seconds')
  expect(endingOf(await toolbox.call({ name: 'now-seconds' }, [], heldWorld()))).toBe(1_000_000_000n)
})

test('what is not offered is refused when it is loaded, by name', async () => {
  await expect(load('broken')).rejects.toMatchObject({ code: 'usage', message: expect.stringMatching(/imports .*, which is not offered|does not|not supported/) })
})

test('a memory larger than its limit from the start is refused', async () => {
  await expect(load('toolbox', { memory: 65_536 })).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('more than the limit') })
})

test('malformed bytes are refused before anything is run', async () => {
  await expect(loadComponent(bytesOf('toolbox').subarray(0, 200))).rejects.toMatchObject({ code: 'malformed' })
})

describe('what cannot run here is refused when it is loaded, before it is translated, in words that name it', () => {
  const cache = { read: () => undefined, write: () => expect.unreachable('it was translated') }
  const core = `(core module $m (memory (export "memory") 1) (func (export "take") (param i32)) (func (export "give") (result i32) i32.const 0) (func (export "go")))
    (core instance $i (instantiate $m)) (type $r (resource (rep i32))) (type $t (func async))`
  const clock = '(type $time (record (field "seconds" u64))) (export "datetime" (type (eq $time))) (export "now" (func))'
  test.each([
    ['sockets', '(import "wasi:sockets/tcp@0.2.3" (instance (export "f" (func))))', 'it imports wasi:sockets/tcp@0.2.3, and sockets are not supported; outgoing HTTP is'],
    ['types of sockets', '(import "wasi:sockets/network@0.2.3" (instance (export "network" (type (sub resource)))))', 'it imports wasi:sockets/network@0.2.3, and sockets are not supported; outgoing HTTP is'],
    ['a resource that is taken', `${core} (export $thing "thing" (type $r)) (func (export "f") (param "x" (own $thing)) (canon lift (core func $i "take")))`, 'the function f takes or gives the resource thing, which is not supported'],
    ['a resource that is lent', `${core} (export $thing "thing" (type $r)) (func (export "f") (param "x" (borrow $thing)) (canon lift (core func $i "take")))`, 'the function f takes or gives the resource thing, which is not supported'],
    ['a stream', `${core} (func (export "f") (result (stream u8)) (canon lift (core func $i "give")))`, 'the function f takes or gives a stream (WASI 0.3), which is not supported'],
    ['a future', `${core} (func (export "f") (result (future u8)) (canon lift (core func $i "give")))`, 'the function f takes or gives a future (WASI 0.3), which is not supported'],
    ['an asynchronous function', `${core} (func (export "f") (type $t) (canon lift (core func $i "go")))`, 'the function f is asynchronous (WASI 0.3)'],
    ['one that is lifted so', `${core} (func (export "f") (type $t) (canon lift (core func $i "go") async))`, 'it has asynchronous functions (WASI 0.3)'],
    ['WASI 0.3', `(import "wasi:clocks/wall-clock@0.3.0-rc-2025-09-16" (instance ${clock}))`, 'it imports wasi:clocks/wall-clock@0.3.0-rc-2025-09-16, and of WASI only version 0.2 is supported'],
  ])('%s', async (_title, text, reason) => {
    await expect(loadComponent(await parse(`(component ${text})`), { cache })).rejects.toMatchObject({ code: 'usage', message: `the component cannot be loaded: ${reason}` })
  })
})
