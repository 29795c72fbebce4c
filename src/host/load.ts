import { limitMemory } from '../component/memory.ts'
import { type ComponentFile, readComponent } from '../component/reader.ts'
import { type Tool, toTools } from '../component/schema.ts'
import { checkImports } from '../component/support.ts'
import { digestOf } from '../digest.ts'
import type { World } from '../world/world.ts'
import type { Cache } from './cache.ts'
import { type Compiled, compile } from './compile.ts'
import { type CallOptions, type Outcome, drive } from './driver.ts'
import { type Program, type Target, createProgram } from './instance.ts'
import { defaultMemory } from './limits.ts'
import { type Subject, type Translated, findTranslation, translate } from './transpile.ts'
import { checkOffered } from './wasi/imports.ts'

/** A component, ready to be called. */
export type LoadedComponent = {
  /** What its binary says of itself. */
  readonly file: ComponentFile
  readonly tools: readonly Tool[]
  /** What a person should know, such as that the cache cannot be written. */
  readonly finding: string | undefined
  /** Runs one of its functions in a fresh instance, in a world. Arguments and results are as jco's code takes and gives them. Never rejects for what a component does. */
  call(target: Target, args: readonly unknown[], world: World, options?: CallOptions): Promise<Outcome>
}

export type LoadOptions = {
  /** Bytes that each of its memories may have; 1 GiB by default. */
  memory?: number | undefined
  /** Where translations are kept; in `SHADOWCAT_CACHE` or the person's cache folder by default. */
  cache?: Cache | undefined
  /** Of its bytes, if it is known. */
  digest?: string | undefined
  /** What was compiled of it with the same memory, so that it has not to be. */
  compiled?: Compiled | undefined
}

/** Reads, translates and compiles a component. Throws 'malformed' for what is none, and 'usage' for one that cannot run here, in words that name why. */
export async function loadComponent(bytes: Uint8Array, { memory = defaultMemory, cache, digest = digestOf(bytes), compiled }: LoadOptions = {}): Promise<LoadedComponent> {
  const file = readComponent(bytes)
  checkImports(file)
  checkOffered(file.imports)
  // Before jco, which says of what cannot be passed only that it fails.
  const tools = toTools(file)
  const { program, finding } = compiled ? { program: await createProgram(compiled) } : await build(file, { digest, memory }, cache)
  return { file, tools, finding, call: (target, args, world, options) => drive(program, memory, target, args, world, options) }
}

async function build(file: ComponentFile, subject: Subject, cache: Cache | undefined): Promise<{ program: Program; finding?: string | undefined }> {
  const known = findTranslation(subject, cache)
  const { files, finding }: Translated = known ? { files: known } : await translate(limitMemory(file, subject.memory), subject, cache)
  return { program: await createProgram(compile(files)), finding }
}
