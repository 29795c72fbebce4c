import { join } from 'node:path'

/** The file of a fixture component. */
export function file(component: string): string {
  return join(import.meta.dirname, '../fixtures/components', `${component}.wasm`)
}
