/** A host in a thread, seen from outside: a transport. */
import { MessageChannel, Worker } from 'node:worker_threads'
import { ShadowcatError, asShadowcatError, messageOf, systemCode } from '../errors.ts'
import type { Message } from '../message.ts'
import { ownFile } from '../own-file.ts'
import { within } from '../process/life-cycle.ts'
import { readStderr } from '../process/stderr.ts'
import { createMemoryPair } from '../transport/memory.ts'
import { carry } from '../transport/port.ts'
import type { Transport } from '../transport.ts'
import { formatSize } from '../units.ts'
import type { Mirror } from './mirror.ts'
import type { Description } from './surroundings.ts'
import type { Attached, Report, WorkerData } from './worker.ts'

export type ThreadOptions = Omit<WorkerData, 'port'> & {
  /** What the host is made of: asked for when the thread has begun, which takes long enough to prepare something meanwhile. */
  describe(): Promise<Description>
  /** Told of its components, when it has started and whenever they change. */
  mirrored(mirror: Mirror): void
  /** Told what came with a message, before that. */
  attached(message: Message, about: Attached): void
  warn(text: string): void
  /** What something in the thread printed. */
  printed(text: string): void
  /** Bytes that its JavaScript may have; what components have as memory is not among them. */
  heap?: number | undefined
  /** Another program in the place of the host's, for tests. */
  program?: URL | undefined
}

const hostProgram = ownFile('host/worker')

/** Milliseconds for which a thread that is not busy is waited for; it then leaves nothing half done. */
const grace = 100
const defaultHeap = 2 * 1024 ** 3
const megabyte = 1024 ** 2
/** Megabytes with which calls can be nested as deep as in the main thread (measured): what a component does must not depend on where it runs. */
const stack = 1.17

/**
 * The way to a host in a thread of its own, which begins with `start` and ends with `close`, even in the middle of a call. Start rejects as
 * the host's does. A thread that falls closes the transport with an error, and leaves the process as it is.
 */
export function createThread(options: ThreadOptions): Transport {
  const { client, server } = createMemoryPair()
  const { start, close } = { start: client.start.bind(client), close: client.close.bind(client) }
  let thread: Thread | undefined
  let closed = false
  client.start = async () => {
    if (closed) throw new ShadowcatError('closed', 'the embedded host was closed before it had started')
    const { port1, port2 } = new MessageChannel()
    thread = begin(options, port2)
    const { lost } = thread
    const attached = (message: Message, value: unknown): void => {
      const about = value as Attached
      if (about.mirror) options.mirrored(about.mirror)
      options.attached(message, about)
    }
    carry(server, port1, { attached, lost: async () => (closed ? undefined : lost) })
    port1.once('close', () => void thread!.end())
    options.mirrored(await thread.started)
    await start()
  }
  client.close = async () => {
    closed = true
    await close()
    await thread?.end()
  }
  return client
}

type Thread = {
  readonly started: Promise<Mirror>
  /** Why it has ended. */
  readonly lost: Promise<ShadowcatError>
  end(): Promise<void>
}

function begin({ describe, keepBytes, observed, warn, printed, heap = defaultHeap, program = hostProgram }: ThreadOptions, port: WorkerData['port']): Thread {
  const started = Promise.withResolvers<Mirror>()
  const lost = Promise.withResolvers<ShadowcatError>()
  let failure: unknown
  const worker = new Worker(program, {
    workerData: { keepBytes, observed, port } satisfies WorkerData,
    transferList: [port],
    resourceLimits: { maxOldGenerationSizeMb: heap / megabyte, stackSizeMb: stack },
    // Stdout is the protocol's.
    stdout: true,
    stderr: true,
  })
  for (const stream of [worker.stdout, worker.stderr]) readStderr(stream, printed)
  worker.on('message', (report: Report) => {
    if ('started' in report) started.resolve(report.started)
    else if ('warning' in report) warn(report.warning)
    else started.reject(new ShadowcatError(report.failed.code, report.failed.message, { facts: report.failed.facts }))
  })
  worker.on('error', (error) => (failure = error))
  worker.on('exit', () => {
    const error = lossOf(failure, heap)
    lost.resolve(error)
    started.reject(error)
  })
  describe().then(
    (description) => worker.postMessage(description),
    (cause: unknown) => {
      started.reject(asShadowcatError(cause, 'malformed'))
      void worker.terminate()
    },
  )
  // Whether it has started matters only to who waits for it.
  started.promise.catch(() => undefined)
  return {
    started: started.promise,
    lost: lost.promise,
    async end() {
      if (!(await within(grace, lost.promise))) await worker.terminate()
    },
  }
}

function lossOf(failure: unknown, heap: number): ShadowcatError {
  const why = systemCode(failure) === 'ERR_WORKER_OUT_OF_MEMORY' ? `it needs more memory than its limit of ${formatSize(heap)}` : failure === undefined ? 'its thread was ended' : `this is a bug in shadowcat: ${messageOf(failure)}`
  return new ShadowcatError('exit', `the embedded host has gone: ${why}`, { cause: failure })
}
