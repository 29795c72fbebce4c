import { afterEach, expect, test } from 'vitest'
import { createStdioTransport } from '../../../src/transport/stdio.ts'
import { type Connection, connect } from '../../../src/vitest/session/connection.ts'

const open: Connection[] = []
afterEach(async () => void (await Promise.all(open.splice(0).map((one) => one.close()))))

function connectTo(server: string, options: Partial<Parameters<typeof connect>[0]> = {}): Connection {
  const path = new URL(`../../fixtures/servers/${server}.mjs`, import.meta.url).pathname
  const connection = connect({ transport: createStdioTransport({ command: [process.execPath, path] }), ...options })
  open.push(connection)
  return connection
}

test('a session calls tools of a real server, exactly', async () => {
  const { session } = connectTo('echo')
  const result = await session.callTool('echo', { text: 'hello', big: 18446744073709551615n })
  expect(result).toEqual({ content: [{ type: 'text', text: 'hello' }], structuredContent: { text: 'hello', big: 18446744073709551615n }, isError: false })
  expect(result.message.bytes.toString()).toContain('"big":18446744073709551615')
  expect(await session.listTools()).toMatchObject([{ name: 'echo' }])
  expect(session.serverInfo).toEqual({ name: 'echo', version: '1.0.0' })
})

test("the SDK's client and the session share one handshake, whichever comes first", async () => {
  for (const first of ['session', 'client'] as const) {
    const connection = connectTo('echo')
    if (first === 'session') await connection.session.listTools()
    const client = await connection.client()
    const [theirs, ours] = await Promise.all([client.callTool({ name: 'echo', arguments: { text: 'theirs' } }), connection.session.callTool('echo', { text: 'ours' })])
    expect([theirs.content, ours.content]).toEqual([[{ type: 'text', text: 'theirs' }], [{ type: 'text', text: 'ours' }]])
    expect(connection.session.calls.map(({ arguments: given }) => given)).toEqual([{ text: 'ours' }, { text: 'theirs' }])
  }
})
