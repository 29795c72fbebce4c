import { fileURLToPath } from 'node:url'
import { stringifyJson } from '../../../src/json.ts'
import { parseMessage } from '../../../src/message.ts'
import { type Origin, setOrigin } from '../../../src/vitest/matchers/origin.ts'
import { RequestError } from '../../../src/vitest/session/request-error.ts'
import { type Call, type ToolResult, toToolResult } from '../../../src/vitest/session/results.ts'
import type { Session } from '../../../src/vitest/session/session.ts'
import type { Settings } from '../../../src/vitest/settings.ts'

/** `result` is the answer's JSON; without it the call was refused. */
export type Given = { name: string; arguments?: object; result?: string | object; duration?: number }

/** A session in which these calls were made, and their results. */
export function sessionWith(...given: Given[]): { session: Session; results: ToolResult[] } {
  const calls: Call[] = []
  const session = { calls, callTool: () => undefined, protocolVersion: '2025-11-25' } as unknown as Session
  for (const [index, one] of given.entries()) {
    const args = (one.arguments ?? {}) as { [key: string]: never }
    const json = typeof one.result === 'string' ? one.result : stringifyJson(one.result)
    const duration = one.duration === undefined ? {} : { duration: one.duration }
    const answer = one.result === undefined ? { error: new RequestError(-32602, `Unknown tool ${one.name}`) } : { result: toToolResult(parseMessage(Buffer.from(`{"jsonrpc":"2.0","id":${index + 1},"result":${json}}`)), { session, name: one.name, arguments: args }, one.duration) }
    calls.push({ name: one.name, arguments: args, ...answer, ...duration })
  }
  return { session, results: calls.flatMap(({ result }) => (result ? [result] : [])) }
}

/** A result with one text. */
export function textResult(text: string, isError = false): object {
  return { content: [{ type: 'text', text }], ...(isError && { isError }) }
}

/** Settings of a project; a test's own over them. */
export function settingsWith(given: Partial<Settings> = {}): Settings {
  return {
    root: '/project', tapes: '/project/tapes', ignore: [], redact: [], world: { date: 'held', random: 'held', timers: 'real' }, http: 'live',
    onUnhandledRequest: 'error', callTimeout: 30_000, scope: 'test', update: 'new', ...given,
  } as Settings
}

/** Makes the session one of this test's. */
export function own(session: Session, test: object, settings: Settings = settingsWith(), environment: Origin['environment'] = {}): void {
  setOrigin({ session, test, settings, environment, held: { epoch: new Date('2026-01-01T00:00:00Z'), seed: 7n } })
}

/** The command of one of the small servers. */
export function fixtureServer(name: string): string[] {
  return [process.execPath, fileURLToPath(new URL(`../../fixtures/servers/${name}.mjs`, import.meta.url))]
}

/** The file of one of the small components. */
export function component(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/components/${name}.wasm`, import.meta.url))
}
