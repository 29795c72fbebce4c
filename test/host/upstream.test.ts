import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { digestOf } from '../../src/digest.ts'
import { embeddedUpstream } from '../../src/host/here.ts'
import { createMessage } from '../../src/message.ts'
import { createRedactor } from '../../src/tape/redact.ts'
import type { Upstream } from '../../src/upstream.ts'
import { verify } from '../../src/verify/verify.ts'
import { type Step, call } from '../verify/conversation.ts'
import { record } from '../verify/servers.ts'
import { createDisk } from '../../src/world/disk.ts'
import type { Exchange } from '../../src/world/exchange.ts'
import { connect, embedded, places } from './client.ts'
import { bytesOf, cache, epoch } from './components.ts'
import { file } from './files.ts'

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shadowcat-embedded-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

const steps: Step[] = [['now-seconds'], ['random-u64'], ['echo', { text: 'a' }], ['fall']].flatMap(([name, given], index): Step[] => [['>', call(index, name as string, given as object)], ['<', { id: index, result: {} }]])

test('it says what it is, without a path', () => {
  expect(embedded(['toolbox', 'greeter'], { env: { TOKEN: 'secret' } }).describe()).toEqual({ kind: 'embedded', components: ['toolbox', 'greeter'], environment: ['TOKEN'], state: true })
})

test('a component that is not there, and two of one name, are refused at once', () => {
  expect(() => embeddedUpstream({ components: ['/nowhere/x.wasm'] })).toThrow('there is no component /nowhere/x.wasm')
  const other = join(temporary(), 'greeter.wasm')
  copyFileSync(file('greeter'), other)
  expect(() => embeddedUpstream({ components: [file('greeter'), other] })).toThrow(/two components are called greeter: file:.* and file:.*; give one of the files another name/)
})

test('files and hosts can be reached once they are granted, and not before', async () => {
  const folder = temporary()
  writeFileSync(join(folder, 'a.txt'), 'content')
  const asked: string[] = []
  const send: Exchange['send'] = async ({ url }) => {
    asked.push(url)
    return { status: 200, headers: [], body: Buffer.from('answer') }
  }
  const client = await connect(embedded(['http', 'files'], { surroundings: { exchange: { send }, files: createDisk() } }))
  const fetched = (): Promise<string> => client.text('fetch', { authority: 'api.test', path: '/page' })
  expect([await fetched(), asked]).toEqual([expect.not.stringContaining('answer'), []])
  await client.tool('grant-network-permission', { component_id: 'http', details: { host: 'api.test' } })
  expect([await fetched(), asked]).toEqual([expect.stringContaining('answer'), ['http://api.test/page']])
  expect(await client.text('folders')).toBe('[]')
  await client.tool('grant-storage-permission', { component_id: 'files', details: { uri: `fs://${folder}`, access: ['read'] } })
  expect(await client.text('folders')).toBe(JSON.stringify([folder]))
  expect(await client.text('read', { folder: 0, path: 'a.txt' })).toContain('content')
})

test('a call is limited by the host, which tells of it, and by nobody else', () => {
  const { untimed } = embedded([])
  expect(['tools/call', 'tools/list'].map((method) => untimed!(createMessage({ jsonrpc: '2.0', id: 1, method, params: { name: 'x' } })))).toEqual([true, false])
})

describe.each(places)('%s', (_, place) => {
  test('a component that cannot be loaded keeps a session from starting', async () => {
    const upstream = embedded(['broken'], place)
    await expect(upstream.open().start()).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('cannot load the component broken') as string })
  })

  test('policies beside the files are in force, and are recorded', async () => {
    const folder = temporary()
    copyFileSync(file('environment'), join(folder, 'environment.wasm'))
    const policy = 'version: "1.0"\npermissions: {environment: {allow: [{key: KEY}]}}\n'
    writeFileSync(join(folder, 'environment.policy.yaml'), policy)
    const upstream = embeddedUpstream({ ...place, cache, components: [join(folder, 'environment.wasm')], env: { KEY: 'value', OTHER: 'hidden' } })
    const client = await connect(upstream)
    expect([await client.text('variable', { key: 'KEY' }), await client.text('variable', { key: 'OTHER' }), await client.text('variable', { key: 'PATH' })]).toEqual(['value', 'null', 'null'])
    expect(upstream.initial!().components).toEqual([{ component: 'environment', uri: pathToFileURL(join(folder, 'environment.wasm')).href, digest: digestOf(bytesOf('environment')), policy: Buffer.from(policy), initial: true }])
    const { asked, annotation } = await client.tool('variable', { key: 'KEY' })
    const bytes = new Uint8Array(Buffer.from(policy))
    expect(structuredClone([asked, annotation])).toEqual([{ component: 'environment', policy: bytes }, { component: 'environment', policy: bytes, state: [expect.objectContaining({ kind: 'environment' })] }])
  })

  test('loads are told with uri and digest, and bytes if they are to be kept', async () => {
    for (const keepBytes of [false, true]) {
      const client = await connect(embedded([], { ...place, keepBytes }))
      const { asked, annotation } = await client.tool('load-component', { path: `file://${file('greeter')}` })
      expect(asked).toBeUndefined()
      expect(structuredClone(annotation)).toEqual({ loads: [{ component: 'greeter', uri: `file://${file('greeter')}`, digest: digestOf(bytesOf('greeter')), policy: undefined, initial: false, ...(keepBytes && { bytes: new Uint8Array(readFileSync(file('greeter'))) }) }] })
      expect((await client.tool('greet', { name: 'a' })).annotation).toEqual({ component: 'greeter', policy: undefined, state: [] })
    }
  })

  test('the first session after all have left begins anew', async () => {
    const upstream = embedded([], place)
    const one = await connect(upstream)
    await one.tool('load-component', { path: `file://${file('greeter')}` })
    await one.transport.close()
    expect(await (await connect(upstream)).text('greet', { name: 'a' })).toContain('Tool not found')
  })

  describe('a recording', () => {
    test('verifies without a difference, run after run, in its own world', async () => {
      const recording = await record(embedded(['toolbox'], { ...place, world: { epoch, seed: 7n } }), steps)
      expect(recording.sessions[0]!.world).toEqual({ epoch: epoch.toISOString(), seed: 7 })
      const elsewhen: Upstream = embeddedUpstream({ ...place, cache, components: [file('toolbox')], fallback: { epoch: new Date(0), seed: 1n } })
      expect(await verify(recording, { upstream: elsewhen, runs: 3, redactor: () => createRedactor() })).toMatchObject({ same: true, warnings: [] })
    })

    test('differs in time and randomness, and in nothing else, in another world that is asked for', async () => {
      const recording = await record(embedded(['toolbox'], place), steps)
      const upstream = embedded(['toolbox'], { ...place, world: { epoch: new Date(0), seed: 1n } })
      const { runs } = await verify(recording, { upstream, redactor: () => createRedactor() })
      expect(new Set(runs[0]!.differences.map(({ tool }) => tool))).toEqual(new Set(['now-seconds', 'random-u64']))
    })

    test('brings its components back from kept bytes, or from files of the same digest, or refuses', async () => {
      const folder = temporary()
      const path = join(folder, 'toolbox.wasm')
      copyFileSync(file('toolbox'), path)
      const options = { ...place, cache, world: { epoch, seed: 42n } }
      const [kept, plain] = [await record(embeddedUpstream({ ...options, components: [path], keepBytes: true }), steps), await record(embeddedUpstream({ ...options, components: [path] }), steps)]
      const withBytes = { ...kept, loads: kept.loads.map((load) => ({ ...load, bytes: bytesOf('toolbox') })) }
      const same = async (recording: typeof kept): Promise<boolean> => (await verify(recording, { upstream: embeddedUpstream(place), redactor: () => createRedactor() })).same
      expect(await same(plain)).toBe(true)
      copyFileSync(file('greeter'), path)
      expect(await same(withBytes)).toBe(true)
      await expect(same(plain)).rejects.toThrow(/cannot bring back component "toolbox".*has another digest/)
    })

    test('tells of a new build of a component, when that is given', async () => {
      const folder = temporary()
      copyFileSync(file('greeter'), join(folder, 'toolbox.wasm'))
      const recording = await record(embedded(['toolbox'], place), steps)
      const report = await verify(recording, { upstream: embeddedUpstream({ ...place, cache, components: [join(folder, 'toolbox.wasm')] }), redactor: () => createRedactor() })
      expect(report.same).toBe(false)
      expect(report.runs[0]!.differences.map(({ tool }) => tool)).toContain('echo')
    })
  })
})
