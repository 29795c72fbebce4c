import { ShadowcatError } from '../errors.ts'
import { RealDate, randomBytes } from '../real.ts'
import { type Clock, type Readings, type Time, createPassClock, shifts } from './clock.ts'
import { createDisk } from './disk.ts'
import type { Environment } from './environment.ts'
import { type Exchange, createRealExchange } from './exchange.ts'
import { type FileSource, rememberFiles, withoutTimes } from './files.ts'
import { once } from './once.ts'
import { type Random, createRandom } from './random.ts'
import { type AskedFile, createRecordingFiles } from './recorded-files.ts'
import { Tree } from './tree.ts'
import type { Variation } from './variation.ts'

/** One use of the world by a component: the n-th call of that function in its call. `value` says what it was about, never an environment's value. */
export type Use = { interface: string; function: string; n: number; value?: string }

/** What a component may see and do; everything else is denied. */
export type Grants = {
  /** Whether a request of this scheme (`https`) may go to this host: in lower case, without a port. */
  host(scheme: string, name: string): boolean
  /** Absolute paths, which the component sees under the same names. Without `read` it can list them, and not read their files. */
  folders: readonly { path: string; read: boolean; write: boolean }[]
  /** Names of variables. */
  environment: readonly string[]
}

export const nothingGranted: Grants = { host: () => false, folders: [], environment: [] }

/** Everything that a component cannot know by itself. Nothing in it belongs to one call; what does comes from `enter`. */
export type World = {
  readonly epoch: Date
  /** Of every call; nothing when each call draws its own. */
  readonly seed: bigint | undefined
  readonly time: Time
  readonly environment: Environment
  readonly exchange: Exchange
  readonly files: FileSource
  /** Told of each use, in order, when the call that made it is over. */
  readonly report?: ((use: Use) => void) | undefined
  /** A call begins. */
  enter(): Visit
}

/** One call's share of the world. */
export type Visit = {
  /** The seed of this call. */
  readonly seed: bigint
  /** What the machine's clocks have said, where time is real. */
  readonly readings: Readings
  readonly environment: Environment
  readonly exchange: Exchange
  readonly files: FileSource
  /** What was asked of the files so far. */
  readonly asked: AskedFile[]
  /** A pass of the call: everything is as it was when the call began. */
  pass(): PassParts
}

/** `variation` is what WASI's functions are to tell otherwise; a clock that is another as a whole is so already. */
export type PassParts = { clock: Clock; random: Random; tree: Tree; variation: Variation | undefined }

export type WorldOptions = {
  /** What the wall clock says when a call begins; the present by default. */
  epoch?: Date | undefined
  /** An unsigned 64-bit integer, or 'real' for another one in each call; 0 by default. */
  seed?: bigint | 'real' | undefined
  /** Held by default. */
  time?: Time | undefined
  /** The network by default; policies decide who may use it. */
  exchange?: Exchange | undefined
  /** The disk by default; policies decide who may use it. */
  files?: FileSource | undefined
  environment?: Environment | undefined
  /** What the machine's clocks said when the call was recorded, where time was real: they are not asked again. */
  readings?: Readings | undefined
  report?: ((use: Use) => void) | undefined
  /** What is said otherwise than it is; nothing by default. */
  variation?: Variation | undefined
}

/** A world for components. Throws 'usage' when a value is not one. */
export function createWorld(options: WorldOptions = {}): World {
  const epoch = checkEpoch(options.epoch ?? new Date())
  const seed = options.seed === 'real' ? undefined : checkSeed(options.seed ?? 0n)
  const time = options.time ?? { mode: 'held' }
  const shared = { environment: options.environment ?? {}, exchange: options.exchange ?? createRealExchange() }
  const source = options.files ?? createDisk()
  // Nobody sees them, and what is recorded is to be the same each time.
  const told = time.mode === 'real' ? source : withoutTimes(source)
  const { variation } = options
  const shift = variation?.source === 'clock' && !variation.only ? shifts[variation.stage ?? 'content'] : undefined

  function enter(): Visit {
    const readings: Readings = [...(options.readings ?? [])]
    const asked: AskedFile[] = []
    const files = rememberFiles(createRecordingFiles(told, asked))
    const own = seed ?? randomBytes(8).readBigUInt64LE()
    return {
      ...shared,
      seed: own,
      readings,
      files,
      asked,
      pass() {
        const clock = once(() => createPassClock(time, epoch, readings, options.readings !== undefined, shift))
        return { clock: deferred(clock), random: createRandom(own), tree: new Tree(files, fileTimes(time, epoch, shift?.wall)), variation: shift ? undefined : variation }
      },
    }
  }

  return { ...shared, epoch, seed, time, files: source, report: options.report, enter }
}

const epochNanoseconds = (date: Date): bigint => BigInt(date.getTime()) * 1_000_000n

/** Where time is held, files tell nothing of the machine's: all are as old as the epoch. */
function fileTimes(time: Time, epoch: Date, shift = 0n): (found?: bigint) => bigint {
  const held = epochNanoseconds(epoch) + shift
  return time.mode === 'real' ? (found) => (found ?? epochNanoseconds(new RealDate())) + shift : () => held
}

/** Most passes read no clock, and making one takes longer than all else here. */
function deferred(clock: () => Clock): Clock {
  return { wall: () => clock().wall(), monotonic: () => clock().monotonic(), elapsed: () => clock().elapsed(), until: (deadline) => clock().until(deadline) }
}

function checkEpoch(epoch: Date): Date {
  const time = epoch.getTime()
  if (Number.isNaN(time)) throw new ShadowcatError('usage', 'epoch: a date is expected, such as 2026-01-01T00:00:00Z; found one that is not valid')
  if (time < 0) throw new ShadowcatError('usage', `epoch: a date from 1970 on is expected, as WASI counts from there; found ${epoch.toISOString()}`)
  return epoch
}

function checkSeed(seed: bigint): bigint {
  if (typeof seed !== 'bigint' || seed < 0n || seed >= 1n << 64n) throw new ShadowcatError('usage', `seed: an unsigned 64-bit integer is expected, such as 42n; found ${String(seed)}`)
  return seed
}
