/** `shadowcat/vitest/plugin`: runs in vitest's main process, and tells each project's test files what holds there. */
import { fileURLToPath } from 'node:url'
import type { TestProject, Vitest, VitestPluginContext } from 'vitest/node'
import { messageOf } from '../errors.ts'
import { ownFile } from '../own-file.ts'
import { checkNode } from '../version.ts'
import { type ShadowcatOptions, toSettings } from './options.ts'
import { policyFrom } from './policy.ts'
import type { ShadowcatReporter } from './reporter/reporter.ts'

export type { ShadowcatOptions, TestOptions, WorldOptions } from './options.ts'
export type { UpstreamSpecification } from '../open/specification.ts'

/** A Vite plugin, in as many words as it has: so that it fits whichever Vite vitest runs on. */
export type ShadowcatPlugin = {
  name: 'shadowcat'
  configureVitest(context: Pick<VitestPluginContext, 'vitest' | 'project'>): Promise<void>
  resolveId(id: string): string | undefined
  load(id: string): string | undefined
}

/**
 * The plugin, for `plugins` in vitest.config.ts. What is wrong in its options is told when vitest starts.
 *
 *     export default defineConfig({ plugins: [shadowcat({ upstream: { command: ['node', 'server.js'] } })] })
 */
export function shadowcat(options: ShadowcatOptions = {}): ShadowcatPlugin {
  return {
    name: 'shadowcat',
    async configureVitest({ vitest, project }) {
      try {
        await configure(vitest, project, options)
      } catch (error) {
        throw plainly(error)
      }
    },
    // A virtual module is evaluated for every file, where one of a package is evaluated once for each worker.
    resolveId: (id) => (id.endsWith(globalsModule) ? `\0${globalsModule}` : undefined),
    load: (id) => (id === `\0${globalsModule}` ? `import ${JSON.stringify(import.meta.resolve('shadowcat/vitest'))}\n` : undefined),
  }
}

/** Gives vitest's global `expect` the matchers, where a project has asked for globals. */
const globalsModule = 'virtual:shadowcat/globals'

/** What has to be there before the code under test is loaded, however early a test file imports that. */
const earlyModule = fileURLToPath(ownFile('vitest/world/early'))

async function configure(vitest: Vitest, project: TestProject, options: ShadowcatOptions): Promise<void> {
  checkNode()
  const settings = await toSettings(options, project.config.root)
  const provide = (): void => project.provide('shadowcat', { ...settings, ...policyOf(vitest), ...(isFiltered(vitest) && { filtered: true }) })
  provide()
  // In watch mode the key `u` changes the policy of one run.
  vitest.onTestsRerun(provide)
  if (!project.config.browser.enabled) {
    // The first, as those of the user may load the code under test.
    project.config.setupFiles.unshift(earlyModule)
    if (project.config.globals) project.config.setupFiles.push(globalsModule)
  }
  const reporter = await reporterOf(vitest)
  reporter.add(project, settings)
}

/** Vitest's own, as it is now. */
function policyOf(vitest: Vitest): ReturnType<typeof policyFrom> {
  return policyFrom({ resolved: vitest.snapshot.options.updateSnapshot, given: vitest.config.update, env: process.env })
}

/** Whether tests are chosen within files. */
function isFiltered(vitest: Vitest): boolean {
  return vitest.getGlobalTestNamePattern() !== undefined || (vitest.config.tagsFilter ?? []).length > 0
}

const reporters = new WeakMap<Vitest['config'], Promise<ShadowcatReporter>>()

/** One for all projects of a vitest, and another when it starts over because its configuration has changed. */
function reporterOf(vitest: Vitest): Promise<ShadowcatReporter> {
  let reporter = reporters.get(vitest.config)
  if (!reporter) reporters.set(vitest.config, (reporter = addReporter(vitest)))
  return reporter
}

async function addReporter(vitest: Vitest): Promise<ShadowcatReporter> {
  // It brings vitest/node along, which a configuration that is read by Vite alone can do without.
  const { createReporter } = await import('./reporter/reporter.ts')
  const reporter = createReporter(vitest, () => policyOf(vitest))
  vitest.config.reporters.push(reporter)
  return reporter
}

/** Vitest prints what a plugin throws as Node shows an error; of a wrong option no one needs the stack. */
function plainly(error: unknown): Error {
  const message = messageOf(error)
  return Object.assign(new Error(message, { cause: error }), { [Symbol.for('nodejs.util.inspect.custom')]: () => message })
}
