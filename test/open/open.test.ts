import { expect, test } from 'vitest'
import { openUpstream } from '../../src/open/open.ts'

test('a command becomes an upstream', async () => {
  const upstream = await openUpstream({ command: ['node', 'server.js'] })
  expect(upstream.describe()).toMatchObject({ kind: 'process', command: ['node', 'server.js'] })
})

test('components become an upstream, in the world that is given', async () => {
  const upstream = await openUpstream({ components: [], memory: '64MB' }, { world: { seed: 1n }, fallback: { epoch: new Date(0), seed: 2n } })
  expect([upstream.describe().kind, upstream.world!()]).toEqual(['embedded', { epoch: '1970-01-01T00:00:00.000Z', seed: 1n }])
})

test('a Wassette that is not there is told with its remedies', async () => {
  await expect(openUpstream({ wassette: '/nowhere/wassette' })).rejects.toThrow(/there is nothing\. Give its path \(--upstream wassette=PATH\), or set WASSETTE_BIN/)
})

test('a wrong specification is refused before anything is started', async () => {
  await expect(openUpstream({ comand: ['x'] } as never)).rejects.toThrow('did you mean "command"?')
})
