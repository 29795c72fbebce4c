/** Values that a server issues anew in each run, put in the place of the recorded ones. */
import { canonical } from '../canonical.ts'
import { type Exact, NumberLiteral, type Span, eachMember, elements, splice, stringAt, textOf } from '../json.ts'
import { type Id, type Message, find, isAnswer, membersOf, parseMessage } from '../message.ts'

/** What the live server issued where the recorded one issued something else. */
export type LiveValues = {
  /** Learns from two messages of the server, the recorded and the live one, that are the same step of the conversation. */
  learn(recorded: Message, live: Message): void
  /** A recorded message of the client with the live values in their places; the same object when there are none. */
  put(message: Message): Message
}

/** Where servers issue values that clients hand back, and under which name they are known (a cursor is issued as `nextCursor`). */
export const issued: ReadonlyMap<string, string> = new Map([
  ['requestState', 'requestState'],
  ['cursor', 'cursor'],
  ['nextCursor', 'cursor'],
  ['taskId', 'taskId'],
  ['elicitationId', 'elicitationId'],
])

type Splice = Span & { text: string }

export function createLiveValues(): LiveValues {
  const requestIds = new Map<Id, Id>()
  const progressTokens = new Map<string, string>()
  /** By name and recorded value, the live one as JSON text. */
  const values = new Map<string, string>()
  const inputKeys = new Map<string, string>()

  function learnValues(recorded: Exact | undefined, live: Exact | undefined): void {
    if (Array.isArray(recorded) && Array.isArray(live)) recorded.forEach((item, index) => learnValues(item, live[index]))
    if (!(recorded instanceof Map) || !(live instanceof Map)) return
    for (const [key, value] of recorded) {
      const now = live.get(key)
      const name = issued.get(key)
      if (name !== undefined && isIssuable(value) && isIssuable(now)) learnValue(`${name} ${canonical(value)}`, canonical(value), canonical(now))
      else if (key === 'inputRequests') learnInputKeys(value, now)
      learnValues(value, now)
    }
  }

  function learnValue(place: string, recorded: string, live: string): void {
    if (recorded !== live || values.has(place)) values.set(place, live)
  }

  /** The server names its input requests as it likes; those of one method are the same in order. */
  function learnInputKeys(recorded: Exact, live: Exact | undefined): void {
    if (!(recorded instanceof Map) || !(live instanceof Map)) return
    const free = [...live].filter(([key]) => !recorded.has(key))
    for (const [key, request] of recorded) {
      if (live.has(key)) continue
      const at = free.findIndex(([, other]) => methodOf(other) === methodOf(request))
      if (at >= 0) inputKeys.set(key, free.splice(at, 1)[0]![0])
    }
  }

  /** What is to be replaced in one message that stands at `offset` of its bytes. */
  function splicesIn(message: Message, offset: number): Splice[] {
    const splices: Splice[] = []
    const add = (span: Span, text: string): void => void splices.push({ start: span.start + offset, end: span.end + offset, text })
    const id = isAnswer(message) && message.id !== undefined ? requestIds.get(message.id) : undefined
    if (id !== undefined && message.idSpan) add(message.idSpan, id)
    const token = message.method === 'notifications/progress' ? find(message, 'params', 'progressToken') : undefined
    const liveToken = token && progressTokens.get(textOf(message.bytes, token))
    if (token && liveToken !== undefined) add(token, liveToken)
    if (values.size > 0) visitIssued(message.bytes, message.span, (span, place) => values.has(place) && add(span, values.get(place)!))
    const responses = inputKeys.size > 0 ? find(message, 'params', 'inputResponses') : undefined
    if (responses) visitKeys(message.bytes, responses, (span, key) => inputKeys.has(key) && add(span, JSON.stringify(inputKeys.get(key))))
    return splices
  }

  return {
    learn(recorded, live) {
      if (recorded.kind === 'request' && recorded.id !== undefined && live.id !== undefined) {
        if (recorded.id !== live.id || requestIds.has(recorded.id)) requestIds.set(recorded.id, live.id)
        const [then, now] = [tokenText(recorded), tokenText(live)]
        if (then !== undefined && now !== undefined) progressTokens.set(then, now)
      }
      learnValues(recorded.exact, live.exact)
    },
    put(message) {
      const splices = membersOf(message).flatMap((member) => splicesIn(member, member.bytes.byteOffset - message.bytes.byteOffset))
      if (splices.length === 0) return message
      return parseMessage(splices.sort((a, b) => b.start - a.start).reduce((bytes, one) => splice(bytes, one, one.text), message.bytes))
    },
  }
}

function isIssuable(value: Exact | undefined): value is string | NumberLiteral {
  return typeof value === 'string' || value instanceof NumberLiteral
}

function methodOf(request: Exact): string {
  const method = request instanceof Map ? request.get('method') : undefined
  return typeof method === 'string' ? method : ''
}

function tokenText(message: Message): string | undefined {
  const span = find(message, 'params', '_meta', 'progressToken')
  return span && textOf(message.bytes, span)
}

/** Tells of each string or number that stands under an issued name, at any depth. */
function visitIssued(bytes: Buffer, span: Span, visit: (span: Span, place: string) => void): void {
  for (const element of elements(bytes, span)) visitIssued(bytes, element, visit)
  eachMember(bytes, span, (key, keyEnd, start, end) => {
    const name = issued.get(stringAt(bytes, key, keyEnd))
    const first = bytes[start]!
    if (first === 0x7b || first === 0x5b) visitIssued(bytes, { start, end }, visit)
    else if (name !== undefined) visit({ start, end }, `${name} ${first === 0x22 ? JSON.stringify(stringAt(bytes, start, end)) : textOf(bytes, { start, end })}`)
  })
}

function visitKeys(bytes: Buffer, span: Span, visit: (span: Span, key: string) => void): void {
  eachMember(bytes, span, (key, keyEnd) => visit({ start: key, end: keyEnd }, stringAt(bytes, key, keyEnd)))
}
