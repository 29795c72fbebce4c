/** A host in a thread of its own: started by thread.ts, on its file's name. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { type ErrorCode, asShadowcatError } from '../errors.ts'
import type { Message } from '../message.ts'
import { createMemoryPair } from '../transport/memory.ts'
import { carry } from '../transport/port.ts'
import type { Annotation, ExternalState } from '../upstream.ts'
import { annotationOfAnswer } from './annotation.ts'
import type { Host } from './host.ts'
import { type Mirror, toMirror } from './mirror.ts'
import { type Observed, toObserved } from './observed.ts'
import { serve } from './server.ts'
import { type Description, createHost } from './surroundings.ts'

/** What it is started with; its description comes as the first message. */
export type WorkerData = {
  /** Where the conversation goes. */
  port: MessagePort
  keepBytes: boolean
  /** Whether every call is to be told. */
  observed: boolean
}

/** What the thread says of itself. */
export type Report = { started: Mirror } | { failed: { code: ErrorCode; message: string; facts: Readonly<Record<string, unknown>> } } | { warning: string }

/** What goes with a message: the mirror when it is another than before, and of an answer to a call what that was about. */
export type Attached = { mirror?: Mirror; annotation?: Annotation; observed?: Observed | undefined }

if (parentPort) parentPort.once('message', (description: Description) => void work(description, workerData as WorkerData, (report) => parentPort!.postMessage(report)))

async function work(description: Description, { port, ...wanted }: WorkerData, report: (report: Report) => void): Promise<void> {
  const host = createHost(description, { warn: (warning) => report({ warning }) })
  try {
    await host.start()
  } catch (cause) {
    const { code, message, facts } = asShadowcatError(cause, 'malformed')
    report({ failed: { code, message, facts } })
    return port.close()
  }
  report({ started: toMirror(host.components) })
  const { client, server } = createMemoryPair()
  const { attach, answered } = attaching(host, wanted)
  serve(server, { host, answered })
  carry(client, port, { attach })
  await server.start()
}

function attaching(host: Host, { keepBytes, observed }: Pick<WorkerData, 'keepBytes' | 'observed'>): { attach: (message: Message) => Attached | undefined; answered: NonNullable<Parameters<typeof serve>[1]['answered']> } {
  const about = new WeakMap<Message, Attached>()
  let changed = false
  host.onChange(() => (changed = true))
  return {
    answered(message, call, tool) {
      // Built-in tools change policies too.
      changed ||= call.component === undefined
      const { policy: _, state, ...annotation } = annotationOfAnswer(call, host.components, keepBytes)
      about.set(message, { annotation: state ? { ...annotation, state: state.map(alone) } : annotation, ...(observed && { observed: toObserved(tool, call) }) })
    },
    attach(message) {
      const known = about.get(message)
      if (!changed) return known
      changed = false
      return { ...known, mirror: toMirror(host.components) }
    },
  }
}

/** Small buffers share their memory, all of which would go with each. */
function alone({ kind, request, response }: ExternalState): ExternalState {
  return { kind, request: new Uint8Array(request), ...(response && { response: new Uint8Array(response) }) }
}
