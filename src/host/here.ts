/** Hosts in this thread. */
import type { Message } from '../message.ts'
import { createMemoryPair } from '../transport/memory.ts'
import type { Transport } from '../transport.ts'
import type { Annotation, ComponentLoad } from '../upstream.ts'
import { annotationOfAnswer, annotationOfRequest } from './annotation.ts'
import type { Host } from './host.ts'
import { type Observed, toObserved } from './observed.ts'
import { serve } from './server.ts'
import { type Description, type Surroundings, createHost, loaderOf } from './surroundings.ts'

export type HostsOptions = {
  /** What the next host is made of. */
  describe(): Description
  keepBytes: boolean
  observe?: ((call: Observed) => void) | undefined
  warn(text: string): void
}

/** Where the hosts of an upstream live, and what they know of messages. */
export type Hosts = {
  /** A session's way to its host. Its start loads the components. */
  open(session: number): Transport
  /** They are to be made of something else from now on. */
  renew(): void
  /** What is there when a session has started. */
  initial(): ComponentLoad[]
  ofRequest(tool: string, session: number): Annotation | undefined
  ofAnswer(message: Message): Annotation | undefined
}

/** Sessions at the same time share a host; the first that comes when all have left begins anew. A component is loaded once for all of them. */
export function hostsHere({ describe, keepBytes, observe, warn, given }: HostsOptions & { given?: Surroundings | undefined }): Hosts {
  const about = new WeakMap<Message, Annotation>()
  const load = loaderOf(describe(), warn)
  const create = (): Host => createHost(describe(), { load, given, warn })
  let host = create()
  let sessions = 0
  return {
    open() {
      if (sessions++ === 0) host = create()
      const mine = host
      const { client, server } = createMemoryPair()
      serve(server, {
        host: mine,
        answered(message, call, tool) {
          about.set(message, annotationOfAnswer(call, mine.components, keepBytes))
          const observed = observe && toObserved(tool, call)
          if (observed) observe!(observed)
        },
      })
      return starting(client, server, mine, () => void sessions--)
    },
    renew() {
      if (sessions === 0) host = create()
    },
    initial: () => host.components.all.map((entry) => host.components.describe(entry, true, keepBytes)),
    ofRequest: (tool) => annotationOfRequest(tool, host.components),
    ofAnswer: (message) => about.get(message),
  }
}

/** The same transport; its start loads the components, and `left` is told once when it is over. */
function starting(client: Transport, server: Transport, host: Host, left: () => void): Transport {
  const { start, close } = { start: client.start.bind(client), close: client.close.bind(client) }
  let over = false
  const leave = (): void => {
    if (!over) left()
    over = true
  }
  client.start = async () => {
    try {
      await host.start()
    } catch (error) {
      leave()
      throw error
    }
    await server.start()
    await start()
  }
  client.close = async () => {
    leave()
    await close()
  }
  return client
}
