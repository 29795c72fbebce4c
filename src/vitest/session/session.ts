/** The exact session, and what it gives: what users see of it. */
import type { Json } from '../../json.ts'
import type { Message } from '../../message.ts'
import type { RequestError } from './request-error.ts'

/** The exact session: what is sent and received keeps every digit. */
export type Session = {
  /** Calls a tool. A result with `isError` is a result; a JSON-RPC error rejects with a RequestError. */
  callTool(name: string, args?: { [key: string]: Json }, options?: RequestOptions): Promise<ToolResult>
  /** All pages of `tools/list`. */
  listTools(): Promise<ToolDefinition[]>
  /** The result of any request; a JSON-RPC error rejects with a RequestError. */
  request(method: string, params?: Json, options?: RequestOptions): Promise<Json>
  notify(method: string, params?: Json): void
  /** Answers the server's requests of this method (`sampling/createMessage`, `elicitation/create`, `roots/list`), and declares the capability when there was no handshake yet. */
  onRequest(method: string, answer: Answer): void
  /** All that came, in order, progress too. */
  readonly notifications: readonly ReceivedNotification[]
  /** The calls of tools, also those of the SDK's client on this session, in the order in which they were made. */
  readonly calls: readonly Call[]
  /** What the server said of itself in the handshake; `undefined` before it, and where there is none. */
  readonly serverInfo: Json | undefined
  readonly serverCapabilities: Json | undefined
  readonly protocolVersion: string
}

/** A tool as `tools/list` tells of it. */
export type ToolDefinition = { name: string; description?: string; inputSchema: Json; outputSchema?: Json; annotations?: Json; _meta?: Json; [key: string]: Json | undefined }

/** One part of a tool's answer: `type` tells which of the others are there (`text`; `data` and `mimeType` of an image or audio; `uri`; `resource`). */
export type Content = {
  type: string
  text?: string
  data?: string
  mimeType?: string
  uri?: string
  name?: string
  resource?: { [key: string]: Json }
  [key: string]: Json | undefined
}

/** A call of a tool, by whichever client. It has neither result nor error while it is open, or when its answer never came. */
export type Call = {
  readonly name: string
  readonly arguments: Json
  readonly result?: ToolResult | undefined
  readonly error?: RequestError | undefined
  /** Milliseconds; as recorded when it comes from a tape, else as measured. */
  readonly duration?: number | undefined
}

/** A tool's answer as it stands on the wire; integers past 2^53−1 are bigints. What stands after `_meta` is not enumerable. */
export type ToolResult = {
  content: Content[]
  structuredContent?: Json
  isError: boolean
  _meta?: Json
  /** The answer with its bytes. */
  readonly message: Message
  /** Milliseconds; as recorded when it comes from a tape, else as measured. */
  readonly duration?: number | undefined
  readonly call: { readonly session: Session; readonly name: string; readonly arguments: Json }
}

export type ReceivedNotification = { readonly method: string; readonly params?: Json }

export type RequestOptions = {
  /** Goes into the request's `_meta`. */
  meta?: { [key: string]: Json }
  /** Cancels the request: the server is told, and the promise rejects with the signal's reason. */
  signal?: AbortSignal
  /** Told the `params` of each progress message; asks the server for them. */
  onProgress?: (progress: Json) => void
}

/** Answers a request of the server's with the result's value; what it throws becomes a JSON-RPC error (`code` and `data` of a RequestError are kept). */
export type Answer = (params: Json) => Json | Promise<Json>
