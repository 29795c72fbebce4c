import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createBarrier, createConversation } from '../../src/host/barrier.ts'
import { digestOf } from '../../src/digest.ts'
import { type Files, openCache } from '../../src/host/cache.ts'
import { type LoadOptions, type LoadedComponent, loadComponent } from '../../src/host/load.ts'
import { defaultLimits, defaultMemory } from '../../src/host/limits.ts'
import { Pass, type Surroundings, asPass } from '../../src/host/pass.ts'
import { findTranslation } from '../../src/host/transpile.ts'
import type { Outcome } from '../../src/host/driver.ts'
import { createRefusedExchange } from '../../src/world/exchange.ts'
import { createMemoryFiles } from '../../src/world/memory-files.ts'
import { type World, type WorldOptions, createWorld, nothingGranted } from '../../src/world/world.ts'

const root = join(import.meta.dirname, '../..')
/** Kept between runs, out of everybody's way. */
export const cache = openCache(join(root, 'node_modules/.cache/shadowcat-tests'))

export function bytesOf(name: string): Uint8Array {
  return readFileSync(join(root, 'test/fixtures/components', `${name}.wasm`))
}

export function load(name: string, options: LoadOptions = {}): Promise<LoadedComponent> {
  return loadComponent(bytesOf(name), { cache, ...options })
}

/** What jco makes of it. */
export async function filesOf(name: string): Promise<Files> {
  await load(name)
  return findTranslation({ digest: digestOf(bytesOf(name)), memory: defaultMemory }, cache)!
}

export const epoch = new Date('2001-09-09T01:46:40Z')

/** A held world without network and files. */
export function heldWorld(options: WorldOptions = {}): World {
  return createWorld({ epoch, seed: 42n, exchange: createRefusedExchange(), files: createMemoryFiles(), ...options })
}

/** What a call returned, threw, or failed of. */
export function endingOf(outcome: Outcome): unknown {
  return 'returned' in outcome ? outcome.returned : 'thrown' in outcome ? { thrown: outcome.thrown } : outcome.failure
}

/** Runs WASI functions as a component would, without one. */
export function inPass<T>(run: (pass: Pass) => T, more: Partial<Surroundings> = {}, options: WorldOptions = {}): T {
  const world = heldWorld(options)
  const parts = world.enter().pass()
  const pass = new Pass({ ...parts, folders: () => [], barrier: createBarrier(createConversation(), world.exchange), grants: nothingGranted, variables: [], limits: defaultLimits, ...more })
  return asPass(pass, () => run(pass))
}

/** What a WASI function throws: the err of its result. */
export function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
