import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { Json } from '../../src/json.ts'
import { createMessage } from '../../src/message.ts'
import { digestOf } from '../../src/digest.ts'
import { wassetteUpstream } from '../../src/wassette/upstream.ts'
import { connect, directoryOf, fixture, temporary, upstreamOf, wassettes } from './real.ts'

const uriOf = (component: string): string => pathToFileURL(fixture(component)).href
const fixtureDigest = (component: string): string => digestOf(readFileSync(fixture(component)))

/** Names in what list-components or tools/list answers. */
function toolNames(value: Json): string[] {
  return (value as { result: { tools: { name: string }[] } }).result.tools.map((tool) => tool.name)
}

describe.each(wassettes)('$title', ({ path, skipped }) => {
  test.skipIf(skipped)('says what it is, without paths, values or secrets', async () => {
    const directory = directoryOf()
    const upstream = await upstreamOf(path, { args: ['--component-dir', directory, '--env', 'KEY=hidden', '--env=OTHER=hidden'], env: { TOKEN: 'hidden' } })
    const said = upstream.describe()
    expect(upstream.untimed?.(createMessage({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'load-component' } }))).toBe(true)
    expect(said).toMatchObject({ kind: 'wassette', version: expect.stringMatching(/^\d+\.\d+\.\d+/), flags: ['--env', 'KEY', '--env=OTHER'] })
    expect(said['environment']).toContain('TOKEN')
    expect(JSON.stringify(said)).not.toMatch(/hidden|shadowcat-test/)
  })

  test.skipIf(skipped).each(['--component-dir', '--plugin-dir'])('takes its directory by %s', async (flag) => {
    const upstream = await upstreamOf(path, { args: [`${flag}=${directoryOf('greeter')}`] })
    const client = await connect(upstream)
    await client.initialize()
    expect((await client.tool('greet', { name: 'Ann' })).text).toBe('Hello, Ann')
  })

  test.skipIf(skipped)('is ready when every component is there, with nothing compiled and with everything compiled', async () => {
    const directory = directoryOf('environment', 'greeter', 'spin', 'toolbox')
    for (const state of ['cold', 'warm']) {
      const upstream = await upstreamOf(path, { componentDir: directory })
      const progress: string[] = []
      const client = await connect(upstream, (text) => progress.push(text))
      await client.initialize()
      const tools = toolNames((await client.request('tools/list')).message.value)
      expect(tools, state).toEqual(expect.arrayContaining(['variable', 'greet', 'spin', 'echo', 'local_toolbox_shapes_mirror']))
      expect(progress.at(-1), state).toBe('4 of 4 components ready')
      expect(client.others, state).toEqual([])
      await client.close()
    }
    expect(readdirSync(directory)).toContain('toolbox.cwasm')
  })

  test.skipIf(skipped)('is ready when one component cannot be loaded, and says which', async () => {
    const directory = directoryOf('broken', 'greeter')
    writeFileSync(join(directory, 'junk.wasm'), 'junk')
    for (const state of ['cold', 'warm']) {
      const progress: string[] = []
      const client = await connect(await upstreamOf(path, { componentDir: directory }), (text) => progress.push(text))
      await client.initialize()
      expect((await client.tool('greet', { name: 'Ann' })).text, state).toBe('Hello, Ann')
      expect(progress.at(-1), state).toMatch(/could not load broken\.wasm: .*junk\.wasm|could not load junk\.wasm: .*broken\.wasm/)
      await client.close()
    }
  })

  test.skipIf(skipped).each(['off', 'error', 'wassette=warn'])('is ready under RUST_LOG=%s, and shows no more than that asks for', async (setting) => {
    const upstream = await upstreamOf(path, { componentDir: directoryOf('greeter'), env: { RUST_LOG: setting } })
    const progress: string[] = []
    const client = await connect(upstream, (text) => progress.push(text))
    await client.initialize()
    await client.tool('load-component', { path: uriOf('toolbox') })
    await client.close()
    expect(progress.at(-1)).toBe('1 of 1 components ready')
    expect(upstream.said()).toBe('')
  })

  test.skipIf(skipped)('is ready at once when there is nothing to load, and says nothing of it', async () => {
    const progress: string[] = []
    const client = await connect(await upstreamOf(path, { componentDir: join(temporary(), 'not', 'there') }), (text) => progress.push(text))
    await client.initialize()
    expect(progress).toEqual([])
  })

  test.skipIf(skipped)('ready fails when Wassette does not live', async () => {
    const upstream = await upstreamOf(path, { args: ['--no-such-flag'], componentDir: directoryOf('greeter') })
    await expect(connect(upstream)).rejects.toMatchObject({ code: 'exit', message: expect.stringContaining('--no-such-flag') })
  })

  test.skipIf(skipped)('logs to the sink, without colour', async () => {
    const upstream = await upstreamOf(path, { componentDir: directoryOf('greeter') })
    await (await connect(upstream)).close()
    expect(upstream.said()).toContain('component loaded')
    expect(upstream.said()).not.toContain('\u001b')
  })

  test.skipIf(skipped)('a load carries uri, digest and policy; calls carry the component and the policy in force', async () => {
    const directory = directoryOf()
    const upstream = await upstreamOf(path, { componentDir: directory, env: { SHADOWCAT_A: 'a', SHADOWCAT_B: 'b' } })
    const client = await connect(upstream)
    await client.initialize()
    expect(upstream.initial?.()).toEqual({ components: [] })
    const load = await client.tool('load-component', { path: uriOf('environment') })
    expect(load.text).toContain('component loaded successfully')
    expect(load.annotation).toEqual({ loads: [{ component: 'environment', uri: uriOf('environment'), digest: fixtureDigest('environment'), policy: undefined, initial: false }] })
    const before = await client.tool('variable', { key: 'SHADOWCAT_B' })
    expect([before.asked, before.annotation]).toEqual([{ component: 'environment' }, { component: 'environment' }])

    const grant = await client.tool('grant-environment-variable-permission', { component_id: 'environment', details: { key: 'SHADOWCAT_A' } })
    expect([grant.asked, grant.annotation]).toEqual([undefined, undefined])
    const after = await client.tool('variable', { key: 'SHADOWCAT_A' })
    expect(after.text).toBe('a')
    expect(after.annotation?.policy?.toString()).toContain('SHADOWCAT_A')
    expect(after.annotation).toBe(after.asked)
    expect((await client.tool('get-policy', { component_id: 'environment' })).text).toContain('policy found')

    await client.tool('revoke-environment-variable-permission', { component_id: 'environment', details: { key: 'SHADOWCAT_A' } })
    const revoked = await client.tool('variable', { key: 'SHADOWCAT_A' })
    expect(revoked.asked?.policy?.toString()).not.toContain('SHADOWCAT_A')
    await client.tool('reset-permission', { component_id: 'environment' })
    expect((await client.tool('variable', { key: 'SHADOWCAT_A' })).asked).toEqual({ component: 'environment' })

    const again = await client.tool('load-component', { path: uriOf('environment') })
    expect(again.text).toContain('component reloaded successfully')
    expect(again.annotation?.loads).toHaveLength(1)
    const failed = await client.tool('load-component', { path: uriOf('broken') })
    expect(failed.text).toContain('Failed to load component')
    expect(failed.annotation).toBeUndefined()
    await client.tool('unload-component', { id: 'environment' })
    expect((await client.tool('variable', { key: 'X' })).asked).toBeUndefined()
  })

  test.skipIf(skipped)('a name that two components have belongs to neither', async () => {
    const directory = directoryOf('greeter')
    writeFileSync(join(directory, 'other.wasm'), readFileSync(fixture('greeter')))
    const client = await connect(await upstreamOf(path, { componentDir: directory }))
    await client.initialize()
    const answer = await client.tool('greet', { name: 'Ann' })
    expect(answer.text).toContain('Multiple components found')
    expect(answer.asked).toBeUndefined()
  })

  test.skipIf(skipped)('every kind of tool of our own component answers', async () => {
    const client = await connect(await upstreamOf(path, { componentDir: directoryOf('toolbox') }))
    await client.initialize()
    expect(Number((await client.tool('now-seconds')).text)).toBeGreaterThan(1_700_000_000)
    expect((await client.tool('random-u64')).text).toMatch(/^\d+$/)
    expect((await client.tool('same-u64', { value: 42 })).text).toBe('42')
    expect((await client.tool('echo', { text: 'é\n"' })).text).toBe('é\n"')
    expect((await client.tool('fall')).text).toContain('wasm backtrace')
    expect((await client.tool('divide', { a: 7, b: 0 })).text).toBe('{"err":"division by zero"}')
    expect(JSON.parse((await client.tool('local_toolbox_shapes_mirror', { point: { x: 1.5, y: 2, label: 'p' } })).text)).toEqual({ x: -1.5, y: 2, label: 'p' })
    expect((await client.tool('echo', { text: 'x'.repeat(200_000) })).text).toHaveLength(200_000)
  })

  test.skipIf(skipped)('brings back components and policies in a directory that goes with the session', async () => {
    const recorded = await upstreamOf(path, { componentDir: directoryOf('environment', 'greeter'), env: { SHADOWCAT_A: 'a', SHADOWCAT_B: 'b' }, keepBytes: true })
    const first = await connect(recorded)
    await first.initialize()
    await first.tool('grant-environment-variable-permission', { component_id: 'environment', details: { key: 'SHADOWCAT_A' } })
    await first.close()
    const state = recorded.initial!()
    expect(state.components.map(({ component, initial }) => [component, initial])).toEqual([['environment', true], ['greeter', true]])
    expect(state.components[0]).toMatchObject({ digest: fixtureDigest('environment'), bytes: readFileSync(fixture('environment')) })

    const own = directoryOf()
    const fresh = await upstreamOf(path, { componentDir: own, env: { SHADOWCAT_A: 'a', SHADOWCAT_B: 'b' } })
    for (const run of [1, 2]) {
      await fresh.restore!(state)
      const client = await connect(fresh)
      await client.initialize()
      expect(fresh.initial!(), `run ${run}`).toEqual({ components: state.components.map(({ component, uri, digest, policy, initial }) => ({ component, uri, digest, policy, initial })) })
      expect((await client.tool('variable', { key: 'SHADOWCAT_A' })).text).toBe('a')
      const denied = await client.tool('variable', { key: 'SHADOWCAT_B' })
      expect(denied.text).toBe('null')
      expect(denied.asked?.policy).toEqual(state.components[0]!.policy)
      expect((await client.tool('load-component', { path: uriOf('greeter') })).text).toContain('component reloaded successfully')
      const directory = /"local_path":"([^"]+)"/.exec((await client.tool('get-policy', { component_id: 'environment' })).text)![1]!
      expect(basename(join(directory, '..'))).toMatch(/^shadowcat-components-/)
      expect(directory.startsWith(tmpdir())).toBe(true)
      await client.close()
      expect(existsSync(join(directory, '..'))).toBe(false)
    }
    expect(readdirSync(own)).toEqual([])
    // What was compiled in the first run is there in the second.
    expect(fresh.said().match(/Saved precompiled component component_id=environment/g)).toHaveLength(1)
  })

  test.skipIf(skipped)('a session that opens after a restored one has ended finds the same again', async () => {
    const upstream = await upstreamOf(path, { componentDir: directoryOf('greeter') })
    await upstream.restore!(upstream.initial!())
    for (const name of ['Ann', 'Bo']) {
      const client = await connect(upstream)
      await client.initialize()
      expect((await client.tool('greet', { name })).text).toBe(`Hello, ${name}`)
      await client.tool('unload-component', { id: 'greeter' })
      await client.close()
    }
  })

  test.skipIf(skipped)('close ends it although its stdin says nothing to it', async () => {
    const client = await connect(await upstreamOf(path, { componentDir: directoryOf(), grace: { term: 60_000 } }))
    await client.initialize()
    const closed = Promise.withResolvers<unknown>()
    client.transport.onclose = (error) => closed.resolve(error)
    await client.close()
    expect(await closed.promise).toBeUndefined()
  })
})

test('without a Wassette the error names every remedy', async () => {
  const env = { PATH: temporary(), WASSETTE_BIN: undefined }
  await expect(wassetteUpstream({ env })).rejects.toMatchObject({ code: 'spawn', message: expect.stringMatching(/--upstream wassette=PATH.*WASSETTE_BIN.*on PATH/) })
})
