/** What a test failed of besides its body. */
import { hide } from './session/site.ts'

/** An error as vitest knows it. */
export type Thrown = { readonly message: string; readonly stack?: string | undefined; readonly cause?: unknown }

/** Those of our errors that the body did not throw itself: what its code swallowed. */
export function swallowed(ours: readonly Error[], thrown: readonly Thrown[]): Error[] {
  const left = [...thrown]
  const take = (matches: (one: Thrown) => boolean): boolean => {
    const place = left.findIndex(matches)
    if (place >= 0) left.splice(place, 1)
    return place >= 0
  }
  const all = [...new Set(ours)].filter(({ stack }) => !take((one) => one.stack === stack))
  // Thrown by other code, with our words in its own.
  return all.filter(({ message }) => !take((one) => says(one, message)))
}

/** Whether an error has these words in its own, or one that caused it: a request that is refused fails as `fetch` does. */
export function says({ message, cause }: Thrown, words: string): boolean {
  return message.includes(words) || (typeof cause === 'object' && cause !== null && 'message' in cause && says(cause as Thrown, words))
}

/** All of them as one error, for vitest to unfold; nothing when there are none. */
export function together(errors: readonly Error[]): Error | undefined {
  return errors.length > 1 ? new AggregateError(errors, errors.map(({ message }) => message).join('\n')) : errors[0]
}

/** The same error without what is for programs, which vitest would print below it, and without our own code's lines. */
export function bare({ name, message }: Error): Error {
  return hide(new Error(message), { name, stack: `${name}: ${message}` })
}

/**
 * Says of errors, as vitest has them, that `test.fails` does not wait for them: else a test would pass because its tape is wrong. The property is
 * vitest's own, and not documented.
 */
export function markUnmistakable(errors: readonly object[]): void {
  for (const error of errors) Object.defineProperty(error, '__vitest_test_syntax_error__', { value: true, configurable: true, enumerable: false })
}

/** Says where the live conversation is to be found. */
export function withPath<T extends Error>(error: T, path: string): T {
  const line = `\n\nWhat was said: ${path}`
  const stack = error.stack?.replace(error.message, () => error.message + line)
  return hide(error, { message: error.message + line, stack })
}
