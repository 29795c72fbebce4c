import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, statfsSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Ran, cli, collect, fixtureServer, lines, linesOf, shadowcat, start, temporary, tidy } from './run.ts'
import { type SmallDisk, createSmallDisk, noDisk } from './small-disk.ts'
import { messagesOf } from './tape.ts'

afterAll(tidy)

const echo = fixtureServer('echo')
const initialize = { jsonrpc: '2.0', id: 'initialize', method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'e2e', version: '1' } } }
const call = (id: number, text: string): object => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'echo', arguments: { text } } })

/** A tape that stood there before, and a script. */
let older: string
let script: string

beforeAll(async () => {
  const cwd = temporary()
  older = join(cwd, 'older.tape')
  script = join(cwd, 'calls.jsonl')
  writeFileSync(script, lines([{ tool: 'echo', arguments: { text: 'older' } }]))
  expect(await shadowcat(['record', older, '--script', script, '--', ...echo], { cwd })).toMatchObject({ code: 0 })
})

/** So many bytes stay free on the disk of this folder. */
function fill(folder: string, free: number): void {
  const { bavail, bsize } = statfsSync(folder)
  writeFileSync(join(folder, 'filler'), Buffer.alloc(Math.max(0, bavail * bsize - free)))
}

function journalIn(folder: string): string {
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.journal'))!)
}

/** Recovers on the disk's own journal, to where there is room. */
async function recovered(journal: string): Promise<string[]> {
  const copy = join(temporary(), basename(journal))
  copyFileSync(journal, copy)
  const { code, stdout } = await shadowcat(['tape', 'recover', copy])
  expect(code).toBe(0)
  return messagesOf(stdout.trim(), 'to-client')
}

async function diskWithTape(size: string): Promise<SmallDisk & { tape: string; seenTape: string }> {
  const disk = await createSmallDisk(size)
  const seenTape = join(disk.seen, 'a.tape')
  copyFileSync(older, seenTape)
  return { ...disk, tape: join(disk.folder, 'a.tape'), seenTape }
}

describe(`a disk that fills${noDisk ? ` (skipped: ${noDisk})` : ''}`, () => {
  test.skipIf(noDisk)('in the middle of a recording: the session ends with the reason, and every answer that the client had is safe', async () => {
    const disk = await diskWithTape('1m')
    const child = disk.start(['forward', 'stdio', '--record', disk.tape, '--', ...echo])
    const ran = collect(child)
    let next = 0
    child.stdout.on('data', (text: string) => child.stdin.write(Array.from({ length: text.split('\n').length - 1 }, () => lines([call(next++, 'x'.repeat(5000))])).join('')))
    child.stdin.write(lines([initialize]))
    const { code, stdout, stderr } = await ran
    const journal = journalIn(disk.seen)
    const path = join(disk.folder, basename(journal))
    expect(code).toBe(2)
    expect(stderr).toContain(`error: cannot record into ${path}: no space is left on the device (ENOSPC); free some space. What was recorded before, `)
    expect(stderr.match(/tape recover/g)).toHaveLength(1)
    const received = linesOf(stdout)
    // who had asked is told
    expect(received.at(-1)).toMatch(/"error":\{"code":-32000,"message":"shadowcat: cannot record into /)
    const answers = new Set(await recovered(journal))
    const real = received.filter((line) => line.includes('"result"'))
    expect(real.length).toBeGreaterThan(20)
    expect(real.filter((line) => !answers.has(line))).toEqual([])
    expect(readFileSync(disk.seenTape).equals(readFileSync(older))).toBe(true)
  })

  test.skipIf(noDisk)('when the tape is made: the journal is kept, and the older tape', async () => {
    const disk = await diskWithTape('1m')
    fill(disk.seen, 40_000)
    const { code, stdout, stderr } = await disk.run(['forward', 'stdio', '--record', disk.tape, '--', ...echo], lines([initialize, call(1, 'new')]))
    const journal = journalIn(disk.seen)
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^error: cannot make a tape of \S+\.journal: no space is left on the device \((ENOSPC|SQLITE_FULL)\); free some space\. The journal stays as it is; to try again: shadowcat tape recover \S+\n$/) })
    expect(stderr).toContain(`shadowcat tape recover ${join(disk.folder, basename(journal))}`)
    expect(await recovered(journal)).toEqual(linesOf(stdout))
    expect(readFileSync(disk.seenTape).equals(readFileSync(older))).toBe(true)
    expect(readdirSync(disk.seen).sort()).toEqual(['a.tape', basename(journal), 'filler'])
    // the remedy that was named
    rmSync(join(disk.seen, 'filler'))
    expect(await disk.run(['tape', 'recover', join(disk.folder, basename(journal)), '--output', disk.tape])).toMatchObject({ code: 0, stdout: `${disk.tape}\n` })
    const copy = join(temporary(), 'a.tape')
    copyFileSync(disk.seenTape, copy)
    expect(messagesOf(copy, 'to-client')).toEqual(linesOf(stdout))
    expect(readdirSync(disk.seen)).toEqual(['a.tape'])
  })

  test.skipIf(noDisk)('before anything was recorded: nothing is started, nothing is changed', async () => {
    const disk = await diskWithTape('1m')
    fill(disk.seen, 0)
    for (const args of [['forward', 'stdio', '--record', disk.tape], ['record', disk.tape, '--script', script]]) {
      const { code, stdout, stderr } = await disk.run([...args, '--', process.execPath, '-e', 'console.error("started"); process.stdin.resume()'], lines([initialize]))
      expect(code).toBe(2)
      expect(stdout).toBe('')
      expect(stderr).toMatch(/error: cannot record into \S+a\.tape\.\d+\.journal: no space is left on the device \(ENOSPC\); free some space/)
      expect(stderr).not.toContain('started')
      expect(readdirSync(disk.seen).sort()).toEqual(['a.tape', 'filler'])
    }
    expect(readFileSync(disk.seenTape).equals(readFileSync(older))).toBe(true)
  })

  test.skipIf(noDisk)('under recover, redact and verify --accept: each says so, and all stays as it was', async () => {
    const disk = await diskWithTape('1m')
    copyFileSync(await leftJournal(), join(disk.seen, 'left.tape.99999999.journal'))
    fill(disk.seen, 8192)
    const before = readdirSync(disk.seen).sort()
    const journal = readFileSync(join(disk.seen, 'left.tape.99999999.journal'))
    const commands = [['tape', 'recover', join(disk.folder, 'left.tape.99999999.journal')], ['tape', 'redact', disk.tape, '--redact', 'text'], ['verify', disk.tape, '--accept', '--', ...fixtureServer('dice')]]
    for (const args of commands) {
      const { code, stderr } = await disk.run(args)
      expect({ code, stderr }, args.join(' ')).toEqual({ code: 2, stderr: expect.stringMatching(/^error: .*no space is left on the device \((ENOSPC|SQLITE_FULL)\); free some space/) })
      expect(readdirSync(disk.seen).sort()).toEqual(before)
    }
    expect(readFileSync(disk.seenTape).equals(readFileSync(older))).toBe(true)
    expect(readFileSync(join(disk.seen, 'left.tape.99999999.journal')).equals(journal)).toBe(true)
  })
})

/** The journal of a recording that was killed. */
async function leftJournal(): Promise<string> {
  const cwd = temporary()
  const child = start([cli, 'forward', 'stdio', '--record', 'left.tape', '--', ...echo], { cwd })
  const ran = collect(child)
  const answered = new Promise((resolve) => child.stdout.once('data', resolve))
  child.stdin.write(lines([initialize]))
  await answered
  child.kill('SIGKILL')
  await ran
  return journalIn(cwd)
}

describe(`a read-only disk${noDisk ? ` (skipped: ${noDisk})` : ''}`, () => {
  test.skipIf(noDisk)('is named before anything is started; what only reads works', async () => {
    const disk = await diskWithTape('1m')
    copyFileSync(await leftJournal(), join(disk.seen, 'left.tape.99999999.journal'))
    disk.lock()
    const before = readdirSync(disk.seen).sort()
    const started = [process.execPath, '-e', 'console.error("started"); process.stdin.resume()']
    for (const args of [['forward', 'stdio', '--record', disk.tape, '--', ...started], ['record', join(disk.folder, 'new.tape'), '--script', script, '--', ...started], ['forward', 'stdio', '--record', join(disk.folder, 'x-{time}.tape'), '--', ...started], ['tape', 'recover', join(disk.folder, 'left.tape.99999999.journal')], ['tape', 'redact', disk.tape], ['verify', disk.tape, '--accept', '--', ...started]]) {
      const { code, stdout, stderr } = await disk.run(args, lines([initialize]))
      expect({ code, stdout }, args.join(' ')).toEqual({ code: 2, stdout: '' })
      expect(stderr, args.join(' ')).toMatch(/^error: .*the file system is read-only \(EROFS\); choose a place that can be written/)
      expect(stderr).toContain(disk.folder)
      expect(stderr).not.toContain('started')
    }
    expect(readdirSync(disk.seen).sort()).toEqual(before)
    for (const args of [['tape', 'show', disk.tape], ['tape', 'dump', disk.tape], ['tape', 'list', disk.folder], ['tape', 'validate', disk.tape], ['tape', 'diff', disk.tape, older], ['verify', disk.tape, '--', ...echo], ['replay', disk.tape]]) {
      expect(await disk.run(args, args[0] === 'replay' ? lines([initialize]) : ''), args.join(' ')).toMatchObject({ code: 0 })
    }
    const redacted = join(temporary(), 'b.tape')
    expect(await disk.run(['tape', 'redact', disk.tape, '--output', redacted])).toMatchObject({ code: 0 })
  })
})

describe('where one may not write', () => {
  const root = process.getuid?.() === 0
  /** Permissions do not bind root: then another user runs it. */
  const other = 65_534
  const unbound = process.platform === 'win32' ? 'no permissions like these on Windows' : undefined

  async function asOther(args: readonly string[], options: { cwd: string; input?: string }): Promise<Ran> {
    const child = start([...(root ? ['--import', `data:text/javascript,process.setgid(${other});process.setuid(${other})`] : []), cli, ...args], options)
    const ran = collect(child)
    child.stdin.end(options.input ?? '')
    return ran
  }

  /** A folder of that user's. */
  function owned(): string {
    const cwd = temporary()
    if (root) chownSync(cwd, other, other)
    return cwd
  }

  test.skipIf(unbound)('a folder, a tape that may not be read, a journal of another: each is named, with the remedy', async () => {
    const cwd = owned()
    const locked = join(cwd, 'locked')
    mkdirSync(locked, { mode: 0o755 })
    copyFileSync(older, join(locked, 'a.tape'))
    copyFileSync(older, join(cwd, 'secret.tape'))
    chmodSync(join(cwd, 'secret.tape'), 0)
    chmodSync(locked, 0o555)
    for (const [args, path] of [[['forward', 'stdio', '--record', 'locked/a.tape', '--', ...echo], 'locked/a.tape'], [['forward', 'stdio', '--record', 'locked/b.tape', '--', ...echo], 'locked/b.tape'], [['tape', 'show', 'secret.tape'], 'secret.tape'], [['replay', 'secret.tape'], 'secret.tape'], [['tape', 'redact', 'locked/a.tape'], 'locked/a.tape']] as const) {
      const { code, stdout, stderr } = await asOther(args, { cwd, input: lines([initialize]) })
      expect({ code, stdout, stderr }, args.join(' ')).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(/^error: .*permission denied \(EACCES\); choose a place that you may read and write/) })
      expect(stderr).toContain(path)
    }
    expect(readdirSync(locked)).toEqual(['a.tape'])
    chmodSync(locked, 0o755)
  })

  test.skipIf(unbound)('a journal is for its owner alone', async () => {
    const journal = await leftJournal()
    expect(statSync(journal).mode & 0o777).toBe(0o600)
  })
})

describe.concurrent('a path where no tape can be', () => {
  const started = 'require("node:fs").writeFileSync("started", ""); process.stdin.resume()'

  test.each<[string, (cwd: string) => string, string]>([
    ['a folder', (cwd) => (mkdirSync(join(cwd, 'x')), 'x'), 'will not write a tape over x: it is a folder; choose another name'],
    ['a text file', (cwd) => (writeFileSync(join(cwd, 'notes.txt'), 'my notes\n'), 'notes.txt'), 'will not write a tape over notes.txt: it is text; choose another name'],
    ['an empty file', (cwd) => (writeFileSync(join(cwd, 'empty'), ''), 'empty'), 'will not write a tape over empty: it is empty; choose another name'],
    ['another database', (cwd) => (writeFileSync(join(cwd, 'db'), Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(200)])), 'db'), 'it is an SQLite database of another program'],
    ['a link to a text file', (cwd) => (writeFileSync(join(cwd, 'notes.txt'), 'my notes\n'), symlinkSync('notes.txt', join(cwd, 'link.tape')), 'link.tape'), 'it is text; choose another name'],
    ['a missing folder', () => 'no/where/a.tape', '/no/where; make it first'],
    ['below a file', (cwd) => (writeFileSync(join(cwd, 'file'), 'x'), 'file/a.tape'), 'is no folder'],
    ['too long a name', () => `${'x'.repeat(300)}.tape`, '(ENAMETOOLONG); choose a shorter one'],
  ])('%s: exit code 2 at once, nothing changed', async (_, prepare, said) => {
    const cwd = temporary()
    const path = prepare(cwd)
    writeFileSync(join(cwd, 'calls.jsonl'), lines([{ tool: 'echo' }]))
    const before = contents(cwd)
    for (const args of [['forward', 'stdio', '--record', path], ['record', path, '--script', 'calls.jsonl']]) {
      const { code, stdout, stderr } = await shadowcat([...args, '--', process.execPath, '-e', started], { cwd, input: lines([initialize]) })
      expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(said) })
      expect(linesOf(stderr)).toHaveLength(1)
    }
    expect(contents(cwd)).toEqual(before)
  })

  function contents(folder: string): Record<string, string> {
    return Object.fromEntries(readdirSync(folder, { withFileTypes: true }).map((entry) => [entry.name, entry.isDirectory() ? 'folder' : readFileSync(join(folder, entry.name), 'hex')]))
  }
})

describe.concurrent('a tape that is recorded twice at once', () => {
  async function begin(cwd: string, text: string): Promise<{ end(): Promise<Ran> }> {
    const child = start([cli, 'forward', 'stdio', '--record', 'a.tape', '--', ...echo], { cwd })
    const ran = collect(child)
    const answered = new Promise((resolve) => child.stdout.once('data', resolve))
    child.stdin.write(lines([call(1, text)]))
    await answered
    return {
      end() {
        child.stdin.end()
        return ran
      },
    }
  }

  test.each([['none', false], ['an older one', true]])('(where %s stood): the second is told at its start, and at its end if it came too late; neither is lost', async (_, stood) => {
    const cwd = temporary()
    if (stood) copyFileSync(older, join(cwd, 'a.tape'))
    const first = await begin(cwd, 'first')
    const second = await begin(cwd, 'second')
    expect(await first.end()).toMatchObject({ code: 0, stderr: 'recorded a.tape: 2 messages\n' })
    const { code, stderr } = await second.end()
    expect(code).toBe(2)
    expect(stderr).toMatch(/warning: process \d+ is recording \S+a\.tape as well/)
    expect(stderr).toContain('another recording was put at')
    expect(messagesOf(join(cwd, 'a.tape'), 'to-client').join()).toContain('first')
    const journal = journalIn(cwd)
    expect(stderr).toContain(`shadowcat tape recover ${journal}`)
    expect((await recovered(journal)).join()).toContain('second')
  })

  test('is read by others as it was, until it is whole', async () => {
    const cwd = temporary()
    copyFileSync(older, join(cwd, 'a.tape'))
    const recording = await begin(cwd, 'new')
    const [shown, replayed] = await Promise.all([shadowcat(['tape', 'dump', 'a.tape'], { cwd }), shadowcat(['replay', 'a.tape'], { cwd, input: lines([initialize]) })])
    expect(shown.stdout).toContain('older')
    expect(replayed.code).toBe(0)
    await recording.end()
    expect((await shadowcat(['tape', 'dump', 'a.tape'], { cwd })).stdout).toContain('new')
    expect(existsSync(join(cwd, 'a.tape-journal'))).toBe(false)
    expect(readdirSync(cwd)).toEqual(['a.tape'])
  })
})
