/** Makes the matchers and the serializer known to vitest, and to editors. */
import { expect } from 'vitest'
import { orRefused } from './refusal.ts'
import { toolResultSerializer } from './serializer.ts'
import { type DeterministicOptions, toBeDeterministic } from './to-be-deterministic.ts'
import { toBeToolError } from './to-be-tool-error.ts'
import { toHaveCalledTool } from './to-have-called-tool.ts'
import { toMatchInlineToolSnapshot, toMatchToolSnapshot } from './to-match-tool-snapshot.ts'
import { toRespondWithin } from './to-respond-within.ts'

declare module 'vitest' {
  // oxlint-disable-next-line no-unused-vars -- the same parameters as vitest's own
  interface Matchers<R, T = unknown> {
    /**
     * Compares a tool's result with the stored snapshot: text as text, JSON laid out with exact numbers, images by type, size and hash, secrets
     * redacted. Parts may vary by property matchers, such as `{ structuredContent: { id: expect.any(String) } }`, and by patterns that are
     * written into the stored text: `<any number>`, `<any /[a-z]+/>`, `<any lines>` and others; `-u` keeps those that still fit.
     */
    toMatchToolSnapshot: {
      (hint?: string): R
      (properties: ResultProperties, hint?: string): R
    }
    /** The same with the snapshot in the test itself, where vitest writes it. */
    toMatchInlineToolSnapshot: {
      (snapshot?: string): R
      (properties: ResultProperties, snapshot?: string): R
    }
    /** Whether a result has `isError`, or a call was rejected with a JSON-RPC error; a text is to be part of what it says, an expression to match it. */
    toBeToolError: (pattern?: string | RegExp) => R
    /** Whether a tool was called in this session; arguments are compared exactly, and by asymmetric matchers. */
    toHaveCalledTool: (name: string, args?: object) => R
    /** Whether a result, or every answer of a session, came within so many milliseconds: as recorded when a tape is played. */
    toRespondWithin: (milliseconds: number) => R
    /** Makes the calls again against the live server, 10 times unless told otherwise, and tells what differs and why. To be awaited. */
    toBeDeterministic: (options?: DeterministicOptions) => Promise<void>
  }
}

/** What a snapshot's property matchers may name of a result. */
export type ResultProperties = { content?: unknown; structuredContent?: unknown; isError?: unknown; _meta?: unknown; [key: string]: unknown }

/** To be called once in each worker: what is known to one `expect` is known to all. */
export function registerMatchers(): void {
  expect.extend({
    toMatchToolSnapshot: orRefused(toMatchToolSnapshot),
    toMatchInlineToolSnapshot: orRefused(toMatchInlineToolSnapshot),
    toBeToolError,
    toHaveCalledTool: orRefused(toHaveCalledTool),
    toRespondWithin: orRefused(toRespondWithin),
    toBeDeterministic: orRefused(toBeDeterministic),
  })
  expect.addSnapshotSerializer(toolResultSerializer)
}
