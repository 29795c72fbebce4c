/** What was found of each tool. */
import type { Source } from '../../world/variation.ts'

/** One use of a WASI function by a component: the n-th of that function in its call. */
export type WasiUse = { component: string; interface: string; function: string; n: number }

/** What was found to make a difference: a source, and the use of it that did, where it was a single one. */
export type Cause = { source: Source; use?: WasiUse | undefined }

/** A place in a tool's answers that changes when a source does. */
export type Effect = {
  /** RFC 6901, from the answer's root. */
  pointer: string
  /** Which of the client's requests, from 1. */
  calls: number[]
  /** The use that fed it; absent when no single one did, or not one of those that were tried. */
  use?: WasiUse | undefined
  /** This text only says again what changes there. */
  repeats?: string | undefined
}

/** A source that a tool uses. Without effects it makes no difference to the answers. */
export type SourceDependence = {
  source: Source
  /** How often, in all of its calls. */
  uses: number
  effects: Effect[]
}

/** Why a tool cannot be made deterministic. */
export type Indefinite = {
  /** `differs`: run again in the same world, it answered otherwise; `asks`: it asked for something else; `time`: its time limit was reached. */
  reason: 'differs' | 'asks' | 'time'
  message: string
  /** Which of the client's requests showed it, from 1. */
  call: number
  pointer?: string | undefined
}

export type ToolDependences = {
  tool: string
  component: string
  /** Which of the client's requests called it, from 1. */
  calls: number[]
  /** `pure`: it uses nothing besides its arguments; `unaffected`: what it uses makes no difference to its answers; `unknown`: its component cannot be had. */
  verdict: 'pure' | 'unaffected' | 'dependent' | 'indefinite' | 'unknown'
  sources: SourceDependence[]
  indefinite?: Indefinite | undefined
  /** Why its component cannot be had. */
  missing?: string | undefined
}

export type Dependences = {
  tools: ToolDependences[]
  /** Calls that were made in each run, and how many runs that took. */
  calls: number
  runs: number
  /** What was left out, in words. */
  notes: string[]
}
