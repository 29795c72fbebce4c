import { expect, test } from 'vitest'
import { createWrap } from '../../../src/vitest/http/wrap.ts'

function place() {
  const native = (): string => 'native'
  const target = { act: native }
  const wrap = createWrap(target, 'act', (): string => `ours over ${wrap.beneath()}`)
  return { target, native, wrap }
}

test('it is there from the first that holds it to the last', () => {
  const { target, native, wrap } = place()
  const [first, second] = [wrap.hold(), wrap.hold()]
  expect(target.act()).toBe('ours over native')
  first()
  first()
  expect(target.act()).toBe('ours over native')
  second()
  expect(target.act).toBe(native)
  wrap.hold()()
  expect(Object.getOwnPropertyDescriptor(target, 'act')).toEqual({ value: native, writable: true, configurable: true, enumerable: true })
})

test('what was put over it stays, and it serves again when that is gone', () => {
  const { target, native, wrap } = place()
  const release = wrap.hold()
  const ours = target.act
  target.act = () => `theirs over ${ours()}`
  release()
  expect(target.act()).toBe('theirs over ours over native')
  target.act = ours
  const again = wrap.hold()
  expect(target.act()).toBe('ours over native')
  again()
  expect(target.act).toBe(native)
})

test('what stands there first is beneath, and comes back', () => {
  const { target, wrap } = place()
  const theirs = (): string => 'theirs'
  target.act = theirs
  const release = wrap.hold()
  expect(target.act()).toBe('ours over theirs')
  release()
  expect(target.act).toBe(theirs)
})
