import { beforeAll, expect, expectTypeOf, test } from 'vitest'
import { registerMatchers } from '../../../src/vitest/matchers/register.ts'

beforeAll(registerMatchers)

test('the matchers are there, and being registered twice changes nothing', () => {
  registerMatchers()
  const names = ['toMatchToolSnapshot', 'toMatchInlineToolSnapshot', 'toBeToolError', 'toHaveCalledTool', 'toRespondWithin', 'toBeDeterministic'] as const
  for (const name of names) expect(expect(0)[name]).toBeTypeOf('function')
})

test('editors know what each takes and gives', () => {
  const assertion = expect(0)
  expectTypeOf(assertion.toMatchToolSnapshot).toBeCallableWith({ structuredContent: { id: expect.any(Number) } }, 'a hint')
  expectTypeOf(assertion.toMatchToolSnapshot).toBeCallableWith('a hint')
  expectTypeOf(assertion.toMatchInlineToolSnapshot).toBeCallableWith({ content: [] }, 'text: a')
  expectTypeOf(assertion.toBeToolError).parameters.toEqualTypeOf<[pattern?: string | RegExp | undefined]>()
  expectTypeOf(assertion.toBeToolError).returns.toEqualTypeOf<void>()
  expectTypeOf(expect(Promise.resolve(0)).rejects.toBeToolError).returns.toEqualTypeOf<Promise<void>>()
  expectTypeOf(assertion.toHaveCalledTool).parameters.toEqualTypeOf<[name: string, args?: object | undefined]>()
  expectTypeOf(assertion.toRespondWithin).parameters.toEqualTypeOf<[milliseconds: number]>()
  expectTypeOf(assertion.toBeDeterministic).parameters.toEqualTypeOf<[options?: { runs?: number } | undefined]>()
  expectTypeOf(assertion.toBeDeterministic).returns.toEqualTypeOf<Promise<void>>()
  // @ts-expect-error -- a wait is a number of milliseconds
  expectTypeOf(assertion.toRespondWithin).toBeCallableWith('1s')
})
