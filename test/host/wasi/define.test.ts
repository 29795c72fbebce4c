import { expect, test } from 'vitest'
import { absent, defineInterface, fail } from '../../../src/host/wasi/define.ts'
import { inPass, thrownBy } from '../components.ts'

class Thing {
  static fromList(): string {
    return 'made'
  }
  getU64(): number {
    return 64
  }
  clone(): Thing {
    return new Thing()
  }
}
const members = defineInterface('wasi:test/things', { Thing, getHttpCode: () => 'code', failing: () => fail('no-entry'), nothing: () => fail(), breaking: () => { throw new RangeError('broken') } })

test('every use goes to the trace under WASI’s own name', () => {
  inPass((pass) => {
    members.getHttpCode()
    members.Thing.fromList()
    new members.Thing().clone().getU64()
    expect(pass.trace.map(({ interface: name, function: use, n }) => `${name} ${use} ${n}`)).toEqual([
      'wasi:test/things get-http-code 1', 'wasi:test/things [static]thing.from-list 1', 'wasi:test/things [method]thing.clone 1', 'wasi:test/things [method]thing.get-u64 1',
    ])
  })
})

test('a class stays itself, as jco’s code checks by it', () => {
  inPass(() => expect(new members.Thing()).toBeInstanceOf(Thing))
  defineInterface('wasi:test/again', { Thing })
  inPass((pass) => {
    new Thing().getU64()
    expect(pass.trace).toHaveLength(1)
  })
})

test('an error of WASI is thrown bare, and the pass goes on', () => {
  inPass((pass) => {
    expect(thrownBy(members.failing)).toBe('no-entry')
    expect(thrownBy(members.nothing)).toBeUndefined()
    expect(pass.ended).toBeUndefined()
  })
})

test('any other error ends the pass', () => {
  inPass((pass) => {
    expect(thrownBy(members.breaking)).toBeInstanceOf(RangeError)
    expect(thrownBy(members.getHttpCode)).toBe(pass.ended)
  })
})

test('nobody gets a resource that is not offered', () => {
  const Absent = absent() as unknown as new () => object
  expect(() => new Absent()).toThrow('this resource is not offered')
})
