import { ShadowcatError } from '../../errors.ts'
import type { Json } from '../../json.ts'
import { type Message, createMessage } from '../../message.ts'
import { createAnswers } from './answers.ts'
import { createAsk } from './ask.ts'
import { withInput } from './input.ts'
import type { Line } from './line.ts'
import type { ReceivedNotification, Session, ToolDefinition } from './session.ts'
import { captureSite, placeError } from './site.ts'
import type { Participant } from './wire.ts'

/** A server whose cursors go round in circles is not followed for ever. */
const mostPages = 10_000

/** The session of a line, and what the wire tells it. */
export function createSession(line: Line): { session: Session; participant: Participant } {
  const { wire } = line
  const answers = createAnswers(wire)
  const notifications: ReceivedNotification[] = []
  const ask = withInput(createAsk(line, hear), answers.of)

  function hear(message: Message): ReceivedNotification {
    const { params } = message.value as { params?: Json }
    const notification = { method: message.method!, ...(params !== undefined && { params }) }
    notifications.push(notification)
    return notification
  }

  const session: Session = {
    callTool(name, args = {}, options = {}) {
      const site = captureSite(session.callTool)
      return ask('tools/call', { name, arguments: args }, options, site).then(({ call }) => call!.result!)
    },
    async listTools() {
      const site = captureSite(session.listTools)
      const tools: ToolDefinition[] = []
      let cursor: Json | undefined
      for (let page = 0; page < mostPages; page++) {
        const { answer } = await ask('tools/list', cursor === undefined ? undefined : { cursor }, {}, site)
        const { result } = answer.value as { result: { tools?: ToolDefinition[]; nextCursor?: Json } }
        tools.push(...(result.tools ?? []))
        cursor = result.nextCursor
        if (cursor === undefined || cursor === null) return tools
      }
      throw placeError(new ShadowcatError('malformed', `tools/list has more than ${mostPages} pages: the server's cursors do not end`), site)
    },
    request(method, params, options = {}) {
      const site = captureSite(session.request)
      return ask(method, params, options, site).then(({ answer }) => (answer.value as { result: Json }).result)
    },
    notify(method, params) {
      wire.notify(createMessage({ jsonrpc: '2.0', method, ...(params !== undefined && { params }) }))
    },
    onRequest: answers.add,
    get notifications() {
      return notifications
    },
    get calls() {
      return line.calls
    },
    get serverInfo() {
      return greeted('serverInfo')
    },
    get serverCapabilities() {
      return greeted('capabilities')
    },
    get protocolVersion() {
      const agreed = greeted('protocolVersion')
      return typeof agreed === 'string' ? agreed : wire.greeting.protocolVersion
    },
  }

  function greeted(fact: string): Json | undefined {
    const { result } = (wire.greeted?.value ?? {}) as { result?: { [fact: string]: Json } }
    return result?.[fact]
  }

  return { session, participant: { ...answers.participant, notification: hear } }
}
