import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LoadedComponent } from '../../src/host/load.ts'
import { createDisk } from '../../src/world/disk.ts'
import type { Exchange } from '../../src/world/exchange.ts'
import { nothingGranted } from '../../src/world/world.ts'
import { endingOf, heldWorld, load } from './components.ts'

/** WASI's numbers of error codes, as the fixtures give them. */
const [notDirectory, loop, noEntry, notPermitted] = [24, 15, 20, 31]
const [deniedHost, invalidUrl] = [15, 19]

describe('files on a real disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shadowcat-escape-'))
  const granted = join(folder, 'granted')
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  let files: LoadedComponent
  beforeAll(async () => {
    mkdirSync(join(granted, 'sub'), { recursive: true })
    mkdirSync(join(folder, 'granted-too'))
    writeFileSync(join(folder, 'secret'), 'secret')
    writeFileSync(join(folder, 'granted-too/secret'), 'secret')
    writeFileSync(join(granted, 'own'), 'own')
    symlinkSync('../secret', join(granted, 'up'))
    symlinkSync(join(folder, 'secret'), join(granted, 'absolute'))
    symlinkSync('..', join(granted, 'sub/parent'))
    symlinkSync('sub/parent/../secret', join(granted, 'round-about'))
    symlinkSync('/proc/self/cwd', join(granted, 'process'))
    files = await load('files')
  })
  const grants = (write: boolean) => ({ ...nothingGranted, folders: [{ path: granted, read: true, write }] })
  const call = async (name: string, args: unknown[], write = true, source = createDisk()) => endingOf(await files.call({ name }, args, heldWorld({ files: source }), { grants: grants(write) }))

  test('what is granted can be had', async () => {
    expect(await call('read', [0, 'own'])).toBe('own')
    expect(await call('read', [0, 'sub/parent/own'])).toBe('own')
  })

  test.each([
    '../secret', 'sub/../../secret', './../secret', 'sub/./../../secret', '..', '../granted-too/secret', '../granted/../secret', '/etc/hostname', '//etc/hostname', 'up', 'absolute', 'round-about',
    'sub/parent/../secret', 'sub/parent/parent/secret', 'process/package.json', 'up/../own',
  ])('%s leads nowhere', async (path) => {
    for (const [name, ...rest] of [['read'], ['write', 'x'], ['append', 'x'], ['names'], ['remove'], ['make-folder']] as const) {
      // Removing a link removes the link.
      if (name === 'remove' && !path.includes('/')) continue
      expect(await call(name, [0, path, ...rest]), name).toEqual({ thrown: expect.any(Number) })
    }
    expect(readFileSync(join(folder, 'secret'), 'utf8')).toBe('secret')
  })

  test('a link out of the folder can be made, as it leads nowhere, and an absolute one cannot', async () => {
    expect(await call('make-link', [0, '../secret', 'mine'])).toBeUndefined()
    expect(await call('read', [0, 'mine'])).toEqual({ thrown: notPermitted })
    expect(await call('make-link', [0, '/etc', 'etc'])).toEqual({ thrown: notPermitted })
  })

  test('without the right to write nothing is written', async () => {
    for (const [name, ...args] of [['write', 'own', 'x'], ['append', 'own', 'x'], ['write', 'new', 'x'], ['remove', 'own'], ['make-folder', 'new'], ['make-link', 'own', 'new']] as const) expect(await call(name, [0, ...args], false), name).toEqual({ thrown: notPermitted })
    expect(readFileSync(join(granted, 'own'), 'utf8')).toBe('own')
  })

  test('without any grant there is no folder', async () => {
    expect(endingOf(await files.call({ name: 'folders' }, [], heldWorld({ files: createDisk() })))).toEqual([])
  })

  test('a folder swapped for a link between the look and the read gives nothing away', async () => {
    mkdirSync(join(granted, 'swap'))
    writeFileSync(join(granted, 'swap/secret'), 'mine')
    const disk = createDisk()
    let swapped = false
    const source = {
      ...disk,
      read(path: readonly string[]) {
        renameSync(join(granted, 'swap'), join(granted, 'swapped'))
        symlinkSync('..', join(granted, 'swap'))
        swapped = true
        return disk.read(path)
      },
    }
    expect(await call('read', [0, 'swap/secret'], true, source)).toEqual({ thrown: notDirectory })
    expect(swapped).toBe(true)
  })

  test('a file swapped for a link before what was written is put in its place changes nothing outside', async () => {
    writeFileSync(join(granted, 'target'), 'mine')
    const disk = createDisk()
    const source = {
      ...disk,
      commit(change: Parameters<typeof disk.commit>[0]) {
        rmSync(join(granted, 'target'))
        symlinkSync('../secret', join(granted, 'target'))
        disk.commit(change)
      },
    }
    expect(await call('write', [0, 'target', 'overwritten'], true, source)).toMatchObject({ kind: 'world', message: expect.stringContaining('cannot be kept: loop') })
    expect(readFileSync(join(folder, 'secret'), 'utf8')).toBe('secret')
  })

  test('the numbers are WASI’s', async () => {
    symlinkSync('self', join(granted, 'self'))
    expect([await call('read', [0, 'none']), await call('read', [0, 'self'])]).toEqual([{ thrown: noEntry }, { thrown: loop }])
  })
})

describe('hosts', () => {
  const asked: string[] = []
  const exchange: Exchange = {
    async send({ url }) {
      asked.push(url)
      return { status: 302, headers: [['location', 'http://evil.test/']], body: Buffer.from('body') }
    },
  }
  const grants = { ...nothingGranted, host: (_: string, name: string) => name === 'api.test' }
  const call = async (name: string, ...args: unknown[]) => endingOf(await (await load('http')).call({ name }, args, heldWorld({ exchange }), { grants }))

  test.each(['api.test', 'API.Test', 'api.test:8080'])('%s may be asked', async (authority) => {
    expect(await call('status', authority, '/')).toBe(302)
  })

  test.each([
    'evil.test', 'api.test.evil.test', 'xapi.test', 'evil.test:80', 'api.test.', '127.0.0.1', '0x7f.1', '2130706433', '[::1]', 'localhost',
  ])('%s is denied', async (authority) => {
    const before = asked.length
    expect(await call('fetch', authority, '/')).toEqual({ thrown: deniedHost })
    expect(asked.length).toBe(before)
  })

  test.each([
    'api.test@evil.test', 'user:pw@api.test', '@api.test', 'api.test,evil.test', 'evil.test!', 'api.test:99999999',
  ])('%o is no host', async (authority) => {
    const before = asked.length
    expect(await call('fetch', authority, '/')).toEqual({ thrown: invalidUrl })
    expect(asked.length).toBe(before)
  })

  test.each(['evil.test#@api.test', 'evil.test/api.test', 'evil.test?api.test', 'evil.test\\@api.test', 'api.test%2eevil.test', 'api.test:80:80', '', ':80', 'a b'])('%o cannot even be set, and the component falls', async (authority) => {
    expect(await call('fetch', authority, '/')).toMatchObject({ kind: 'trap' })
  })

  test.each(['//evil.test/', '/@evil.test', '/\\evil.test', '?x=//evil.test', '/..//evil.test'])('the path %s stays with the host', async (path) => {
    asked.length = 0
    await call('status', 'api.test', path)
    for (const url of asked) expect(new URL(url).host).toBe('api.test')
  })

  test('a redirect is an answer like any other: where it leads is asked of the policy anew', async () => {
    asked.length = 0
    expect(await call('status', 'api.test', '/')).toBe(302)
    expect(asked).toEqual(['http://api.test/'])
  })
})

describe('environment', () => {
  const environment = { HOME: '/home', SECRET: 'secret' }
  const grants = { ...nothingGranted, environment: ['HOME'] }

  test('what is granted comes both ways, and what is not comes neither', async () => {
    for (const [component, name] of [['environment', 'variable'], ['settings', 'setting']] as const) {
      const loaded = await load(component)
      const call = async (key: string) => endingOf(await loaded.call({ name }, [key], heldWorld({ environment }), { grants }))
      expect([await call('HOME'), await call('SECRET'), await call('PATH'), await call('constructor')]).toEqual(['/home', undefined, undefined, undefined])
    }
  })

  test('values are in no trace', async () => {
    const outcome = await (await load('settings')).call({ name: 'setting' }, ['HOME'], heldWorld({ environment }), { grants })
    expect(outcome.trace).toEqual([{ interface: 'wasi:config/store', function: 'get', n: 1, value: 'HOME' }])
  })
})

test('the machine’s time is nowhere', async () => {
  const clock = await load('clock')
  expect(endingOf(await clock.call({ name: 'wall' }, [], heldWorld()))).toBe(1_000_000_000_000_000_000n)
})
