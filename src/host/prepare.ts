import { digestOf } from '../digest.ts'
import { openCache } from './cache.ts'
import { type Compiled, compile } from './compile.ts'
import { defaultMemory } from './limits.ts'
import type { Description } from './surroundings.ts'
import { findTranslation } from './transpile.ts'

/**
 * Makes descriptions ready for threads: components that were translated before are compiled here, once for all threads and while each of them
 * starts. What has first to be translated is left to the thread, as that takes long.
 */
export function createPreparation(): (description: Description) => Promise<Description> {
  const known = new Map<string, Promise<Compiled>>()

  function compiledFor(digest: string, { memory = defaultMemory, cacheFolder }: Description): Promise<Compiled> | undefined {
    if (!known.has(digest)) {
      const files = findTranslation({ digest, memory }, openCache(cacheFolder))
      if (!files) return undefined
      const compiled = settled(compile(files))
      known.set(digest, compiled)
      // Told to who asked; the next one may find a better translation.
      compiled.catch(() => known.delete(digest))
    }
    return known.get(digest)
  }

  return async (description) => {
    const sources = description.sources.map((source) => ({ ...source, digest: source.digest ?? digestOf(source.bytes) }))
    const compiled = new Map<string, Compiled>()
    for (const { digest } of sources) {
      const found = await compiledFor(digest, description)
      if (found) compiled.set(digest, found)
    }
    return { ...description, sources, compiled }
  }
}

/** Promises cannot be sent. */
async function settled({ code, modules }: Compiled): Promise<Compiled> {
  return { code, modules: await modules }
}
