/** `shadowcat/vitest`: what test files import. */
// Before any module that the code under test may have in common with this one.
import './world/early.ts'
import { registerMatchers } from './matchers/register.ts'

export { expect } from 'vitest'
export { type ShadowcatFixtures, shadowcatFixtures, test } from './fixtures.ts'
export type { ResultProperties } from './matchers/register.ts'
export type { DeterministicOptions } from './matchers/to-be-deterministic.ts'
export type { TestOptions } from './options.ts'
export { RequestError } from './session/request-error.ts'
export type { Answer, Call, Content, ReceivedNotification, RequestOptions, Session, ToolDefinition, ToolResult } from './session/session.ts'
export type { TestTape } from './test-tape.ts'
export type { TestWorld } from './world/world.ts'

registerMatchers()
