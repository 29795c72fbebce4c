import { extname } from 'node:path'

/** Where this program's code stands: src/, or dist/ as it is built. It holds because the build keeps this module at the top, whatever it joins. */
export const codeFolder = new URL('./', import.meta.url)

/** The address of one of its entries, such as `host/worker`. */
export function ownFile(entry: string): URL {
  return new URL(`${entry}${extname(import.meta.url)}`, codeFolder)
}
