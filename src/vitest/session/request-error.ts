import type { Json } from '../../json.ts'
import type { Message } from '../../message.ts'

/** A JSON-RPC error as an answer: `code` and `data` are the server's, integers of `data` past 2^53−1 are bigints. */
export class RequestError extends Error {
  override readonly name: string = 'RequestError'
  readonly code: number
  readonly data: Json | undefined

  constructor(code: number, message: string, data?: Json) {
    super(message)
    this.code = code
    this.data = data
  }
}

/** The error that an answer of kind `error` says. */
export function toRequestError({ value }: Message): RequestError {
  const { error } = value as { error?: Json }
  const { code, message, data } = (typeof error === 'object' && error !== null && !Array.isArray(error) ? error : {}) as { code?: Json; message?: Json; data?: Json }
  return new RequestError(Number(code ?? 0), typeof message === 'string' ? message : 'the server answered with an error without a message', data)
}
