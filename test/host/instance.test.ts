import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { compile } from '../../src/host/compile.ts'
import { createProgram } from '../../src/host/instance.ts'
import { filesOf, inPass, thrownBy } from './components.ts'

const program = async (name: string) => createProgram(compile(await filesOf(name)))

test('calls functions by their names in WIT, those of an interface too', async () => {
  const { instantiate } = await program('toolbox')
  inPass(() => {
    expect(instantiate().call({ name: 'same-u64' }, [18446744073709551615n])).toBe(18446744073709551615n)
    expect(instantiate().call({ name: 'mirror', instance: 'local:toolbox/shapes' }, [{ x: 1.5, y: 2, label: 'l' }])).toEqual({ x: -1.5, y: 2, label: 'l' })
  })
})

test('text comes through as it is: a byte order mark, every plane, nothing', async () => {
  const { instantiate } = await program('toolbox')
  inPass(() => {
    for (const text of ['', '\ufeffmark', 'żółw 🐱 \u0000 end']) expect(instantiate().call({ name: 'echo' }, [text])).toBe(text)
  })
})

test('a function that is not there is a misuse', async () => {
  const { instantiate } = await program('toolbox')
  inPass(() => {
    expect(() => instantiate().call({ name: 'nothing' }, [])).toThrow('the component has no function nothing')
    expect(() => instantiate().call({ name: 'mirror', instance: 'local:other/shapes' }, [])).toThrow('the component has no function local:other/shapes mirror')
    expect(() => instantiate().call({ name: 'constructor' }, [])).toThrow('no function')
  })
})

test('an instance starts with nothing of the one before', async () => {
  const { instantiate } = await program('runaway')
  inPass(() => {
    expect(instantiate().call({ name: 'hog' }, [10])).toBe(12)
    expect(instantiate().call({ name: 'hog' }, [0])).toBe(2)
    const instance = instantiate()
    instance.call({ name: 'hog' }, [3])
    expect(instance.memory()).toBe(5 * 65_536)
  })
})

test('counts what it reads out of the memory: text, numbers and elements', async () => {
  const { instantiate } = await program('runaway')
  const limits = { time: 1000, handles: 10, size: 10_000 }
  for (const [name, ...args] of [['bulk', 20_000], ['echoes', 100, 1000], ['truths', 100, 100]] as const) inPass(() => expect(thrownBy(() => instantiate().call({ name }, args))).toMatchObject({ kind: 'size' }), { limits })
  inPass(() => expect(instantiate().call({ name: 'bulk' }, [5000])).toHaveLength(5000), { limits })
})

test('other code than jco-transpile 0.15 writes is refused', async () => {
  await expect(createProgram({ code: 'export const other = 1', modules: new Map() })).rejects.toMatchObject({ code: 'version' })
})

test('jco’s code sees neither the environment nor the process', async () => {
  const probe = 'export function instantiate() { return { look: () => [typeof process, Object.keys(globalThis), typeof globalThis.process] } }\nexport const _util = {}'
  const { instantiate } = await createProgram({ code: probe, modules: new Map() })
  expect(instantiate().call({ name: 'look' }, [])).toEqual(['undefined', ['WebAssembly'], 'undefined'])
})

test('a program keeps nothing of the files that it was made of', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  async function make() {
    const files = await filesOf('toolbox')
    return { program: await createProgram(compile(files)), files: new WeakRef(files), bytes: new WeakRef(files['component.core.wasm']!.buffer) }
  }
  const made = await make()
  await turn()
  collect()
  expect([made.files.deref(), made.bytes.deref()]).toEqual([undefined, undefined])
  inPass(() => expect(made.program.instantiate().call({ name: 'echo' }, ['still here'])).toBe('still here'))
})
