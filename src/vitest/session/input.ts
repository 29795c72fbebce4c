/** Results that ask for input (2026-07-28): the stateless era's way for a server to ask its client. */
import type { Json } from '../../json.ts'
import type { Message } from '../../message.ts'
import type { Ask } from './ask.ts'
import type { Answer } from './session.ts'

/** As many as the SDK's client: a server that never has enough gets no more. */
const mostRounds = 10

type Wanted = { inputRequests: { [key: string]: { method: string; params?: Json } }; requestState?: Json }

/**
 * Asks, gives the input that the result asks for, and asks again with it, until there is a result that wants nothing. What `answerOf` has no
 * answer for is left to the user: the result that wants it is given back.
 */
export function withInput(ask: Ask, answerOf: (method: string) => Answer | undefined): Ask {
  return async (method, params, options, site) => {
    let settled = await ask(method, params, options, site)
    for (let round = 0; round < mostRounds; round++) {
      const wanted = wantedIn(settled.answer)
      const answers = wanted && Object.entries(wanted.inputRequests).map(([key, request]) => ({ key, request, answer: answerOf(request.method) }))
      if (!answers || answers.length === 0 || answers.some(({ answer }) => !answer)) return settled
      const given = await Promise.all(answers.map(async ({ key, request, answer }) => [key, await answer!(request.params ?? {})] as const))
      const { requestState } = wanted
      const more = { inputResponses: Object.fromEntries(given), ...(requestState !== undefined && { requestState }) }
      settled = await ask(method, { ...(params as { [key: string]: Json } | undefined), ...more }, options, site)
    }
    return settled
  }
}

function wantedIn(answer: Message): Wanted | undefined {
  if (!answer.bytes.includes('"inputRequests"')) return undefined
  const { result } = answer.value as { result?: Partial<Wanted> & { resultType?: string } }
  return result?.resultType === 'input_required' && result.inputRequests ? (result as Wanted) : undefined
}
