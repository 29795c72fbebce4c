/** The quick start: records a real session, replays it, verifies it, and says in plain words what happened. Uses the command line as people do. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'shadowcat-quick-start-'))
const tape = join(folder, 'first.tape')
const component = join(root, 'test/fixtures/components/toolbox.wasm')
const wassette = findWassette()
const server = wassette ? ['--upstream', `wassette=${wassette}`, '--env', 'RUST_LOG=off', '--', '--component-dir', join(folder, 'components')] : ['--upstream', 'embedded', '--component', component]
const world = wassette ? [] : ['--seed', '42', '--epoch', '2026-01-01T00:00:00Z']
const script = join(import.meta.dirname, 'calls.jsonl')
const replay = ['--', process.execPath, join(root, 'dist/cli/main.js'), 'replay', tape]

try {
  if (wassette) {
    mkdirSync(join(folder, 'components'))
    copyFileSync(component, join(folder, 'components/toolbox.wasm'))
  }
  say(`1. Record a real session: a WebAssembly component as MCP tools, ${wassette ? 'served by Wassette' : 'in the embedded host, which holds time and randomness (WASSETTE_BIN can name a Wassette)'}.`)
  shadowcat([0], 'record', tape, '--script', script, ...world, ...server)
  say('2. Read the tape.')
  shadowcat([0], 'tape', 'show', tape)
  say('3. Replay it: the same calls are sent to the tape instead of the server. It answers the same, byte for byte.')
  shadowcat([0], 'verify', tape, ...replay)
  if (wassette) {
    say('4. Verify it: the same calls go to the live server again. What differs is named: the clock and the random number.')
    shadowcat([1], 'verify', tape, ...server)
  } else {
    say('4. Verify it: the component runs again, twenty times, at the same time and with the same randomness. Nothing may differ.')
    shadowcat([0], 'verify', tape, '--runs', '20', ...server)
  }
  say('That is all: record once, replay in tests without the server, verify when the server changes.')
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function say(text: string): void {
  console.log(`\n${text}`)
}

/** Runs one command with its output shown, and stops the example when it ends otherwise than expected. */
function shadowcat(expected: number[], ...args: string[]): void {
  const shown = args.map((arg) => arg.replaceAll(`${folder}/`, '').replaceAll(`${root}/`, '').replace(process.execPath, 'node').replace(wassette ?? '\0', 'PATH'))
  console.log(`   $ shadowcat ${shown.join(' ')}\n`)
  const { status } = spawnSync(process.execPath, [join(root, 'dist/cli/main.js'), ...args], { stdio: ['ignore', 'inherit', 'inherit'], cwd: folder })
  if (!expected.includes(status ?? -1)) {
    console.error(`\nshadowcat ended with ${status}, where ${expected.join(' or ')} was expected`)
    process.exitCode = 1
    throw new Error('the quick start did not go as it should')
  }
}

function findWassette(): string | undefined {
  const named = process.env['WASSETTE_BIN']
  if (named) return named
  const found = spawnSync('wassette', ['--version'], { encoding: 'utf8' })
  return found.status === 0 ? 'wassette' : undefined
}
