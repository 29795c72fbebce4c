import type { Answer } from './exchange.ts'
import { varyBytes, varyText } from './varied-text.ts'
import type { Stage } from './variation.ts'

/** Headers that say how an answer is to be read. */
const structural = new Set(['content-type', 'content-length', 'content-encoding', 'transfer-encoding', 'connection', 'trailer'])
/** Milliseconds that change year, month, day, weekday, hour, minute and second. */
const back = 1_250 * 86_400_000 + 26_239_000

/** Another answer to the same request. `content`: another body and other headers, of the same kind; `failure`: a failure for what succeeded, and the other way round. */
export function varyAnswer(answer: Answer, stage: Stage): Answer {
  if ('failure' in answer) {
    if (stage === 'failure') return { status: 200, headers: [], body: new Uint8Array(0) }
    return { failure: answer.failure === 'connection-refused' ? 'connection-timeout' : 'connection-refused' }
  }
  if (stage === 'failure') return { ...answer, status: answer.status < 400 ? 500 : 200 }
  const body = varyBytes(answer.body)
  return { status: answer.status, headers: answer.headers.map(([name, value]) => [name, varyHeader(name, value, answer.body.byteLength, body.byteLength)]), body }
}

/** The length stays true when it was. */
function varyHeader(name: string, value: string, before: number, after: number): string {
  if (/^content-length$/i.test(name) && value === String(before)) return String(after)
  if (structural.has(name.toLowerCase())) return value
  return /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/.test(value) ? earlier(value) : varyText(value)
}

function earlier(date: string): string {
  const time = Date.parse(date)
  return Number.isNaN(time) ? varyText(date) : new Date(time - back).toUTCString()
}
