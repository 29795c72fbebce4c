import { expect, test } from 'vitest'
import { activePass, asPass, longestTrace } from '../../src/host/pass.ts'
import type { Stage, Variation } from '../../src/world/variation.ts'
import { inPass, thrownBy } from './components.ts'

test('counts the uses of each function by itself', () => {
  inPass((pass) => {
    for (const name of ['a', 'b', 'a']) pass.enter('i', name)
    pass.note('what about')
    expect(pass.trace).toEqual([{ interface: 'i', function: 'a', n: 1 }, { interface: 'i', function: 'b', n: 1 }, { interface: 'i', function: 'a', n: 2, value: 'what about' }])
  })
})

test('a trace ends somewhere, the count does not', () => {
  inPass((pass) => {
    for (let i = 0; i < longestTrace + 5; i++) {
      pass.enter('i', 'f')
      pass.note(String(i))
    }
    expect([pass.trace.length, pass.uses, pass.trace.at(-1)!.value]).toEqual([longestTrace, longestTrace + 5, String(longestTrace - 1)])
  })
})

test('after its end every use throws the reason again', () => {
  inPass((pass) => {
    const reason = new Error('over')
    expect(thrownBy(() => pass.end(reason))).toBe(reason)
    expect(thrownBy(() => pass.enter('i', 'f'))).toBe(reason)
    expect(thrownBy(() => pass.hold())).toBe(reason)
    expect(pass.trace).toEqual([])
  })
})

test('what is handed over counts from one use to the next', () => {
  inPass((pass) => {
    pass.take(8)
    pass.enter('i', 'f')
    pass.take(8)
    expect(thrownBy(() => pass.take(3))).toMatchObject({ kind: 'size' })
  }, { limits: { time: 1, handles: 1, size: 10 } })
})

test('what is dropped makes room for other handles', () => {
  inPass((pass) => {
    for (let i = 0; i < 5; i++) {
      pass.hold()
      pass.release()
    }
    pass.hold()
    expect(thrownBy(() => pass.hold())).toMatchObject({ kind: 'handles' })
  }, { limits: { time: 1, handles: 1, size: 10 } })
})

test('output is kept up to its first 64 KiB', () => {
  inPass((pass) => {
    pass.write('stdout', Buffer.from('hello '))
    pass.write('stdout', Buffer.alloc(100_000, 'x'))
    pass.write('stdout', Buffer.from('never'))
    expect([pass.output.stdout.length, pass.output.stdout.slice(0, 8), pass.output.stderr]).toEqual([65_536, 'hello xx', ''])
  })
})

test('the pass that runs is found, and only while it runs', () => {
  expect(() => activePass()).toThrow('outside of a call')
  inPass((outer) => {
    inPass((inner) => expect(activePass()).toBe(inner))
    expect(activePass()).toBe(outer)
    expect(() => asPass(outer, () => { throw new Error('mine') })).toThrow('mine')
    expect(activePass()).toBe(outer)
  })
  expect(() => activePass()).toThrow('outside of a call')
})

test('what runs is told otherwise of the source that varies: always, or at its n-th use', () => {
  const only = { interface: 'i', function: 'f', n: 2 }
  const told = (variation: Variation): (Stage | undefined)[] =>
    inPass((pass) =>
      ['f', 'g', 'f', 'g', 'f'].map((name) => {
        pass.enter('i', name)
        return pass.varies('random')
      }), { variation })
  expect(told({ source: 'random' })).toEqual(['content', 'content', 'content', 'content', 'content'])
  expect(told({ source: 'random', only })).toEqual([undefined, undefined, 'content', undefined, undefined])
  expect(told({ source: 'random', only, stage: 'failure' })).toEqual([undefined, undefined, 'failure', undefined, undefined])
  expect(told({ source: 'clock' })).toEqual([undefined, undefined, undefined, undefined, undefined])
})

test('past the end of the trace no single use is meant', () => {
  inPass((pass) => {
    for (let i = 0; i < longestTrace; i++) pass.enter('i', 'f')
    expect(pass.varies('random')).toBe('content')
    pass.enter('i', 'f')
    expect(pass.varies('random')).toBeUndefined()
  }, { variation: { source: 'random', only: { interface: 'i', function: 'f', n: longestTrace } } })
})
