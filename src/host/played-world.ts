import type { RecordedState } from '../upstream.ts'
import type { Redactor } from '../tape/redact.ts'
import { createRefusedExchange } from '../world/exchange.ts'
import { createPlayedFiles } from '../world/recorded-files.ts'
import { type World, type WorldOptions, createWorld } from '../world/world.ts'
import { fromState } from './recall.ts'

export type PlayedWorld = {
  world: World
  /** The how-manyth call of the session comes next, from 1. */
  begin(call: number): void
}

/**
 * A world that tells each call of a session what its recording says, and nothing else: neither network nor disk. Only the values of variables
 * are those of now, as they are not recorded; names that were not set then are not set. Throws 'tape' when the state cannot be read.
 */
export function createPlayedWorld(options: WorldOptions, state: readonly RecordedState[], redactor: Pick<Redactor, 'message' | 'text'>): PlayedWorld {
  const played = fromState(state, redactor)
  const environment = options.environment ?? {}
  const only = (names: readonly string[]): Record<string, string> => Object.fromEntries(names.filter((name) => Object.hasOwn(environment, name)).map((name) => [name, environment[name]!]))
  // What was not drawn then is at least the same each time now.
  const own = options.seed === 'real' ? 0n : options.seed
  let call = 0

  function enter(): ReturnType<World['enter']> {
    const { exchange, files, readings, seed = own, set = played.set } = played.told(call)
    return createWorld({ ...options, exchange, files, readings, seed, environment: only(set) }).enter()
  }

  const nothing = createWorld({ ...options, exchange: createRefusedExchange(), files: createPlayedFiles([]) })
  return {
    world: { ...nothing, enter },
    begin: (next) => void (call = next),
  }
}
