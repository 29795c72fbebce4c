import { expect, test } from 'vitest'
import { processUpstream } from '../../src/open/process.ts'

test('a tape says which program it was, without the folder of the program, values of variables, or secrets', () => {
  const upstream = processUpstream({ command: ['/usr/bin/node', 'server.js', '--key=s3cret'], env: { TOKEN: 's3cret' } }, { redact: (text) => text.replaceAll('s3cret', '[redacted]') })
  expect(upstream.describe()).toEqual({ kind: 'process', command: ['node', 'server.js', '--key=[redacted]'], environment: ['TOKEN'] })
})

test('each session gets a process of its own', async () => {
  const upstream = processUpstream({ command: [process.execPath, '-e', 'process.stdin.resume()'] }, {})
  const sessions = [upstream.open(), upstream.open()]
  await Promise.all(sessions.map((session) => session.start()))
  const [first, second] = sessions.map((session) => (session as { pid?: number }).pid)
  expect(first).not.toBe(second)
  await Promise.all(sessions.map((session) => session.close()))
})
