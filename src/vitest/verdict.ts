/** What a test failed of besides its body. */

/** Those of our errors that the body did not throw itself: what its code swallowed. Each counts as often as it happened. */
export function swallowed(ours: readonly Error[], thrown: readonly string[]): Error[] {
  const left = [...thrown]
  return ours.filter(({ message }) => {
    const place = left.findIndex((text) => text.includes(message))
    if (place >= 0) left.splice(place, 1)
    return place < 0
  })
}

/** All of them as one error, for vitest to unfold; nothing when there are none. */
export function together(errors: readonly Error[]): Error | undefined {
  return errors.length > 1 ? new AggregateError(errors, errors.map(({ message }) => message).join('\n')) : errors[0]
}

/**
 * The same error as one that `test.fails` does not wait for: else a test would pass because its tape is wrong. The property is vitest's own, and
 * not documented.
 */
export function unmistakable({ name, message, stack }: Error): Error {
  return Object.assign(new Error(message), { name, stack, __vitest_test_syntax_error__: true })
}

/** Says where the live conversation is to be found. */
export function withPath<T extends Error>(error: T, path: string): T {
  const line = `\n\nWhat was said: ${path}`
  const stack = error.stack?.replace(error.message, () => error.message + line)
  for (const [key, value] of Object.entries({ message: error.message + line, stack })) Object.defineProperty(error, key, { value, writable: true, configurable: true, enumerable: false })
  return error
}
