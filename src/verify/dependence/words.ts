/** What sources and uses are called. */
import type { Source } from '../../world/variation.ts'
import type { Cause } from './dependences.ts'

/** In the order in which they are looked at and told. */
export const sources: readonly Source[] = ['clock', 'random', 'http', 'files', 'environment']

/** What a tool does that depends on it. */
export const deeds: Readonly<Record<Source, string>> = {
  clock: 'reads the clock', random: 'draws random numbers', http: 'goes to the network', files: 'reads files', environment: 'reads variables',
}

/** A WASI function in few words: `wall-clock now`, `descriptor.read`. */
export function nameOf({ interface: name, function: called }: { interface: string; function: string }): string {
  const method = /^\[[a-z-]+\](.+)$/.exec(called)
  return method ? method[1]! : `${name.slice(name.lastIndexOf('/') + 1)} ${called}`
}

/** A cause for people: `clock, found by running toolbox in the embedded host: wall-clock now, use 1`. */
export function foundWords({ source, component, use }: Cause & { component: string }): string {
  return `${source}, found by running ${component} in the embedded host${use ? `: ${useWords(use, [use.n])}` : ''}`
}

/** Uses of one function: `wall-clock now, uses 1 and 2`. */
export function useWords(called: { interface: string; function: string }, numbers: readonly number[]): string {
  return `${nameOf(called)}, use${numbers.length === 1 ? '' : 's'} ${listed(numbers)}`
}

/** `1`, `1 and 2`, `1, 2 and 3`. */
export function listed(numbers: readonly number[]): string {
  return numbers.length < 2 ? numbers.join() : `${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1)}`
}
