/**
 * What the vitest plugin costs a whole `vitest run`, beside the MCP SDK's client and server on its in-memory transport in the same tests:
 * `npm run bench:vitest -- [--check] [--json] [--quick] [--rounds N] [--only NAME]`. `--check` exits 1 past a budget. SHADOWCAT_DIST names another build than dist/.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Project } from '../test/vitest/project.ts'
import { benchOptions } from './command.ts'
import { type Finding, median } from './figures.ts'
import { print } from './report.ts'
import { everything, projectOf, ways } from './vitest-projects.ts'

const { quick, rounds, wants, say, conclude } = benchOptions(5, ': look at the seconds of the processors, and at ratios')

/** Seconds by the clock, and of all processors together. */
type Cost = { wall: number; cpu: number }
/** One way of running the same tests, over all rounds. */
type Runs = { scene: string; way: string; costs: Cost[] }
type Subject = { project: Project; args?: readonly string[]; before?: () => void }

const made: Project[] = []
try {
  const runs = [...(wants('replay') ? replay() : []), ...(wants('start') ? start() : []), ...(wants('record') ? record() : [])]
  const findings = judge(runs)
  conclude({ runs }, findings, () => printRuns(runs))
} finally {
  for (const project of made) project.dispose()
}

/** Many files of small tests, replayed. */
function replay(): Runs[] {
  const size = { files: quick ? 10 : 50, tests: 20 }
  const subjects = { sdk: make(ways.sdk, size), session: recorded(ways.session, size), client: recorded(ways.client, size), none: make(ways.none, size) }
  return alternate(`${size.files} files × ${size.tests} tests`, subjects)
}

/** One file with one test: what a run's start costs. */
function start(): Runs[] {
  const size = { files: 1, tests: 1 }
  return alternate('1 file × 1 test', { none: make(ways.none, size), session: recorded(ways.session, size) }, rounds * 2 + 1)
}

/** Tests against a server that is started for each, with and without a recording. */
function record(): Runs[] {
  const size = { files: quick ? 2 : 5, tests: 20, command: everything }
  const fresh = (project: Project): Subject => ({ project, before: () => void (project.exists('tapes') && project.remove('tapes')) })
  return alternate(`${size.files} files × ${size.tests} tests, live`, { live: make(ways.live, size), recorded: fresh(make(ways.recorded, size).project) })
}

function make(...given: Parameters<typeof projectOf>): Subject {
  const project = projectOf(...given)
  made.push(project)
  return { project }
}

function recorded(...given: Parameters<typeof make>): Subject {
  const subject = make(...given)
  say('recording what is to be replayed')
  run(subject)
  return { ...subject, args: ['--update=none'] }
}

/** Every way in every round, one after another and each time in another order, so that what else the machine does strikes all of them alike. */
function alternate(scene: string, subjects: Record<string, Subject>, times = rounds): Runs[] {
  const all = Object.entries(subjects).map(([way, subject]) => ({ way, subject, costs: [] as Cost[] }))
  for (let round = 0; round < times; round++) {
    say(`${scene}: round ${round + 1} of ${times}`)
    for (let turn = 0; turn < all.length; turn++) {
      const { subject, costs } = all[(round + turn) % all.length]!
      subject.before?.()
      costs.push(run(subject))
    }
  }
  return all.map(({ way, costs }) => ({ scene, way, costs }))
}

/** A shell tells what its children used, their own children among them. */
function run({ project, args = [] }: Subject): Cost {
  const vitest = [process.execPath, join(project.path, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=dot', '--testTimeout=60000', ...args]
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(CI|VITEST|SHADOWCAT)/.test(name)))
  const begun = performance.now()
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', '"$@" >out.txt 2>&1; code=$?; times; exit $code', 'sh', ...vitest], { cwd: project.path, env, encoding: 'utf8' })
  const wall = (performance.now() - begun) / 1000
  if (status !== 0) throw new Error(`vitest ended with ${status}: ${project.read('out.txt')}${stderr}`)
  const [user, system] = [...stdout.trim().split('\n').at(-1)!.matchAll(/(\d+)m([\d.]+)s/g)].map(([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds))
  return { wall, cpu: user! + system! }
}

function printRuns(runs: readonly Runs[]): void {
  const rows = runs.map(({ scene, way, costs }) => {
    const first = runs.find((other) => other.scene === scene)!
    const share = (of: keyof Cost): string => (best(costs, of) / best(first.costs, of)).toFixed(2)
    const [wall, cpu] = (['wall', 'cpu'] as const).map((of) => median(costs.map((cost) => cost[of])).toFixed(2))
    return [scene, way, wall!, best(costs, 'wall').toFixed(2), share('wall'), cpu!, best(costs, 'cpu').toFixed(2), share('cpu')]
  })
  if (rows.length > 0) print([['tests', 'way', 'wall s', 'best', 'of the first', 'CPU s', 'best', 'of the first'], ...rows])
}

function best(costs: readonly Cost[], of: keyof Cost): number {
  return Math.min(...costs.map((cost) => cost[of]))
}

/** The budgets of the issue, by the best round of each way, for what else the machine does can only slow one down. */
function judge(runs: readonly Runs[]): Finding[] {
  const of = (way: string, scene: RegExp): Runs | undefined => runs.find((one) => one.way === way && scene.test(one.scene))
  const findings: Finding[] = []
  const compare = (scene: RegExp, way: string, other: string, what: string, most: number): void => {
    const [ours, theirs] = [of(way, scene), of(other, scene)]
    if (!ours || !theirs) return
    const ratio = best(ours.costs, 'wall') / best(theirs.costs, 'wall')
    findings.push({ what, value: (ratio - 1) * 100, unit: '%', budget: `≤ ${most}`, met: ratio <= 1 + most / 100 })
  }
  compare(/^\d\d+ files/, 'session', 'sdk', "replay by session: more wall time than the SDK's in memory", 25)
  compare(/^\d\d+ files/, 'client', 'sdk', "replay by client: more wall time than the SDK's in memory", 25)
  const [plain, ours] = [of('none', /^1 file /), of('session', /^1 file /)]
  if (plain && ours) {
    const more = (best(ours.costs, 'wall') - best(plain.costs, 'wall')) * 1000
    findings.push({ what: "a run's start: more than without the plugin", value: more, unit: 'ms', budget: '≤ 100', met: more <= 100 })
  }
  compare(/live$/, 'recorded', 'live', "recording: more wall time than the SDK's client live", 10)
  return findings
}
