import type { Client } from '@modelcontextprotocol/client'
import { expect as vitestExpect, expect, expectTypeOf, test as vitestTest } from 'vitest'
import * as entry from '../../src/vitest/index.ts'
import { type Session, type ShadowcatFixtures, type TestOptions, type TestTape, type TestWorld, shadowcatFixtures, test } from '../../src/vitest/index.ts'

vitestTest('what test files import is this', () => {
  expect(Object.keys(entry).sort()).toEqual(['RequestError', 'expect', 'shadowcatFixtures', 'test'])
  expect(entry.expect).toBe(vitestExpect)
})

vitestTest("the fixtures are typed, alone and in a test of one's own", () => {
  // Never called: the types are what is tested.
  const typed = (): void => {
    test('ours', ({ session, client, tape, world, shadowcat }) => {
      expectTypeOf(session).toEqualTypeOf<Session>()
      expectTypeOf(client).toEqualTypeOf<Client>()
      expectTypeOf(tape).toEqualTypeOf<TestTape>()
      expectTypeOf(world).toEqualTypeOf<TestWorld>()
      expectTypeOf(shadowcat).toEqualTypeOf<TestOptions>()
    })
    test.override({ shadowcat: { ignore: ['/params'] } })
    // @ts-expect-error there is no such option
    test.override({ shadowcat: { ignor: ['/params'] } })
    test('with options', { meta: { shadowcat: { scope: 'file' } } }, () => undefined)
    test.extend('broken', async ({ session }) => (await session.callTool('x')).isError)('further', ({ broken }) => expectTypeOf(broken).toEqualTypeOf<boolean>())
    const base = vitestTest.extend<{ account: string }>({ account: 'mine' })
    base.extend(shadowcatFixtures)('inferred', ({ session, account }) => {
      expectTypeOf(session).toEqualTypeOf<Session>()
      expectTypeOf(account).toEqualTypeOf<string>()
    })
    base.extend<ShadowcatFixtures>(shadowcatFixtures)('named', ({ client, account }) => {
      expectTypeOf(client).toEqualTypeOf<Client>()
      expectTypeOf(account).toEqualTypeOf<string>()
    })
  }
  expect(typed).toBeTypeOf('function')
})
