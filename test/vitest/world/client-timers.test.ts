import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createProject } from '../project.ts'

/** Takes its time to start and to answer, by a clock that no test holds. */
const server = `
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
await sleep(150)
const fails = {}
let asked = 0
const say = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n')
const text = (text, isError = false) => ({ content: [{ type: 'text', text }], isError })
const waiting = new Map()
const tools = {
  slow: async () => (await sleep(150), text('late')),
  flaky: async ({ who }) => (await sleep(20), (fails[who] = (fails[who] ?? 2) - 1) >= 0 ? text('busy', true) : text('done')),
  never: () => new Promise(() => undefined),
  asks: async () => {
    const id = 'ask ' + ++asked
    const { promise, resolve } = Promise.withResolvers()
    waiting.set(id, resolve)
    say({ id, method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } })
    const { content } = await promise
    await sleep(50)
    return text('heard ' + content.text)
  },
}
createInterface({ input: process.stdin }).on('line', async (line) => {
  const { id, method, params, result } = JSON.parse(line)
  if (waiting.has(id)) return waiting.get(id)(result)
  if (method === 'initialize') say({ id, result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'slow', version: '1' } } })
  else if (method === 'tools/list') say({ id, result: { tools: Object.keys(tools).map((name) => ({ name, inputSchema: { type: 'object' } })) } })
  else if (method === 'tools/call') say({ id, result: await tools[params.name](params.arguments) })
}).on('close', () => process.exit())
`

const tests = `
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect } from 'vitest'
import { test } from 'shadowcat/vitest'

const hour = 3_600_000
// A tape answers at once or never: there, nothing waits for the machine.
const limit = process.env.CI ? hour : 100
const textIn = ({ content }) => content[0].text

async function retry(call, most = 5) {
  for (let attempt = 1; ; attempt++) {
    const result = await call()
    if (!result.isError || attempt === most) return result
    await new Promise((resolve) => setTimeout(resolve, attempt * hour))
  }
}

test('the time limit of the SDK does not strike while an answer is on its way', async ({ client, world }) => {
  for (let i = 0; i < 3; i++) expect(textIn(await client.callTool({ name: 'slow' }))).toBe('late')
  // The handshake, and three calls; the SDK lists the tools before the first.
  expect(Date.now() - world.epoch.getTime()).toBeLessThan(10)
})
test('nor while the server starts, for the first call of an exact session', async ({ session }) => {
  const guard = sleep(60_000, 'too late', { ref: false })
  expect(await Promise.race([session.callTool('slow').then(textIn), guard])).toBe('late')
})
test('a retry with a back-off of hours takes no time', async ({ client }) => {
  const begun = Date.now()
  expect(textIn(await retry(() => client.callTool({ name: 'flaky', arguments: { who: 'client' } })))).toBe('done')
  expect(Math.round((Date.now() - begun) / hour)).toBe(3)
})
test('so does one with an exact session', async ({ session }) => {
  const begun = Date.now()
  expect(textIn(await retry(() => session.callTool('flaky', { who: 'session' })))).toBe('done')
  expect(Math.round((Date.now() - begun) / hour)).toBe(3)
})
describe('at the same time', () => {
  test.for([1, 2, 3, 4])('client %i', { concurrent: true }, async (i, { client, expect }) => {
    const begun = Date.now()
    for (let k = 0; k < 3; k++) {
      expect(textIn(await client.callTool({ name: 'slow' }))).toBe('late')
      await sleep(i * hour)
    }
    expect(Math.round((Date.now() - begun) / hour)).toBe(3 * i)
  })
})
`

/** Where the session is a test's own. */
const alone = `
test('what is never answered ends at its time limit, and holds up nothing after it', async ({ client }) => {
  await expect(client.callTool({ name: 'never' }, { timeout: limit })).rejects.toThrow('timed out')
  const begun = Date.now()
  await sleep(hour)
  expect(Date.now() - begun).toBe(hour)
  expect(textIn(await client.callTool({ name: 'slow' }))).toBe('late')
})
test('one of an exact session ends with its signal', async ({ session }) => {
  await expect(session.callTool('never', {}, { signal: AbortSignal.timeout(limit) })).rejects.toThrow('timeout')
  await sleep(hour)
  expect(textIn(await session.callTool('slow'))).toBe('late')
})
test('while the server waits for us, our own waiting takes no time', async ({ session }) => {
  session.onRequest('sampling/createMessage', async () => {
    await sleep(hour)
    return { role: 'assistant', model: 'none', content: { type: 'text', text: 'an hour later' } }
  })
  const begun = Date.now()
  expect(textIn(await session.callTool('asks'))).toBe('heard an hour later')
  expect(Math.round((Date.now() - begun) / hour)).toBe(1)
})
`

describe.each(['test', 'file'])('a session for each %s', (scope) => {
  test('timers that run by themselves wait for answers that are on their way, recording and replaying', { timeout: 120_000 }, async () => {
    using project = createProject({
      files: { 'slow.mjs': server, 'a.test.mjs': scope === 'test' ? tests + alone : tests },
      options: `{ upstream: { command: ['node', 'slow.mjs'] }, world: { timers: 'auto' }, scope: '${scope}' }`,
    })
    const first = await project.run()
    expect([first.exitCode, first.json?.numFailedTests], first.stdout + first.stderr).toEqual([0, 0])
    const recorded = project.snapshotOfFiles()
    project.remove('slow.mjs')
    for (const pool of ['forks', 'threads']) {
      const { exitCode, json, stdout, stderr } = await project.run({ args: [`--pool=${pool}`], env: { CI: '1' } })
      expect([pool, exitCode, json?.numFailedTests], stdout + stderr).toEqual([pool, 0, 0])
    }
    expect(project.snapshotOfFiles()).toEqual({ ...recorded, 'slow.mjs': undefined })
  })
})

const first = `
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { test } from 'shadowcat/vitest'

test('guarded', async ({ session }) => {
  expect(await Promise.race([session.listTools(), sleep(60_000, 'too late')])).not.toBe('too late')
})
test('through the SDK', async ({ client }) => {
  await client.listTools()
})
`

test('and for a component that is still being made ready', { timeout: 60_000 }, async () => {
  const component = readFileSync(join(import.meta.dirname, '../../fixtures/components/clock.wasm'))
  using project = createProject({ files: { 'clock.wasm': component, 'a.test.mjs': first }, options: { upstream: { components: ['clock.wasm'] }, world: { timers: 'auto' } } })
  for (const env of [{}, { CI: '1' }]) {
    const { exitCode, json, stdout, stderr } = await project.run({ env: { SHADOWCAT_CACHE: join(project.path, 'cache'), ...env } })
    expect([exitCode, json?.numPassedTests], stdout + stderr).toEqual([0, 2])
  }
})
