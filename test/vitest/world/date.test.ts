import { isDate } from 'node:util/types'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, test, vi } from 'vitest'
import { HeldDate } from '../../../src/vitest/world/date.ts'
import { epoch, holding } from './holding.ts'

const Native = Date
const iso = '2026-01-31T12:00:00.000Z'

test('every way to ask for the time gives the epoch', () =>
  holding({}, () => {
    expect(Date).toBe(HeldDate)
    expect(Date.now()).toBe(epoch.getTime())
    expect(new Date().toISOString()).toBe(iso)
    expect(Date()).toBe(new Native(epoch).toString())
    expect(Reflect.construct(Date, []).toISOString()).toBe(iso)
    const { now } = Date
    expect(now()).toBe(epoch.getTime())
  }))

test('outside of a test that holds it, it tells the machine\'s time', () => {
  const before = Native.now()
  expect(HeldDate.now()).toBeGreaterThanOrEqual(before)
  expect(new HeldDate().getTime()).toBeGreaterThanOrEqual(before)
})

describe('dates made while time is held', () => {
  test('are native ones, and instances of both', () =>
    holding({}, () => {
      const [made, old] = [new Date(), new Native(5)]
      expect(made instanceof Native && made instanceof Date).toBe(true)
      expect(old instanceof Date).toBe(true)
      expect(Object.getPrototypeOf(made)).toBe(Native.prototype)
      expect(Date.prototype).toBe(Native.prototype)
      expect(made.constructor).toBe(Date)
      expect(isDate(made)).toBe(true)
      expect(structuredClone(made)).toEqual(made)
      expect(structuredClone(made)).toBeInstanceOf(Date)
      expect(Object.prototype.toString.call(made)).toBe('[object Date]')
      expect(JSON.stringify({ made })).toBe(`{"made":"${iso}"}`)
      expect(made).toEqual(new Native(epoch))
    }))

  test('have the constructor of their own again afterwards', async () => {
    const made = await holding({}, () => new Date())
    expect(made.constructor).toBe(Native)
    expect(Native.prototype.constructor).toBe(Native)
    expect(globalThis.Date).toBe(Native)
  })

  test('may be of a class that extends it, while it is held and afterwards', async () => {
    const Made = await holding({}, () => {
      class Later extends Date {
        readonly more = 1
        year(): number {
          return this.getUTCFullYear()
        }
      }
      const later = new Later()
      expect(later.toISOString()).toBe(iso)
      expect(later.year()).toBe(2026)
      expect(later.more).toBe(1)
      expect(later instanceof Later && later instanceof Date && later instanceof Native).toBe(true)
      expect(new Later(2020, 1).getMonth()).toBe(1)
      expect(new Date() instanceof Later).toBe(false)
      return Later
    })
    expect(new Made().getTime()).toBeGreaterThan(epoch.getTime())
  })
})

describe('what does not ask for the time is as it was', () => {
  const part = fc.integer({ min: -1e6, max: 1e6 })
  const argument = fc.oneof(fc.double(), fc.string(), fc.date({ noInvalidDate: false }), fc.constantFrom(null, undefined, true, iso, {}, 8.64e15, 8.64e15 + 1), part)

  test('the constructor with arguments', () =>
    holding({}, () => {
      fc.assert(fc.property(fc.array(argument, { minLength: 1, maxLength: 8 }), (args) => void expect(Reflect.construct(Date, args).getTime()).toBe(Reflect.construct(Native, args).getTime())))
    }))

  test('Date as a function, whatever it is given', () =>
    holding({}, () => {
      fc.assert(fc.property(fc.array(argument), (args) => void expect(Reflect.apply(Date, undefined, args)).toBe(new Native(epoch).toString())))
    }))

  test('UTC, parse, and how it looks', () =>
    holding({}, () => {
      fc.assert(fc.property(fc.array(part, { minLength: 1, maxLength: 7 }), (args) => void expect(Reflect.apply(Date.UTC, Date, args)).toBe(Reflect.apply(Native.UTC, Native, args))))
      fc.assert(fc.property(fc.string(), (text) => void expect(Date.parse(text)).toBe(Native.parse(text))))
      expect([Date.name, Date.length, String(Date), typeof Date]).toEqual(['Date', 7, 'function Date() { [native code] }', 'function'])
      expect(Object.keys(Date)).toEqual([])
      expect(Object.getOwnPropertyNames(Date).filter((name) => name !== 'toString').sort()).toEqual(Object.getOwnPropertyNames(Native).sort())
      expect(Date.now.name).toBe('now')
      expectTypeOf(HeldDate).toEqualTypeOf<DateConstructor>()
    }))
})

describe('with the fake clock of the user', () => {
  test('set over it, that one rules, from the held time on, and what it was over comes back', () =>
    holding({}, () => {
      vi.useFakeTimers()
      expect(Date.now()).toBe(epoch.getTime())
      vi.advanceTimersByTime(1000)
      expect(new Date().getTime()).toBe(epoch.getTime() + 1000)
      vi.setSystemTime(5)
      expect(Date.now()).toBe(5)
      vi.useRealTimers()
      expect(Date).toBe(HeldDate)
      expect(Date.now()).toBe(epoch.getTime())
      vi.setSystemTime(6)
      expect(new Date().getTime()).toBe(6)
      vi.useRealTimers()
      expect(new Date().getTime()).toBe(epoch.getTime())
    }))

  test('set before it, that one rules, and leaves the native one behind', async () => {
    vi.useFakeTimers({ now: 1000 })
    await holding({}, () => {
      expect(Date.now()).toBe(1000)
      vi.useRealTimers()
      expect(Date).toBe(Native)
    })
    expect(Date).toBe(Native)
  })

  test('left over it, that one stays, and nothing of the held one is left when it is taken away', async () => {
    await holding({}, () => void vi.useFakeTimers())
    vi.useRealTimers()
    expect(Date.now()).toBeGreaterThan(epoch.getTime())
    await holding({}, () => expect(Date.now()).toBe(epoch.getTime()))
    expect(Date).toBe(Native)
  })

  test('a Date.now that was spied on before is heard', async () => {
    const spy = vi.spyOn(Date, 'now').mockReturnValue(77)
    await holding({}, () => expect([Date.now(), new Date().getTime()]).toEqual([77, 77]))
    spy.mockRestore()
    await holding({}, () => {
      expect(Date.now()).toBe(epoch.getTime())
      vi.spyOn(Date, 'now').mockReturnValue(78)
      expect(Date.now()).toBe(78)
      vi.restoreAllMocks()
      expect(Date.now()).toBe(epoch.getTime())
    })
  })
})
