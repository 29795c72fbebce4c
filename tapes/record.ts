/**
 * Records the tapes of this folder again: `node tapes/record.ts [NAME…]`, from anywhere, after `npm run build`. Wassette is what WASSETTE_BIN
 * (0.8.0) and WASSETTE_BIN_0_4 name. README.md beside this says what each tape is.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { connect } from '../test/e2e/client.ts'
import { cli, everything, fixtureServer, root, tapeOf } from '../test/e2e/run.ts'
import { type Tour, createEverythingTour, createStatelessTour } from '../test/e2e/tours.ts'
import { grantedVariables } from '../test/e2e/wassette.ts'

/** The same on every machine, so that no path of a person's is in a tape. */
const directory = '/tmp/shadowcat/components'

const recordings: Record<string, () => unknown> = {
  'wassette-0.8.0': () => script('wassette-0.8.0', 'wassette.jsonl', wassette('WASSETTE_BIN')),
  'wassette-0.4.0': () => script('wassette-0.4.0', 'wassette.jsonl', wassette('WASSETTE_BIN_0_4')),
  'wassette-0.8.0-stateless': () => script('wassette-0.8.0-stateless', 'wassette.jsonl', wassette('WASSETTE_BIN'), '--protocol-version', '2026-07-28'),
  'components-0.8.0': () => components('components-0.8.0', 'WASSETTE_BIN'),
  'components-0.4.0': () => components('components-0.4.0', 'WASSETTE_BIN_0_4'),
  everything: () => tour('everything', everything, createEverythingTour()),
  stateless: () => tour('stateless', fixtureServer('stateless'), createStatelessTour()),
}

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(recordings)
for (const name of names) {
  const record = recordings[name]
  if (!record) throw new Error(`no tape is called ${name}; there are ${Object.keys(recordings).join(', ')}`)
  // an equal recording would leave the old file, with what it says of its making
  rmSync(tapeOf(name), { force: true })
  await record()
}

function wassette(variable: string): string[] {
  const path = process.env[variable]
  if (!path) throw new Error(`${variable} is to name a Wassette`)
  return ['--upstream', `wassette=${path}`, '--', '--component-dir', directory]
}

function script(name: string, file: string, upstream: readonly string[], ...flags: string[]): void {
  mkdirSync(directory, { recursive: true })
  try {
    const args = ['record', tapeOf(name), '--script', join(root, 'tapes', file), ...flags, ...upstream]
    const { status } = spawnSync(process.execPath, [cli, ...args], { cwd: root, stdio: 'inherit', env: { ...process.env, ...grantedVariables, RUST_LOG: 'off' } })
    if (status !== 0) throw new Error(`recording ${name} ended with ${status}`)
  } finally {
    rmSync(dirname(directory), { recursive: true, force: true })
  }
}

/** Two components and a policy are there before the session begins, and the tape keeps their bytes. */
function components(name: string, variable: string): void {
  mkdirSync(directory, { recursive: true })
  for (const component of ['environment', 'greeter']) copyFileSync(join(root, `test/fixtures/components/${component}.wasm`), join(directory, `${component}.wasm`))
  copyFileSync(join(root, 'tapes/environment.policy.yaml'), join(directory, 'environment.policy.yaml'))
  script(name, 'components.jsonl', wassette(variable), '--with-components')
}

/** The MCP SDK's client, through `forward`. The tape tells the server's command, so that is relative. */
async function tour(name: string, [node = '', file = '', ...rest]: readonly string[], { options, prepare, run }: Tour): Promise<void> {
  const { client, end } = await connect([cli, 'forward', 'stdio', '--record', tapeOf(name), '--', node, relative(root, file), ...rest], options, prepare)
  await run(client)
  const { code, stderr } = await end()
  process.stderr.write(stderr)
  if (code !== 0) throw new Error(`recording ${name} ended with ${code}`)
}
