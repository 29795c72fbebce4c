/** What a tape says that calls used, told to them again. */
import { asBuffer } from '../bytes.ts'
import { ShadowcatError, messageOf } from '../errors.ts'
import { redactStateText } from '../tape/kept.ts'
import { alike, plainPlaceholder } from '../tape/redact/placeholder.ts'
import type { Redactor } from '../tape/redact.ts'
import type { ExternalState, RecordedState } from '../upstream.ts'
import type { Environment } from '../world/environment.ts'
import { type Answer, type Exchange, type Exchanged, type OutgoingRequest, createPlayedExchange } from '../world/exchange.ts'
import type { FileSource } from '../world/files.ts'
import { type AskedFile, createPlayedFiles } from '../world/recorded-files.ts'
import { toRequestFacts } from './state.ts'

/** What one call is told; `set` names the variables that were set, where the call asked for any. */
export type Told = { exchange: Exchange; files: FileSource; seed?: bigint; readings: bigint[]; set?: readonly string[] }

type Known = { exchanged: Exchanged[]; asked: AskedFile[]; seed?: bigint; readings: bigint[]; set?: string[] }
type Facts = Record<string, unknown>

/**
 * Plays what was recorded to the how-manyth call (from 1) of its session. Requests and paths are compared without their secrets: redacted by
 * the given rules, all placeholders alike. Answers are played as they stand. Throws 'tape' where the state cannot be read.
 */
export function fromState(state: readonly RecordedState[], redactor: Pick<Redactor, 'message' | 'text'>): { told(call: number): Told; set: readonly string[] } {
  const calls = new Map<number, Known>()
  for (const item of state) {
    if (!calls.has(item.call)) calls.set(item.call, { exchanged: [], asked: [], readings: [] })
    add(item, calls.get(item.call)!)
  }
  const plain = createPlain(redactor)
  const set = [...new Set([...calls.values()].flatMap((known) => known.set ?? []))]
  return {
    set,
    told(call) {
      const { exchanged, asked, ...rest } = calls.get(call) ?? { exchanged: [], asked: [], readings: [] }
      return { ...rest, exchange: createPlayedExchange(exchanged, plain.request), files: createPlayedFiles(asked, plain.path) }
    },
  }
}

/** Variables that were set when these calls were recorded, and are not in this environment. */
export function missingVariables(state: readonly RecordedState[], environment: Environment): string[] {
  const set = state.flatMap(({ kind, response }) => (kind === 'environment' && response ? listOf(read(response), 'set') : []))
  return [...new Set(set)].filter((name) => !Object.hasOwn(environment, name)).sort()
}

function add({ kind, request: asked, response: answered }: ExternalState, known: Known): void {
  try {
    const request = read(asked)
    const response = answered && read(answered)
    if (kind === 'http') known.exchanged.push({ request: toRequest(request), ...(response && { answer: toAnswer(response) }) })
    else if (kind === 'file') known.asked.push(toAsked(request, response ?? {}))
    else if (kind === 'environment') known.set = [...new Set([...(known.set ?? []), ...listOf(response, 'set')])]
    else if (kind === 'random') known.seed = BigInt(response?.['seed'] as string)
    else if (response) known.readings = listOf(response, 'readings').map(BigInt)
  } catch (cause) {
    throw new ShadowcatError('tape', `the tape says in a way that cannot be read what a call used (${kind}): ${messageOf(cause)}`, { cause })
  }
}

function read(bytes: Uint8Array): Facts {
  return JSON.parse(asBuffer(bytes).toString()) as Facts
}

function listOf<T = string>(facts: Facts | undefined, name: string): T[] {
  const list = facts?.[name]
  if (!Array.isArray(list)) throw new Error(`there is no list of ${name}`)
  return list as T[]
}

function toRequest(facts: Facts): OutgoingRequest {
  return { method: facts['method'] as string, url: facts['url'] as string, headers: listOf(facts, 'headers'), body: toBytes(facts) }
}

function toAnswer(facts: Facts): Answer {
  if (facts['failure'] !== undefined) return { failure: facts['failure'] } as Answer
  return { status: facts['status'] as number, headers: listOf(facts, 'headers'), body: toBytes(facts) }
}

function toAsked({ ask, path }: Facts, { answer, error }: Facts): AskedFile {
  return { ask, path, ...(error === undefined ? { answer: toFileAnswer(ask as AskedFile['ask'], answer) } : { error }) } as AskedFile
}

function toFileAnswer(ask: AskedFile['ask'], answer: unknown): unknown {
  if (answer === null || answer === undefined) return undefined
  if (ask === 'locate') return (answer as string).split('/').filter(Boolean)
  if (ask === 'read') return toBytes(answer as Facts)
  return ask === 'look' ? { ...(answer as Facts), modified: BigInt((answer as Facts)['modified'] as string) } : answer
}

/** The body that stands in a tape as text or in base64. */
export function toBytes({ body, text = body, base64 }: Facts): Uint8Array {
  return typeof base64 === 'string' ? Buffer.from(base64, 'base64') : Buffer.from((text ?? '') as string)
}

/** Requests and paths as they are compared. */
function createPlain(redactor: Pick<Redactor, 'message' | 'text'>): { request(request: OutgoingRequest): OutgoingRequest; path(path: string): string } {
  const redacted = (facts: object): Facts => read(redactStateText(Buffer.from(JSON.stringify(facts)), redactor))
  return {
    request(live) {
      const { method, url, headers, body } = toRequest(redacted(toRequestFacts(live)))
      const plainBody = Buffer.from(alike(Buffer.from(body).toString('latin1')), 'latin1')
      // It counts the secret, which may be of another length.
      const counts = plainBody.includes(plainPlaceholder) ? 'content-length' : undefined
      const plainHeaders = headers.filter(([name]) => name.toLowerCase() !== counts).map(([name, value]): [string, string] => [name, alike(value)])
      return { method, url: alike(url), headers: plainHeaders, body: plainBody }
    },
    path: (path) => alike(redacted({ path })['path'] as string),
  }
}
