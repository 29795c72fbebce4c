import { describe, expect, test } from 'vitest'
import { findDependences } from '../../../src/verify/dependence/find.ts'
import { type Asked, createBench, found, grants, inShort, recorded } from './finding.ts'

const http = { authority: 'api.test' }
const at = (where = ''): string => `/result/structuredContent/result${where}`

/** Every fixture component: its tools, and what each of them depends on. */
const table: Record<string, [call: Asked, ...found: string[]][]> = {
  toolbox: [
    [['now-seconds'], 'dependent', `clock: ${at()} ← wall-clock now 1`],
    [['random-u64'], 'dependent', `random: ${at()} ← random get-random-u64 1`],
    [['echo', { text: 'a' }], 'pure'],
    [['same-u64', { value: 3 }], 'pure'],
    [['fall'], 'pure'],
    [['divide', { a: 1, b: 0 }], 'pure'],
    [['local_toolbox_shapes_mirror', { point: { x: 1, y: 2, label: 'l' } }], 'pure'],
  ],
  clock: [
    [['wall'], 'dependent', `clock: ${at()} ← wall-clock now 1`],
    [['monotonic'], 'dependent', `clock: ${at()} ← monotonic-clock now 1`],
    [['sleep', { nanoseconds: 5 }], 'dependent', `clock: ${at()} ← monotonic-clock now 1`, `clock: ${at()} ← monotonic-clock now 2`],
    [['sleep-by-the-wall', { nanoseconds: 5 }], 'dependent', `clock: ${at()} ← wall-clock now 1`, `clock: ${at()} ← wall-clock now 2`],
    // Which of two deadlines comes first depends on how long it takes to set them, and on no single reading.
    [['earlier', { first: 300, second: 100 }], 'dependent', `clock: ${at()} ← ?`],
  ],
  random: [
    [['number'], 'dependent', `random: ${at()} ← random get-random-u64 1`],
    [['bytes', { length: 2 }], 'dependent', `random: ${at('/0')} ← random get-random-bytes 1`, `random: ${at('/1')} ← random get-random-bytes 1`],
    [['insecure-number'], 'dependent', `random: ${at()} ← insecure get-insecure-random-u64 1`],
    [['seed'], 'dependent', `random: ${at()} ← insecure-seed insecure-seed 1`],
  ],
  http: [
    [['fetch', { ...http, path: '/' }], 'dependent', `http: ${at('/ok')} ← outgoing-handler handle 1`],
    [['parallel', { ...http, first: '/a', second: '/b' }], 'dependent', `http: ${at('/ok')} ← outgoing-handler handle 1`, `http: ${at('/ok')} ← outgoing-handler handle 2`],
    // What the first answers is where the second goes.
    [['sequential', { ...http, path: '/next' }], 'dependent', `http: ${at('/ok')} ← outgoing-handler handle 2`],
    [['post', { ...http, path: '/', body: 'b' }], 'dependent', `http: ${at('/ok')} ← outgoing-handler handle 1`],
    [['status', { ...http, path: '/' }], 'dependent', `http: ${at('/ok')} ← outgoing-handler handle 1`],
    [['race', { ...http, path: '/', nanoseconds: 5 }], 'unaffected', 'http: no effect'],
  ],
  files: [
    [['folders'], 'pure'],
    [['names', { folder: 0, path: '.' }], 'dependent', `files: ${at('/ok')} ← descriptor.read-directory 1`],
    [['read', { folder: 0, path: 'sub/b' }], 'dependent', `files: ${at('/ok')} ← descriptor.read 1`],
    [['append', { folder: 0, path: 'log', text: 'line' }], 'unaffected', 'files: no effect'],
  ],
  environment: [[['variable', { key: 'PLACE' }], 'dependent', `environment: ${at()} ← environment get-environment 1`]],
  settings: [[['setting', { key: 'PLACE' }], 'dependent', `environment: ${at()} ← store get 1`]],
  greeter: [[['greet', { name: 'a' }], 'pure']],
  types: [[['no-arguments'], 'pure'], [['odd-nan'], 'pure']],
  runaway: [[['fine'], 'pure'], [['recurse'], 'pure'], [['hog', { pages: 100_000 }], 'pure'], [['random-bytes', { length: 8 }], 'unaffected', 'random: no effect']],
  sources: [
    [['pure', { a: 1, b: 2 }], 'pure'],
    [['when'], 'dependent', `clock: ${at()} ← wall-clock now 1`],
    [['draw'], 'dependent', `random: ${at()} ← random get-random-u64 1`],
    [['fetch-it', { ...http, path: '/' }], 'dependent', `http: ${at()} ← outgoing-handler handle 1`],
    [['read-it', { path: 'a' }], 'dependent', `files: ${at()} ← descriptor.read 1`],
    [['settings', { key: 'PLACE' }], 'dependent', `environment: ${at()} ← store get 1`],
    [
      ['everything', { ...http, path: '/', file: 'a', key: 'PLACE' }], 'dependent', `clock: ${at('/when')} ← wall-clock now 1`,
      `random: ${at('/first')} ← random get-random-u64 1`, `random: ${at('/second')} ← random get-random-u64 2`, `http: ${at('/fetched')} ← outgoing-handler handle 1`,
      `files: ${at('/read')} ← descriptor.read 1`, `environment: ${at('/setting')} ← store get 1`,
    ],
  ],
}

describe('with one source changed, exactly the tools that use it change, and each is blamed on it', () => {
  test.each(Object.entries(table))('%s', async (component, rows) => {
    const bench = createBench([component], { memory: 8 * 1024 * 1024 })
    const calls = [...Object.values(grants).map((grant) => grant(component)), ...rows.map(([call]) => call)]
    const { tools, notes } = await found(bench, calls)
    expect(Object.fromEntries(tools.map((tool) => [tool.tool, inShort(tool)]))).toEqual(Object.fromEntries(rows.map(([[tool], ...lines]) => [tool, lines])))
    expect(notes).toEqual([])
  })
})

test('each finding tells its calls, its component and the whole name of the use', async () => {
  const { tools, calls: made, runs } = await found(createBench(['toolbox']), [['now-seconds'], ['echo', { text: 'a' }], ['now-seconds']])
  expect(tools[0]).toEqual({
    tool: 'now-seconds', component: 'toolbox', calls: [2, 4], verdict: 'dependent',
    sources: [{
      source: 'clock', uses: 2,
      effects: [
        { pointer: '/result/content/0/text', calls: [2, 4], use: { component: 'toolbox', interface: 'wasi:clocks/wall-clock', function: 'now', n: 1 }, repeats: '/result/structuredContent' },
        { pointer: at(), calls: [2, 4], use: { component: 'toolbox', interface: 'wasi:clocks/wall-clock', function: 'now', n: 1 } },
      ],
    }],
  })
  expect([made, runs]).toEqual([3, 3])
})

describe('what cannot be made deterministic', () => {
  test('answers otherwise in the same world', async () => {
    // A variable that is another one in each run stands for whatever may leak into a host.
    let run = 0
    const env = { get PLACE() { return `place ${run++}` } }
    const { tools } = await found(createBench(['environment'], { env }), [grants['environment']!('environment'), ['variable', { key: 'PLACE' }]])
    expect(tools).toMatchObject([{ tool: 'variable', verdict: 'indefinite', sources: [{ source: 'environment', uses: 1, effects: [] }], indefinite: { reason: 'differs', call: 3, pointer: '/result/content/0/text' } }])
  })

  test('reaches its time limit, and is not waited for again', async () => {
    const { tools, runs } = await found(createBench(['runaway', 'toolbox'], { callTimeout: 200 }), [['ask'], ['loop'], ['now-seconds']])
    expect(tools.map((tool) => [tool.tool, ...inShort(tool)])).toEqual([['ask', 'indefinite: time'], ['loop', 'indefinite: time'], ['now-seconds', 'dependent', `clock: ${at()} ← wall-clock now 1`]])
    expect(tools.map(({ indefinite }) => indefinite?.message)).toEqual([expect.stringContaining('give it a tick, such as --tick 1ms'), expect.stringContaining('depends on the machine'), undefined])
    expect(runs).toBe(3)
  })
})

describe('a search harms nothing', () => {
  const calls: Asked[] = [grants['network']!('http'), grants['storage']!('files'), ['sequential', { ...http, path: '/next' }], ['append', { folder: 0, path: 'log', text: 'line' }], ['read', { folder: 0, path: 'log' }]]

  test('requests go out in the first run alone', async () => {
    const bench = createBench(['http', 'files'])
    const { runs } = await found(bench, calls)
    expect(bench.sent.map(({ url }) => url)).toEqual(['http://api.test/next', 'http://api.test/last'])
    expect(runs).toBeGreaterThan(4)
  })

  test('nothing is written, and what one call writes another still reads', async () => {
    const bench = createBench(['http', 'files'])
    const before = bench.files.contents()
    const { tools } = await found(bench, calls)
    expect(bench.files.contents()).toEqual(before)
    expect(inShort(tools.find(({ tool }) => tool === 'read')!)).toEqual(['dependent', `files: ${at('/ok')} ← descriptor.read 1`])
  })

  test('it tells what it does, and stops when it is told to', async () => {
    const bench = createBench(['toolbox'])
    const recording = await recorded(bench, [['now-seconds']])
    const progress: string[] = []
    await findDependences(recording, { host: bench.host, progress: (text) => progress.push(text) })
    expect(progress).toEqual(['looking for causes: run 1, as it is', 'looking for causes: run 2, as it is', 'looking for causes: run 3, clock changed'])
    const stopped = new AbortController()
    stopped.abort(new Error('stopped'))
    await expect(findDependences(recording, { host: bench.host, signal: stopped.signal })).rejects.toThrow('stopped')
  })

  test('a tool whose calls are refused is not said to depend on nothing', async () => {
    const { tools, notes } = await found(createBench(['toolbox']), [['echo', { text: 5 }], ['nobody']])
    expect([tools, notes]).toEqual([[], ['echo was not run: the embedded host refused its calls before they came to a component']])
  })

  test('of many calls the first are made, and that is said', async () => {
    const { tools, calls: made, notes } = await found(createBench(['toolbox']), [['now-seconds'], ['now-seconds'], ['random-u64']], { most: 2 })
    expect([tools.map(({ tool }) => tool), made, notes]).toEqual([['now-seconds'], 2, ['only the first 2 calls were run; 1 call after them was not']])
  })
})
