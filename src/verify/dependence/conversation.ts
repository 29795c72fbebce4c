/** What a recording's client said, as far as a tool's answers depend on it. */
import { type Message, findString } from '../../message.ts'
import { linkEntries } from '../../tape/causality.ts'
import type { Entry, Recording } from '../../tape/entry.ts'
import { placeholderStart } from '../../tape/redact/placeholder.ts'
import { restoreValues } from '../../tape/redact.ts'
import type { ComponentLoad, InitialState } from '../../upstream.ts'
import { callsOf } from '../calls.ts'

/** One call of a tool. */
export type Call = {
  /** Which of the client's requests it is, from 1. */
  number: number
  tool: string
  /** The component that served it when it was recorded. */
  component?: string | undefined
}

export type Part = {
  initial: InitialState
  /** In order; `call` on those that call a tool. */
  messages: { message: Message; call?: Call }[]
}

export type Conversation = {
  /** A part for each recorded session in which a tool was called. */
  parts: Part[]
  calls: number
  /** Calls that are left out, as there are too many. */
  left: number
}

/** More calls are left out: each is made again in every run. */
const mostCalls = 200

export type ConversationOptions = {
  /** The live value for a placeholder; without one the placeholder itself is said. */
  secrets?: ((placeholder: string) => string | undefined) | undefined
  most?: number | undefined
}

/** The calls of a recording that were answered, and what opens their sessions. */
export function toConversation(recording: Recording, { secrets, most = mostCalls }: ConversationOptions = {}): Conversation {
  const conversation: Conversation = { parts: [], calls: 0, left: 0 }
  const links = linkEntries(recording.entries)
  const numbers = callsOf(recording)
  for (const { ordinal, world } of recording.sessions) {
    const answers: Entry[] = []
    const messages: Part['messages'] = []
    for (const entry of recording.entries) {
      if (entry.session !== ordinal || entry.direction !== 'to-server') continue
      const message = secrets && entry.message.bytes.includes(placeholderStart) ? restoreValues(entry.message, secrets) : entry.message
      if (opens(message)) messages.push({ message })
      const answer = links.get(entry.id)?.answer
      const tool = message.kind === 'request' && message.method === 'tools/call' && answer ? findString(message, 'params', 'name') : undefined
      if (tool === undefined) continue
      if (conversation.calls === most) conversation.left++
      else {
        conversation.calls++
        answers.push(answer!)
        messages.push({ message, call: { number: numbers.numberOf(entry)!, tool, component: answer!.component ?? entry.component } })
      }
    }
    if (answers.length > 0) conversation.parts.push({ initial: { components: componentsOf(recording, ordinal), world: heldOf(world), ...stateOf(recording, answers) }, messages })
  }
  return conversation
}

function opens({ method }: Message): boolean {
  return method === 'initialize' || method === 'notifications/initialized'
}

/** What was loaded later is there from the start: the call that loads it may find its file no more. */
function componentsOf({ loads }: Recording, ordinal: number): ComponentLoad[] {
  const components = new Map<string, ComponentLoad>()
  for (const load of loads) if (load.session === ordinal && !components.has(load.component)) components.set(load.component, load)
  return [...components.values()]
}

/** Time and randomness are held here, whatever they were: what makes a difference shows when they are changed. */
function heldOf(world: InitialState['world']): InitialState['world'] {
  return world && Object.fromEntries(Object.entries(world).filter(([, value]) => value !== 'real'))
}

/** What network, files and environment said, with the how-manyth of these calls it was said to. */
function stateOf({ state }: Recording, answers: readonly Entry[]): Pick<InitialState, 'state'> {
  const places = new Map<number | undefined, number>(answers.map(({ id }, index) => [id, index + 1]))
  const said = state?.filter(({ kind, entry }) => kind !== 'clock' && kind !== 'random' && places.has(entry))
  return said ? { state: said.map(({ kind, request, response, entry }) => ({ kind, request, response, call: places.get(entry)! })) } : {}
}
