import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { looks, plainSecret } from '../tape/redact/secrets.ts'
import { type Ran, cli, collect, fixtureServer, lines, linesOf, shadowcat, start, temporary, tidy } from './run.ts'

afterAll(tidy)

/** As it stands in text, and the part that must be found nowhere. */
type Secret = { kind: string; text: string; secret: string }

/** One secret of each kind; another seed gives others. */
function secretsOf(seed: number): Secret[] {
  return Object.entries(looks).map(([kind, arbitrary]) => ({ kind, ...fc.sample(arbitrary, { seed, numRuns: 1 })[0]! }))
}

const leaky = fixtureServer('leaky')
const initialize = { jsonrpc: '2.0', id: 'initialize', method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'e2e', version: '1' } } }
const call = (id: unknown, name: string, args: object): object => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } })

/** The secrets' own text, also behind escapes: a text is searched as it is, and as JSON readers would come to see it. */
function found(text: string, secrets: readonly string[]): string[] {
  const seen = [text]
  for (let level = 0; level < 6; level++) seen.push(seen.at(-1)!.replaceAll(/\\(?:u([0-9a-fA-F]{4})|([^u]))/g, (_, code: string | undefined, letter: string) => (code ? String.fromCharCode(Number.parseInt(code, 16)) : letter === 'n' ? '\n' : letter)))
  return secrets.filter((secret) => seen.some((one) => one.includes(secret)))
}

/** A secret that was cut is one still. */
function halves(secret: string): string[] {
  const middle = Math.ceil(secret.length / 2)
  return secret.length < 16 ? [secret] : [secret.slice(0, middle), secret.slice(middle)]
}

/** All that a client says of the secrets, in every place and spelling. */
function saying(secrets: readonly Secret[], plain: string): object[] {
  const said = secrets.flatMap(({ kind, text }) => [
    call(`${kind} echo`, 'echo', { text: `before ${text} after` }),
    call(`${kind} nested`, 'nested', { text, more: JSON.stringify({ deep: JSON.stringify([text]) }) }),
    call(`${kind} escaped`, 'escaped', { text }),
    call(`${kind} fails`, 'fails', { text }),
    call(`${kind} error`, 'error', { text }),
    call(`${kind} logs`, 'logs', { text }),
    call(`${kind} junk`, 'junk', { text: text.replaceAll('\n', ' ') }),
  ])
  return [initialize, ...said, call('field', 'field', { password: plain }), call('field error', 'error', { password: plain, nested: { client_secret: plain } }), call('text', 'nested', { text: JSON.stringify({ access_token: plain }) })]
}

type Recorded = { cwd: string; ran: Ran; journal: string }

/** Records a conversation, and reads the journal before the session is over. */
async function record(messages: readonly object[], { args = [], env = {} }: { args?: string[]; env?: Record<string, string> } = {}): Promise<Recorded> {
  const cwd = temporary()
  const at = args.indexOf('--')
  const [own, server] = at === -1 ? [args, []] : [args.slice(0, at), args.slice(at + 1)]
  const child = start([cli, 'forward', 'stdio', '--record', 'a.tape', ...own, '--', ...leaky, ...server], { cwd, env })
  const ran = collect(child)
  let left = messages.length
  const answered = new Promise<void>((resolve) => {
    child.stdout.on('data', (text: string) => {
      left -= text.match(/"id":/g)?.length ?? 0
      if (left <= 0) resolve()
    })
    child.once('close', resolve)
  })
  child.stdin.write(lines(messages))
  await answered
  const journal = readFileSync(join(cwd, readdirSync(cwd).find((name) => name.endsWith('.journal'))!), 'latin1')
  child.stdin.end()
  return { cwd, ran: await ran, journal }
}

/** Everything that shadowcat writes about the tape of this folder, by what wrote it. */
async function everythingSaid({ cwd, ran, journal }: Recorded, others: readonly object[]): Promise<Record<string, string>> {
  const other = lines(others)
  await shadowcat(['forward', 'stdio', '--record', 'b.tape', '--', ...leaky], { cwd, input: other })
  const commands: Record<string, string[]> = {
    dump: ['tape', 'dump', 'a.tape'],
    show: ['tape', 'show', 'a.tape'],
    'show --json': ['tape', 'show', 'a.tape', '--json'],
    list: ['tape', 'list', '--json'],
    diff: ['tape', 'diff', 'a.tape', 'b.tape'],
    'diff --json': ['tape', 'diff', 'a.tape', 'b.tape', '--json'],
    verify: ['verify', 'a.tape', '--junit', 'report.xml', '--', ...fixtureServer('dice')],
    'verify --json': ['verify', 'a.tape', '--json', '--', ...fixtureServer('dice')],
    validate: ['tape', 'validate', 'a.tape'],
    replay: ['replay', 'a.tape'],
    'replay --json': ['replay', 'a.tape', '--json'],
  }
  const said = await Promise.all(Object.entries(commands).map(async ([name, args]) => {
    const { stdout, stderr } = await shadowcat(args, { cwd, input: other })
    // what a replay answers holds the live values of its client, who gave them
    return [name, name.startsWith('replay') ? stderr : stdout + stderr] as const
  }))
  return { journal, tape: readFileSync(join(cwd, 'a.tape'), 'latin1'), 'stderr while recording': ran.stderr, junit: readFileSync(join(cwd, 'report.xml'), 'utf8'), ...Object.fromEntries(said) }
}

describe.concurrent('secrets of every kind', () => {
  test('are passed on as they are, and written nowhere', async () => {
    const secrets = secretsOf(1)
    const others = secretsOf(2)
    const [plain] = fc.sample(plainSecret, { seed: 1, numRuns: 1 }) as [string]
    const recorded = await record(saying(secrets, plain))
    expect(recorded.ran.code).toBe(0)
    const all = [...secrets, ...others].map(({ secret }) => secret).concat(plain)
    expect(found(recorded.ran.stdout, all)).toEqual([...secrets.map(({ secret }) => secret), plain])
    const said = await everythingSaid(recorded, [initialize, ...others.map(({ kind, text }) => call(kind, 'echo', { text: `quite another text: ${text}` }))])
    expect(said['dump']).toContain('[redacted:')
    expect(said['verify']).toContain('differs')
    expect(said['replay']).toContain('miss: ')
    for (const [name, text] of Object.entries(said)) expect({ name, found: found(text, all.flatMap(halves)) }).toEqual({ name, found: [] })
  })

  test('in the environment, on the command line, in a shout at the end: found nowhere, also not in errors', async () => {
    const [given, inherited, word] = ['correct horse battery', 'an inherited value 42', 'plainword4711']
    const github = secretsOf(3).find(({ kind }) => kind === 'github')!
    const env = { MY_API_TOKEN: inherited, SHOWS: 'GIVEN,MY_API_TOKEN' }
    const messages = [initialize, call(1, 'variable', { text: 'GIVEN' }), call(2, 'variable', { text: 'MY_API_TOKEN' }), call(3, 'nested', { text: `x ${given} y` }), call(4, 'die', { text: `${given} ${inherited} ${github.text}` })]
    const { cwd, ran, journal } = await record(messages, { args: ['--env', `GIVEN=${given}`, '--', '--token', github.text, `--password=${word}`], env })
    expect(ran.code).toBe(2)
    expect(ran.stderr).toMatch(/started with --token \[redacted:github#1\]/)
    expect(ran.stderr).toContain('ended with exit code 3')
    expect(ran.stdout).toContain(given)
    const all = [given, inherited, github.secret, word]
    const dump = await shadowcat(['tape', 'dump', 'a.tape'], { cwd })
    for (const text of [journal, ran.stderr, dump.stdout, readFileSync(join(cwd, 'a.tape'), 'latin1')]) expect(found(text, all)).toEqual([])
    expect(dump.stdout).toContain('"environment":["GIVEN"]')
    // what the client is told of the server's end holds none either
    expect(found(linesOf(ran.stdout).at(-1)!, all)).toEqual([])
    expect(linesOf(ran.stdout).at(-1)).toContain('fatal: [redacted:')
  })

  test('on a command line that was not understood', async () => {
    const github = secretsOf(4).find(({ kind }) => kind === 'github')!
    const wrong = [[github.text], ['replay', 'a.tape', github.text], ['forward', 'stdio', '--env', `=${'p'.repeat(12)}`, '--', 'x'], ['record', 'a.tape', '--script', github.text, '--script', 'b'], ['forward', 'stdio', '--', 'no-such-program-anywhere', '--token', github.text], ['tape', 'show', github.text], ['tape', 'list', `${github.text}.tape`]]
    await Promise.all(wrong.map(async (args) => {
      const { code, stdout, stderr } = await shadowcat(args, { cwd: temporary() })
      expect({ args, code, found: found(stdout + stderr, [github.secret, 'pppp']) }).toEqual({ args, code: 2, found: [] })
    }))
  })

  test('in lines that are no JSON, wherever the excerpt cuts them', async () => {
    const cwd = temporary()
    const secrets = secretsOf(5).filter(({ text }) => !text.includes('\n'))
    const garbage = secrets.flatMap(({ text }) => [0, 40, 70, 78].map((before) => `${'-'.repeat(before)} ${text} and more`))
    // so many warnings are counted, not shown: in small groups all of them are seen
    for (let at = 0; at < garbage.length; at += 10) {
      const { stderr } = await shadowcat(['forward', 'stdio', '--', ...fixtureServer('echo')], { cwd, input: lines(garbage.slice(at, at + 10)) })
      expect(linesOf(stderr)).toHaveLength(Math.min(10, garbage.length - at))
      expect(found(stderr, secrets.map(({ secret }) => secret))).toEqual([])
      // nor the beginning of one
      expect(found(stderr, secrets.map(({ secret }) => secret.slice(0, Math.ceil(secret.length / 2))))).toEqual([])
    }
  })

  test('by rules of one\'s own: fields and expressions, from flags and the configuration', async () => {
    const cwd = temporary()
    writeFileSync(join(cwd, 'shadowcat.config.json'), JSON.stringify({ redact: ['/ACME-\\d+/'] }))
    const input = lines([initialize, call(1, 'echo', { text: 'order ACME-4711 now', pin: '08-15', count: 4711 })])
    expect(await shadowcat(['forward', 'stdio', '--record', 'a.tape', '--redact', 'pin', '--', ...leaky], { cwd, input })).toMatchObject({ code: 0, stdout: expect.stringContaining('ACME-4711') })
    const { stdout } = await shadowcat(['tape', 'dump', 'a.tape'], { cwd })
    expect(found(stdout, ['ACME-4711', '08-15'])).toEqual([])
    expect(stdout).toContain('"count":4711')
    expect((await shadowcat(['replay', 'a.tape', '--redact', 'pin'], { cwd, input })).stdout).toContain('ACME-4711')
    expect(await shadowcat(['replay', 'a.tape'], { cwd, input: lines([initialize]) })).toMatchObject({ stderr: expect.stringContaining('redacted under other rules') })
  })

  test('that a tape of before holds are taken out of it later', async () => {
    const cwd = temporary()
    await shadowcat(['forward', 'stdio', '--record', 'a.tape', '--', ...leaky], { cwd, input: lines([initialize, call(1, 'nested', { text: 'the pin is ACME-4711' })]) })
    expect(await shadowcat(['tape', 'redact', 'a.tape', '--redact', '/ACME-\\d+/'], { cwd })).toMatchObject({ code: 0, stderr: 'redacted 2 of 4 messages in a.tape\n' })
    expect(found((await shadowcat(['tape', 'dump', 'a.tape'], { cwd })).stdout + readFileSync(join(cwd, 'a.tape'), 'latin1'), ['ACME-4711'])).toEqual([])
  })
})

describe.concurrent('a redacted session', () => {
  const conversation = (secrets: readonly Secret[], plain: string): object[] => [
    initialize,
    ...secrets.flatMap(({ kind, text }) => [call(`${kind} echo`, 'echo', { text: `before ${text} after` }), call(`${kind} nested`, 'nested', { text }), call(`${kind} fails`, 'fails', { text }), call(`${kind} error`, 'error', { text })]),
    call('field', 'field', { password: plain }),
    call('again', 'echo', { text: 'x', password: plain }),
  ]

  test('replays, with the same secrets and with others: the live value comes back', async () => {
    const cwd = temporary()
    const [mine, theirs] = [conversation(secretsOf(10), 'first-plain-1'), conversation(secretsOf(11), 'other-plain-2')]
    const live = await shadowcat(['forward', 'stdio', '--record', 'a.tape', '--', ...leaky], { cwd, input: lines(mine) })
    const before = readFileSync(join(cwd, 'a.tape'))
    const same = await shadowcat(['replay', 'a.tape'], { cwd, input: lines(mine) })
    expect(same).toEqual({ code: 0, stdout: live.stdout, stderr: '' })
    const direct = await collect(Object.assign(start([leaky[1]!], { cwd })).on('spawn', function (this: ReturnType<typeof start>) {
      this.stdin.end(lines(theirs))
    }))
    const other = await shadowcat(['replay', 'a.tape'], { cwd, input: lines(theirs), env: { SOME_TOKEN: 'something else here' } })
    expect(other).toEqual({ code: 0, stdout: direct.stdout, stderr: '' })
    expect(readFileSync(join(cwd, 'a.tape'))).toEqual(before)
  })

  test('tells two different secrets apart', async () => {
    const cwd = temporary()
    const [one, two] = [secretsOf(20), secretsOf(21)].map((all) => all.find(({ kind }) => kind === 'github')!.text) as [string, string]
    const asked = [initialize, call(1, 'echo', { text: one }), call(2, 'echo', { text: two }), call(3, 'echo', { text: `${one} ${two}` })]
    await shadowcat(['forward', 'stdio', '--record', 'a.tape', '--', ...leaky], { cwd, input: lines(asked) })
    const { stdout } = await shadowcat(['tape', 'dump', 'a.tape'], { cwd })
    expect(stdout).toContain('"text":"[redacted:github#1]"')
    expect(stdout).toContain('"text":"[redacted:github#2]"')
    expect(stdout).toContain('"text":"[redacted:github#1] [redacted:github#2]"')
    // the first for both is not what was recorded
    const replayed = await shadowcat(['replay', 'a.tape'], { cwd, input: lines([initialize, call(1, 'echo', { text: one }), call(2, 'echo', { text: one })]) })
    expect(replayed).toMatchObject({ code: 1, stderr: expect.stringContaining('miss: tools/call "echo"') })
    expect(found(replayed.stderr, [one, two])).toEqual([])
  })

  test('is verified with the values that the environment gives', async () => {
    const cwd = temporary()
    const [was, is] = [secretsOf(30), secretsOf(31)].map((all) => all.find(({ kind }) => kind === 'github')!.text) as [string, string]
    await shadowcat(['forward', 'stdio', '--record', 'a.tape', '--', ...leaky], { cwd, input: lines([initialize, call(1, 'echo', { text: `it is ${was}` }), call(2, 'echo', { text: 'x', password: 'hunter2hunter2' }), call(3, 'nested', { text: 'no secret' })]) })
    const without = await shadowcat(['verify', 'a.tape', '--', ...leaky], { cwd })
    expect(without).toMatchObject({ code: 0, stdout: expect.stringContaining('SHADOWCAT_REDACTED_GITHUB_1=') })
    const live = [process.execPath, '-e', `process.stdin.on('data', (text) => String(text).includes(process.env.SHADOWCAT_REDACTED_GITHUB_1) && process.stderr.write('got it')); import(process.argv[1])`, leaky[1]!]
    const told = join(cwd, 'told')
    live[2] = live[2]!.replace(`process.stderr.write('got it')`, `require('node:fs').writeFileSync(${JSON.stringify(told)}, 'the live value came')`)
    const withValue = await shadowcat(['verify', 'a.tape', '--junit', 'report.xml', '--', ...live], { cwd, env: { SHADOWCAT_REDACTED_GITHUB_1: is, SHADOWCAT_REDACTED_PASSWORD_1: 'another password' } })
    expect(readFileSync(told, 'utf8')).toBe('the live value came')
    expect(withValue).toMatchObject({ code: 0, stdout: expect.stringContaining('same: nothing differs') })
    expect(found(withValue.stdout + withValue.stderr + readFileSync(join(cwd, 'report.xml'), 'utf8'), [was, is, 'another password', 'hunter2hunter2'])).toEqual([])
  })

  test('keeps what is harmless as it is', async () => {
    const harmless = {
      u64: '18446744073709551615', uuid: '3f2504e0-4f89-41d3-9a0c-0305e82c3301', commit: 'da39a3ee5e6b4b0d3255bfef95601890afd80709', digest: `sha256:${'0123456789abcdef'.repeat(4)}`,
      image: `data:image/png;base64,${Buffer.from(Array.from({ length: 300 }, (_, at) => (at * 37) % 256)).toString('base64')}`,
      prose: 'The token is secret, a password too; authorization: see below. Basic knowledge, bearer of news.',
      tokens: 4711, maxTokens: 100, max_tokens: 100, total_tokens: 7, tokenizer: 'bpe', nextToken: 'page-2', passwordless: true, secretary: 'Ada', keyboard: 'qwerty', author: 'me', cookies: ['plain'],
      schema: { type: 'object', properties: { password: { type: 'string' }, api_key: { type: 'string', description: 'your key' } }, required: ['password'] },
      path: '/etc/passwd', url: 'https://example.org/a?b=c#d', mail: 'someone@example.org', time: '2026-01-01T00:00:00Z', cursor: 'eyJwYWdlIjoyfQ==',
    }
    const cwd = temporary()
    const message = call(1, 'echo', { text: JSON.stringify(harmless), ...harmless })
    const withToken = { ...call(2, 'echo', { text: 'x' }), params: { name: 'echo', arguments: {}, _meta: { progressToken: 'token-1', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } } }
    const { stdout: live } = await shadowcat(['forward', 'stdio', '--record', 'a.tape', '--', ...leaky], { cwd, input: lines([initialize, message, withToken]) })
    const { stdout } = await shadowcat(['tape', 'dump', 'a.tape'], { cwd })
    expect(stdout).not.toContain('[redacted:')
    for (const line of [...lines([initialize, message, withToken]).split('\n'), ...live.split('\n')]) expect(stdout).toContain(line)
  })
})
