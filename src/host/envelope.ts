/** What a message asks, as Wassette reads it. */
import { type Exact, textOf } from '../json.ts'
import { type Id, type Message, isAnswer } from '../message.ts'

/** A request, or a notification, which has no id. */
export type Asked = { readonly id: Id | undefined; readonly method: string; readonly params: ReadonlyMap<string, Exact>; /** In bytes. */ readonly size: number }

const least = -(2n ** 63n)
const most = 2n ** 63n - 1n

/** `nothing`: it wants no answer and gets none. `invalid`: it is no JSON-RPC that Wassette knows; a batch is none either. */
export function readRequest(message: Message): Asked | 'nothing' | 'invalid' {
  if (isAnswer(message)) return 'nothing'
  const { exact, method } = message
  if (!(exact instanceof Map) || method === undefined || exact.get('jsonrpc') !== '2.0') return 'invalid'
  const params = exact.get('params') ?? new Map<string, Exact>()
  if (!(params instanceof Map)) return 'invalid'
  const meta = params.get('_meta') ?? null
  if (meta !== null && !(meta instanceof Map)) return 'invalid'
  const size = message.bytes.length
  if (message.kind === 'notification') return exact.has('id') ? 'nothing' : { id: undefined, method, params, size }
  return isId(message) ? { id: message.id!, method, params, size } : 'nothing'
}

/** A text, or an integer of 64 bits. */
function isId({ bytes, idSpan, id }: Message): boolean {
  const text = idSpan ? textOf(bytes, idSpan) : ''
  if (text.startsWith('"')) return id !== undefined
  return /^-?\d+$/.test(text) && BigInt(text) >= least && BigInt(text) <= most
}
