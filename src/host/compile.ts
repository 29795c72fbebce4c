import type { Files } from './cache.ts'

/** A compiled core module: it can be sent to other threads, which then share its code. */
export type Module = object

export type Modules = ReadonlyMap<string, Module>

/** jco's code, and the core modules that it asks for by these names, perhaps while they are still being compiled. */
export type Compiled = { readonly code: string; readonly modules: Modules | Promise<Modules> }

/** What is used of it: Node's types leave it out. */
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<Module> }

/** Compiles what jco made of a component, in the background, and keeps none of it. Its modules reject when one is malformed. */
export function compile(files: Files): Compiled {
  const wanted = Object.keys(files).filter((name) => name.endsWith('.wasm'))
  const modules = Promise.all(wanted.map(async (name): Promise<[string, Module]> => [name, await WebAssembly.compile(files[name]!)])).then((all) => new Map(all))
  return { code: Buffer.from(files['component.js']!).toString(), modules }
}
