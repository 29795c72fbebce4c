import { ShadowcatError, nearest, quote } from '../errors.ts'
import { type Span, eachMember, scanJson, stringAt, textOf } from '../json.ts'
import { type Id, type Message, parseMessage } from '../message.ts'

/** One thing that a script sends; `name` is what people know it by. */
export type Step = { message: Message; name: string }

/** A script of calls: what is sent, in order, and how the server's own requests are answered. */
export type Script = {
  steps: Step[]
  /** JSON texts of results by the server's method, in the order in which they are given. */
  answers: Map<string, string[]>
}

const keys = ['tool', 'arguments', 'jsonrpc', 'method', 'params', 'id', 'answer', 'result', 'error']

/**
 * Reads a script: lines of JSON, each one of
 *
 *     {"tool":"echo","arguments":{"text":"hello"}}       a tool call; an id is given to it
 *     {"method":"tools/list","params":{}}                a request, or a notification if its name begins with notifications/
 *     {"jsonrpc":"2.0",…}                                a whole message, sent as it stands
 *     {"answer":"roots/list","result":{"roots":[]}}      how the server's next request of that method is answered
 *
 * Blank lines are skipped, numbers keep their digits. Throws 'usage' with the line's number for anything else.
 */
export function parseScript(bytes: Buffer, where: string): Script {
  const lines = splitLines(bytes).map(({ number, line }) => ({ at: `${where}:${number}`, line, members: readMembers(line, `${where}:${number}`) }))
  const taken = new Set(lines.flatMap(({ line, members }) => (members.has('jsonrpc') ? [parseMessage(line).id] : [])))
  const script: Script = { steps: [], answers: new Map() }
  let last = 0
  const nextId = (): Id => {
    do last++
    while (taken.has(String(last)))
    return String(last)
  }
  for (const { at, line, members } of lines) addLine(script, { at, line, members, nextId })
  if (script.steps.length === 0) throw new ShadowcatError('usage', `${where} holds no call; a line looks like {"tool":"echo","arguments":{"text":"hello"}}`)
  return script
}

type Line = { at: string; line: Buffer; members: Map<string, Span>; nextId: () => Id }

function addLine(script: Script, { at, line, members, nextId }: Line): void {
  const text = (key: string): string | undefined => {
    const span = members.get(key)
    return span && textOf(line, span)
  }
  const name = (key: string): string => {
    const span = members.get(key)!
    if (line[span.start] !== 0x22) throw new ShadowcatError('usage', `${at}: ${key} is to be a text; found ${text(key)}`)
    return stringAt(line, span.start, span.end)
  }
  if (members.has('jsonrpc')) {
    const message = parseMessage(line)
    script.steps.push({ message, name: message.method ?? message.kind })
  } else if (members.has('tool')) {
    const call = `{"jsonrpc":"2.0","id":${nextId()},"method":"tools/call","params":{"name":${JSON.stringify(name('tool'))},"arguments":${text('arguments') ?? '{}'}}}`
    script.steps.push({ message: parseMessage(Buffer.from(call)), name: name('tool') })
  } else if (members.has('method')) {
    const id = name('method').startsWith('notifications/') ? '' : `"id":${text('id') ?? nextId()},`
    const params = members.has('params') ? `,"params":${text('params')}` : ''
    script.steps.push({ message: parseMessage(Buffer.from(`{"jsonrpc":"2.0",${id}"method":${JSON.stringify(name('method'))}${params}}`)), name: name('method') })
  } else if (members.has('answer')) {
    const answer = members.has('error') ? `"error":${text('error')}` : `"result":${text('result') ?? '{}'}`
    script.answers.set(name('answer'), [...(script.answers.get(name('answer')) ?? []), answer])
  } else throw new ShadowcatError('usage', `${at}: a line names a tool, a method or an answer, such as {"tool":"echo","arguments":{}}; found ${quote(line)}`)
}

function splitLines(bytes: Buffer): { number: number; line: Buffer }[] {
  const found: { number: number; line: Buffer }[] = []
  for (let start = 0, number = 1; start < bytes.length; number++) {
    const end = bytes.indexOf(0x0a, start)
    const line = bytes.subarray(start, end === -1 ? bytes.length : end)
    if (line.some((byte) => byte > 0x20)) found.push({ number, line })
    start = end === -1 ? bytes.length : end + 1
  }
  return found
}

function readMembers(line: Buffer, at: string): Map<string, Span> {
  const members = new Map<string, Span>()
  let object: Span
  try {
    object = scanJson(line)
  } catch (cause) {
    throw new ShadowcatError('usage', `${at}: ${(cause as Error).message}: ${quote(line)}`, { cause })
  }
  eachMember(line, object, (key, keyEnd, start, end) => members.set(stringAt(line, key, keyEnd), { start, end }))
  for (const key of members.keys()) {
    if (keys.includes(key) || members.has('jsonrpc')) continue
    const meant = nearest(key, keys)
    throw new ShadowcatError('usage', `${at}: unknown key ${JSON.stringify(key)}${meant ? `: did you mean ${JSON.stringify(meant)}?` : ''}`)
  }
  return members
}
