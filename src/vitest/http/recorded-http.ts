/** Records requests of the code under test. */
import { abortAfter, setImmediate } from '../../real.ts'
import type { HttpTape } from './http-tape.ts'
import { requestFacts, sentUrl } from './request-value.ts'
import { failureFacts, responseFacts } from './response-facts.ts'

type Item = { request?: Uint8Array; response?: Uint8Array; /** Settles when both are known. */ done: Promise<unknown>; reading?: Reading }
type Reading = { readonly original: Response; readonly whole: Promise<Uint8Array>; cut(): void }

/** How long a body that nobody reads may take to arrive when the test is over, in ms. */
const patience = 1000

/** A tape that is being recorded. What passes is passed on as it comes, streams too. */
export function recordingTape(): HttpTape {
  const items: Item[] = []
  return {
    async answer(request, pass) {
      const asked = sentUrl(request)
      // A body that breaks off was not asked for as a whole: then there is nothing to be recorded.
      const item: Item = { done: requestFacts(request).then((bytes) => (item.request = bytes), () => undefined) }
      items.push(item)
      try {
        return keep(item, await pass(request), asked)
      } catch (error) {
        // What the code itself gave up has no answer.
        if (!request.signal.aborted) item.response = failureFacts(error)
        throw error
      }
    },
    async recorded() {
      await Promise.all(items.map(({ reading }) => reading && settle(reading)))
      await Promise.all(items.map(({ done }) => done))
      return items.flatMap(({ request, response }) => (request ? [{ kind: 'http' as const, request, ...(response && { response }) }] : []))
    },
    unused: () => [],
  }
}

/** Reads a response beside whoever it is for. What a stand-in gives that is no Response, or is read already, is not recorded. */
function keep(item: Item, response: Response, asked: string): Response {
  if (!(response instanceof Response) || response.bodyUsed) {
    item.done = item.done.then(() => delete item.request)
    return response
  }
  const reading = (item.reading = read(response))
  item.done = Promise.all([item.done, reading.whole.then((body) => (item.response = responseFacts(response, body, asked)))])
  return response
}

function read(original: Response): Reading {
  const reader = original.clone().body?.getReader()
  const pieces: Uint8Array[] = []
  async function collect(): Promise<Uint8Array> {
    for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) pieces.push(piece.value)
    return Buffer.concat(pieces)
  }
  return {
    original,
    // A stream that breaks off is recorded as far as it came.
    whole: collect().catch(() => Buffer.concat(pieces)),
    cut: () => void reader?.cancel().catch(() => undefined),
  }
}

/** Of a body that was read all is here; of a stream that is being read, all that the test saw. What nobody read is given a moment to arrive. */
async function settle({ original, whole, cut }: Reading): Promise<void> {
  const limit = new Promise<void>((due) => {
    if (!original.bodyUsed) abortAfter(patience).addEventListener('abort', () => due(), { once: true })
    else setImmediate(() => setImmediate(due))
  })
  await Promise.race([whole, limit])
  cut()
}
