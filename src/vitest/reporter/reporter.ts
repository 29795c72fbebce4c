/** Looks at what tests left behind when a run has ended. */
import { type Reporter, type TestModule, type TestProject, type TestRunEndReason, type Vitest, experimental_getRunnerTask } from 'vitest/node'
import type { Settings, Tally } from '../settings.ts'
import { paletteAs } from './colours.ts'
import { findFiles, removeTapes } from './files.ts'
import { type Orphan, type RanFile, type RanTask, findOrphans, passed, tallyOf } from './orphans.ts'
import { summarise } from './summary.ts'
import { testsIn } from '../names.ts'

/** What of a project's settings does not change. */
type Place = Pick<Settings, 'root' | 'tapes'>

export type ShadowcatReporter = Reporter & {
  /** A project whose tests have tapes. */
  add(project: TestProject, settings: Place): void
}

/** One for each vitest, whatever projects it has; `ci` tells by which variable CI was detected, where that decides. */
export function createReporter(vitest: Vitest, policy: () => Pick<Settings, 'update' | 'ci'>): ShadowcatReporter {
  const places = new Map<TestProject, Place>()
  let reran = false
  return {
    add: (project, { root, tapes }) => void places.set(project, { root, tapes }),
    onWatcherRerun() {
      reran = true
    },
    async onTestRunEnd(modules, _errors, reason) {
      const { update, ci } = policy()
      const ours = modules.filter(({ project }) => places.has(project))
      const everything = !reran && !isNarrowed(vitest)
      const { orphans, journals } = await lookAround(ours, reason, { places, everything })
      const tallies = ours.flatMap((module) => testsIn(experimental_getRunnerTask(module) as RanTask)).flatMap(tallied)
      const lines = summarise({ tallies, orphans, journals, update, ci, root: vitest.config.root, cwd: process.cwd() }, palette())
      for (const line of lines) vitest.logger.log(line)
      if (orphans.length > 0 && update === 'none' && !vitest.config.watch) process.exitCode = 1
      if (update === 'all') removeTapes(orphans.map(({ path }) => path), [...places.values()].map(({ tapes }) => tapes))
    },
  }

  function palette(): ReturnType<typeof paletteAs> {
    return paletteAs({ env: process.env, argv: process.argv, platform: process.platform, disabled: vitest.getRootProject().serializedConfig.disableColors })
  }
}

/** A test that passed has missed no tape: it asked for none. */
function tallied(test: RanTask): Tally[] {
  const tally = tallyOf(test)
  if (!tally) return []
  const { withheld: _, ...others } = tally
  return [passed(test) ? others : tally]
}

async function lookAround(modules: readonly TestModule[], reason: TestRunEndReason, { places, everything }: { places: ReadonlyMap<TestProject, Place>; everything: boolean }): Promise<{ orphans: Orphan[]; journals: string[] }> {
  const projects = [...places.values()]
  const found = [...new Set(projects.map(({ tapes }) => tapes))].map(findFiles)
  const journals = await abandonedAmong(found.flatMap((each) => each.journals))
  if (reason === 'interrupted') return { orphans: [], journals }
  const ran = modules.filter(isWhole).map((module): RanFile => ({ path: module.moduleId, task: experimental_getRunnerTask(module) as RanTask, settings: places.get(module.project)! }))
  return { orphans: findOrphans(found.flatMap((each) => each.tapes), { ran, projects, everything }), journals }
}

/** There are hardly ever any: what reads them would cost every run. */
async function abandonedAmong(journals: readonly string[]): Promise<string[]> {
  return journals.length === 0 ? [] : (await import('./journals.ts')).abandoned(journals)
}

/** What could not be collected, or was checked for its types alone, does not tell which tests there are. */
function isWhole(module: TestModule): boolean {
  return module.errors().length === 0 && !(module.meta() as { typecheck?: boolean }).typecheck
}

/** Whether less was to run than there is. Shards look at the same files, so each may judge. */
function isNarrowed(vitest: Vitest): boolean {
  const { filenamePattern } = vitest as unknown as { filenamePattern?: readonly string[] }
  const { project, changed, related } = vitest.config
  const { lastFailed } = vitest.config.cliOptions as { lastFailed?: boolean }
  return [filenamePattern, project, related].some((list) => list !== undefined && list.length > 0) || Boolean(changed) || Boolean(lastFailed)
}
