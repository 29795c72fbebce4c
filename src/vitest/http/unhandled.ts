import { ShadowcatError } from '../../errors.ts'
import { type Site, placeError } from '../session/site.ts'

/** The error of a request that nothing in the test answers, on the line that made it. */
export function unhandledError({ method, url, site }: { method?: string | undefined; url: string; site: Site }, redact: (text: string) => string): Error {
  const name = redact(method === undefined ? url : `${method} ${url}`)
  const text = `${name} was answered by nothing in this test, and was not sent: a test that needs the network fails without it

Answer it, as with msw: server.use(http.${method === undefined ? 'get' : method.toLowerCase()}(${JSON.stringify(redact(withoutQuery(url)))}, …))
${method === undefined ? "It was not made through fetch, which alone can be recorded." : "Or record it with the tape: shadowcat's option http: 'record'."}
Or let such requests pass: onUnhandledRequest: 'bypass'.`
  return placeError(new ShadowcatError('policy', text, { facts: { url: redact(url) } }), site)
}

/** The same for people who want to know it, and no failure. */
export function unhandledWarning({ method, url }: { method?: string | undefined; url: string }, redact: (text: string) => string): string {
  return `shadowcat: ${redact(method === undefined ? url : `${method} ${url}`)} was answered by nothing in this test, and goes to the network (onUnhandledRequest: 'warn')`
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/, '')
}
