import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/**
 * Builds dist/ once before the tests, which run the command line as users do. Type errors are `npm run types`' affair.
 * SHADOWCAT_DIST names another folder: fixture projects of the vitest plugin then get the build that is there.
 */
export function setup(): void {
  const own = process.env['SHADOWCAT_DIST']
  spawnSync(process.execPath, [join(import.meta.dirname, '../build.ts'), ...(own ? [own] : [])], { stdio: 'ignore' })
}
