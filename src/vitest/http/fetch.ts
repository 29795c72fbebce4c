import { captureSite } from '../session/site.ts'
import { asking, runningTest } from './running.ts'
import { createWrap } from './wrap.ts'

/** The global `fetch` while tests hold it. Requests that are no HTTP, and those of nobody's, are passed on. */
function heldFetch(...args: Parameters<typeof fetch>): Promise<Response> {
  const running = runningTest()
  const request = running && describe(...args)
  const outer = asking()
  // A mock that was put over this one passes on what came through already.
  if (!request || (outer?.url === request.url && outer.method === request.method)) return passOn(args)
  return running.fetch({ ...request, site: captureSite(heldFetch) }, args)
}

const wrap = createWrap<typeof fetch>(globalThis, 'fetch', Object.defineProperties(heldFetch, { name: { value: 'fetch' }, length: { value: 1 } }))

/** Holds the global `fetch` until what is returned is called. */
export const holdFetch = (): (() => void) => wrap.hold()

/** What `fetch` would do without us. */
export function passOn(args: Parameters<typeof fetch>): Promise<Response> {
  return Reflect.apply(wrap.beneath, globalThis, args)
}

/** Whether nothing but Node's own stands there: no mock of the user. */
export const fetchIsPlain = (): boolean => /undici/.test(Function.prototype.toString.call(wrap.beneath))

function describe(input: Parameters<typeof fetch>[0], init?: RequestInit): { method: string; url: string } | undefined {
  const given = typeof input === 'object' && 'url' in input ? input : undefined
  const text = given ? given.url : String(input)
  const page = (globalThis as { location?: { href?: string } }).location?.href
  const url = URL.canParse(text) ? new URL(text) : URL.canParse(text, page) ? new URL(text, page) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) return undefined
  url.hash = ''
  return { method: (init?.method ?? given?.method ?? 'GET').toUpperCase(), url: url.href }
}
