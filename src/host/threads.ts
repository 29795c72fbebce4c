/** Hosts in threads of their own. */
import { ShadowcatError } from '../errors.ts'
import type { Message } from '../message.ts'
import type { Annotation, ComponentLoad, Upstream } from '../upstream.ts'
import { byName, loadOf } from './components.ts'
import { type Mirror, emptyMirror, mirroredRequest, withPolicy } from './mirror.ts'
import type { Description } from './surroundings.ts'
import { createPreparation } from './prepare.ts'
import { createThread } from './thread.ts'
import { type EmbeddedOptions, type Hosts, type HostsOptions, upstreamOf } from './upstream.ts'

/** Components in threads, so that a busy one stalls nothing here. Throws 'usage' when functions are given. */
export function threadedUpstream(options: EmbeddedOptions = {}): Upstream {
  if (options.surroundings) throw new ShadowcatError('usage', 'surroundings: functions cannot be sent to a thread; leave them out, or run the components in this one')
  return upstreamOf(options, hostsInThreads)
}

/**
 * Each session has a thread with a host of its own, so that a busy component stalls no other session; what one loads and grants, the others do
 * not see. They share the translations on disk.
 */
export function hostsInThreads({ describe, keepBytes, observe, warn, printed }: HostsOptions): Hosts {
  const about = new WeakMap<Message, Annotation>()
  const mirrors = new Map<number, Mirror>()
  const prepare = createPreparation()
  let latest = describe()
  return {
    open(session) {
      const description = (latest = describe())
      let mirror = emptyMirror
      const transport = createThread({
        describe: async () => (latest = await prepare(description)),
        keepBytes,
        observed: observe !== undefined,
        warn,
        printed,
        mirrored: (newer) => mirrors.set(session, (mirror = newer)),
        attached(message, { annotation, observed }) {
          if (annotation) about.set(message, withPolicy(annotation, mirror))
          if (observed) observe?.(observed)
        },
      })
      const close = transport.close.bind(transport)
      transport.close = () => close().finally(() => mirrors.delete(session))
      return transport
    },
    renew: () => undefined,
    initial: () => described(latest, keepBytes),
    ofRequest: (tool, session) => mirroredRequest(tool, mirrors.get(session) ?? emptyMirror),
    ofAnswer: (message) => about.get(message),
  }
}

/** As a host says it when it has started. */
function described({ sources }: Description, keepBytes: boolean): ComponentLoad[] {
  return sources.map((source) => loadOf(source, { initial: true, keepBytes })).sort((a, b) => byName(a.component, b.component))
}
