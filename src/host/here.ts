/** Hosts in this thread. */
import type { Message } from '../message.ts'
import { createMemoryPair } from '../transport/memory.ts'
import type { Transport } from '../transport.ts'
import type { Annotation, Upstream } from '../upstream.ts'
import { annotationOfAnswer, annotationOfRequest } from './annotation.ts'
import type { Host } from './host.ts'
import { toObserved } from './observed.ts'
import { serve } from './server.ts'
import { type Surroundings, createHost, loaderOf } from './surroundings.ts'
import { type EmbeddedOptions, type Hosts, type HostsOptions, upstreamOf } from './upstream.ts'

/** Components in this thread, where tests and fixtures can put functions in the place of network and disk. */
export function embeddedUpstream(options: EmbeddedOptions = {}): Upstream {
  return upstreamOf(options, (hosts) => hostsHere({ ...hosts, given: options.surroundings }))
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
