import { afterAll, beforeAll, expect, test } from 'vitest'
import { registerMatchers } from '../../../src/vitest/matchers/register.ts'
import { type Project, type Run, createProject } from '../project.ts'
import { own, sessionWith, textResult } from './session.ts'

registerMatchers()

const server = `
import { createInterface } from 'node:readline'
const text = (text, more) => ({ content: [{ type: 'text', text }], ...more })
const tools = {
  weather: () => text('{"city":"Paris","id":18446744073709551615,"t":1.0}', { structuredContent: { city: 'Paris', t: JSON.rawJSON('1.0'), id: JSON.rawJSON('18446744073709551615') } }),
  lines: () => text('first\\n\\n  indented by two\\nlast\\n'),
  fail: () => text('no such city', { isError: true }),
  image: () => ({ content: [{ type: 'image', mimeType: 'image/png', data: 'AAEC' }] }),
  secret: () => text('log in with ghp_abcdefghijklmnopqrstuvwxyz0123456789'),
  varies: () => text('took ' + Math.random() + ' ms\\nat ' + new Date().toISOString() + '\\nthe end', { structuredContent: { id: crypto.randomUUID(), deep: { n: Math.random(), list: Array(Math.ceil(Math.random() * 9)).fill(1) } } }),
}
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line)
  if (id === undefined) continue
  const result = method === 'initialize' ? { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'various', version: '1' } } : tools[params.name]()
  process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n')
}
`
const options = { upstream: { command: ['node', 'server.mjs'] } }
const call = (name: string, client = 'session'): string => (client === 'session' ? `await session.callTool('${name}')` : `await client.callTool({ name: '${name}', arguments: {} })`)

const steady = `import { expect, test } from 'shadowcat/vitest'
test('in files', async ({ session }) => {
  expect(${call('weather')}).toMatchToolSnapshot()
  expect(${call('lines')}).toMatchToolSnapshot('several lines')
  expect(${call('secret')}).toMatchToolSnapshot()
  expect(${call('image')}).toMatchSnapshot()
})
test('the SDK client', async ({ client }) => {
  expect(${call('weather', 'client')}).toMatchToolSnapshot()
})
test('inline', async ({ session }) => {
  expect(${call('fail')}).toMatchInlineToolSnapshot()
  expect(${call('lines')}).toMatchInlineToolSnapshot()
  expect(${call('weather')}).toMatchInlineToolSnapshot({ structuredContent: { id: expect.any(BigInt) } })
})
test.concurrent('concurrent', async ({ session, expect }) => {
  expect(${call('fail')}).toMatchToolSnapshot()
})
`
const varying = `import { expect, test } from 'shadowcat/vitest'
test('in a file', async ({ session }) => {
  expect(${call('varies')}).toMatchToolSnapshot()
})
test('inline', async ({ session }) => {
  expect(${call('varies')}).toMatchInlineToolSnapshot(\`
    text:
      took <any number> ms
      <any lines>
    structuredContent: {
      "deep": <any object>,
      "id": "<any /[0-9a-f-]{36}/>",
    }
  \`)
})
test('properties', async ({ session }) => {
  expect(${call('varies')}).toMatchToolSnapshot({ content: [{ text: expect.stringContaining('the end') }], structuredContent: { id: expect.any(String), deep: expect.objectContaining({ n: expect.any(Number) }) } })
})
`
const storedVarying = `// Vitest Snapshot v1, https://vitest.dev/guide/snapshot.html

exports[\`in a file 1\`] = \`
text:
  took <any number> ms
  at <any date>
  the end
structuredContent: {
  "deep": {
    "list": <any array>,
    "n": <any number>,
  },
  "id": "<any uuid>",
}
\`;

exports[\`properties 1\`] = \`
text: <any>
structuredContent: {
  "deep": <any object>,
  "id": <any string>,
}
\`;
`

let project: Project
let first: Run
beforeAll(async () => {
  project = createProject({ files: { 'server.mjs': server, 'steady.test.mjs': steady, 'varying.test.mjs': varying, '__snapshots__/varying.test.mjs.snap': storedVarying }, options })
  first = await project.run()
})
afterAll(() => project?.dispose())

test('the first run writes snapshots for people, in files and inline', () => {
  expect(first.exitCode, first.stderr).toBe(0)
  expect(project.read('__snapshots__/steady.test.mjs.snap')).toMatchSnapshot()
  expect(project.read('steady.test.mjs').split('\n').slice(10)).toMatchSnapshot()
})

test('patterns in stored text and properties fit what varies, and stay as they are', () => {
  expect(project.read('varying.test.mjs')).toBe(varying)
  expect(project.read('__snapshots__/varying.test.mjs.snap')).toBe(storedVarying)
})

test('the runs after it change no file, with CI set and without', async () => {
  const before = project.snapshotOfFiles()
  for (const env of [{}, { CI: 'true' }]) {
    const run = await project.run({ env })
    expect(run.exitCode, run.stderr).toBe(0)
    expect(project.snapshotOfFiles()).toEqual(before)
  }
})

test('an update, for which other answers are recorded, changes no snapshot', async () => {
  const snapshots = (): string[] => ['steady.test.mjs', 'varying.test.mjs', '__snapshots__/steady.test.mjs.snap', '__snapshots__/varying.test.mjs.snap'].map(project.read)
  const before = snapshots()
  for (let time = 0; time < 2; time++) {
    const run = await project.run({ args: ['-u'] })
    expect(run.exitCode, run.stderr).toBe(0)
    expect(run.stdout).not.toMatch(/Snapshots .*updated/)
    expect(snapshots()).toEqual(before)
  }
})

test('an update after a change writes the change, and keeps the patterns; a second one changes no byte', async () => {
  const path = '__snapshots__/varying.test.mjs.snap'
  using changed = createProject({ files: { 'server.mjs': server.replace('the end', 'the very end'), 'varying.test.mjs': varying.replace('<any lines>', 'the end'), [path]: storedVarying }, options })
  const red = await changed.run({ args: ['--update=none'], env: { SHADOWCAT_MODE: 'record' } })
  expect(red.exitCode).toBe(1)
  expect(red.stderr).toContain('-   the end\n+   the very end')
  expect((await changed.run({ args: ['-u'] })).exitCode).toBe(1)
  changed.write('varying.test.mjs', changed.read('varying.test.mjs').replace("stringContaining('the end')", "stringContaining('the very end')"))
  expect((await changed.run({ args: ['-u'] })).exitCode).toBe(0)
  expect(changed.read(path)).toBe(storedVarying.replace('the end', 'the very end'))
  const inline = changed.read('varying.test.mjs')
  expect(inline).toMatch(/took <any number> ms\n {6}at 20.+\n {6}the very end/)
  expect(inline).toContain('"deep": <any object>,')
})

test('what does not hold fails on its line, soft ones each, and says why', async () => {
  using failing = createProject({
    files: {
      'server.mjs': server,
      'soft.test.mjs': `import { expect, test } from 'shadowcat/vitest'
test('soft', async ({ session }) => {
  const result = ${call('weather')}
  expect.soft(result).toMatchInlineToolSnapshot('text: other')
  expect.soft(result).not.toMatchToolSnapshot()
  expect.soft({ a: 1 }).toMatchToolSnapshot()
  expect.soft(result).toMatchToolSnapshot({ structuredContent: { city: 'Rome' } })
  expect.soft(result).toMatchInlineToolSnapshot({ structuredContent: { city: expect.any(Number) } }, 'text: other')
  expect.soft(result).toMatchInlineToolSnapshot('text: <any nmber>')
})
test.concurrent('global', async ({ session }) => {
  expect(${call('weather')}).toMatchToolSnapshot()
})
test.concurrent('too', async () => {})
`,
    },
    options,
  })
  const { json, stderr } = await failing.run()
  const messages = json!.testResults[0]!.assertionResults.map(({ failureMessages }) => failureMessages.map((message) => message.split('\n')[0]))
  expect(messages).toMatchObject([
    [
      'Error: Snapshot `soft 1` mismatched',
      'Error: toMatchToolSnapshot cannot be used with .not: a snapshot says what a result is',
      "Error: toMatchToolSnapshot takes a tool's result, as session.callTool or the SDK's client.callTool give it; found an object with a",
      'Error: the result does not hold what was named for /structuredContent/city; no snapshot was compared',
      'Error: the result does not hold what was named for /structuredContent/city; no snapshot was compared',
      'Error: unknown pattern in the snapshot: <any nmber>: did you mean <any number>?',
    ],
    [expect.stringContaining('In a concurrent one take expect from the test itself: test.concurrent(name, async ({ session, expect }) => …)')],
    [],
  ])
  for (const line of [4, 5, 6, 7, 8, 9]) expect(stderr).toContain(`soft.test.mjs:${line}:`)
  expect(failing.exists('__snapshots__')).toBe(false)
})

test('a property that does not hold makes its snapshot no obsolete one', async () => {
  const stored = `// Vitest Snapshot v1, https://vitest.dev/guide/snapshot.html\n\nexports[\`one 1\`] = \`\ntext: a\n\`;\n`
  const file = `import { expect, test } from 'shadowcat/vitest'
test('one', async ({ session }) => {
  expect(${call('weather')}).toMatchToolSnapshot({ structuredContent: { city: 'Rome' } })
})`
  using failing = createProject({ files: { 'server.mjs': server, 'one.test.mjs': file, '__snapshots__/one.test.mjs.snap': stored }, options })
  const { stdout, exitCode } = await failing.run()
  expect(exitCode).toBe(1)
  expect(stdout).not.toContain('obsolete')
  expect(failing.read('__snapshots__/one.test.mjs.snap')).toBe(stored)
})

test('a result belongs to the test in whose session it was given', () => {
  const { session, results } = sessionWith({ name: 'a', result: textResult('a') })
  own(session, { name: 'another test' })
  expect(() => expect(results[0]).toMatchToolSnapshot()).toThrow('does not know which test it is in')
})
