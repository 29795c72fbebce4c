/** What a component's results may depend on besides its arguments. */
export type Source = 'clock' | 'random' | 'http' | 'files' | 'environment'

/**
 * What is changed. `content`: what is said, in a way that can still be read. `failure`: requests and files fail, variables are not set;
 * clock and randomness cannot fail, and say something else once more.
 */
export type Stage = 'content' | 'failure'

/** The n-th call of a WASI function within each call of a tool, as a trace counts them: from 1. */
export type NthUse = { readonly interface: string; readonly function: string; readonly n: number }

/** The same world with one source changed: all that it says, or only what one use of it is told in each call. Plain data. */
export type Variation = { readonly source: Source; readonly only?: NthUse | undefined; /** `content` unless given. */ readonly stage?: Stage | undefined }

const feeding: Readonly<Record<string, readonly Source[]>> = {
  'wasi:clocks/wall-clock#now': ['clock'],
  'wasi:clocks/monotonic-clock#now': ['clock'],
  'wasi:random/random#get-random-bytes': ['random'],
  'wasi:random/random#get-random-u64': ['random'],
  'wasi:random/insecure#get-insecure-random-bytes': ['random'],
  'wasi:random/insecure#get-insecure-random-u64': ['random'],
  'wasi:random/insecure-seed#insecure-seed': ['random'],
  // An answer is blamed on the request that it belongs to, wherever it is read.
  'wasi:http/outgoing-handler#handle': ['http'],
  'wasi:filesystem/types#[method]descriptor.read': ['files'],
  // All that comes out of the stream.
  'wasi:filesystem/types#[method]descriptor.read-via-stream': ['files'],
  // Whether it is there; and so for what follows.
  'wasi:filesystem/types#[method]descriptor.open-at': ['files'],
  'wasi:filesystem/types#[method]descriptor.read-directory': ['files'],
  'wasi:filesystem/types#[method]descriptor.readlink-at': ['files'],
  'wasi:filesystem/types#[method]descriptor.metadata-hash-at': ['files'],
  // Where time is held, a file is as old as the clock says.
  'wasi:filesystem/types#[method]descriptor.stat-at': ['files', 'clock'],
  'wasi:filesystem/types#[method]descriptor.stat': ['clock'],
  'wasi:cli/environment#get-environment': ['environment'],
  'wasi:config/store#get': ['environment'],
  'wasi:config/store#get-all': ['environment'],
}

/** The sources that a use of the world is told of: those for which `only` may name it. None for most WASI functions. */
export function sourcesOf(use: { interface: string; function: string }): readonly Source[] {
  return feeding[`${use.interface}#${use.function}`] ?? []
}
