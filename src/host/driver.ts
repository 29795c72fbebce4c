import { ShadowcatError, messageOf } from '../errors.ts'
import { abortAfter, realElapsed } from '../real.ts'
import { formatSize } from '../units.ts'
import type { Readings } from '../world/clock.ts'
import { visible } from '../world/environment.ts'
import type { Exchange, Exchanged } from '../world/exchange.ts'
import { FileError, textOf } from '../world/files.ts'
import type { FolderNode } from '../world/nodes.ts'
import type { AskedFile } from '../world/recorded-files.ts'
import type { Tree } from '../world/tree.ts'
import { type Grants, type Use, type Visit, type World, nothingGranted } from '../world/world.ts'
import { Unanswered, answerAll, createBarrier, createConversation, type Conversation } from './barrier.ts'
import { type Failure, toFailure } from './failure.ts'
import type { Instance, Program, Target } from './instance.ts'
import { type Limits, defaultLimits, exceeded, within } from './limits.ts'
import { type Folder, Pass, asPass } from './pass.ts'
import { withRemedy } from './remedy.ts'

export type CallOptions = {
  /** Nothing by default. */
  grants?: Grants | undefined
  limits?: Partial<Limits> | undefined
}

/** How a call ended: with a value, with the payload of its result's error (as jco's code gives both), or not at all. */
export type Ending = { returned: unknown } | { thrown: unknown } | { failure: Failure }

export type Outcome = Ending & {
  /** Every use of the world, in order; the first 10,000. */
  trace: Use[]
  /** How many there were. */
  uses: number
  /** Times that the call was run from its start: one more than it waited for answers that were not there. */
  passes: number
  /** Its outgoing HTTP, in order. */
  exchanged: Exchanged[]
  /** What was asked of files for it, in order, each question once. */
  asked: AskedFile[]
  /** What the machine's clocks told it, where time is real. */
  readings: Readings
  /** Names of the variables that it could see. */
  variables: string[]
  /** What it printed. */
  output: { stdout: string; stderr: string }
  seed: bigint
}

/**
 * One call, in a fresh instance. A pass is synchronous; when the component waits for HTTP the pass is unwound, the requests are answered
 * here, and the call is run again from its start, in the same world: now with the answers.
 *
 *     pass 1  a ─ request ─ wait ✗         answer
 *     pass 2  a ─ request ─ wait ─ b ─ request ─ wait ✗         answer
 *     pass 3  a ─ request ─ wait ─ b ─ request ─ wait ─ c ─ return
 */
export async function drive(program: Program, memory: number, target: Target, args: readonly unknown[], world: World, options: CallOptions = {}): Promise<Outcome> {
  const limits = { ...defaultLimits, ...options.limits }
  const visit = world.enter()
  const conversation = createConversation()
  const end = realElapsed() + limits.time
  const grants = options.grants ?? nothingGranted
  for (let passes = 1; ; passes++) {
    const pass = createPass(visit, conversation, grants, limits)
    let ending = runPass(program, memory, pass, target, args, end - realElapsed())
    if (pass.ended instanceof Unanswered) {
      const failure = await answer(visit.exchange, conversation, end - realElapsed(), limits)
      if (!failure) continue
      ending = { failure }
    }
    if ('failure' in ending) ending = { failure: withRemedy(ending.failure, pass.trace, world.time) }
    const committed = commit(ending, pass, visit)
    for (const use of pass.trace) world.report?.(use)
    return { ...committed, trace: pass.trace, uses: pass.uses, passes, exchanged: conversation.exchanged, asked: visit.asked, readings: visit.readings, variables: pass.world.variables.map(([key]) => key), output: pass.output, seed: visit.seed }
  }
}

function createPass(visit: Visit, conversation: Conversation, grants: Grants, limits: Limits): Pass {
  const { clock, random, tree, variation } = visit.pass()
  const folders = (): Folder[] =>
    grants.folders.flatMap((folder) => {
      const node = nodeOf(folder.path, visit, tree)
      return node ? [{ ...folder, node }] : []
    })
  return new Pass({ clock, random, tree, folders, barrier: createBarrier(conversation, visit.exchange), grants, variables: visible(visit.environment, grants.environment), limits, variation })
}

/** Nothing for a folder that is not there, or cannot be had. */
function nodeOf(folder: string, { files }: Visit, tree: Tree): FolderNode | undefined {
  try {
    const path = files.locate(folder)
    return path && tree.at(path)
  } catch (error) {
    if (error instanceof FileError) return undefined
    throw error
  }
}

function runPass(program: Program, memory: number, pass: Pass, target: Target, args: readonly unknown[], time: number): Ending {
  let instance: Instance | undefined
  try {
    const returned = asPass(pass, () =>
      within(time, pass.world.limits.time, () => {
        instance = program.instantiate()
        return instance.call(target, args)
      }),
    )
    return pass.ended ? { failure: failureOf(pass.ended, instance, memory) } : { returned }
  } catch (error) {
    if (pass.ended) return { failure: failureOf(pass.ended, instance, memory) }
    return error instanceof Error ? { failure: failureOf(error, instance, memory) } : { thrown: error }
  }
}

function failureOf(error: Error, instance: Instance | undefined, memory: number): Failure {
  if (error instanceof ShadowcatError) return { kind: 'world', message: error.message }
  const failure = toFailure(error)
  // A component that gets no more memory falls by itself, in its own way.
  const full = failure.kind === 'trap' && instance !== undefined && instance.memory() + page > memory
  return full || failure.kind === 'memory' ? { kind: 'memory', message: `the component needs more memory than its limit of ${formatSize(memory)}` } : failure
}

const page = 65_536

/** Gets the answers that are missing; or says why there will be none. */
async function answer(exchange: Exchange, conversation: Conversation, time: number, limits: Limits): Promise<Failure | undefined> {
  const signal = abortAfter(Math.max(1, Math.ceil(time)))
  try {
    await answerAll(conversation, exchange, signal)
    return signal.aborted ? toFailure(exceeded.time(limits.time)) : undefined
  } catch (error) {
    if (signal.aborted) return toFailure(exceeded.time(limits.time))
    return { kind: 'world', message: messageOf(error) }
  }
}

/** Puts what the call did to files in its place, unless it was cut off: then it has done nothing. */
function commit(ending: Ending, pass: Pass, visit: Visit): Ending {
  if ('failure' in ending && ending.failure.kind !== 'trap' && ending.failure.kind !== 'exit') return ending
  for (const change of pass.world.tree.changes) {
    try {
      visit.files.commit(change)
    } catch (error) {
      return { failure: { kind: 'world', message: `what the component did to ${textOf(change.path)} cannot be kept: ${messageOf(error)}` } }
    }
  }
  return ending
}
