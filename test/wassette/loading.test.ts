import { describe, expect, test } from 'vitest'
import { ShadowcatError } from '../../src/errors.ts'
import { followLoading, loadingEnvironment } from '../../src/wassette/loading.ts'

const at = '2026-11-23T13:13:20.725329Z'
const span = 'load_existing_components_async{concurrency=None}'
const loaded = (id: string) => `${at}  INFO ${span}: wassette: component loaded component_id=${id} elapsed=3.787276ms\n`
const failed = (id: string, reason = '') => `${at}  WARN ${span}: wassette: Failed to load component: Failed to compile component from path: /d/${id}.wasm${reason}\n`
const completed = `${at}  INFO ${span}: wassette: Background component loading completed\n`
const other = `${at}  INFO wassette: Starting MCP server with stdio transport. Components will load in the background.\n`

describe('progress', () => {
  test('tells what is ready, what compiles and what failed', async () => {
    const told: string[] = []
    const loading = followLoading(['a', 'big', 'bad'], false)
    const ready = loading.ready((text) => told.push(text))
    for (const line of [other, loaded('a'), failed('bad', ': expected `(`'), loaded('big'), completed]) loading.line(line)
    await ready
    expect(told).toEqual([
      '0 of 3 components ready; compiling a.wasm, big.wasm, bad.wasm',
      '1 of 3 components ready; compiling big.wasm, bad.wasm',
      '2 of 3 components ready; compiling big.wasm; could not load bad.wasm: Failed to compile component from path: /d/bad.wasm: expected `(`',
      '3 of 3 components ready; could not load bad.wasm: Failed to compile component from path: /d/bad.wasm: expected `(`',
    ])
  })

  test('names three at most', () => {
    const told: string[] = []
    const loading = followLoading(['a', 'b', 'c', 'd', 'e'], false)
    void loading.ready((text) => told.push(text))
    expect(told).toEqual(['0 of 5 components ready; compiling a.wasm, b.wasm, c.wasm and 2 more'])
  })
})

describe('ready', () => {
  test('comes with the last line, also in colour, and for those who ask late', async () => {
    const loading = followLoading(['a'], false)
    loading.line(`\u001b[2m${at}\u001b[0m \u001b[32m INFO\u001b[0m \u001b[1mload_existing_components_async\u001b[0m: \u001b[2mwassette\u001b[0m: component loaded \u001b[3mcomponent_id\u001b[0m\u001b[2m=\u001b[0ma\n`)
    loading.line(completed)
    await loading.ready()
  })

  test('is not taken from a line that only looks like it', async () => {
    const loading = followLoading(['a'], false)
    loading.line(`${at} ERROR serve_inner: mcp_server: echo of "Background component loading completed"\n`)
    let done = false
    const ready = loading.ready().then(() => (done = true))
    await new Promise(setImmediate)
    expect(done).toBe(false)
    loading.line(completed)
    await ready
  })

  test('fails when the process has gone, and ends when it was asked to go', async () => {
    const dead = followLoading(['a'], false)
    dead.gone(new ShadowcatError('exit', 'it died'))
    await expect(dead.ready()).rejects.toThrow('it died')
    const closed = followLoading(['a'], false)
    closed.gone()
    await closed.ready()
  })
})

describe('what people see', () => {
  test('is everything, when they set no filter of their own', () => {
    const loading = followLoading([], false)
    expect([loading.line(other + loaded('a')), loading.line(completed), loading.line('later\n')]).toEqual([other + loaded('a'), completed, 'later\n'])
  })

  test('leaves out the lines that were asked for on top of their filter, with the rest of each', () => {
    const loading = followLoading(['a'], true)
    const text = `${loaded('a')}${failed('b')}     --> <anon>:1:1\n      | ^\n${at}  WARN wassette: theirs\n  and its rest\n${completed}thread 'main' panicked\n`
    expect(loading.line(text)).toBe(`${at}  WARN wassette: theirs\n  and its rest\nthread 'main' panicked\n`)
    expect(loading.line('later\n')).toBe('later\n')
  })
})

test('a filter of their own is kept, and the one span added', () => {
  expect(loadingEnvironment(undefined)).toEqual({ hidden: false })
  expect(loadingEnvironment('')).toEqual({ hidden: false })
  expect(loadingEnvironment('off')).toEqual({ RUST_LOG: 'off,wassette[load_existing_components_async]=info', hidden: true })
})
