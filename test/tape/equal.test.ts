import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Context } from '../../src/tap.ts'
import { equalTapes } from '../../src/tape/equal.ts'
import { openTape } from '../../src/tape/reader.ts'
import type { RecorderOptions } from '../../src/tape/recorder.ts'
import type { ComponentLoad, ExternalState, Upstream } from '../../src/upstream.ts'
import { type Said, begin, conversation, noRedaction, say, steadyClock, temporaryFolder, upstreamUsing, used } from './tapes.ts'

type Made = { said?: readonly Said[]; options?: Partial<RecorderOptions>; upstream?: Upstream; /** What the client itself used, before and after what was said. */ own?: readonly ExternalState[]; after?: readonly ExternalState[] }

async function equal(one: Made, two: Made): Promise<boolean> {
  const folder = temporaryFolder()
  const tapes = []
  for (const [index, { said = conversation, options, upstream: server, own = [], after = [] }] of [one, two].entries()) {
    const recorder = begin(join(folder, `${index}.tape`), options)
    recorder.state(1, own)
    await say(recorder, said, 1, server)
    recorder.state(1, after)
    await recorder.close()
    tapes.push(openTape(join(folder, `${index}.tape`)))
  }
  const [a, b] = tapes
  try {
    expect(equalTapes(b!, a!)).toBe(equalTapes(a!, b!))
    return equalTapes(a!, b!)
  } finally {
    for (const tape of tapes) tape.close()
  }
}

function upstream(load: Partial<ComponentLoad> = {}, policy = 'allow', kind = 'test'): Upstream {
  return {
    describe: () => ({ kind }),
    open: () => {
      throw new Error('not opened here')
    },
    initial: () => ({ components: [{ component: 'c', uri: 'file:///c.wasm', digest: 'sha256:1', initial: true, ...load }] }),
    annotate: (message) => (message.method === 'tools/call' ? { component: 'c', policy: Buffer.from(policy) } : undefined),
  }
}

describe('recordings are equal', () => {
  test('when only their times differ', async () => {
    expect(await equal({}, { options: { now: steadyClock(0) } })).toBe(true)
  })

  test('when only what the upstream says of itself and where components lie differs', async () => {
    expect(await equal({ upstream: upstream() }, { upstream: upstream({ uri: 'file:///elsewhere/c.wasm' }, 'allow', 'other version') })).toBe(true)
  })

  test('when their worlds are written differently and mean the same', async () => {
    expect(await equal({ options: { world: { seed: 1n, epoch: 'x' } } }, { options: { world: { epoch: 'x', seed: 1 } } })).toBe(true)
  })

  test('when calls asked for the same and got something else, or looked at the clock more often', async () => {
    const one = upstreamUsing(used('clock', { uses: 7 }), used('http', { url: 'a' }, { status: 200 }), used('random', { uses: 1 }), used('file', { path: '/x' }, { answer: { text: '1' } }))
    const two = upstreamUsing(used('clock', { uses: 9 }), used('http', { url: 'a' }, { status: 201 }), used('file', { path: '/x' }, { answer: { text: '2' } }))
    expect(await equal({ upstream: one }, { upstream: two })).toBe(true)
  })
})

test('what the client itself asked for is equal wherever it stands among the calls, and whatever the headers that came back', async () => {
  const [early, late] = ['1', '2'].map((date) => used('http', { url: 'a' }, { status: 200, headers: [['date', date]], body: 'x' }))
  const server = upstreamUsing(used('http', { url: 'b' }))
  expect(await equal({ own: [early!], upstream: server }, { after: [late!], upstream: server })).toBe(true)
})

describe('recordings are not equal', () => {
  const call = conversation[3]!
  const changed = (facts: Partial<Context>): Said[] => [...conversation.slice(0, 3), [call[0], call[1], facts], ...conversation.slice(4)]
  const cases: [string, Made, Made][] = [
    ['a byte', {}, { said: [...conversation.slice(0, 3), ['>', `${String(call[1])} `], conversation[4]!] }],
    ['a direction', {}, { said: [...conversation.slice(0, 3), ['<', call[1]], conversation[4]!] }],
    ['a stream', {}, { said: changed({ stream: '' }) }],
    ['an origin', {}, { said: changed({ origin: 'shadowcat' }) }],
    ['lateness', {}, { said: changed({ late: true }) }],
    ['the order', {}, { said: [conversation[2]!, ...conversation.slice(0, 2), ...conversation.slice(3)] }],
    ['a message more', {}, { said: [...conversation, conversation[2]!] }],
    ['the world', {}, { options: { world: { seed: 1 } } }],
    ['a large seed', { options: { world: { seed: 18446744073709551615n } } }, { options: { world: { seed: 18446744073709551614n } } }],
    ['a digest', { upstream: upstream() }, { upstream: upstream({ digest: 'sha256:2' }) }],
    ['a policy', { upstream: upstream() }, { upstream: upstream({}, 'deny') }],
    ['the rules of redaction', {}, { options: { redactor: { ...noRedaction, hash: 'other' } } }],
    ['whether it is told what calls used', { upstream: { ...upstream(), describe: () => ({ kind: 'test', state: true }) } }, { upstream: upstream() }],
    ['what was asked over HTTP', { upstream: upstreamUsing(used('http', { url: 'a' })) }, { upstream: upstreamUsing(used('http', { url: 'b' })) }],
    ['how often a file was asked for', { upstream: upstreamUsing(used('file', { path: '/a' })) }, { upstream: upstreamUsing(used('file', { path: '/a' }), used('file', { path: '/a' })) }],
    ['the keys of the environment', { upstream: upstreamUsing(used('environment', { keys: ['A'] })) }, { upstream: upstreamUsing(used('environment', { keys: ['B'] })) }],
    ['the order of what was asked', { upstream: upstreamUsing(used('http', { url: 'a' }), used('file', { path: 'b' })) }, { upstream: upstreamUsing(used('file', { path: 'b' }), used('http', { url: 'a' })) }],
    ['what the client itself asked for', { own: [used('http', { url: 'a' })] }, { own: [used('http', { url: 'b' })] }],
    ['what the client itself was told', { own: [used('http', { url: 'a' }, { status: 200, headers: [], body: 'x' })] }, { own: [used('http', { url: 'a' }, { status: 200, headers: [], body: 'y' })] }],
    ['whether a call or the client asked', { upstream: upstreamUsing(used('http', { url: 'a' })) }, { own: [used('http', { url: 'a' })] }],
    ['bytes that are kept', { upstream: upstream({ bytes: Buffer.from('x') }) }, { upstream: upstream({ bytes: Buffer.from('x') }), options: { withComponents: true } }],
  ]
  test.each(cases)('when they differ in %s', async (_, one, two) => {
    expect(await equal(one, two)).toBe(false)
  })
})
