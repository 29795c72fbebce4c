/** The projects that the benchmark of the vitest plugin runs: the same small tests, each against another kind of server. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Project, createProject } from '../test/vitest/project.ts'

const servers = join(import.meta.dirname, '../test/fixtures/servers')

/** A way of running tests: what a test file begins with, what a test is given, and how it echoes `text`. */
export type Way = { before: string; given: string; echo: string; connects?: true; plugin?: true }

/** A server as people have them, on the MCP SDK; it starts in a third of a second. */
export const everything = [process.execPath, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js', 'stdio']

const sdk = `
import { Client, InMemoryTransport } from '@modelcontextprotocol/client'
import { Server } from '@modelcontextprotocol/server'
import { expect, test } from 'vitest'

const tools = { name: 'bench', version: '1' }
async function connect() {
  const server = new Server(tools, { capabilities: { tools: {} } })
  server.setRequestHandler('tools/call', ({ params }) => ({ content: [], structuredContent: params.arguments }))
  const client = new Client(tools)
  const [near, far] = InMemoryTransport.createLinkedPair()
  await Promise.all([server.connect(far), client.connect(near)])
  return client
}
`

const live = `
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { expect, test } from 'vitest'

async function connect() {
  const client = new Client({ name: 'bench', version: '1' })
  await client.connect(new StdioClientTransport({ command: ${JSON.stringify(everything[0])}, args: ${JSON.stringify(everything.slice(1))} }))
  return client
}
`

const ours = `
import { expect, test } from 'shadowcat/vitest'
`

const byClient = "(await client.callTool({ name: 'echo', arguments: { text } })).structuredContent.text"
const fromEverything = "(await client.callTool({ name: 'echo', arguments: { message: text } })).content[0].text.replace('Echo: ', '')"

export const ways = {
  /** Nothing of MCP: what vitest itself costs. */
  none: { before: "import { expect, test } from 'vitest'\n", given: '{}', echo: 'await text' },
  /** The SDK's client and server on its in-memory transport. */
  sdk: { before: sdk, given: '{}', echo: byClient, connects: true },
  session: { before: ours, given: '{ session }', echo: "(await session.callTool('echo', { text })).structuredContent.text", plugin: true },
  client: { before: ours, given: '{ client }', echo: byClient, plugin: true },
  /** The SDK's client and a live server, and the same while it is recorded. */
  live: { before: live, given: '{}', echo: fromEverything, connects: true },
  recorded: { before: ours, given: '{ client }', echo: fromEverything, plugin: true },
} satisfies Record<string, Way>

/** One file of so many tests, each of which makes two calls. */
export function fileOf({ before, given, echo, connects }: Way, index: number, tests: number): string {
  const bodies = Array.from({ length: tests }, (_, number) => {
    const text = (part: string): string => `'${part} of test ${number} of file ${index}'`
    return `test('test ${number}', async (${given}) => {
${connects ? '  const client = await connect()\n' : ''}  for (const text of [${text('first')}, ${text('second')}]) expect(${echo}).toBe(text)
${connects ? '  await client.close()\n' : ''}})
`
  })
  return before + bodies.join('')
}

/** A project of so many files in one way; `command` is the server that its tapes are recorded from. */
export function projectOf(way: Way, { files, tests, command = ['/bin/sh', 'echo.sh'] }: { files: number; tests: number; command?: readonly string[] }): Project {
  const names = Array.from({ length: files }, (_, index) => [`file-${index}.test.mjs`, fileOf(way, index, tests)])
  return createProject({
    files: { ...Object.fromEntries(names), 'echo.sh': readFileSync(join(servers, 'echo.sh')) },
    ...(way.plugin ? { options: { upstream: { command } } } : { config: "import { defineConfig } from 'vitest/config'\nexport default defineConfig({})\n" }),
  })
}
