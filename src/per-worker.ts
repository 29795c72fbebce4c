import process from 'node:process'

/**
 * What all instances of this program in one worker share, made by the first that asks. Vitest may load a module anew for each test file, while
 * what is built into Node, and what was put there, is the same for all of them.
 */
export function perWorker<T>(name: string, make: () => T): T {
  const key = Symbol.for(`shadowcat: ${name}`)
  const shared = process as unknown as Record<symbol, T>
  if (!Object.hasOwn(shared, key)) Object.defineProperty(shared, key, { value: make() })
  return shared[key]!
}
