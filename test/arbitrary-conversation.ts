import fc from 'fast-check'
import { type Conversation, answerTo, beginSession, createConversation, notification, progress, request, toolCall, toolResult } from './conversations.ts'

export type ConversationShape = {
  /** How many turns are taken. */
  turns: number
  /** Whether the server asks the client in turn. */
  asks: boolean
  /** Whether requests are cancelled, or left without an answer at the end. */
  breaks: boolean
}

type Pending = { id: number; token: number | undefined; asked: number[] }

/**
 * Conversations as clients and servers have them: calls in flight together, some of them equal; progress, notifications and requests of the server
 * between them; lists, pings, client notifications; cancellation; calls that stay unanswered.
 */
export function arbitraryConversation(shape: Partial<ConversationShape> = {}): fc.Arbitrary<Conversation> {
  const { turns = 40, asks = true, breaks = true } = shape
  return fc.array(fc.nat(), { minLength: 1, maxLength: turns }).map((seeds) => new Improvised(asks, breaks).perform(seeds))
}

/** Each number decides one turn. */
class Improvised {
  readonly #tape = createConversation()
  readonly #pending: Pending[] = []
  readonly #asks: boolean
  readonly #breaks: boolean
  #id = 1
  #marks = 0

  constructor(asks: boolean, breaks: boolean) {
    this.#asks = asks
    this.#breaks = breaks
  }

  perform(seeds: number[]): Conversation {
    beginSession(this.#tape)
    for (const seed of seeds) this.#turn(seed % 12, Math.floor(seed / 12))
    while (this.#pending.length > 0 && !this.#breaks) {
      if (this.#pending[0]!.asked.length > 0) this.#hear(0)
      else this.#answer(0)
    }
    return this.#tape
  }

  #turn(action: number, seed: number): void {
    const tape = this.#tape
    const at = this.#pending.length === 0 ? -1 : seed % this.#pending.length
    if (action < 4 || at < 0) this.#call(seed)
    else if (action < 6) this.#answer(at)
    else if (action === 6) this.#tellProgress(at)
    else if (action === 7) tape.server(notification('notifications/message', { level: 'info', data: this.#marks++ }))
    else if (action === 8 && this.#asks) this.#ask(at)
    else if (action === 9 && this.#asks) this.#hear(at)
    else if (action === 10) this.#chat(seed)
    else if (action === 11 && this.#breaks) this.#cancel(at)
  }

  #call(seed: number): void {
    const token = seed % 3 === 0 ? this.#id * 100 : undefined
    this.#tape.client(toolCall(this.#id, `tool-${seed % 2}`, { value: Math.floor(seed / 2) % 3 }, token))
    this.#pending.push({ id: this.#id++, token, asked: [] })
  }

  #answer(at: number): void {
    const { id, asked } = this.#pending[at]!
    if (asked.length > 0 && !this.#breaks) return
    this.#pending.splice(at, 1)
    this.#tape.server(toolResult(id, `answer ${this.#marks++}`))
  }

  #tellProgress(at: number): void {
    const { token } = this.#pending[at]!
    if (token !== undefined) this.#tape.server(progress(token, this.#marks++))
  }

  #ask(at: number): void {
    const mark = this.#marks++
    this.#pending[at]!.asked.push(mark)
    this.#tape.server(request(`s${mark}`, 'sampling/createMessage', { mark }))
  }

  #hear(at: number): void {
    const mark = this.#pending[at]!.asked.shift()
    if (mark !== undefined) this.#tape.client(answerTo(`s${mark}`, { said: mark }))
  }

  #chat(seed: number): void {
    if (seed % 3 === 0) this.#tape.client(notification('notifications/roots/list_changed'))
    else if (seed % 3 === 1) this.#tape.call(this.#id++, 'ping', undefined, {})
    else this.#tape.call(this.#id++, 'tools/list', {}, { tools: [], mark: this.#marks++ })
  }

  #cancel(at: number): void {
    const [{ id }] = this.#pending.splice(at, 1) as [Pending]
    this.#tape.client(notification('notifications/cancelled', { requestId: id }))
  }
}
