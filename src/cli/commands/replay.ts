import { ShadowcatError } from '../../errors.ts'
import { stringifyJson } from '../../json.ts'
import { paletteFor } from '../../palette.ts'
import { forward } from '../../proxy/forward.ts'
import { type Player, createPlayer } from '../../replay/player.ts'
import { describeMiss, missError } from '../../replay/miss.ts'
import { readTape } from '../../tape/reader.ts'
import { titleOf } from '../../tape/show.ts'
import { createStdioListener } from '../../transport/stdio-server.ts'
import { counted } from '../../units.ts'
import { createWarnings } from '../../warnings.ts'
import { type Command, commonFlags, exit } from '../command.ts'
import { ignoreFlag, redactFlag, setUp, upstreamFlags } from '../setup.ts'
import { onInterruption } from '../signals.ts'
import { columns, print, printError, printWarning } from '../terminal.ts'

const repeats = ['last', 'all', 'none'] as const

/** Milliseconds; long enough for a client to have read what came before. */
const answerPace = 5

export const replayCommand: Command = {
  name: 'replay',
  summary: 'be the recorded server on stdio: answer from a tape, or say what was not recorded',
  usage: ['shadowcat replay TAPE', 'shadowcat replay TAPE --on-miss upstream -- COMMAND ARG…'],
  operands: [1, 1],
  server: true,
  flags: {
    ...ignoreFlag,
    repeat: { value: 'last|all|none', describes: 'what answers a call that is asked again: its last recording, all of them in turn, or nothing (none, unless given)' },
    timing: { value: 'none|recorded|FACTOR', describes: 'at once (unless given), in the recorded time, or in so many times of it' },
    'on-miss': { value: 'error|UPSTREAM', describes: 'error (unless given), or forward to a live server: wassette, wassette=PATH, embedded, or upstream for the one after --' },
    unused: { value: 'warn|error', describes: 'whether recorded calls that nobody asked for fail the replay; warn unless given' },
    env: upstreamFlags.env,
    component: upstreamFlags.component,
    epoch: upstreamFlags.epoch,
    seed: upstreamFlags.seed,
    tick: upstreamFlags.tick,
    clock: upstreamFlags.clock,
    memory: upstreamFlags.memory,
    ...redactFlag,
    json: { describes: `${commonFlags.json.describes}, on stderr: stdout is the protocol's` },
  },
  examples: [
    ['shadowcat replay first.tape', 'put this where a client expects the server'],
    ['shadowcat replay first.tape --ignore /params/arguments/now --unused error', 'a parameter may vary; every recorded call must be asked for'],
    ['shadowcat replay first.tape --on-miss upstream -- node server.js', 'what is not on the tape goes to the live server'],
  ],
  async run(parsed) {
    const { texts } = parsed
    const unusedPolicy = oneOf(texts['unused'] ?? 'warn', ['warn', 'error'], '--unused')
    const onMiss = texts['on-miss'] ?? 'error'
    if (parsed.rest && onMiss === 'error') throw new ShadowcatError('usage', 'what follows -- is asked at a miss, with --on-miss upstream; a tape needs no server')
    if (parsed.lists['component'] && onMiss === 'error') throw new ShadowcatError('usage', '--component is asked at a miss, with --on-miss embedded; a tape needs no server')
    const live = onMiss === 'error' || onMiss === 'upstream' ? parsed : { ...parsed, texts: { ...texts, upstream: onMiss } }
    const setup = await setUp(live, 'shadowcat replay TAPE --on-miss upstream -- node server.js')
    const player = createPlayer(readTape(parsed.operands[0]!), {
      ignore: setup.ignore,
      repeat: oneOf(texts['repeat'] ?? 'none', repeats, '--repeat'),
      timing: parseTiming(texts['timing'] ?? 'none'),
      pace: answerPace,
      redactor: setup.createRedactor(),
      onMiss: onMiss === 'error' ? undefined : await setup.open(),
    })
    const interruption = onInterruption()
    const warnings = createWarnings(printWarning)
    const end = await forward({
      listener: createStdioListener({ redact: setup.redact }),
      upstream: player,
      signal: interruption.signal,
      onerror: (from, error) => warnings.warn(from === 'client' ? 'client' : 'tape', error.message),
    })
    warnings.end()
    if (parsed.switches['json']) print(stringifyJson({ misses: player.misses.map((miss) => missError('0', miss).value).map((error) => (error as { error: { data: unknown } }).error.data), unused: player.unused().map(({ id }) => id), warnings: player.warnings }))
    else report(player)
    if (end.error) printError(end.error.message)
    return interruption.exitCode() ?? exitCode(player, unusedPolicy, end.error)
  },
}

/** So many of the calls that nobody asked for are shown. */
const mostListed = 10

/** What the live server answered was asked for by `--on-miss`, and fails nothing. */
function exitCode(player: Player, unusedPolicy: string, error: ShadowcatError | undefined): number {
  if (error) return exit.failed
  return player.misses.some(({ forwarded }) => !forwarded) || (unusedPolicy === 'error' && player.unused().length > 0) ? exit.differs : exit.good
}

/** What people should know at the end; nothing when all was as recorded. */
function report(player: Player): void {
  const { red, yellow } = paletteFor(process.stderr)
  for (const warning of player.warnings) printWarning(warning)
  for (const miss of player.misses.slice(0, mostListed)) print(`${red('miss:')} ${describeMiss(miss).replace(/^shadowcat: /, '')}${miss.forwarded ? ' (answered by the live server)' : ''}`)
  if (player.misses.length > mostListed) print(`${red('miss:')} and ${player.misses.length - mostListed} more (--json lists all)`)
  const unused = player.unused()
  if (unused.length === 0) return
  print(`${yellow('never asked for:')} ${counted(unused.length, 'recorded call')}`)
  for (const { id, message } of unused.slice(0, mostListed)) print(`  entry ${id}  ${titleOf(message, paletteFor(process.stderr), columns(process.stderr) - 12)}`)
  if (unused.length > mostListed) print(`  and ${unused.length - mostListed} more (--json lists all)`)
}

function oneOf<T extends string>(text: string, allowed: readonly T[], flag: string): T {
  const found = allowed.find((word) => word === text)
  if (found === undefined) throw new ShadowcatError('usage', `${flag} takes ${allowed.join(', ')}; found ${JSON.stringify(text)}`)
  return found
}

function parseTiming(text: string): 'none' | 'recorded' | number {
  if (text === 'none' || text === 'recorded') return text
  const factor = Number(text)
  if (text.trim() === '' || !Number.isFinite(factor) || factor < 0) throw new ShadowcatError('usage', `--timing takes none, recorded, or a factor such as 0.5; found ${JSON.stringify(text)}`)
  return factor
}
