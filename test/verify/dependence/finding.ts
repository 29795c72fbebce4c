import type { EmbeddedOptions } from '../../../src/host/upstream.ts'
import { embeddedUpstream } from '../../../src/host/here.ts'
import type { Recording } from '../../../src/tape/entry.ts'
import type { Dependences, ToolDependences } from '../../../src/verify/dependence/dependences.ts'
import { type DependenceOptions, findDependences } from '../../../src/verify/dependence/find.ts'
import { nameOf } from '../../../src/verify/dependence/words.ts'
import type { OutgoingRequest } from '../../../src/world/exchange.ts'
import { type MemoryFiles, createMemoryFiles } from '../../../src/world/memory-files.ts'
import { cache, epoch } from '../../host/components.ts'
import { file } from '../../host/files.ts'
import { type Step, call, result } from '../conversation.ts'
import { record } from '../servers.ts'

export type Asked = readonly [tool: string, args?: object]

/** What a component is granted, as a client says it. */
export const grants: Record<string, (component: string) => Asked> = {
  network: (component) => ['grant-network-permission', { component_id: component, details: { host: 'api.test' } }],
  storage: (component) => ['grant-storage-permission', { component_id: component, details: { uri: 'fs:///data', access: ['read', 'write'] } }],
  environment: (component) => ['grant-environment-variable-permission', { component_id: component, details: { key: 'PLACE' } }],
}

export type Bench = { host: EmbeddedOptions; files: MemoryFiles; sent: OutgoingRequest[] }

/** A host with a network and files of its own, both watched. */
export function createBench(components: readonly string[], more: EmbeddedOptions = {}): Bench {
  const sent: OutgoingRequest[] = []
  const files = createMemoryFiles({ '/data/a': 'content of a', '/data/sub/b': 'content of b' })
  const exchange = {
    async send(request: OutgoingRequest) {
      sent.push(request)
      return { status: 200, headers: [], body: Buffer.from(request.url.endsWith('/next') ? '/last' : `answer ${sent.length} of ${request.url}`) }
    },
  }
  const host = { cache, components: components.map(file), world: { epoch, seed: 42n }, env: { PLACE: 'here' }, callTimeout: 20_000, surroundings: { exchange, files }, ...more }
  return { host, files, sent }
}

/** A real recording of these calls. */
export function recorded({ host }: Bench, calls: readonly Asked[]): Promise<Recording> {
  const steps = calls.flatMap(([tool, args], index): Step[] => [['>', call(index, tool, args)], ['<', result(index)]])
  return record(embeddedUpstream({ ...host, scratch: true }), steps)
}

export async function found(bench: Bench, calls: readonly Asked[], options: Partial<DependenceOptions> = {}): Promise<Dependences> {
  const recording = await recorded(bench, calls)
  bench.sent.length = 0
  return findDependences(recording, { host: bench.host, ...options })
}

/** Each place of a tool's answers with what feeds it, in short; of failures the whole answer alone. */
export function inShort({ verdict, sources, indefinite }: ToolDependences): string[] {
  if (indefinite) return [`${verdict}: ${indefinite.reason}`]
  const lines = sources.flatMap(({ source, effects }) => {
    if (effects.length === 0) return [`${source}: no effect`]
    return effects.filter(({ repeats }) => repeats === undefined).map(({ pointer, use }) => `${source}: ${pointer} ← ${use ? `${nameOf(use)} ${use.n}` : '?'}`)
  })
  return [verdict, ...lines]
}

