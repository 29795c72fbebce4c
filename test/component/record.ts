/** Records a real Wassette's answers anew: WASSETTE_BIN=… node test/component/record.ts. It must be 0.8.0. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { builtInQuestions, calls, fixtures, listed, made, policyQuestions } from './questions.ts'
import { type Question, askWassette } from './wassette.ts'

/** Tools of each component and the built-in ones, answers to calls, and policies, each as a real Wassette gives them. */
export async function recordAll(program: string): Promise<Record<string, string>> {
  const tools: Record<string, string> = {}
  for (const name of listed) tools[name] = (await askWassette(program, [join(fixtures, `${name}.wasm`)], [{ method: 'tools/list' }]))[0]!
  const questions: Question[] = [...calls, ...made.map((tool) => ({ tool, arguments: '{"value":1,"negative":true}' }))]
  const answers = await askWassette(program, [join(fixtures, 'types.wasm')], questions)
  const builtIn = await askWassette(program, [join(fixtures, 'greeter.wasm')], builtInQuestions)
  return {
    'built-in.json': toFile(builtIn.map((answer) => answer.replaceAll(fixtures, '/fixtures').replace(/(created_at\\":)\d+/, '$17'))),
    'tools.json': toFile(tools),
    'calls.json': toFile(answers),
    'policies.json': toFile(await recordPolicies(program)),
  }
}

/** The file that each change leaves (`null`: none), or what Wassette says against it. */
async function recordPolicies(program: string): Promise<unknown[]> {
  const left: (string | null)[] = []
  const put = (directory: string, index: number): void => {
    const path = join(directory, 'greeter.policy.yaml')
    if (index >= 0) left.push(existsSync(path) ? readFileSync(path, 'utf8') : null)
    rmSync(path, { force: true })
    const next = policyQuestions[index + 1]?.before
    if (next !== undefined) writeFileSync(path, next)
  }
  const answers = await askWassette(program, [join(fixtures, 'greeter.wasm')], policyQuestions.map(({ ask }) => ask), put)
  return answers.map((answer, index) => ({ answer, left: left[index] }))
}

function toFile(value: unknown): string {
  return `${JSON.stringify(value, undefined, 1)}\n`
}

if (process.argv[1] === import.meta.filename) {
  const program = process.env['WASSETTE_BIN']
  if (!program) throw new Error('WASSETTE_BIN names no Wassette')
  for (const [name, text] of Object.entries(await recordAll(program))) writeFileSync(join(import.meta.dirname, 'recorded', name), text)
}
