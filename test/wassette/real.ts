/** Real Wassettes for tests: those that WASSETTE_BIN and WASSETTE_BIN_0_4 name, or `wassette` on PATH. */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Message, createMessage, isAnswer } from '../../src/message.ts'
import type { Context } from '../../src/tap.ts'
import type { Transport } from '../../src/transport.ts'
import type { Annotation, Upstream } from '../../src/upstream.ts'
import { type WassetteOptions, wassetteUpstream } from '../../src/wassette/upstream.ts'

const onPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'wassette')).find((file) => existsSync(file))

/** Each with its reason to be skipped, if there is one. */
export const wassettes = [
  { name: 'Wassette', path: process.env['WASSETTE_BIN'] ?? onPath, missing: 'WASSETTE_BIN is not set and no wassette is on PATH' },
  { name: 'Wassette 0.4', path: process.env['WASSETTE_BIN_0_4'], missing: 'WASSETTE_BIN_0_4 is not set' },
].map(({ name, path, missing }) => ({ path: path ?? '', skipped: path === undefined, title: path === undefined ? `${name} (skipped: ${missing})` : name }))

const componentsFolder = join(import.meta.dirname, '..', 'fixtures', 'components')

export function fixture(component: string): string {
  return join(componentsFolder, `${component}.wasm`)
}

/** A folder that goes with the test. */
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shadowcat-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A component directory that holds copies of our own components. */
export function directoryOf(...components: string[]): string {
  const folder = temporary()
  for (const component of components) copyFileSync(fixture(component), join(folder, `${component}.wasm`))
  return folder
}

/** Wassette with a configuration of its own, so that it touches nothing of the person's. */
export async function upstreamOf(path: string, options: WassetteOptions = {}): Promise<Upstream & { said: () => string }> {
  const home = temporary()
  let said = ''
  const env = { XDG_CONFIG_HOME: home, XDG_DATA_HOME: home, RUST_LOG: undefined, WASSETTE_COMPONENT_DIR: undefined, ...options.env }
  const upstream = await wassetteUpstream({ path, stderr: (text) => void (said += text), ...options, env })
  return { ...upstream, said: () => said }
}

type Answer = { message: Message; text: string; asked: Annotation | undefined; annotation: Annotation | undefined }

/** A client that does what a session with a recorder does: every message is annotated, in order. */
export type Client = {
  transport: Transport
  /** Messages that answered nothing. */
  others: Message[]
  initialize(): Promise<Answer>
  request(method: string, params?: unknown): Promise<Answer>
  tool(name: string, args?: Record<string, unknown>): Promise<Answer>
  close(): Promise<void>
}

let sessions = 0

export async function connect(upstream: Upstream, progress?: (text: string) => void): Promise<Client> {
  const session = ++sessions
  const transport = upstream.open()
  onTestFinished(() => transport.close())
  const waiting = new Map<string, (message: Message, annotation: Annotation | undefined) => void>()
  const others: Message[] = []
  transport.onmessage = (message) => {
    const annotation = upstream.annotate?.(message, { direction: 'to-client', session })
    const waiter = isAnswer(message) && waiting.get(message.id!)
    if (waiter) waiter(message, annotation)
    else others.push(message)
  }
  await transport.start()
  await upstream.ready?.(progress)
  const toServer: Context = { direction: 'to-server', session }
  let ids = 0
  function request(method: string, params: unknown = {}): Promise<Answer> {
    const message = createMessage({ jsonrpc: '2.0', id: ++ids, method, params })
    const { promise, resolve } = Promise.withResolvers<Answer>()
    const asked = upstream.annotate?.(message, toServer)
    waiting.set(message.id!, (answer, annotation) => resolve({ message: answer, text: textOf(answer), asked, annotation }))
    void transport.send(message)
    return promise
  }
  return {
    transport,
    others,
    request,
    tool: (name, args = {}) => request('tools/call', { name, arguments: args }),
    close: () => transport.close(),
    async initialize() {
      const answer = await request('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } })
      void transport.send(createMessage({ jsonrpc: '2.0', method: 'notifications/initialized' }))
      return answer
    },
  }
}

function textOf(answer: Message): string {
  const { result } = answer.value as { result?: { content?: { text?: string }[] } }
  return result?.content?.[0]?.text ?? ''
}
