/** Records a real Wassette's side of the conversations anew: WASSETTE_BIN=… node test/host/record.ts. It must be 0.8.0. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { file } from './files.ts'
import { conversations } from './conversations.ts'

/** There is no sign that a line will not be answered, or not again, but that for so long nothing comes. Milliseconds. */
const patience = 800
const quiet = 60

/** What each line of a conversation is answered, and what comes besides. With what was recorded before, so many messages are waited for. */
export async function converse(program: string, lines: readonly string[], before?: readonly string[][]): Promise<string[][]> {
  const home = mkdtempSync(join(tmpdir(), 'shadowcat-wassette-'))
  const server = spawn(program, ['run', '--component-dir', join(home, 'components')], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'], HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home, RUST_LOG: 'off' },
  })
  const ended = new Promise((resolve) => server.once('close', resolve))
  const pieces: string[] = []
  server.stdout.setEncoding('utf8').on('data', (text: string) => pieces.push(text))
  server.stdin.on('error', () => undefined)
  const said: string[][] = []
  try {
    await sleep(300)
    for (const [index, line] of lines.entries()) {
      const expected = before?.[index]?.length ?? 1
      pieces.length = 0
      server.stdin.write(`${line}\n`)
      for (let waited = 0; pieces.join('').split('\n').length <= expected && waited < (before ? 20 * patience : patience); waited += quiet) await sleep(quiet)
      for (let heard = -1; heard !== pieces.length; await sleep(quiet)) heard = pieces.length
      said.push(pieces.join('').split('\n').slice(0, -1).map((answer) => placeless(answer, home)))
    }
    return said
  } finally {
    server.kill('SIGKILL')
    await ended
    rmSync(home, { recursive: true, force: true })
  }
}

/** The same wherever it was recorded. */
export function placeless(answer: string, home: string): string {
  return answer.replaceAll(join(home, 'components'), '/components').replaceAll(dirname(file('x')), '/fixtures').replace(/(created_at\\":)\d+/, '$17')
}

if (process.argv[1] === import.meta.filename) {
  const program = process.env['WASSETTE_BIN']
  if (!program) throw new Error('WASSETTE_BIN names no Wassette')
  const recorded: Record<string, string[][]> = {}
  for (const [name, lines] of Object.entries(conversations)) recorded[name] = await converse(program, lines)
  writeFileSync(join(import.meta.dirname, 'recorded/conversations.json'), `${JSON.stringify(recorded, undefined, 1)}\n`)
}
