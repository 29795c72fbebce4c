/** Asks a real Wassette, for what is recorded in the fixtures beside this file. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A request: a method, or a call with its arguments as JSON text (so that no digit is lost). */
export type Question = { method: string; params?: string } | { tool: string; arguments?: string }

/** Loads the components into a fresh Wassette and gives its answer to each question, one after the other, as the bytes of its `result` or `error`. */
export async function askWassette(program: string, components: readonly string[], questions: readonly Question[], look?: (directory: string, index: number) => void): Promise<string[]> {
  const home = mkdtempSync(join(tmpdir(), 'shadowcat-wassette-'))
  const directory = join(home, 'components')
  const server = spawn(program, ['run', '--component-dir', directory], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'], HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home, RUST_LOG: 'off' },
  })
  const ended = new Promise((resolve) => server.once('close', resolve))
  const answers = new Map<string, (line: string) => void>()
  let rest = ''
  server.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop()!
    for (const line of lines) answers.get(/"id":(\d+)/.exec(line)?.[1] ?? '')?.(line)
  })
  let id = 0
  const request = (method: string, params = '{}'): Promise<string> => {
    const mine = String(++id)
    const answer = new Promise<string>((resolve, reject) => {
      answers.set(mine, resolve)
      void ended.then(() => reject(new Error('Wassette ended')))
    })
    server.stdin.write(`{"jsonrpc":"2.0","id":${mine},"method":"${method}","params":${params}}\n`)
    return answer
  }
  try {
    await request('initialize', '{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"shadowcat","version":"0"}}')
    server.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n')
    for (const path of components) await request('tools/call', callText('load-component', JSON.stringify({ path: pathToFileURL(path).href })))
    look?.(directory, -1)
    const said: string[] = []
    for (const [index, question] of questions.entries()) {
      const answer = await ('method' in question ? request(question.method, question.params) : request('tools/call', callText(question.tool, question.arguments)))
      said.push(answer.replaceAll(home, '/home').replace(/^\{"jsonrpc":"2.0","id":\d+,"(?:result|error)":(.*)\}$/s, '$1'))
      look?.(directory, index)
    }
    return said
  } finally {
    server.kill('SIGKILL')
    await ended
    rmSync(home, { recursive: true, force: true })
  }
}

function callText(tool: string, given = '{}'): string {
  return `{"name":${JSON.stringify(tool)},"arguments":${given}}`
}
