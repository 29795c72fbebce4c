import { expect, test } from 'vitest'
import { initialized, prompts } from '../../src/host/protocol.ts'

test.each([['2024-11-05', '2024-11-05'], ['2025-11-25', '2025-11-25'], ['2026-07-28', '2025-11-25'], ['1999-01-01', '2025-11-25']])('a client that wants %s gets %s', (wanted, given) => {
  expect(initialized(wanted)).toMatchObject({ protocolVersion: given, capabilities: { tools: { listChanged: true } } })
})

test('it does not say that it is Wassette', () => expect(JSON.stringify(initialized(''))).toContain('"serverInfo":{"name":"shadowcat-embedded","version":"0.8.0"}'))

test('there is a prompt for each language', () => expect(prompts.map(({ name }) => name)).toEqual(['build-rust-component', 'build-javascript-component']))
