import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findWassette, isModern, planLaunch, withDirectory } from '../../src/wassette/launch.ts'
import { temporary } from './real.ts'

/** A program that runs these lines of shell. */
function program(lines: string, name = 'wassette'): string {
  const path = join(temporary(), name)
  writeFileSync(path, `#!/bin/sh\n${lines}\n`)
  chmodSync(path, 0o755)
  return path
}

const remedies = /--upstream wassette=PATH.*WASSETTE_BIN.*`wassette` on PATH/

describe('finding it', () => {
  const answering = (version: string) => program(`echo "${version}"`)

  test('a given path wins over WASSETTE_BIN, and that over PATH', async () => {
    const [given, named, onPath] = ['1.0.0', '2.0.0', '3.0.0'].map(answering) as [string, string, string]
    const env = { PATH: join(onPath, '..'), WASSETTE_BIN: named }
    expect(await findWassette(given, env)).toEqual({ program: given, version: '1.0.0' })
    expect(await findWassette(undefined, env)).toEqual({ program: named, version: '2.0.0' })
    expect(await findWassette(undefined, { ...env, WASSETTE_BIN: '' })).toEqual({ program: onPath, version: '3.0.0' })
  })

  test('a relative path starts at the working directory given, and a bare name is looked for on PATH', async () => {
    const path = answering('0.8.0')
    expect((await findWassette('./wassette', {}, join(path, '..'))).program).toBe(path)
    expect((await findWassette('wassette', { PATH: join(path, '..') })).program).toBe(path)
  })

  test.each([
    ['0.8.0 version.BuildInfo{RustVersion:"1.97.1"}', '0.8.0'],
    ['wassette-mcp-server 0.2.0', '0.2.0'],
    ['1.2.3-rc.1', '1.2.3-rc.1'],
  ])('%s is version %s', async (said, version) => {
    expect((await findWassette(program(`cat <<'END'\n${said}\nEND`), {})).version).toBe(version)
  })

  test.each([
    ['nothing is at the path given', '/nowhere/wassette', /the path given is "\/nowhere\/wassette", and there is nothing/],
    ['the name given is nowhere', 'no-such-wassette', /the path given is "no-such-wassette"/],
  ])('%s: says so and names the remedies', async (_, path, message) => {
    await expect(findWassette(path, { PATH: '' })).rejects.toMatchObject({ code: 'spawn', message: expect.stringMatching(message) })
    await expect(findWassette(path, { PATH: '' })).rejects.toThrow(remedies)
  })

  test('what WASSETTE_BIN names is not there: says so', async () => {
    await expect(findWassette(undefined, { WASSETTE_BIN: '/nowhere/wassette' })).rejects.toThrow(/WASSETTE_BIN names "\/nowhere\/wassette"/)
  })

  test('another program is told from Wassette by what it answers', async () => {
    await expect(findWassette(process.execPath, {})).rejects.toMatchObject({ code: 'spawn', message: expect.stringMatching(/answers --version with "v\d+.*another program/) })
    await expect(findWassette(program('exit 3'), {})).rejects.toThrow(/ended with exit code 3 when asked for its version/)
    await expect(findWassette(program('true'), {})).rejects.toThrow(/answers --version with ""/)
  })

  test('a file that cannot be executed is told', async () => {
    const path = join(temporary(), 'wassette')
    writeFileSync(path, 'not a program')
    await expect(findWassette(path, {})).rejects.toMatchObject({ code: 'spawn', message: expect.stringMatching(/cannot be started \(EACCES\)/) })
  })
})

describe('the command line', () => {
  const plan = (version: string, args: string[], componentDir?: string, env = {}) => planLaunch({ program: 'w', version }, args, { componentDir, env, cwd: '/project' })
  const line = (...wanted: Parameters<typeof plan>) => withDirectory(plan(...wanted), plan(...wanted).directory).join(' ')

  test('is made as the version wants it', () => {
    expect(line('0.8.0', ['--component-dir', 'd'])).toBe('w run --component-dir /project/d')
    expect(line('0.4.0', ['--plugin-dir', 'd'])).toBe('w run --component-dir /project/d')
    expect(line('0.3.1', ['--component-dir=d'])).toBe('w serve --stdio --plugin-dir /project/d')
    expect(line('0.2.0', ['--plugin-dir=d', '--other'])).toBe('w serve --stdio --plugin-dir /project/d --other')
    expect(line('1.0.0', [], '/abs')).toBe('w run --component-dir /abs')
  })

  test('hands everything else on as it is', () => {
    const rest = ['--env', 'A=--component-dir', '--disable-builtin-tools', '--', '-x=y']
    expect(plan('0.8.0', [...rest.slice(0, 3), '--component-dir', 'd', ...rest.slice(3)]).flags).toEqual(rest)
  })

  test('two directories contradict each other, the same one twice does not', () => {
    expect(() => plan('0.8.0', ['--component-dir', 'a', '--plugin-dir', 'b'])).toThrow(/2 were given: "a", "b"/)
    expect(() => plan('0.8.0', ['--component-dir', 'a'], 'b')).toThrow(/2 were given/)
    expect(plan('0.8.0', ['--component-dir', 'a'], 'a').directory).toBe('/project/a')
  })

  test('without a directory it is the one that Wassette would take', () => {
    const home = temporary()
    expect(plan('0.8.0', [], undefined, { HOME: home }).directory).toBe(join(home, '.local/share/wassette/components'))
    expect(plan('0.8.0', [], undefined, { HOME: home, XDG_DATA_HOME: '/data' }).directory).toBe('/data/wassette/components')
    mkdirSync(join(home, '.config/wassette'), { recursive: true })
    writeFileSync(join(home, '.config/wassette/config.toml'), '# mine\nbind = "x"\ncomponent_dir = "/from/\\u0063onfig"\n')
    expect(plan('0.8.0', [], undefined, { HOME: home }).directory).toBe('/from/config')
    expect(plan('0.8.0', [], undefined, { HOME: home, WASSETTE_COMPONENT_DIR: 'env' }).directory).toBe('/project/env')
    writeFileSync(join(home, 'other.toml'), "component_dir = '/literal'")
    expect(plan('0.8.0', [], undefined, { HOME: home, WASSETTE_CONFIG_FILE: join(home, 'other.toml') }).directory).toBe('/literal')
    expect(() => plan('0.8.0', [], undefined, { WASSETTE_CONFIG_FILE: home })).toThrow(/cannot read Wassette's configuration/)
    expect(() => plan('0.2.0', [], undefined, { HOME: home })).toThrow(/give --component-dir DIRECTORY/)
  })

  test('0.4 is where the new command line begins', () => {
    expect(['0.1.9', '0.3.99', '0.4.0-rc.1', '0.4.0', '0.10.0', '1.0.0'].map(isModern)).toEqual([false, false, true, true, true, true])
    expect(resolve('/project', plan('0.8.0', ['--component-dir', '../d']).directory)).toBe('/d')
  })
})
