/** What a call used of the world outside, for people. */
import { type Exact, NumberLiteral, parseExact } from '../json.ts'
import type { ExternalState } from '../upstream.ts'

/**
 * Each thing once, the most telling kinds first: `GET http://127.0.0.1:8080/rate → 200`, `read /data/x`, `HOME`, `wall-clock now ×2`. Of a URL
 * neither userinfo nor query is told. Throws a ShadowcatError ('malformed') when a request or response is no JSON.
 */
export function namesOfUsed(state: readonly ExternalState[]): string[] {
  const asked = (kind: ExternalState['kind']): Asked[] => state.filter((item) => item.kind === kind).map(toAsked)
  const things = [...asked('http').map(nameExchange), ...namesOfFiles(asked('file')), ...new Set(asked('environment').flatMap(namesOfVariables))]
  const told = tally(things.map((name) => [name, 1])).map(([name, count]) => (count === 1 ? name : `${name} ×${count}`))
  return [...told, ...tally([...asked('random'), ...asked('clock')].map(countUses)).map(([name, count]) => `${name} ×${count}`)]
}

function tally(items: readonly (readonly [name: string, count: number])[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const [name, count] of items) counts.set(name, (counts.get(name) ?? 0) + count)
  return [...counts]
}

function countUses({ request }: Asked): [string, number] {
  return [`${text(request, 'interface').replace(/^.*\//, '')} ${text(request, 'function')}`, Number(text(request, 'uses')) || 1]
}

type Asked = { request: Exact; response: Exact | undefined }

function toAsked({ request, response }: ExternalState): Asked {
  return { request: parseExact(request), response: response && parseExact(response) }
}

function member(value: Exact | undefined, key: string): Exact | undefined {
  return value instanceof Map ? value.get(key) : undefined
}

/** A member that is a string or a number as text; nothing else is told. */
function text(value: Exact | undefined, key: string): string {
  const found = member(value, key)
  return found instanceof NumberLiteral ? found.text : typeof found === 'string' ? found : ''
}

function nameExchange({ request, response }: Asked): string {
  const outcome = text(response, 'status') || text(response, 'failure')
  return `${text(request, 'method')} ${placeOf(text(request, 'url'))}${outcome && ` → ${outcome}`}`
}

/** Cut by hand: a placeholder in the userinfo is no URL that could be parsed. */
function placeOf(url: string): string {
  const parts = /^([a-z][a-z0-9+.-]*:\/\/)?(?:[^/?]*@)?([^?#]*)/i.exec(url)!
  return `${parts[1] ?? ''}${parts[2]!}`
}

/** What was only looked at on the way to reading it is not told, nor where granted folders lie. */
function namesOfFiles(asked: readonly Asked[]): string[] {
  const opened = new Set(asked.filter(({ request }) => verbs[text(request, 'ask')]).map(({ request }) => text(request, 'path')))
  return asked.flatMap(({ request, response }) => {
    const [ask, path] = [text(request, 'ask'), text(request, 'path')]
    if (ask === 'locate' || (ask === 'look' && opened.has(path))) return []
    const missing = ask === 'look' && member(response, 'answer') === null ? 'nothing there' : ''
    const outcome = text(response, 'error') || missing
    return [`${verbs[ask] ?? 'look at'} ${path}${outcome && ` → ${outcome}`}`]
  })
}

const verbs: { [ask: string]: string } = { read: 'read', names: 'list' }

function namesOfVariables({ request }: Asked): string[] {
  const keys = member(request, 'keys')
  return Array.isArray(keys) && keys.length > 0 ? keys.filter((key) => typeof key === 'string') : ['environment']
}
