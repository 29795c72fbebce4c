/** What a component's results may depend on besides its arguments. */
export type Source = 'clock' | 'random' | 'http' | 'files' | 'environment'

/** The same world with one source changed: all that it says, or only what one use of it is told in each call. Plain data. */
export type Variation = {
  readonly source: Source
  readonly only?: { readonly interface: string; readonly function: string; /** From 1. */ readonly n: number } | undefined
}
