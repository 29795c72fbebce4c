import vm from 'node:vm'
import { toCamelCase } from '../component/names.ts'
import { ShadowcatError } from '../errors.ts'
import { activePass } from './pass.ts'
import type { Compiled, Module, Modules } from './compile.ts'
import { imports } from './wasi/imports.ts'

/** Which function: its name in WIT, and the name of the exported interface it belongs to, if any. */
export type Target = { name: string; instance?: string | undefined }

/** An instance serves one pass of one call. */
export type Instance = {
  call(target: Target, args: readonly unknown[]): unknown
  /** Bytes of its largest memory. */
  memory(): number
}

/** A component that is compiled, and costs nothing more until it is called. */
export type Program = { instantiate(): Instance }

type Exports = Record<string, unknown>
type Instantiate = (getCoreModule: (name: string) => Module, imports: object, instantiateCore: (module: Module, imports?: object) => { exports: Exports }) => Exports

/** What is used of it: Node's types leave it out. */
declare const WebAssembly: {
  Module: { exports(module: Module): { name: string }[] }
  Instance: new (module: Module, imports?: object) => { exports: Exports }
  Memory: new () => { readonly buffer: ArrayBuffer }
  RuntimeError: ErrorConstructor
  Global: new () => object
}

export async function createProgram({ code, modules: compiled }: Compiled): Promise<Program> {
  // The code is read here while other threads compile.
  const [modules, instantiate] = await Promise.all([compiled, evaluate(code)])
  const postReturns = new Map([...modules.values()].map((module) => [module, WebAssembly.Module.exports(module).map(({ name }) => name).filter(isPostReturn)]))
  return programOf(instantiate, modules, postReturns)
}

/** Apart from the above: a function made where the code is in scope would keep it. */
function programOf(instantiate: Instantiate, modules: Modules, postReturns: Map<Module, string[]>): Program {
  return { instantiate: () => createInstance(instantiate, modules, postReturns) }
}

function createInstance(instantiate: Instantiate, modules: Modules, postReturns: Map<Module, string[]>): Instance {
  const memories = new Set<{ readonly buffer: ArrayBuffer }>()
  const exports = instantiate(
    (name) => modules.get(name)!,
    imports,
    (module, imported) => {
      const { exports: core } = new WebAssembly.Instance(module, imported)
      for (const value of Object.values(core)) if (value instanceof WebAssembly.Memory) memories.add(value)
      const unwanted = postReturns.get(module)!
      return { exports: unwanted.length > 0 ? { ...core, ...Object.fromEntries(unwanted.map((name) => [name, () => undefined])) } : core }
    },
  )
  return {
    call(target, args) {
      const owner = target.instance === undefined ? exports : (own(exports, target.instance) as Exports | undefined)
      const called = own(owner, toCamelCase(target.name))
      if (typeof called !== 'function') throw new ShadowcatError('usage', `the component has no function ${target.instance === undefined ? '' : `${target.instance} `}${target.name}`)
      return called.apply(owner, args)
    },
    memory: () => Math.max(0, ...[...memories].map((memory) => memory.buffer.byteLength)),
  }
}

function own(exports: Exports | undefined, name: string): unknown {
  return exports && Object.hasOwn(exports, name) ? exports[name] : undefined
}

/** Wassette never calls them, and those of componentize-js 0.18 and 0.19 trap: the instance goes anyway. */
function isPostReturn(name: string): boolean {
  return name.startsWith('cabi_post_') || /^cm32p2\|.*_post$/.test(name)
}

/**
 * jco's code, with other globals: what it reads out of a component's memory is counted against the call's limit, text must be UTF-8, and
 * neither the environment nor timers are there.
 */
async function evaluate(text: string): Promise<Instantiate> {
  const source = text.replace(/^export function instantiate\(/m, 'function instantiate(').replace(/^export const _util\b/m, 'const _util')
  if (source === text || /^(?:import|export)\s/m.test(source)) throw new ShadowcatError('version', 'jco-transpile writes other code than is known: install a version of 0.15')
  const names = Object.keys(counted)
  // eslint-disable-next-line -- compiled in this context, as instances and errors must be of its classes
  const make = vm.runInThisContext(`(function (${names.join(', ')}) { ${source}\nreturn instantiate })`, { filename: 'component.js' }) as (...values: unknown[]) => Instantiate
  return make(...Object.values(counted))
}

/** What an element of a list costs at least, whatever its type. */
const bytesPerRead = 8

class CountedView extends DataView<ArrayBuffer> {}
for (const name of Object.getOwnPropertyNames(DataView.prototype).filter((property) => property.startsWith('get'))) {
  const read = DataView.prototype[name as 'getUint8'] as (...args: unknown[]) => unknown
  Object.defineProperty(CountedView.prototype, name, {
    value(this: DataView, at: number, little: boolean) {
      activePass().take(bytesPerRead)
      return read.call(this, at, little)
    },
  })
}

class CountedDecoder {
  readonly #decoder: InstanceType<typeof TextDecoder>

  constructor(label?: string) {
    this.#decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true })
  }

  decode(bytes: Uint8Array): string {
    activePass().take(bytes.byteLength)
    try {
      return this.#decoder.decode(bytes)
    } catch (cause) {
      throw new WebAssembly.RuntimeError('wasm trap: a string that is not valid UTF-8', { cause })
    }
  }
}

/** jco copies a list of numbers by slicing the memory and viewing the slice. */
function countedArray<T extends new (...args: never[]) => object>(type: T): T {
  return new Proxy(type, {
    construct(target, args) {
      if (args.length === 1 && args[0] instanceof ArrayBuffer) activePass().take(args[0].byteLength)
      return Reflect.construct(target, args) as object
    },
  })
}

const webAssembly = { Global: WebAssembly.Global, Instance: WebAssembly.Instance, Module: WebAssembly.Module, RuntimeError: WebAssembly.RuntimeError, promising: (call: unknown) => call }

const counted = {
  WebAssembly: webAssembly,
  globalThis: { WebAssembly: webAssembly },
  DataView: CountedView,
  TextDecoder: CountedDecoder,
  ...Object.fromEntries([Uint8Array, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array, BigUint64Array, BigInt64Array, Float32Array, Float64Array].map((type) => [type.name, countedArray(type)])),
  console: { debug: () => undefined, error: () => undefined, log: () => undefined, warn: () => undefined },
  process: undefined,
  setTimeout: () => undefined,
}
