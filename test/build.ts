import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/**
 * Builds dist/ once before the tests, which run the command line as users do. Type errors are `npm run types`' affair.
 * SHADOWCAT_DIST names another folder: fixture projects of the vitest plugin then get the build that is there.
 */
export function setup(): void {
  const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'))
  const own = process.env['SHADOWCAT_DIST']
  spawnSync(process.execPath, [join(typescript, 'bin/tsc'), '-p', 'tsconfig.build.json', ...(own ? ['--outDir', own] : [])], { stdio: 'ignore' })
}
