import type { ExternalState } from '../../upstream.ts'

/** What a tape does with the requests of the code under test: it records them, plays them, or refuses them as there is none. */
export type HttpTape = {
  /** Answers; `pass` sends the request as it would be without us. Rejects with an HttpMiss when it was not recorded. */
  answer(request: Request, pass: (request: Request) => Promise<Response>): Promise<Response>
  /** What was recorded, in the order of the requests. Waits for answers that are on their way, but not for a stream that somebody reads. */
  recorded(): Promise<ExternalState[]>
  /** What was recorded once and nobody asked for, as text. */
  unused(): string[]
}

/** A request that the tape does not answer: its message says which and why. */
export class HttpMiss extends Error {
  override readonly name = 'MissError'
}

/** Where there is no tape, and none may be made. */
export function refusingTape(reason: Error): HttpTape {
  return { answer: () => Promise.reject(new HttpMiss(reason.message, { cause: reason })), recorded: async () => [], unused: () => [] }
}
