import { varyText } from './varied-text.ts'
import type { Stage } from './variation.ts'

/** Variables by name. */
export type Environment = Readonly<Record<string, string>>

/** What a component may see: the variables that are granted and set, in order of their names. */
export function visible(environment: Environment, granted: readonly string[]): [key: string, value: string][] {
  const keys = [...new Set(granted)].filter((key) => Object.hasOwn(environment, key)).sort()
  return keys.map((key) => [key, environment[key]!])
}

/** Other values under the same names, or nothing. */
export function varyVariables(variables: [key: string, value: string][], stage: Stage): [key: string, value: string][] {
  return stage === 'failure' ? [] : variables.map(([key, value]) => [key, varyText(value)])
}
