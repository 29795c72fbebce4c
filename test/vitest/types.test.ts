import type { Client } from '@modelcontextprotocol/client'
import { describe, type TestAPI, expectTypeOf, it as vitestIt, test as vitestTest } from 'vitest'
import { defineConfig } from 'vitest/config'
import type { Json } from '../../src/json.ts'
import { type Call, type Content, type Session, type ShadowcatFixtures, type TestOptions, type TestTape, type TestWorld, type ToolResult, expect, shadowcatFixtures, test } from '../../src/vitest/index.ts'
import { type ShadowcatOptions, type ShadowcatPlugin, shadowcat } from '../../src/vitest/plugin.ts'

/** What TypeScript makes of a piece of code that is never run; `npm run types` is what looks at it. */
const typed = (_code: () => unknown): void => undefined

describe('fixtures', () => {
  vitestTest('a test is given a session, a client, a tape and a world', () => {
    expectTypeOf(test).toEqualTypeOf<TestAPI<ShadowcatFixtures>>()
    typed(() =>
      test('one', ({ session, client, tape, world }) => {
        expectTypeOf(session).toEqualTypeOf<Session>()
        expectTypeOf(client).toEqualTypeOf<Client>()
        expectTypeOf(tape).toEqualTypeOf<TestTape>()
        expectTypeOf(world).toEqualTypeOf<TestWorld>()
      }),
    )
  })

  vitestTest('they are given with the rows of test.for, and in hooks', () => {
    typed(() =>
      test.for([1, 2])('row %i', (row, { session }) => {
        expectTypeOf(row).toEqualTypeOf<number>()
        expectTypeOf(session).toEqualTypeOf<Session>()
      }),
    )
    typed(() =>
      test.beforeEach(({ tape }) => {
        expectTypeOf(tape).toEqualTypeOf<TestTape>()
      }),
    )
  })

  vitestTest("a user's own fixtures may build on them, and they on a user's test", () => {
    typed(() =>
      test.extend<{ tools: string[] }>({ tools: async ({ session }, use) => use((await session.listTools()).map(({ name }) => name)) })('one', ({ tools, session }) => {
        expectTypeOf(tools).toEqualTypeOf<string[]>()
        expectTypeOf(session).toEqualTypeOf<Session>()
      }),
    )
    typed(() =>
      vitestIt.extend<{ port: number }>({ port: 80 }).extend<ShadowcatFixtures>(shadowcatFixtures)('one', ({ port, world }) => {
        expectTypeOf(port).toEqualTypeOf<number>()
        expectTypeOf(world).toEqualTypeOf<TestWorld>()
      }),
    )
  })

  vitestTest('a file and a test say what is otherwise for them', () => {
    typed(() => test.override({ shadowcat: { ignore: ['/params/arguments/now'], scope: 'file' } }))
    typed(() => test('one', { meta: { shadowcat: { world: { timers: 'auto' } } } }, () => undefined))
    // @ts-expect-error -- no such option
    typed(() => test.override({ shadowcat: { ignored: ['/params/arguments/now'] } }))
    // @ts-expect-error -- the folder of tapes is the project's
    const options: TestOptions = { tapes: 'elsewhere' }
    expectTypeOf(options).toEqualTypeOf<TestOptions>()
  })
})

describe('the session', () => {
  vitestTest('a call gives a tool result, with its bytes and what was recorded of it', () => {
    expectTypeOf<Session['callTool']>().returns.resolves.toEqualTypeOf<ToolResult>()
    expectTypeOf<Session['callTool']>().parameter(1).toEqualTypeOf<{ [key: string]: Json } | undefined>()
    expectTypeOf<ToolResult['content']>().toEqualTypeOf<Content[]>()
    expectTypeOf<ToolResult['isError']>().toEqualTypeOf<boolean>()
    expectTypeOf<ToolResult['structuredContent']>().toEqualTypeOf<Json | undefined>()
    expectTypeOf<ToolResult['duration']>().toEqualTypeOf<number | undefined>()
    expectTypeOf<ToolResult['message']['bytes']>().toExtend<Uint8Array>()
  })

  vitestTest('integers past 2^53 are among what is sent and received', () => {
    expectTypeOf(18446744073709551615n).toExtend<Json>()
    typed(() => test('one', ({ session }) => session.callTool('same-u64', { value: 18446744073709551615n })))
    // @ts-expect-error -- a Date is no JSON
    typed(() => test('one', ({ session }) => session.callTool('echo', { now: new Date() })))
  })

  vitestTest('calls, notifications and tools are told', () => {
    expectTypeOf<Session['calls']>().toEqualTypeOf<readonly Call[]>()
    expectTypeOf<Call['result']>().toEqualTypeOf<ToolResult | undefined>()
    expectTypeOf<Session['listTools']>().returns.resolves.items.toHaveProperty('name').toEqualTypeOf<string>()
    expectTypeOf<Session['request']>().returns.resolves.toEqualTypeOf<Json>()
    expectTypeOf<Session['notifications'][number]['method']>().toEqualTypeOf<string>()
  })
})

vitestTest('the world is read and moved', () => {
  expectTypeOf<TestWorld['epoch']>().toEqualTypeOf<Date>()
  expectTypeOf<TestWorld['now']>().returns.toEqualTypeOf<number>()
  expectTypeOf<TestWorld['setTime']>().parameters.toEqualTypeOf<[time: Date | string | number]>()
  expectTypeOf<TestWorld['advance']>().returns.resolves.toEqualTypeOf<void>()
  expectTypeOf<TestWorld['seed']>().parameters.toEqualTypeOf<[seed: bigint | number]>()
})

vitestTest('matchers stand on expect, on what resolves, and as parts of expectations', () => {
  const { result } = {} as Call
  typed(() => {
    expectTypeOf(expect(result).toMatchToolSnapshot()).toEqualTypeOf<void>()
    expectTypeOf(expect(result).toMatchToolSnapshot({ structuredContent: expect.any(Object) }, 'hint')).toEqualTypeOf<void>()
    expectTypeOf(expect(result).toMatchInlineToolSnapshot('text')).toEqualTypeOf<void>()
    expectTypeOf(expect(result).not.toBeToolError(/gone/)).toEqualTypeOf<void>()
    expectTypeOf(expect({}).toHaveCalledTool('echo', { text: expect.any(String) })).toEqualTypeOf<void>()
    expectTypeOf(expect(result).toRespondWithin(100)).toEqualTypeOf<void>()
    expectTypeOf(expect(result).toBeDeterministic({ runs: 5 })).toEqualTypeOf<Promise<void>>()
    expectTypeOf(expect(Promise.resolve(result)).resolves.toMatchToolSnapshot()).toEqualTypeOf<Promise<void>>()
    // @ts-expect-error -- no such member of a result
    expect(result).toMatchToolSnapshot(5)
    // @ts-expect-error -- a tool is named by a text
    expect({}).toHaveCalledTool(/echo/)
    // @ts-expect-error -- how often, not how long
    void expect(result).toBeDeterministic({ times: 5 })
  })
})

describe('the plugin', () => {
  vitestTest('takes its options and fits into a configuration', () => {
    expectTypeOf(shadowcat).parameter(0).toEqualTypeOf<ShadowcatOptions | undefined>()
    expectTypeOf(shadowcat).returns.toEqualTypeOf<ShadowcatPlugin>()
    typed(() => defineConfig({ plugins: [shadowcat({ upstream: { components: ['time.wasm'] }, world: { epoch: '2026-01-01T00:00:00Z', seed: 42n, timers: 'manual' }, redact: ['pin'] })] }))
    typed(() => shadowcat({ upstream: { command: ['node', 'server.js'], env: { MODE: 'test' } } }))
    typed(() => shadowcat({ upstream: { wassette: true }, tapes: 'test/tapes', scope: 'file', http: 'record', onUnhandledRequest: 'warn', protocolVersion: '2026-07-28', callTimeout: 1000 }))
  })

  vitestTest('a misspelt option is a type error', () => {
    // @ts-expect-error -- tapes
    typed(() => shadowcat({ tape: 'tapes' }))
    // @ts-expect-error -- epoch
    typed(() => shadowcat({ world: { epoc: '2026-01-01T00:00:00Z' } }))
    // @ts-expect-error -- held or real
    typed(() => shadowcat({ world: { date: 'fake' } }))
    // @ts-expect-error -- command is a list
    typed(() => shadowcat({ upstream: { command: 'node server.js' } }))
    // @ts-expect-error -- test or file
    typed(() => shadowcat({ scope: 'worker' }))
  })
})
