import { expect, test } from 'vitest'
import { capabilityOf, checkRevision, defaultVersion, isStateless, statelessMeta } from '../../src/proxy/era.ts'

test('revisions from 2026-07-28 on have no handshake', () => {
  expect(['2024-11-05', defaultVersion, '2026-07-28', '2027-01-01'].map(isStateless)).toEqual([false, false, true, true])
})

test('a client of the stateless era says in each request what it is', () => {
  expect(statelessMeta({ protocolVersion: '2026-07-28', clientInfo: { name: 'test', version: '1' }, capabilities: { roots: {} } })).toEqual({
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': { roots: {} },
  })
})

test("a capability has the name of its methods' first part", () => {
  expect(['sampling/createMessage', 'roots/list'].map(capabilityOf)).toEqual(['sampling', 'roots'])
})

test('what is no revision is refused, as it would begin one era or the other by chance', () => {
  for (const revision of [defaultVersion, '2026-07-28']) expect(() => checkRevision(revision, 'x')).not.toThrow()
  for (const revision of ['latest', '2', '', 20260728, null]) expect(() => checkRevision(revision, '--protocol-version')).toThrow(`--protocol-version is a revision of MCP, such as 2025-11-25 or 2026-07-28; found ${JSON.stringify(revision)}`)
})
