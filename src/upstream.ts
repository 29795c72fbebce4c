import type { Message } from './message.ts'
import type { Json } from './json.ts'
import type { Context } from './tap.ts'
import type { Transport } from './transport.ts'

/** One WebAssembly component being loaded, or found loaded when a session begins. */
export type ComponentLoad = {
  component: string
  /** `file:///…` or `oci://…`, as it was asked for. */
  uri: string
  /** `sha256:` and 64 hexadecimal digits, when the bytes could be read. */
  digest?: string | undefined
  /** The policy file's bytes at that moment; absent when there is none. */
  policy?: Uint8Array | undefined
  /** Whether it was there when the session began. */
  initial: boolean
  /** The component's own bytes, when they are to be kept. */
  bytes?: Uint8Array | undefined
}

/**
 * Something outside itself that a component used while it served a call. Request and response are JSON text in UTF-8, and are redacted before
 * they are kept; of an environment variable never the value.
 */
export type ExternalState = {
  kind: 'clock' | 'random' | 'http' | 'file' | 'environment'
  request: Uint8Array
  response?: Uint8Array | undefined
}

/** The same, with the how-manyth `tools/call` request of its session it belongs to, from 1. */
export type RecordedState = ExternalState & { call: number }

/** What an upstream knows about a message that its bytes do not say. */
export type Annotation = {
  /** The component that serves the tool which is called. */
  component?: string | undefined
  policy?: Uint8Array | undefined
  loads?: ComponentLoad[] | undefined
  /** Of an answer: what the call used, in order. */
  state?: readonly ExternalState[] | undefined
}

/** What a tape says was there when the session began, or is told later; `world` when time and randomness were held. */
export type InitialState = {
  components: ComponentLoad[]
  world?: { [fact: string]: Json } | undefined
  /** What the session's calls used, in order: for an upstream that is to be told the same again. */
  state?: readonly RecordedState[] | undefined
}

/** The server side of a session: a process, a URL, real Wassette, the embedded host, or a tape. Optional methods are its abilities. */
export type Upstream = {
  /** What the tape says it was: `{ kind: 'process', command: […] }` and the like. Holds no secret. */
  describe(): { kind: string; [fact: string]: Json }
  /** Epoch, seed and the like, when it holds them; asked after `restore`, before `open`. A tape keeps them. */
  world?(): { [fact: string]: Json }
  /** A new conversation with it, under the number by which `annotate` knows the session; 1 unless given. The transport is not started yet. */
  open(session?: number): Transport
  /** Brings back what was there when a recorded session began. Called before `open`. */
  restore?(state: InitialState): Promise<void>
  /** Resolves when everything that starts with the server has started; `progress` is told how it goes. Called after the transport's start. */
  ready?(progress?: (text: string) => void): Promise<void>
  /** What is there as the session begins. Called once, before the first message. */
  initial?(): InitialState
  /** Called for each message, in order, both ways. */
  annotate?(message: Message, context: Context): Annotation | undefined
  /** Whether a request may take as long as it likes, such as one that compiles a component; no call time limit applies to it. */
  untimed?(message: Message): boolean
}
