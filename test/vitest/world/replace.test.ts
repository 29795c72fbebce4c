import { describe, expect, test } from 'vitest'
import { createPart } from '../../../src/vitest/world/replace.ts'

const native = (): string => 'native'
const ours = (): string => 'ours'
const others = (): string => "others'"

describe('a part', () => {
  test('is in place from the first who asks to the last who lets go', () => {
    const target = { act: native }
    let changes = 0
    const part = createPart([{ target, key: 'act', ours, native }], () => changes++)
    const first = part.hold()
    const second = part.hold()
    expect(target.act()).toBe('ours')
    first()
    first()
    expect(target.act()).toBe('ours')
    expect(part.inPlace()).toBe(true)
    second()
    expect(target.act).toBe(native)
    expect(changes).toBe(2)
    const third = part.hold()
    expect(target.act()).toBe('ours')
    third()
    expect(target.act).toBe(native)
  })

  test('leaves what stands in its place already', () => {
    const target = { act: others }
    const part = createPart([{ target, key: 'act', ours, native }])
    const release = part.hold()
    expect(target.act).toBe(others)
    expect(part.inPlace()).toBe(false)
    release()
    expect(target.act).toBe(others)
  })

  test('leaves what was put over it', () => {
    const target = { act: native }
    const part = createPart([{ target, key: 'act', ours, native }])
    const release = part.hold()
    target.act = others
    expect(part.inPlace()).toBe(false)
    release()
    expect(target.act).toBe(others)
  })

  test('comes back into place when what was put over it left it behind', () => {
    const target = { act: native }
    const part = createPart([{ target, key: 'act', ours, native }])
    const release = part.hold()
    const below = target.act
    target.act = others
    release()
    target.act = below
    const again = part.hold()
    expect(part.inPlace()).toBe(true)
    again()
    expect(target.act).toBe(native)
  })

  test('shadows what the object inherits, and is taken away without a trace', () => {
    const target = Object.create({ act: native }) as { act: () => string }
    const part = createPart([{ target, key: 'act', ours, native: undefined }])
    const release = part.hold()
    expect(target.act()).toBe('ours')
    release()
    expect(target.act()).toBe('native')
    expect(Object.keys(target)).toEqual([])
  })

  test('keeps whether a property is listed, and takes the place of getters', () => {
    const target = Object.defineProperties({}, { listed: { get: native, configurable: true, enumerable: true }, hidden: { value: native, configurable: true } }) as { listed: string; hidden: () => string }
    const part = createPart([
      { target, key: 'listed', ours, native, accessor: true },
      { target, key: 'hidden', ours, native },
    ])
    const release = part.hold()
    expect(target.listed).toBe('ours')
    expect(target.hidden()).toBe('ours')
    expect(Object.keys(target)).toEqual(['listed'])
    release()
    expect(target.listed).toBe('native')
    expect(target.hidden).toBe(native)
  })
})
