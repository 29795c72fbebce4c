import type { Clock } from '../world/clock.ts'
import type { Random } from '../world/random.ts'
import type { FolderNode } from '../world/nodes.ts'
import type { Tree } from '../world/tree.ts'
import type { NthUse, Source, Stage, Variation } from '../world/variation.ts'
import type { Grants, Use } from '../world/world.ts'
import type { Barrier } from './barrier.ts'
import { type Limits, exceeded } from './limits.ts'

/** A granted folder, under the path that the component knows. */
export type Folder = { path: string; node: FolderNode; read: boolean; write: boolean }

/** What a pass sees of the world. */
export type Surroundings = {
  clock: Clock
  random: Random
  tree: Tree
  /** What is granted and there, in order of the grants. */
  folders(): Folder[]
  barrier: Barrier
  grants: Grants
  /** What is granted and set, in order. */
  variables: [key: string, value: string][]
  limits: Limits
  /** What is told otherwise than it is. */
  variation?: Variation | undefined
}

/** No trace is longer; what comes after is counted. */
export const longestTrace = 10_000
const longestOutput = 64 * 1024

/**
 * One run of a call, from its start. A call that waits for HTTP is unwound and run again: each of its passes sees the same.
 * WASI's functions find the pass that is running by `activePass`, since a pass is synchronous and has its thread to itself.
 */
export class Pass {
  readonly world: Surroundings
  readonly trace: Use[] = []
  /** All uses, those past the longest trace included. */
  uses = 0
  /** What it wrote to its standard output and error, cut. */
  readonly output = { stdout: '', stderr: '' }
  #counts = new Map<string, number>()
  #handles = 0
  #taken = 0
  #ended: Error | undefined

  constructor(world: Surroundings) {
    this.world = world
  }

  /** A WASI function begins. */
  enter(name: string, functionName: string): void {
    // A component that catches everything goes on after the end of its pass; nothing that it does then counts.
    if (this.#ended) throw this.#ended
    this.#taken = 0
    if (++this.uses > longestTrace) return
    const key = `${name}#${functionName}`
    const n = (this.#counts.get(key) ?? 0) + 1
    this.#counts.set(key, n)
    this.trace.push({ interface: name, function: functionName, n })
  }

  /** What the function that runs was about. */
  note(value: string): void {
    if (this.uses <= longestTrace) this.trace.at(-1)!.value = value
  }

  /** How the function that runs is to tell something else of this source; nothing when it is not. */
  varies(source: Source): Stage | undefined {
    const { variation } = this.world
    if (variation?.source !== source || (variation.only && !this.#runs(variation.only))) return undefined
    return variation.stage ?? 'content'
  }

  #runs(only: NthUse): boolean {
    const use = this.trace.at(-1)
    return this.uses <= longestTrace && use?.n === only.n && use.function === only.function && use.interface === only.interface
  }

  /** The component hands over so many bytes. */
  take(bytes: number): void {
    this.#taken += bytes
    if (this.#taken > this.world.limits.size) this.end(exceeded.size(this.world.limits.size))
  }

  hold(): void {
    if (this.#ended) throw this.#ended
    if (++this.#handles > this.world.limits.handles) this.end(exceeded.handles(this.world.limits.handles))
  }

  release(): void {
    this.#handles--
  }

  write(to: 'stdout' | 'stderr', bytes: Uint8Array): void {
    const room = longestOutput - this.output[to].length
    if (room > 0) this.output[to] += Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, room)).toString()
  }

  /** Ends the pass, whatever the component does with the error. */
  end(error: Error): never {
    this.#ended = error
    throw error
  }

  get ended(): Error | undefined {
    return this.#ended
  }
}

let active: Pass | undefined

/** The pass that is running. */
export function activePass(): Pass {
  if (!active) throw new Error('a WASI function was called outside of a call')
  return active
}

/** Runs as this pass. */
export function asPass<T>(pass: Pass, run: () => T): T {
  const outer = active
  active = pass
  try {
    return run()
  } finally {
    active = outer
  }
}
