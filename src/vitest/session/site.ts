/** Where in the user's code a call was made, so that an error which comes later, or elsewhere, stands on that line. */
import { fileURLToPath } from 'node:url'
import { codeFolder } from '../../own-file.ts'

/** `frames` are the lines of a stack, the user's first; formatted when first asked for. */
export type Site = { readonly frames: string }

/** This package's own code, as it stands in stacks: by path under vitest's transforms, else by address. */
const own = [codeFolder.href, fileURLToPath(codeFolder)]

/** The call site above this function. To be asked before the first `await`: later the caller may be out of sight. */
export function captureSite(above: (...args: never[]) => unknown): Site {
  const holder: { stack?: string } = {}
  Error.captureStackTrace(holder, above)
  let frames: string | undefined
  return {
    get frames() {
      return (frames ??= (holder.stack ?? '').split('\n').slice(1).filter((line) => !own.some((place) => line.includes(place))).join('\n'))
    },
  }
}

/** Gives an error the stack of a call site; without a site it has none. */
export function placeError<T extends Error>(error: T, site: Site | undefined): T {
  const stack = `${error.name}: ${error.message}${site?.frames ? `\n${site.frames}` : ''}`
  return hide(error, { stack })
}

/** Gives an error these properties, not enumerable: else vitest would print them below it. */
export function hide<T extends Error>(error: T, facts: object): T {
  for (const [key, value] of Object.entries(facts)) Object.defineProperty(error, key, { value, writable: true, configurable: true, enumerable: false })
  return error
}
