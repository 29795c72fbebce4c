/**
 * Makes the package's dist/ of src/: `node build.ts [FOLDER [ENTRY…]]`. Modules that are loaded together are joined, as each file costs whoever
 * loads it; declarations stay as they are. What is dynamically imported stays apart, and loads when it is needed. Tests name further entries,
 * and get no declarations.
 */
import { spawnSync } from 'node:child_process'
import { isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type OutputOptions, rolldown } from 'rolldown'

const root = import.meta.dirname
const [folder = join(root, 'dist'), ...further] = process.argv.slice(2)

/** What others name: the manifest's exports and program, the thread's program, the setup file. */
const entries = ['index', 'cli/main', 'host/worker', 'vitest/index', 'vitest/plugin', 'vitest/world/early', ...further]

/** Chunks with what their modules import, the first before the others. All else is split by what needs it. */
const groups = [
  // Loaded before the code under test: little, and nothing that both may import.
  { name: 'early', test: /src[\\/]vitest[\\/]world[\\/]early\.ts$/, priority: 3 },
  { name: 'common', test: /src[\\/](?!index\.)[^\\/]+\.ts$/, priority: 2 },
  { name: 'replaying', test: /src[\\/](replay[\\/]player|tape[\\/]reader|tape[\\/]redact)\.ts$/, priority: 1 },
]

const output: OutputOptions = { dir: resolve(folder), cleanDir: true, entryFileNames: '[name].js', chunkFileNames: '[name].js', codeSplitting: { groups } }

const bundle = await rolldown({
  cwd: root,
  platform: 'node',
  transform: { target: 'node22.14' },
  input: Object.fromEntries(entries.map((name) => [name, `src/${name}.ts`])),
  external: (name) => !name.startsWith('.') && !isAbsolute(name),
})
await bundle.write(output)
await bundle.close()

if (further.length === 0) {
  const compiler = join(fileURLToPath(import.meta.resolve('typescript/package.json')), '../bin/tsc')
  const { status } = spawnSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json'), '--outDir', resolve(folder)], { stdio: 'inherit' })
  process.exitCode = status ?? 1
}
