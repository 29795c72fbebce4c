import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { execFileSync } from 'node:child_process'
import { afterAll, describe, expect, test } from 'vitest'
import { type Ran, cli, collect, fixtureServer, lines, linesOf, root, shadowcat, start, temporary, tidy } from './run.ts'

afterAll(tidy)

const commands = ['forward', 'record', 'replay', 'verify', 'tape list', 'tape show', 'tape dump', 'tape diff', 'tape validate', 'tape redact', 'tape recover']
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const escapes = /\u001b/
const big = '18446744073709551615'
const initialize = { jsonrpc: '2.0', id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'e2e', version: '1' } } }

/** A folder with a script, and a tape of what its server answered. */
async function recorded(server: string, calls: readonly string[] = ['{"tool":"echo","arguments":{"text":"hello"}}']): Promise<{ cwd: string; tape: string; script: string }> {
  const cwd = temporary()
  writeFileSync(join(cwd, 'calls.jsonl'), lines(calls))
  const { code, stderr } = await shadowcat(['record', 'first.tape', '--script', 'calls.jsonl', '--', ...fixtureServer(server)], { cwd })
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('recorded first.tape') })
  return { cwd, tape: join(cwd, 'first.tape'), script: join(cwd, 'calls.jsonl') }
}

describe.concurrent('help', () => {
  test('names every command, and fits into 80 columns', async () => {
    const overview = await shadowcat(['--help'])
    expect(overview).toMatchObject({ code: 0, stderr: '' })
    for (const name of commands) expect(overview.stdout).toMatch(new RegExp(`^  ${name} +\\S`, 'm'))
    expect(linesOf(overview.stdout).filter((line) => line.length > 80)).toEqual([])
    for (const args of [['help'], ['-h'], [], ['help', 'help']]) expect((await shadowcat(args)).stdout).toBe(overview.stdout)
    for (const args of [['tape', '--help'], ['tape', 'help'], ['help', 'tape']]) {
      const { code, stdout } = await shadowcat(args)
      expect(code).toBe(0)
      expect(stdout).toMatch(/^ {2}tape redact /m)
      expect(stdout).not.toMatch(/^ {2}forward /m)
    }
  })

  test.each(commands)('of %s shows its flags and examples that can be copied', async (name) => {
    const { code, stdout, stderr } = await shadowcat([...name.split(' '), '--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.startsWith(`shadowcat ${name}: `)).toBe(true)
    expect(stdout).toMatch(/^ {2}-h, --help /m)
    expect(linesOf(stdout).filter((line) => line.length > 80)).toEqual([])
    const examples = stdout.slice(stdout.indexOf('Examples\n')).replaceAll(' \\\n', '').split('\n').filter((line) => line.startsWith('  ') && !line.startsWith('  #'))
    expect(examples.length).toBeGreaterThan(0)
    for (const example of examples) expect(example).toContain(`shadowcat ${name}`)
  })

  test('is found in each way of asking', async () => {
    const [one, ...others] = await Promise.all([['verify', '--help'], ['verify', '-h'], ['help', 'verify'], ['verify', 'x.tape', '--runs', '2', '--help']].map(async (args) => (await shadowcat(args)).stdout))
    for (const other of others) expect(other).toBe(one)
  })
})

test.concurrent('the version is on stdout alone', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  expect(await shadowcat(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
})

describe.concurrent('what is wrong on the command line is said, with the remedy, and nothing is done', () => {
  test.each<[string, string[], string]>([
    ['an unknown command', ['recrod'], 'unknown command "recrod": did you mean record?'],
    ['an unknown command of a family', ['tape', 'shw'], 'unknown command "tape shw": did you mean tape show?'],
    ['a family alone', ['tape'], 'shadowcat tape needs one of list, show, dump, diff, validate, redact, recover'],
    ['a word that objects know', ['toString'], 'unknown command "toString": see shadowcat --help'],
    ['help on such a word', ['help', 'constructor'], 'unknown command "constructor": see shadowcat --help'],
    ['a misspelt version', ['--verison'], 'did you mean --version?'],
    ['an unknown flag', ['record', 'a.tape', '--scirpt', 'x'], 'unknown flag --scirpt: did you mean --script?'],
    ['a flag that is like no other', ['verify', 'a.tape', '--zzzzzzzz'], 'unknown flag --zzzzzzzz: see shadowcat verify --help'],
    ['a flag that objects know', ['verify', 'a.tape', '--__proto__', '--constructor'], 'unknown flag --__proto__: see shadowcat verify --help'],
    ['an unknown short flag', ['replay', '-x', 'a.tape'], 'unknown flag -x'],
    ['a flag given twice', ['record', 'a.tape', '--script', 'a', '--script=b'], '--script was given twice: "a" and "b"'],
    ['a flag without its value', ['record', 'a.tape', '--script'], '--script needs a value: --script FILE'],
    ['a flag in the place of a value', ['record', 'a.tape', '--script', '--json'], '--script needs a value: --script FILE'],
    ['a switch with a value', ['verify', 'a.tape', '--accept=no'], '--accept takes no value, but was given "no"'],
    ['too little', ['tape', 'diff', 'a.tape'], 'something is missing: shadowcat tape diff TAPE TAPE'],
    ['too much', ['replay', 'a.tape', 'b.tape'], '"b.tape" is one too many: shadowcat replay TAPE'],
    ['an empty name', ['record', '', '--script', 'x'], 'an empty name was given'],
    ['a forgotten --', ['forward', 'stdio', 'node', 'server.js'], '"node" is one too many: shadowcat forward stdio [--record TAPE] -- COMMAND ARG…'],
    ['no command after --', ['forward', 'stdio', '--'], 'no command follows --'],
    ['no server', ['forward', 'stdio'], 'no server is named: shadowcat forward stdio -- node server.js'],
    ['a transport to come', ['forward', 'http', '--', 'x'], 'forward knows stdio only; found "http"'],
    ['a server for a replay that asks none', ['replay', 'a.tape', '--', 'node'], '--on-miss upstream'],
    ['a duration without its unit', ['forward', 'stdio', '--call-timeout', '5', '--', 'x'], '--call-timeout takes a duration with its unit, such as 300ms, 60s or 2m; found "5"'],
    ['a negative duration', ['forward', 'stdio', '--call-timeout', '-5s', '--', 'x'], 'found "-5s"'],
    ['a pointer that is none', ['tape', 'diff', 'a', 'b', '--ignore', 'now'], '--ignore: "now" is no JSON pointer; one looks like /params/arguments/now'],
    ['a rule that is none', ['tape', 'diff', 'a', 'b', '--redact', '/(/'], 'redaction rule "/(/" is no regular expression'],
    ['a variable without a value', ['forward', 'stdio', '--env', 'NAME', '--', 'x'], '--env takes NAME=VALUE; "NAME" has no "="'],
    ['a misspelt upstream', ['forward', 'stdio', '--upstream', 'wasette'], 'unknown upstream "wasette": did you mean wassette?'],
    ['a tape that is not there', ['replay', 'nowhere.tape'], 'no tape at nowhere.tape: record one with "shadowcat record"'],
    ['a folder that is not there', ['tape', 'list', 'nowhere'], 'there is no "nowhere"'],
    ['a script that is not there', ['record', 'a.tape', '--script', 'nowhere.jsonl', '--', 'x'], 'cannot read the script "nowhere.jsonl"'],
    ['a program that is not there', ['forward', 'stdio', '--', 'no-such-program-anywhere'], 'cannot start `no-such-program-anywhere`: no program of that name is on PATH'],
  ])('%s', async (_, args, said) => {
    const { code, stdout, stderr } = await shadowcat(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(said)
    expect(stderr.startsWith('error: ')).toBe(true)
    expect(stderr).not.toContain('bug')
  })

  test('values of flags too', async () => {
    const { cwd } = await recorded('echo')
    const wrong: [string[], string][] = [
      [['verify', 'first.tape', '--runs', '0', '--', 'x'], '--runs takes a whole number from 1; found "0"'],
      [['verify', 'first.tape', '--noise', 'lod-order', '--', 'x'], 'unknown noise "lod-order": did you mean load-order?'],
      [['verify', 'first.tape', '--junit', 'no/where.xml', '--', 'x'], 'cannot write the JUnit report "no/where.xml"'],
      [['verify', 'first.tape'], 'no server is named: shadowcat verify TAPE -- node server.js'],
      [['replay', 'first.tape', '--timing', '-1'], '--timing takes none, recorded, or a factor such as 0.5; found "-1"'],
      [['replay', 'first.tape', '--repeat', 'often'], '--repeat takes last, all, none; found "often"'],
      [['replay', 'first.tape', '--unused', 'maybe'], '--unused takes warn, error; found "maybe"'],
      [['tape', 'recover', 'first.tape', '--output', 'x', 'y'], '--output names one tape'],
      [['tape', 'recover', 'first.tape'], 'is not a journal'],
      [['tape', 'show', 'calls.jsonl'], 'calls.jsonl is not a tape: it is JSON text'],
      [['record', 'calls.jsonl', '--script', 'calls.jsonl', '--', 'x'], 'will not write a tape over calls.jsonl: it is JSON text'],
      [['record', 'new.tape', '--script', 'first.tape', '--', 'x'], 'first.tape:1: not JSON'],
    ]
    await Promise.all(wrong.map(async ([args, said]) => expect(await shadowcat(args, { cwd })).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(said) })))
    expect(readdirSync(cwd).sort()).toEqual(['calls.jsonl', 'first.tape'])
  })
})

describe.concurrent('arguments', () => {
  test('everything after the first -- is the server\'s, untouched', async () => {
    const words = ['--', '--upstream', 'x', '--help', '-h', '--record=y', '', 'a b', '$HOME']
    const server = [process.execPath, '-e', 'console.error(JSON.stringify(process.argv.slice(1)))', '--', ...words]
    const { stderr } = await shadowcat(['forward', 'stdio', '--', ...server])
    expect(stderr).toContain(`${JSON.stringify(words)}\n`)
  })

  test('a flag that repeats keeps all its values, and one value may hold =', async () => {
    const { stderr } = await shadowcat(['forward', 'stdio', '--env', 'ONE=1=1', '--env=TWO=2', '--', process.execPath, '-e', 'console.error(process.env.ONE, process.env.TWO)'])
    expect(stderr).toContain('1=1 2\n')
  })

  test('of commands without a server -- ends the flags', async () => {
    const cwd = temporary()
    const { code, stderr } = await shadowcat(['tape', 'show', '--', '--json'], { cwd })
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('no tape at --json') })
  })
})

describe.concurrent('exit codes', () => {
  test('tell good from different', async () => {
    const { cwd } = await recorded('dice', ['{"tool":"uuid"}', '{"tool":"echo","arguments":{}}'])
    const run = async (...args: string[]): Promise<number | null> => (await shadowcat(args, { cwd })).code
    expect(await run('verify', 'first.tape', '--', ...fixtureServer('dice'))).toBe(1)
    expect(await run('verify', 'first.tape', '--ignore', '/result/content/0/text', '--', ...fixtureServer('dice'))).toBe(0)
    expect(await run('record', 'second.tape', '--script', 'calls.jsonl', '--', ...fixtureServer('dice'))).toBe(0)
    expect(await run('tape', 'diff', 'first.tape', 'second.tape')).toBe(1)
    expect(await run('tape', 'diff', 'first.tape', 'first.tape')).toBe(0)
    expect(await run('tape', 'validate', 'first.tape')).toBe(0)
    writeFileSync(join(cwd, 'cut.tape'), readFileSync(join(cwd, 'first.tape')).subarray(0, 9000))
    expect(await run('tape', 'validate', 'first.tape', 'cut.tape')).toBe(1)
    expect(await run('tape', 'list', 'cut.tape', 'first.tape')).toBe(2)
    expect(await run('replay', 'first.tape')).toBe(0)
    expect(await run('replay', 'first.tape', '--unused', 'error')).toBe(1)
  })

  test('a replay that missed is 1, a server that died or could not start is 2', async () => {
    const { cwd } = await recorded('echo')
    const miss = lines([initialize, { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo', arguments: { text: 'other' } } }])
    expect(await shadowcat(['replay', 'first.tape'], { cwd, input: miss })).toMatchObject({ code: 1, stderr: expect.stringMatching(/^miss: tools\/call "echo" was not recorded so/) })
    expect(await shadowcat(['forward', 'stdio', '--', ...fixtureServer('dies-before-answering')], { cwd, input: miss })).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot open the database') })
    expect(await shadowcat(['forward', 'stdio', '--', ...fixtureServer('echo')], { cwd, input: miss })).toMatchObject({ code: 0, stderr: '' })
  })
})

describe.concurrent('stdout', () => {
  test('is for results and the protocol alone', async () => {
    const { cwd } = await recorded('echo')
    const input = lines(['this is no JSON', initialize, { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo', arguments: { text: 'hello' } } }])
    for (const args of [['forward', 'stdio', '--record', 'new.tape', '--', ...fixtureServer('junk-on-stdout')], ['replay', 'first.tape']]) {
      const { stdout } = await shadowcat(args, { cwd, input })
      expect(linesOf(stdout).map((line) => (JSON.parse(line) as { id: unknown }).id)).toEqual([0, 1])
    }
    expect(await shadowcat(['record', 'b.tape', '--script', 'calls.jsonl', '--', ...fixtureServer('echo')], { cwd })).toMatchObject({ stdout: '' })
    expect(await shadowcat(['tape', 'redact', 'b.tape'], { cwd })).toMatchObject({ stdout: '' })
  })

  test('holds JSON with every digit wherever --json is given', async () => {
    const { cwd } = await recorded('dice', ['{"tool":"u64"}', `{"tool":"echo","arguments":{"n":${big}}}`])
    const other = lines([initialize, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"n":${BigInt(big) - 1n}}}}`])
    const run = async (...args: string[]): Promise<Ran> => shadowcat(args, { cwd, input: other })
    const record = await run('record', 'second.tape', '--script', 'calls.jsonl', '--json', '--', ...fixtureServer('dice'))
    const forward = await run('forward', 'stdio', '--record', 'third.tape', '--json', '--', ...fixtureServer('dice'))
    const replay = await run('replay', 'first.tape', '--json')
    const results = [
      await run('tape', 'show', 'first.tape', 'second.tape', '--json'),
      await run('tape', 'dump', 'first.tape', '--json'),
      await run('tape', 'diff', 'first.tape', 'second.tape', '--json'),
      await run('verify', 'first.tape', '--json', '--', ...fixtureServer('dice')),
    ]
    const drawn = /"result":(\d{19,})/.exec(results[1]!.stdout)![1]!
    for (const { stdout } of results) expect(stdout).toContain(drawn)
    for (const { stdout } of results.slice(0, 2)) expect(stdout).toContain(`"n":${big}`)
    expect(replay.stderr).toContain(`"recorded":${big},"actual":${BigInt(big) - 1n}`)
    const small = [record, await run('tape', 'list', '--json'), await run('tape', 'validate', 'first.tape', '--json'), await run('tape', 'redact', 'third.tape', '--json')]
    for (const { stdout } of [...results, ...small]) {
      expect(linesOf(stdout).length).toBeGreaterThan(0)
      for (const line of linesOf(stdout)) expect(JSON.parse(line)).toBeTypeOf('object')
    }
    for (const { stderr } of [forward, replay]) expect(JSON.parse(stderr)).toBeTypeOf('object')
    expect(JSON.parse(record.stdout)).toMatchObject({ tape: join(cwd, 'second.tape'), same: false, calls: 2, failed: 0, unanswered: 0 })
    expect(JSON.parse(forward.stderr)).toMatchObject({ tape: join(cwd, 'third.tape'), messages: 4, ended: 'client', error: null })
  })

  test.each(['dump', 'show', 'list'])('may be left by its reader (tape %s | head)', async (name) => {
    const { cwd } = await recorded('echo', Array.from({ length: 800 }, (_, at) => `{"tool":"echo","arguments":{"at":${at},"text":"${'long '.repeat(40)}"}}`))
    for (let copy = 0; copy < 3; copy++) writeFileSync(join(cwd, `${copy}.tape`), readFileSync(join(cwd, 'first.tape')))
    const child = start([cli, 'tape', name, ...(name === 'list' ? [] : ['first.tape'])], { cwd })
    const ran = collect(child)
    child.stdout.once('data', () => child.stdout.destroy())
    expect(await ran).toMatchObject({ code: 0, stderr: '' })
  })

  test.runIf(existsSync('/dev/full'))('that is full is an error with exit code 2, and no bug', async () => {
    const { cwd } = await recorded('echo')
    const ran = await collect(start(['-e', `process.exitCode = require('node:child_process').spawnSync(process.execPath, ${JSON.stringify([cli, 'tape', 'dump', 'first.tape'])}, { stdio: ['ignore', require('node:fs').openSync('/dev/full', 'w'), 'inherit'] }).status`], { cwd }))
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringMatching(/^error: cannot write the result to stdout: .*ENOSPC/) })
  })
})

test.concurrent('nothing ends because nobody listens on stderr', async () => {
  const cwd = temporary()
  const child = start([cli, 'forward', 'stdio', '--record', 'a.tape', '--', ...fixtureServer('echo')], { cwd })
  child.stderr.destroy()
  const ran = collect(child)
  child.stdin.end(lines(['no JSON', 'nor this', initialize, 'nor that']))
  const { code, stdout } = await ran
  expect(code).toBe(0)
  expect(linesOf(stdout)).toHaveLength(1)
  expect(readdirSync(cwd)).toEqual(['a.tape'])
})

describe.concurrent('colour', () => {
  test('is for terminals alone, unless FORCE_COLOR asks for it', async () => {
    const { cwd } = await recorded('dice', ['{"tool":"uuid"}'])
    const coloured = [['--help'], ['verify', '--help'], ['tape', 'list'], ['tape', 'show', 'first.tape'], ['tape', 'validate', 'first.tape'], ['verify', 'first.tape', '--', ...fixtureServer('dice')], ['recrod']]
    await Promise.all(coloured.map(async (args) => {
      const plain = await shadowcat(args, { cwd, env: { NO_COLOR: '', FORCE_COLOR: '0', TERM: 'xterm-256color' } })
      expect(plain.stdout + plain.stderr).not.toMatch(escapes)
      const forced = await shadowcat(args, { cwd, env: { NO_COLOR: '', FORCE_COLOR: '1' } })
      expect(forced.stdout + forced.stderr, args.join(' ')).toMatch(escapes)
    }))
  })

  test('a pipe without any variable gets none', async () => {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== 'NO_COLOR' && name !== 'FORCE_COLOR')) as Record<string, string>
    const script = `const { status, stdout, stderr } = require('node:child_process').spawnSync(process.execPath, [${JSON.stringify(cli)}, '--help'], { env: ${JSON.stringify(env)} }); process.stdout.write(stdout); process.stderr.write(stderr); process.exitCode = status`
    const { code, stdout, stderr } = await collect(start(['-e', script]))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).not.toMatch(escapes)
  })

  test('what a server says cannot steer the terminal', async () => {
    const { cwd } = await recorded('echo', [String.raw`{"tool":"echo","arguments":{"text":"\u001b[31mred\u001b]0;title\u0007\u009b31m"}}`])
    for (const args of [['tape', 'show', 'first.tape'], ['verify', 'first.tape', '--', ...fixtureServer('dice')], ['tape', 'diff', 'first.tape', 'first.tape']]) {
      const { stdout } = await shadowcat(args, { cwd })
      // oxlint-disable-next-line no-control-regex -- they are what is looked for
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
    }
  })
})

test.concurrent('tables for people fit into 80 columns where no terminal says otherwise', async () => {
  const { cwd } = await recorded('dice', ['{"tool":"uuid"}', `{"tool":"echo","arguments":{"text":"${'wide 宽 '.repeat(40)}"}}`])
  for (const args of [['tape', 'show', 'first.tape'], ['tape', 'list']]) {
    const { stdout } = await shadowcat(args, { cwd, env: { COLUMNS: '' } })
    expect(linesOf(stdout).filter((line) => line.length > 80)).toEqual([])
  }
})

describe.concurrent('on too old a Node', () => {
  const said = /^shadowcat needs Node 22\.14, 24 or newer; this is v\d+\.\d+\.\d+\n$/

  test.each(['9', '8'])('(as one with version %s of Node-API would) one line says which it needs, and the exit code is 2', async (version) => {
    const pretend = `data:text/javascript,Object.defineProperty(process.versions,'napi',{value:'${version}'})`
    const ran = await collect(start(['--import', pretend, cli, 'tape', 'list']))
    expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(said) })
  })

  /** One of another version that PATH names, if there is one. */
  const old = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'node')).find((path) => existsSync(path) && /^v(1\d|20|21)\./.test(execFileSync(path, ['--version'], { encoding: 'utf8' })))

  test.skipIf(!old)('(a real one; skipped where PATH names none) the same', async () => {
    const script = `const { status, stdout, stderr } = require('node:child_process').spawnSync(${JSON.stringify(old)}, [${JSON.stringify(cli)}, 'tape', 'list']); process.stdout.write(stdout); process.stderr.write(stderr); process.exitCode = status`
    expect(await collect(start(['-e', script]))).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(said) })
  })
})

describe.concurrent('the configuration', () => {
  test('is found upwards, its paths start from where it stands, and flags win over it', async () => {
    const cwd = temporary()
    const inner = join(cwd, 'deep/inside')
    mkdirSync(inner, { recursive: true })
    writeFileSync(join(cwd, 'server.mjs'), readFileSync(fixtureServer('dice')[1]!, 'utf8').replace('./serve.mjs', join(root, 'test/fixtures/servers/serve.mjs')))
    writeFileSync(join(cwd, 'shadowcat.config.json'), JSON.stringify({ upstream: { command: [process.execPath, 'server.mjs'] }, ignore: ['/result/content/0/text'], redact: ['pin'] }))
    writeFileSync(join(inner, 'calls.jsonl'), lines(['{"tool":"uuid"}', '{"tool":"echo","arguments":{"pin":"4711-4711"}}']))
    expect(await shadowcat(['record', 'a.tape', '--script', 'calls.jsonl'], { cwd: inner })).toMatchObject({ code: 0 })
    expect((await shadowcat(['tape', 'dump', 'a.tape'], { cwd: inner })).stdout).not.toContain('4711-4711')
    expect(await shadowcat(['verify', 'a.tape'], { cwd: inner })).toMatchObject({ code: 0 })
    expect(await shadowcat(['verify', 'a.tape', '--', ...fixtureServer('dies-before-answering')], { cwd: inner })).toMatchObject({ code: 1 })
    expect(await shadowcat(['verify', 'a.tape'], { cwd: temporary() })).toMatchObject({ code: 2 })
  })

  test.each<[string, string, string]>([
    ['shadowcat.config.json', '{"upstreem":{}}', 'unknown key "upstreem": did you mean "upstream"?'],
    ['shadowcat.config.json', '{', 'cannot read'],
    ['shadowcat.config.js', 'export default { upstream: { comand: [] } }', 'unknown key "comand": did you mean "command"?'],
    ['shadowcat.config.js', 'export const config = {}', 'an object is expected'],
    ['shadowcat.config.ts', 'const ignore: string[] = ["now"]; export default { ignore }', '"now" is no JSON pointer'],
    ['shadowcat.config.js', 'export default { redact: [5n] }', 'redact: an array of strings is expected; found [ 5n ]'],
  ])('%s that holds %s is refused with what is right', async (name, text, said) => {
    const cwd = temporary()
    writeFileSync(join(cwd, name), text)
    const { code, stderr } = await shadowcat(['verify', 'a.tape'], { cwd })
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(said) })
    expect(stderr).toContain(join(cwd, name))
  })
})

describe.concurrent('names of tapes', () => {
  const input = lines([initialize])
  const record = (cwd: string, name: string): Promise<Ran> => shadowcat(['forward', 'stdio', '--record', name, '--', ...fixtureServer('echo')], { cwd, input })

  test('{time} makes a new one for each start', async () => {
    const cwd = temporary()
    await Promise.all([record(cwd, 'agent-{time}.tape'), record(cwd, 'agent-{time}.tape')])
    await record(cwd, 'agent-{time}.tape')
    const names = readdirSync(cwd)
    expect(names).toHaveLength(3)
    for (const name of names) expect(name).toMatch(/^agent-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z(-\d)?\.tape$/)
  })

  test('{session} counts', async () => {
    const cwd = temporary()
    for (let number = 1; number <= 3; number++) expect(await record(cwd, 'agent-{session}.tape')).toMatchObject({ code: 0, stderr: expect.stringContaining(`recorded agent-${number}.tape`) })
    expect(readdirSync(cwd)).toEqual(['agent-1.tape', 'agent-2.tape', 'agent-3.tape'])
  })

  test('a name without either is replaced at the end, and stays when nothing changed', async () => {
    const cwd = temporary()
    expect(await record(cwd, 'a.tape')).toMatchObject({ stderr: 'recorded a.tape: 2 messages\n' })
    const before = readFileSync(join(cwd, 'a.tape'))
    expect(await record(cwd, 'a.tape')).toMatchObject({ stderr: 'unchanged a.tape: 2 messages\n' })
    expect(readFileSync(join(cwd, 'a.tape'))).toEqual(before)
  })
})
