import fc from 'fast-check'
import { type Conversation, answerTo, beginSession, createConversation, notification, request, toolCall, toolResult } from '../conversations.ts'

/** A step of a conversation; calls are named by the order in which they were made. */
type Step =
  | { do: 'call'; tool: string; value: number | string }
  | { do: 'answer' | 'fail' | 'progress' | 'ask' | 'log'; call: number; value: number | string }
  | { do: 'list'; value: number }
  | { do: 'cancel'; call: number }
  | { do: 'change' }

const value = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.string({ maxLength: 4 }))
const call = fc.nat({ max: 5 })

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('call' as const), tool: fc.constantFrom('echo', 'now', 'add'), value }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('answer' as const, 'fail' as const, 'progress' as const, 'ask' as const, 'log' as const), call, value }) },
  fc.record({ do: fc.constant('list' as const), value: fc.nat({ max: 3 }) }),
  fc.record({ do: fc.constant('cancel' as const), call }),
  fc.record({ do: fc.constant('change' as const) }),
)

export const steps: fc.Arbitrary<Step[]> = fc.array(step, { minLength: 3, maxLength: 25 })

/** How ids, tokens and cursors are called in one run. */
export type Naming = { id(ordinal: number): number | string; token(ordinal: number): number | string; cursor(ordinal: number): string; asked(ordinal: number): number | string }

const plainNaming: Naming = { id: (n) => n, token: (n) => n, cursor: (n) => `page-${n}`, asked: (n) => n }

/** The conversation that the steps describe: what cannot be done at a step (answering a call that is not open) is left out. */
export function converse(all: readonly Step[], naming: Naming = plainNaming): Conversation {
  const conversation = createConversation()
  beginSession(conversation)
  const open: number[] = []
  let calls = 0
  let asked = 0
  let pages = 0
  for (const at of all) {
    if (at.do === 'call') {
      open.push(++calls)
      conversation.client(toolCall(naming.id(calls), at.tool, { value: at.value }, naming.token(calls)))
    } else if (at.do === 'list') {
      calls++
      conversation.client(request(naming.id(calls), 'resources/list', pages > 0 ? { cursor: naming.cursor(pages) } : {}))
      conversation.server(answerTo(naming.id(calls), { resources: [at.value], nextCursor: naming.cursor(++pages) }))
    } else if (at.do === 'change') conversation.server(notification('notifications/tools/list_changed'))
    else if (open.length > 0) {
      const chosen = open[at.call % open.length]!
      if (at.do === 'cancel') conversation.client(notification('notifications/cancelled', { requestId: naming.id(chosen) }))
      else if (at.do === 'progress') conversation.server({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: naming.token(chosen), progress: 1, message: String(at.value) } })
      else if (at.do === 'log') conversation.server(notification('notifications/message', { level: 'info', data: at.value }))
      else if (at.do === 'ask') {
        conversation.server(request(naming.asked(++asked), 'elicitation/create', { message: at.value }))
        conversation.client(answerTo(naming.asked(asked), { action: 'accept', content: { value: at.value } }))
      } else if (at.do === 'answer') conversation.server(toolResult(naming.id(chosen), String(at.value)))
      else conversation.server({ jsonrpc: '2.0', id: naming.id(chosen), error: { code: -32000, message: String(at.value) } })
      if (at.do === 'answer' || at.do === 'fail' || at.do === 'cancel') open.splice(open.indexOf(chosen), 1)
    }
  }
  return conversation
}

