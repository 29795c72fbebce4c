/** The projects that the benchmark of the vitest plugin runs: the same small tests, each against another kind of server. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Project, createProject } from '../test/vitest/project.ts'

const servers = join(import.meta.dirname, '../test/fixtures/servers')

/** A way of running tests: what a test file begins with, and how a test asks for what it asks with. */
export type Way = { before: string; given: string; ask: string; plugin: boolean }

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
  await client.connect(new StdioClientTransport({ command: ${JSON.stringify(process.execPath)}, args: ['echo.mjs'] }))
  return client
}
`

const ours = `
import { expect, test } from 'shadowcat/vitest'
`

export const ways = {
  /** Nothing of MCP: what vitest itself costs. */
  none: { before: "import { expect, test } from 'vitest'\nconst ask = async (given) => ({ structuredContent: given })\n", given: '{}', ask: 'ask', plugin: false },
  /** The SDK's client and server on its in-memory transport. */
  sdk: { before: sdk, given: '{}', ask: 'client', plugin: false },
  session: { before: ours, given: '{ session }', ask: 'session', plugin: true },
  client: { before: ours, given: '{ client }', ask: 'client', plugin: true },
  /** The SDK's client and a live server. */
  live: { before: live, given: '{}', ask: 'client', plugin: false },
} satisfies Record<string, Way>

/** One file of so many tests, each of which makes two calls. */
export function fileOf({ before, given, ask }: Way, index: number, tests: number): string {
  const connected = /connect\(\)/.test(before)
  const call = (text: string): string => {
    if (ask === 'ask') return `await ask({ text: ${text} })`
    return ask === 'session' ? `await session.callTool('echo', { text: ${text} })` : `await client.callTool({ name: 'echo', arguments: { text: ${text} } })`
  }
  const bodies = Array.from({ length: tests }, (_, number) => {
    const text = (part: string): string => `'${part} of test ${number} of file ${index}'`
    return `test('test ${number}', async (${given}) => {
${connected ? '  const client = await connect()\n' : ''}  for (const text of [${text('first')}, ${text('second')}]) {
    const { structuredContent } = ${call('text')}
    expect(structuredContent).toEqual({ text })
  }
${connected ? '  await client.close()\n' : ''}})
`
  })
  return before + bodies.join('')
}

/** A project of so many files in one way; `command` is the server that its tapes are recorded from. */
export function projectOf(way: Way, { files, tests, command = ['/bin/sh', 'echo.sh'] }: { files: number; tests: number; command?: readonly string[] }): Project {
  const names = Array.from({ length: files }, (_, index) => [`file-${index}.test.mjs`, fileOf(way, index, tests)])
  const kept = ['echo.mjs', 'echo.sh'].map((name) => [name, readFileSync(join(servers, name))])
  return createProject({
    files: { ...Object.fromEntries(names), ...Object.fromEntries(kept) },
    ...(way.plugin ? { options: { upstream: { command } } } : { config: 'export default {}\n' }),
  })
}
