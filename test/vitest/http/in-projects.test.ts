/** Vitest itself, on projects whose code under test asks over HTTP. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Project, type Run, createProject } from '../project.ts'
import { bodyOf, serve } from './server.ts'

const fixtures = join(import.meta.dirname, '../../fixtures')
const component = join(import.meta.dirname, '../../../examples/wassette-component/components/rates')
const ci = { CI: 'true' }
const upstream = { command: ['node', 'echo.mjs'] }

function projectWith(body: string, options: object = {}, files: Record<string, string | Uint8Array> = {}): Project {
  const echo = readFileSync(join(fixtures, 'servers/echo.mjs'), 'utf8')
  return createProject({ files: { 'echo.mjs': echo, ...files, 'a.test.mjs': `import { expect, test } from 'shadowcat/vitest'\n${body}` }, options: { upstream, ...options } })
}

/** What vitest says of each test: how it ended, and why. */
function outcomes({ json, stdout, stderr }: Run): Record<string, string> {
  if (!json) throw new Error(`no report:\n${stdout}${stderr}`)
  return Object.fromEntries(json.testResults.flatMap((file) => file.assertionResults).map((one) => [one.title, [one.status, ...one.failureMessages.map((text) => text.split('\n\n')[0])].join(': ')]))
}

const tapesOf = (project: Project): Record<string, string> => Object.fromEntries(Object.entries(project.snapshotOfFiles()).filter(([name]) => name.startsWith('tapes/')))

/** Answers with what it is sent; to GET with a number that counts. */
const counting = () => {
  let count = 0
  return serve((request, response) => void bodyOf(request).then((body) => response.setHeader('content-type', 'application/json').end(body.length > 0 ? body : `{"count":${++count},"large":18446744073709551615}`)))
}

describe("http: 'record'", () => {
  const body = (words: string): string => `
    const url = process.env.SERVER
    test('both', async ({ session }) => {
      const first = await (await fetch(url + '/one')).text()
      await session.callTool('echo', { text: first })
      const sent = await fetch(url + '/two', { method: 'POST', body: JSON.stringify({ at: Date.now(), id: crypto.randomUUID()${words} }) })
      expect(Object.keys(await sent.json())).toContain('at')
      expect(first).toContain('18446744073709551615')
    })
    test('HTTP alone', async ({ tape }) => {
      const bytes = await (await fetch(url, { method: 'PUT', body: Uint8Array.of(0xff, 0, 0xfe) })).bytes()
      expect([...bytes]).toEqual([0xff, 0, 0xfe])
    })
    test('at the same time', async ({ world }) => {
      const found = await Promise.all(['/a', '/b', '/c'].map(async (path) => (await fetch(url + path, { method: 'POST', body: path })).text()))
      expect(found).toEqual(['/a', '/b', '/c'])
    })
    test('swallowed', async ({ session }) => {
      await fetch(url + '/three${words}').catch(() => undefined)
    })
    test('fewer', async ({ session }) => {
      for (const path of ['/four', '/five']${words && '.slice(1)'}) await fetch(url + path)
    })
  `

  test('what was recorded is played with the server closed, in CI too, and no byte of a tape changes; what changes fails', async () => {
    const server = await counting()
    using project = projectWith(body(''), { http: 'record' })
    const env = { SERVER: server.url }
    const passed = { both: 'passed', 'HTTP alone': 'passed', 'at the same time': 'passed', swallowed: 'passed', fewer: 'passed' }
    expect(outcomes(await project.run({ env }))).toEqual(passed)
    const [tapes, asked] = [tapesOf(project), server.requests.length]
    expect([Object.keys(tapes).length, asked]).toEqual([5, 9])
    await server.close()
    for (const more of [{}, ci]) {
      expect(outcomes(await project.run({ env: { ...env, ...more } }))).toEqual(passed)
      expect(tapesOf(project)).toEqual(tapes)
    }
    project.write('a.test.mjs', project.read('a.test.mjs').replace(body(''), () => body(' + 1, more: 1').replaceAll(' + 1, more: 1}', '?changed}').replaceAll('/three + 1, more: 1', '/three?changed').replace('crypto.randomUUID() + 1', 'crypto.randomUUID()')))
    const changed = outcomes(await project.run({ env: { ...env, ...ci } }))
    expect(changed).toMatchObject({ 'HTTP alone': 'passed', 'at the same time': 'passed' })
    expect(changed['both']).toMatch(/^failed: TypeError: fetch failed: POST .*\/two was not recorded so in [^:]*both\.tape$/)
    expect(changed['swallowed']).toMatch(/^failed: MissError: GET .*\/three\?changed was not recorded in tapes\/a\.test\.mjs\/swallowed\.tape/)
    expect(changed['fewer']).toMatch(/^failed: UnusedError: 1 recorded request over HTTP was not made: tapes\/a\.test\.mjs\/fewer\.tape/)
    expect(tapesOf(project)).toEqual(tapes)
  })

  test('without a tape nothing is asked in CI, and the test says so though it swallowed the error', async () => {
    const server = await counting()
    using project = projectWith("test('swallowed', async ({ tape }) => void (await fetch(process.env.SERVER).catch(() => undefined)))", { http: 'record' })
    const run = await project.run({ env: { SERVER: server.url, ...ci } })
    expect(outcomes(run)['swallowed']).toMatch(/^failed: .*there is no tape tapes\/a\.test\.mjs\/swallowed\.tape/)
    expect([server.requests, tapesOf(project)]).toEqual([[], {}])
  })

  test('-u records what changed, and a second -u changes no byte', async () => {
    let answer = 'first'
    const server = await serve((_, response) => response.end(answer))
    using project = projectWith("for (const name of ['a', 'b']) test(name, async ({ tape }) => console.log('got', await (await fetch(process.env.SERVER + '/' + name)).text()))", { http: 'record' })
    const run = () => project.run({ args: ['-u'], env: { SERVER: server.url } })
    await run()
    const first = tapesOf(project)
    await run()
    expect(tapesOf(project)).toEqual(first)
    answer = 'second'
    await run()
    expect(tapesOf(project)).not.toEqual(first)
    expect((await project.run({ env: { SERVER: server.url, ...ci } })).stdout).toMatch(/got second/)
  })

  test('tests at the same time, in a file that shares its tape too, keep apart', async () => {
    const server = await counting()
    const concurrent = `
      import { describe } from 'vitest'
      describe.concurrent('all', () => {
        test.for(Array.from({ length: 20 }, (_, index) => index))('number %s', async (number, { session, expect }) => {
          for (const part of [0, 1]) expect(await (await fetch(process.env.SERVER, { method: 'POST', body: number + '/' + part })).text()).toBe(number + '/' + part)
        })
      })`
    for (const scope of ['test', 'file']) {
      using project = projectWith(concurrent, { http: 'record', scope })
      const env = { SERVER: server.url }
      expect((await project.run({ env, args: ['--maxConcurrency=20'] })).json).toMatchObject({ numPassedTests: 20, numFailedTests: 0 })
      const asked = server.requests.length
      expect((await project.run({ env: { ...env, ...ci }, args: ['--maxConcurrency=20'] })).json).toMatchObject({ numPassedTests: 20, numFailedTests: 0 })
      expect(server.requests.length).toBe(asked)
    }
  })
})

const mock = (options: string): string => `
  import { http, HttpResponse } from 'msw'
  import { setupServer } from 'msw/node'
  import { afterAll, beforeAll } from 'vitest'
  const server = setupServer(http.get('https://rates.example/v1/USD', () => HttpResponse.text('1.08')))
  beforeAll(() => server.listen(${options}))
  afterAll(() => server.close())
`

describe('with msw', () => {
  const body = `
    test('the code', async ({ session }) => expect(await (await fetch('https://rates.example/v1/USD')).text()).toBe('1.08'))
    test('unhandled', async ({ session }) => void (await fetch('https://rates.example/v1/EUR')))
    test('unhandled and swallowed', async ({ session }) => void (await fetch('https://rates.example/v1/EUR').catch(() => undefined)))
    test.fails('unhandled, where it is to fail', async ({ session }) => void (await fetch('https://rates.example/v1/EUR')))
    test('without our fixtures', async () => void (await fetch('https://rates.example/v1/EUR').catch(() => undefined)))
  `
  const options = ['', "{ onUnhandledFrame: 'bypass' }", "{ onUnhandledFrame: 'error' }"]
  test.each(options)('handlers answer the code under test, and what none answers fails it, though swallowed: listen(%s)', async (given) => {
    using project = projectWith(mock(given) + body)
    for (const env of [{}, ci]) {
      const found = outcomes(await project.run({ env }))
      const unhandled = /^failed: .*GET https:\/\/rates\.example\/v1\/EUR was answered by nothing/s
      expect(found).toMatchObject({ 'the code': 'passed', 'without our fixtures': 'passed', 'unhandled and swallowed': expect.stringMatching(unhandled) })
      expect(found['unhandled']).toMatch(/^failed: TypeError: fetch failed: GET https:\/\/rates\.example\/v1\/EUR was answered by nothing/)
      expect(found['unhandled']!.match(/was answered by/g), 'told once').toHaveLength(1)
      expect(found['unhandled, where it is to fail']).toMatch(/^failed: /)
    }
  })

  test('handlers answer an embedded component while it is recorded; what none answers fails the test; in replay nothing is asked', async () => {
    const files = Object.fromEntries(['wasm', 'policy.yaml'].map((kind) => [`rates.${kind}`, readFileSync(`${component}.${kind}`)]))
    const calls = `
      test('handled', async ({ session }) => expect((await session.callTool('rate', { currency: 'USD' })).structuredContent).toEqual({ result: { ok: '1.08' } }))
      test('unhandled', async ({ session }) => void (await session.callTool('rate', { currency: 'EUR' })))
    `
    using project = projectWith(mock("{ onUnhandledFrame: 'bypass' }") + calls, { upstream: { components: ['rates.wasm'] } }, files)
    const first = outcomes(await project.run())
    expect(first['handled']).toBe('passed')
    expect(first['unhandled']).toMatch(/^failed: .*GET https:\/\/rates\.example\/v1\/EUR was answered by nothing/s)
    project.write('a.test.mjs', `import { expect, test } from 'shadowcat/vitest'\n${calls.split('\n').filter((line) => !line.includes("'unhandled'")).join('\n')}`)
    project.remove('rates.wasm')
    expect(outcomes(await project.run({ env: ci }))).toEqual({ handled: 'passed' })
  })
})

test.each(['threads', 'vmThreads', 'forks --no-isolate'])('in the pool %s the same rules hold in every file', async (pool) => {
  const server = await counting()
  const file = `${mock('')}
    test('handled', async ({ session }) => expect(await (await fetch('https://rates.example/v1/USD')).text()).toBe('1.08'))
    test('swallowed', async ({ session }) => void (await fetch('https://rates.example/v1/EUR').catch(() => undefined)))
    test('recorded', { meta: { shadowcat: { http: 'record' } } }, async ({ tape }) => void (await (await fetch(process.env.SERVER)).json()))`
  using project = projectWith(file, {}, { 'b.test.mjs': `import { expect, test } from 'shadowcat/vitest'\n${file}` })
  const args = [`--pool=${pool.split(' ')[0]}`, '--maxWorkers=1', ...pool.split(' ').slice(1)]
  for (const env of [{}, ci]) {
    const { json, stdout, stderr } = await project.run({ args, env: { SERVER: server.url, ...env } })
    const found = json?.testResults.flatMap(({ assertionResults }) => assertionResults.map(({ title, status }) => `${title} ${status}`))
    expect(found, stdout + stderr).toEqual(['handled passed', 'swallowed failed', 'recorded passed', 'handled passed', 'swallowed failed', 'recorded passed'])
    expect(server.requests).toHaveLength(2)
  }
})

test("onUnhandledRequest: 'bypass' lets requests pass, per test too; live requests to this machine always do", async () => {
  const server = await counting()
  using project = projectWith(`
    test('here', async ({ session }) => expect((await fetch(process.env.SERVER)).status).toBe(200))
    test('refused', async ({ session }) => void (await fetch('http://nowhere.invalid/').catch(() => undefined)))
    test('let pass', { meta: { shadowcat: { onUnhandledRequest: 'bypass' } } }, async ({ session }) => void (await fetch('http://nowhere.invalid/').catch(() => undefined)))
    test('warned of', { meta: { shadowcat: { onUnhandledRequest: 'warn' } } }, async ({ session }) => void (await fetch('http://nowhere.invalid/').catch(() => undefined)))
  `)
  const run = await project.run({ env: { SERVER: server.url, ...ci } })
  expect(outcomes(run)).toMatchObject({ here: 'passed', refused: expect.stringMatching(/^failed: .*answered by nothing/), 'let pass': 'passed', 'warned of': 'passed' })
  expect(run.stderr).toMatch(/GET http:\/\/nowhere\.invalid\/ was answered by nothing in this test, and goes to the network/)
})
