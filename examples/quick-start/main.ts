/**
 * The quick start: a WebAssembly component that uses the time, randomness and HTTP is recorded, replayed, verified over 20 runs, run again without
 * the network, and explained. Uses the command line as people do; nothing is installed, and nothing outside this machine is asked.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'shadowcat-quick-start-'))
const embedded = ['--upstream', 'embedded', '--component', 'sources.wasm']
let asked = 0
const rates = createServer((_request, response) => response.end(`{"euro":${(1.08 + asked++ / 100).toFixed(2)}}`))

try {
  rates.listen(0, '127.0.0.1')
  await once(rates, 'listening')
  prepare((rates.address() as AddressInfo).port)

  say('1. Record a real session. A component runs as MCP tools, in this process; one of them asks a local server for a rate.')
  await shadowcat('record', 'first.tape', '--script', 'calls.jsonl', ...embedded, '--epoch', '2026-01-01T00:00:00Z', '--seed', '42')
  say('2. Read the tape: what was asked, what was answered, and what of the world each call used.')
  await shadowcat('tape', 'show', 'first.tape')
  say('3. Replay it: the same calls are sent to the tape instead of the component. It answers the same, byte for byte.')
  await shadowcat('verify', 'first.tape', '--', 'node', join(root, 'dist/cli/main.js'), 'replay', 'first.tape')

  rates.close()
  say(`4. The local server is closed now (it was asked ${asked} times). Verify: the component runs again, twenty times, at the recorded time, with the recorded\n   randomness and the recorded rate. Nothing may differ.`)
  await shadowcat('verify', 'first.tape', '--runs', '20', ...embedded, '--state', 'recorded')
  say('5. What does each tool depend on? The clock, the randomness and the rate are changed, one at a time.')
  await shadowcat('verify', 'first.tape', ...embedded, '--state', 'recorded', '--causes')
  say('That is all: record once, replay in tests without the server, and know what changed when something does.')
} finally {
  rates.close()
  rmSync(folder, { recursive: true, force: true })
}

/** The component, the policy beside it that lets it talk to this machine, and the calls. */
function prepare(port: number): void {
  copyFileSync(join(root, 'test/fixtures/components/sources.wasm'), join(folder, 'sources.wasm'))
  copyFileSync(join(import.meta.dirname, 'sources.policy.yaml'), join(folder, 'sources.policy.yaml'))
  writeFileSync(join(folder, 'calls.jsonl'), readFileSync(join(import.meta.dirname, 'calls.jsonl'), 'utf8').replaceAll('PORT', String(port)))
}

function say(text: string): void {
  console.log(`\n${text}`)
}

/** Runs one command with its output shown, and stops the example when it does not end well. */
async function shadowcat(...args: string[]): Promise<void> {
  console.log(`   $ shadowcat ${args.map((arg) => arg.replace(`${root}/`, '')).join(' ')}\n`)
  const child = spawn(process.execPath, [join(root, 'dist/cli/main.js'), ...args], { stdio: ['ignore', 'inherit', 'inherit'], cwd: folder })
  const [status] = (await once(child, 'exit')) as [number | null]
  if (status === 0) return
  process.exitCode = 1
  throw new Error(`the quick start did not go as it should: shadowcat ${args[0]} ended with ${status}, where 0 was expected`)
}
