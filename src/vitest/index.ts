/** `shadowcat/vitest`: what test files import. */
import { registerMatchers } from './matchers/register.ts'

export { expect } from 'vitest'
export { type ShadowcatFixtures, shadowcatFixtures, test } from './fixtures.ts'
export type { ResultProperties } from './matchers/register.ts'
export type { DeterministicOptions } from './matchers/to-be-deterministic.ts'
export type { TestOptions } from './options.ts'
export type { Session } from './session/session.ts'
export type { Call, Content, ToolResult } from './session/results.ts'
export type { TestTape } from './test-tape.ts'
export type { TestWorld } from './world/world.ts'

registerMatchers()
