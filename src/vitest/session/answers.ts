import { ShadowcatError, messageOf } from '../../errors.ts'
import type { Json } from '../../json.ts'
import { type Message, createError, createMessage, withId } from '../../message.ts'
import { capabilityOf } from '../../proxy/era.ts'
import { RequestError } from './request-error.ts'
import type { Answer } from './session.ts'
import type { Participant, Wire } from './wire.ts'

/** The capabilities without which a server does not ask. */
const declarable: ReadonlySet<string> = new Set(['sampling', 'elicitation', 'roots'])
const internalError = -32603

/** What a session answers to the server's own requests. */
export type Answers = {
  /** Declares the capability too; throws 'usage' when it is too late for that. */
  add(method: string, answer: Answer): void
  of(method: string): Answer | undefined
  readonly participant: Pick<Participant, 'takes' | 'request' | 'closed'>
}

export function createAnswers(wire: Wire): Answers {
  const answers = new Map<string, Answer>()

  /** After the handshake it is too late: the server has been told what this client can do. */
  function declare(capability: string, method: string): void {
    if (!wire.begun || wire.stateless) wire.declare(capability)
    if (capability in wire.greeting.capabilities) return
    throw new ShadowcatError('usage', `onRequest(${JSON.stringify(method)}) comes after the handshake, which did not declare the capability ${JSON.stringify(capability)}: call it before the first request`)
  }

  async function reply(request: Message): Promise<void> {
    const { params = {} } = request.value as { params?: Json }
    try {
      const result = await answers.get(request.method!)!(params)
      wire.answer(withId(createMessage({ jsonrpc: '2.0', id: 0, result }), request.id!))
    } catch (error) {
      const { code, data } = error instanceof RequestError ? error : { code: internalError, data: undefined }
      wire.answer(createError(request.id!, code, messageOf(error), data))
    }
  }

  return {
    add(method, answer) {
      const capability = capabilityOf(method)
      if (declarable.has(capability)) declare(capability, method)
      answers.set(method, answer)
    },
    of: (method) => answers.get(method),
    participant: { takes: (method) => answers.has(method), request: (message) => void reply(message), closed: () => undefined },
  }
}
