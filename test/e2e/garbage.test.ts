import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { type Garbage, createGarbage, isJson } from './garbage.ts'
import { type Ran, cli, collect, fixtureServer, lines, linesOf, shadowcat, start, temporary, tidy } from './run.ts'

afterAll(tidy)

const newline = Buffer.from('\n')
const good = Buffer.from('{"jsonrpc":"2.0","id":"good","method":"tools/call","params":{"name":"echo","arguments":{"is":"well"}}}\n')
const ping = (id: unknown): object => ({ jsonrpc: '2.0', id, method: 'ping' })
const echo = (id: unknown, args: object): object => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'echo', arguments: args } })
const spill = (bytes: Uint8Array, piece?: number): object => ({ jsonrpc: '2.0', id: 'spill', method: 'tools/call', params: { name: 'spill', arguments: { bytes: Buffer.from(bytes).toString('base64'), piece } } })

/** How many of the lines have to be reported: those that are neither blank nor JSON. */
function countBroken(all: readonly Buffer[]): number {
  return all.filter((line) => !/^[ \t\r]*$/.test(line.toString('latin1')) && !isJson(line)).length
}

/** How many lines shadowcat says that it dropped: those that it shows and those that it counts. */
function countReported(stderr: string, from: string): number {
  const shown = stderr.match(new RegExp(`^warning: from the ${from}: a line was dropped`, 'gm'))?.length ?? 0
  return [...stderr.matchAll(new RegExp(`^warning: from the ${from}: (\\d+) more such warnings?$`, 'gm'))].reduce((sum, [, count]) => sum + Number(count), shown)
}

/** Says all of it, then asks something; ends when that is answered. */
async function say(args: readonly string[], pieces: readonly Buffer[], { cwd, first }: { cwd: string; first?: object }): Promise<Ran & { answered: boolean }> {
  const child = start([cli, ...args], { cwd })
  const ran = collect(child)
  let answered = false
  let asked = first === undefined
  let tail = ''
  child.stdout.on('data', (text: string) => {
    tail = (tail + text).slice(-5000 - text.length)
    if (!asked && /"id":"spill","result"/.test(tail)) asked = child.stdin.write(good) || true
    if (answered || !tail.includes('"id":"good","result"')) return
    answered = true
    child.stdin.end()
  })
  if (first) child.stdin.write(lines([first]))
  for (const piece of pieces) child.stdin.write(piece)
  if (!first) child.stdin.write(good)
  return { ...(await ran), answered }
}

function generate(garbage: Garbage, count: number): { all: Buffer[]; pieces: Buffer[] } {
  const all = Array.from({ length: count }, () => garbage.line())
  return { all, pieces: garbage.pieces(Buffer.concat(all.flatMap((line) => [line, newline]))) }
}

const seed = 1

describe.concurrent('10,000 generated broken lines, cut anywhere,', () => {
  test('from the client: each is reported or passed on, and a good call is answered', async () => {
    const cwd = temporary()
    const { all, pieces } = generate(createGarbage(seed), 10_000)
    const { stdout, stderr, answered } = await say(['forward', 'stdio', '--record', 'a.tape', '--', ...fixtureServer('echo')], pieces, { cwd })
    expect(answered).toBe(true)
    expect(countReported(stderr, 'client')).toBe(countBroken(all))
    expect(linesOf(stderr).length).toBeLessThan(500)
    expect(linesOf(stdout).filter((line) => !isJson(Buffer.from(line)))).toEqual([])
    expect(await shadowcat(['tape', 'validate', 'a.tape'], { cwd })).toMatchObject({ code: 0 })
    expect(await shadowcat(['tape', 'diff', 'a.tape', 'a.tape'], { cwd })).toMatchObject({ code: 0 })
  })

  test('from the server: the same', async () => {
    const cwd = temporary()
    const { all } = generate(createGarbage(seed + 1), 10_000)
    const bytes = Buffer.concat(all.flatMap((line) => [line, newline]))
    const { code, stdout, stderr, answered } = await say(['forward', 'stdio', '--record', 'a.tape', '--', ...fixtureServer('vandal')], [], { cwd, first: spill(bytes, 10_007) })
    expect({ code, answered }).toEqual({ code: 0, answered: true })
    expect(countReported(stderr, 'server')).toBe(countBroken(all))
    expect(linesOf(stdout).filter((line) => !isJson(Buffer.from(line)))).toEqual([])
    // its garbage is the same when it is asked again
    const verified = await shadowcat(['verify', 'a.tape', '--', ...fixtureServer('vandal')], { cwd })
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('same: nothing differs') })
  })

  test('to a replay: the same', async () => {
    const cwd = temporary()
    writeFileSync(join(cwd, 'calls.jsonl'), good)
    await shadowcat(['record', 'a.tape', '--script', 'calls.jsonl', '--', ...fixtureServer('echo')], { cwd })
    const before = readFileSync(join(cwd, 'a.tape'))
    const { all, pieces } = generate(createGarbage(seed + 2), 10_000)
    const { code, stdout, stderr, answered } = await say(['replay', 'a.tape'], pieces, { cwd })
    expect({ code, answered }).toEqual({ code: 1, answered: true })
    expect(countReported(stderr, 'client')).toBe(countBroken(all))
    expect(linesOf(stderr).length).toBeLessThan(500)
    expect(linesOf(stdout).filter((line) => !isJson(Buffer.from(line)))).toEqual([])
    expect(readFileSync(join(cwd, 'a.tape'))).toEqual(before)
  })
})

describe.concurrent('what a client may say, and a server answer:', () => {
  /** A session through forward, recorded, and the same once more from the tape. */
  async function twice(server: string, messages: readonly unknown[]): Promise<{ live: Ran; replayed: Ran; dump: string }> {
    const cwd = temporary()
    const live = await shadowcat(['forward', 'stdio', '--record', 'a.tape', '--', ...fixtureServer(server)], { cwd, input: lines(messages) })
    const replayed = await shadowcat(['replay', 'a.tape'], { cwd, input: lines(messages) })
    const { stdout: dump } = await shadowcat(['tape', 'dump', 'a.tape'], { cwd })
    return { live, replayed, dump }
  }

  test('a message of 10 MB, both ways', async () => {
    const { live, replayed } = await twice('echo', [echo(1, { text: 'x'.repeat(10_000_000) }), echo(2, { text: 'well' })])
    expect(live).toMatchObject({ code: 0, stderr: expect.stringMatching(/^recorded a\.tape: 4 messages\n$/) })
    expect(live.stdout.length).toBeGreaterThan(20_000_000)
    expect(replayed.stdout === live.stdout).toBe(true)
    expect(replayed).toMatchObject({ code: 0, stderr: '' })
  })

  test('values nested as deep as is allowed, and deeper', async () => {
    const nested = (depth: number): string => `{"jsonrpc":"2.0","id":${depth},"method":"tools/call","params":{"name":"echo","arguments":{"v":${'['.repeat(depth)}${']'.repeat(depth)}}}}`
    const { live, replayed } = await twice('echo', [nested(900), nested(100_000), ping(1)])
    expect(linesOf(live.stdout)).toHaveLength(2)
    expect(live).toMatchObject({ code: 0, stderr: expect.stringContaining('warning: from the client: a line was dropped, it is not JSON: nested deeper than 1000 levels') })
    expect(replayed.stdout).toBe(live.stdout)
    const deep = Buffer.from(`{"jsonrpc":"2.0","method":"notifications/x","params":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}\n`)
    expect((await twice('vandal', [spill(deep), ping(1)])).live).toMatchObject({ code: 0, stdout: expect.stringContaining('"id":1,"result"'), stderr: expect.stringContaining('from the server: a line was dropped') })
  })

  test('one id for many calls at once', async () => {
    const { live, replayed } = await twice('echo', Array.from({ length: 50 }, (_, at) => echo(7, { at })))
    expect(linesOf(live.stdout)).toHaveLength(50)
    expect(live.code).toBe(0)
    expect(replayed).toMatchObject({ code: 0, stdout: live.stdout })
  })

  test('batches, that are answered and that are not', async () => {
    const answers = Buffer.from(`${JSON.stringify([{ jsonrpc: '2.0', id: 1, result: { one: 1 } }, { jsonrpc: '2.0', id: 2, result: { two: 2 } }])}\n`)
    const { live, dump } = await twice('vandal', [spill(answers), ping(3)])
    expect(live).toMatchObject({ code: 0, stdout: expect.stringContaining('[{"jsonrpc":"2.0","id":1,"result":{"one":1}}') })
    expect(dump).toContain('"kind":"batch"')
    const cwd = temporary()
    const batch = [[ping(1), ping(2)], [], [1, [2]], ping(3)]
    const refused = await shadowcat(['forward', 'stdio', '--record', 'a.tape', '--', ...fixtureServer('echo')], { cwd, input: lines(batch) })
    expect(linesOf(refused.stdout).filter((line) => line.includes('-32600'))).toHaveLength(3)
    expect(refused.stdout).toContain('"id":3,"result":{}')
    // an answer without an id holds nothing up
    expect(await shadowcat(['verify', 'a.tape', '--call-timeout', '20s', '--', ...fixtureServer('echo')], { cwd })).toMatchObject({ code: 0 })
  })

  test('answers to nobody, from both', async () => {
    const nobody = [{ jsonrpc: '2.0', id: 99, result: {} }, { jsonrpc: '2.0', id: 'x', error: { code: 1, message: 'no' } }, { jsonrpc: '2.0', result: {} }, { jsonrpc: '2.0', id: null, error: { code: 1, message: 'no' } }]
    const { live, replayed } = await twice('vandal', [spill(Buffer.from(lines(nobody))), ping(1)])
    for (const message of nobody) expect(live.stdout).toContain(JSON.stringify(message))
    expect(live.code).toBe(0)
    expect(replayed).toMatchObject({ code: 0, stdout: expect.stringContaining('"id":1,"result"') })
    expect((await twice('echo', [...nobody, ping(1)])).live).toMatchObject({ code: expect.any(Number), stdout: expect.stringContaining('"id":1,"result":{}') })
  })

  test('every spelling of JSON, byte for byte', async () => {
    const strange = [
      '{"jsonrpc":"2.0","id":"\\u0041\\/","method":"ping"}\r',
      '\t {"method" :"ping","id":12345678901234567890 , "jsonrpc":"2.0","x":[1.0,1e2,-0,"\\ud800","\u2028"]} ',
      '{"id":1.0,"id":2,"method":"ping","jsonrpc":"2.0"}',
    ]
    const { dump } = await twice('echo', strange)
    for (const line of strange) expect(dump).toContain(line.trim())
  })
})

describe.concurrent('what does not read', () => {
  const much = lines(Array.from({ length: 200 }, (_, id) => echo(id, { text: 'x'.repeat(50_000) })))

  test('a client that never reads its answers holds up itself, not the end', async () => {
    const cwd = temporary()
    const child = start([cli, 'forward', 'stdio', '--record', 'a.tape', '--', ...fixtureServer('echo')], { cwd })
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    const exit = exitOf(child)
    child.stdin.write(much)
    await new Promise((resolve) => child.stdout.once('readable', resolve))
    child.kill('SIGTERM')
    expect(await exit).toBe(143)
    expect(stderr).toMatch(/^recorded a\.tape: \d+ messages\n$/)
  })

  test('nor does one that never reads stderr', async () => {
    const cwd = temporary()
    const noisy = [process.execPath, '--import', `data:text/javascript,process.stderr.write('noise '.repeat(1e6)+'\\n')`, fixtureServer('echo')[1]!]
    const child = start([cli, 'forward', 'stdio', '--record', 'a.tape', '--', ...noisy], { cwd })
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    const exit = exitOf(child)
    child.stdin.end(lines([ping(1)]))
    expect(await exit).toBe(0)
    expect(stdout).toContain('"id":1,"result"')
    expect(readdirSync(cwd)).toEqual(['a.tape'])
  })

  test('a server that never reads does not keep a client that wants to end', async () => {
    const child = start([cli, 'forward', 'stdio', '--', process.execPath, '-e', 'console.error("deaf"); setInterval(() => {}, 1e6)'])
    const ran = collect(child)
    child.stdin.write(much)
    await new Promise((resolve) => child.stderr.once('data', resolve))
    child.kill('SIGTERM')
    expect(await ran).toMatchObject({ code: 143, stdout: expect.stringMatching(/^$|shadowcat: /) })
  })
})

describe.concurrent('files that were damaged', () => {
  /** The bytes with one thing wrong. */
  function damage(bytes: Buffer, number: number): Buffer {
    const at = Number((BigInt(number + 1) * 2_654_435_761n) % BigInt(bytes.length))
    const copy = Buffer.from(bytes)
    if (number % 4 === 0) return copy.subarray(0, at)
    if (number % 4 === 1) return copy.fill(0xff, at, at + 64)
    if (number % 4 === 2) return Buffer.concat([copy.subarray(0, at), copy.subarray(at + 512)])
    copy[at]! ^= 0x10
    return copy
  }

  test('are told as such, tape or journal, and no command falls', async () => {
    const cwd = temporary()
    writeFileSync(join(cwd, 'calls.jsonl'), lines(Array.from({ length: 20 }, (_, at) => ({ tool: 'echo', arguments: { at } }))))
    await shadowcat(['record', 'a.tape', '--script', 'calls.jsonl', '--', ...fixtureServer('echo')], { cwd })
    const tape = readFileSync(join(cwd, 'a.tape'))
    const journal = await journalOf(cwd)
    const runs = Array.from({ length: 24 }, (_, number): string[] => {
      const ofTape = number % 3 > 0
      const name = `${number}.${ofTape ? 'tape' : 'journal'}`
      writeFileSync(join(cwd, name), damage(ofTape ? tape : journal, number))
      if (!ofTape) return ['tape', 'recover', name, '--output', `${number}.recovered.tape`]
      return [['tape', 'show', name], ['tape', 'dump', name], ['tape', 'validate', name], ['replay', name], ['tape', 'list', name], ['tape', 'diff', 'a.tape', name], ['verify', name, '--', ...fixtureServer('echo')], ['tape', 'redact', name]][Math.floor(number / 3) % 8]!
    })
    const pairs = Array.from({ length: 12 }, (_, at) => runs.slice(2 * at, 2 * at + 2))
    for (const pair of pairs) {
      const results = await Promise.all(pair.map(async (args) => ({ args, ...(await shadowcat(args, { cwd, input: good.toString() })) })))
      for (const { args, code, stderr } of results) {
        expect([0, 1, 2], args.join(' ')).toContain(code)
        expect(stderr, args.join(' ')).not.toMatch(/bug in shadowcat|^\s+at .*\.js:\d+/m)
        if (code === 2) expect(stderr, args.join(' ')).toMatch(/^error: /m)
      }
    }
  })

  /** What a recording that was killed leaves. */
  async function journalOf(cwd: string): Promise<Buffer> {
    const child = start([cli, 'forward', 'stdio', '--record', 'killed.tape', '--', ...fixtureServer('echo')], { cwd })
    const ran = collect(child)
    const answered = new Promise<void>((resolve) => child.stdout.on('data', (text: string) => void (text.includes('"id":"good"') && resolve())))
    child.stdin.write(Buffer.concat([Buffer.from(lines(Array.from({ length: 20 }, (_, at) => echo(at, { at })))), good]))
    await answered
    child.kill('SIGKILL')
    await ran
    return readFileSync(join(cwd, readdirSync(cwd).find((name) => name.startsWith('killed.tape.'))!))
  }

  test('scripts are refused with the line', async () => {
    const cwd = temporary()
    const garbage = createGarbage(seed + 3)
    const broken = Array.from({ length: 200 }, () => garbage.line()).filter((line) => countBroken([line]) > 0).slice(0, 12)
    await Promise.all(broken.map(async (line, number) => {
      writeFileSync(join(cwd, `${number}.jsonl`), Buffer.concat([Buffer.from('{"tool":"echo"}\n\n'), line]))
      const { code, stdout, stderr } = await shadowcat(['record', 'a.tape', '--script', `${number}.jsonl`, '--', ...fixtureServer('echo')], { cwd })
      expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(`error: ${number}.jsonl:3: `) })
    }))
    expect(readdirSync(cwd).filter((name) => !name.endsWith('.jsonl'))).toEqual([])
  })
})

test.concurrent('a script whose server says garbage runs to its end', async () => {
  const cwd = temporary()
  const { all } = generate(createGarbage(seed + 4), 300)
  const bytes = Buffer.concat(all.flatMap((line) => [line, newline]))
  writeFileSync(join(cwd, 'calls.jsonl'), lines([{ tool: 'spill', arguments: { bytes: bytes.toString('base64'), piece: 100 } }, { tool: 'echo', arguments: { is: 'well' } }]))
  const { code, stderr } = await shadowcat(['record', 'a.tape', '--script', 'calls.jsonl', '--', ...fixtureServer('vandal')], { cwd })
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('2 calls, ') })
  expect(countReported(stderr, 'server')).toBe(countBroken(all))
})

/** Its exit code, also where its output is never read to the end. */
function exitOf(child: ReturnType<typeof start>): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', resolve))
}
