/** What else has a budget: a million messages, memory, real Wassette, and how fast the program starts. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Finding, median } from './figures.ts'
import { type Load, runLoad, untilListed } from './load.ts'

type Say = (text: string) => void

/** Memory is asked for this often, ms. */
const sampleEvery = 100

/** Records a million messages (half as many calls), watching the memory of shadowcat, and then times how they become a tape. */
export async function measureMillion(shadowcat: readonly string[], server: readonly string[], folder: string, messages: number, say: Say): Promise<Finding[]> {
  say(`recording ${messages} messages`)
  const tape = join(folder, 'million.tape')
  const highest = { recording: 0, making: 0 }
  let phase: keyof typeof highest = 'recording'
  let sampling: NodeJS.Timeout | undefined
  let finished = 0
  await runLoad([...shadowcat, 'forward', 'stdio', '--record', tape, '--', ...server], {
    calls: messages / 2,
    inFlight: 64,
    warmUp: 0,
    running({ pid }) {
      sampling = setInterval(() => (highest[phase] = Math.max(highest[phase], residentMegabytes(pid!))), sampleEvery)
    },
    finished() {
      phase = 'making'
      finished = performance.now()
    },
  })
  const seconds = (performance.now() - finished) / 1000
  clearInterval(sampling)
  say(`the tape has ${(statSync(tape).size / 1e6).toFixed(0)} MB`)
  const most = 10 * (messages / 1_000_000)
  return [
    { what: `${messages} messages become a tape`, value: seconds, unit: 's', budget: `≤ ${most}`, met: seconds <= most },
    { what: 'memory of shadowcat, at most, while they were recorded', value: highest.recording, unit: 'MB', budget: '≤ 150', met: highest.recording <= 150 },
    { what: 'memory of shadowcat, at most, while they became a tape', value: highest.making, unit: 'MB', budget: '≤ 150', met: highest.making <= 150 },
  ]
}

/** 0 once it has ended. */
function residentMegabytes(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1000
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ESRCH') return 0
    throw error
  }
}

/** One call at a time to our own small component in real Wassette, with and without shadowcat before it. */
export async function measureWassette(shadowcat: readonly string[], folder: string, rounds: number, say: Say): Promise<Finding[]> {
  const what = "Wassette's echo: p50 of a single call that is recorded, more than without shadowcat"
  const wassette = process.env['WASSETTE_BIN']
  if (!wassette) return [{ what, unit: '%', budget: '≤ 10 (WASSETTE_BIN is not set)' }]
  const components = join(folder, 'components')
  mkdirSync(components)
  copyFileSync(join(import.meta.dirname, '../test/fixtures/components/toolbox.wasm'), join(components, 'toolbox.wasm'))
  const ways = {
    direct: [wassette, 'run', '--component-dir', components],
    piped: [process.execPath, join(import.meta.dirname, 'pipe.mjs'), wassette, 'run', '--component-dir', components],
    recorded: [...shadowcat, 'forward', 'stdio', '--upstream', `wassette=${wassette}`, '--record', join(folder, 'wassette-{session}.tape'), '--', '--component-dir', components],
  }
  const load: Load = {
    calls: 3000,
    inFlight: 1,
    warmUp: 5000,
    params: (call) => `{"name":"echo","arguments":{"text":"the quick brown fox ${call}"}}`,
    environment: { XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder },
    signal: 'SIGTERM',
    prepare: untilListed('echo'),
  }
  const times = { direct: [] as number[], piped: [] as number[], recorded: [] as number[] }
  for (let round = 1; round <= rounds; round++) {
    for (const way of ['direct', 'piped', 'recorded'] as const) {
      say(`round ${round} of ${rounds}: Wassette, ${way}`)
      times[way].push((await runLoad(ways[way], load)).p50)
    }
  }
  const [direct, piped, recorded] = [median(times.direct), median(times.piped), median(times.recorded)]
  const value = (recorded / direct - 1) * 100
  say(`Wassette's echo, p50: ${direct.toFixed(0)} µs direct, ${piped.toFixed(0)} µs through a bare pipe, ${recorded.toFixed(0)} µs recorded`)
  return [
    { what: `${what} (${direct.toFixed(0)} µs)`, value, unit: '%', budget: '≤ 10', met: value <= 10 },
    { what: 'the same, more than with a bare pipe before Wassette', value: recorded - piped, unit: 'µs', budget: '' },
  ]
}

export async function measureVersion(shadowcat: readonly string[]): Promise<Finding[]> {
  const times = Array.from({ length: 11 }, () => {
    const begun = performance.now()
    spawnSync(shadowcat[0]!, [...shadowcat.slice(1), '--version'])
    return performance.now() - begun
  })
  const value = median(times)
  return [{ what: 'shadowcat --version', value, unit: 'ms', budget: '≤ 150', met: value <= 150 }]
}
