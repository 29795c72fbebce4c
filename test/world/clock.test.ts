import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Readings, createPassClock, shifts } from '../../src/world/clock.ts'

const epoch = new Date('2001-09-09T01:46:40.123Z')
const epochNanoseconds = 1_000_000_000_123_000_000n

describe('a held clock', () => {
  test('stands at the epoch, however often it is read', () => {
    const clock = createPassClock({ mode: 'held' }, epoch, [])
    for (let i = 0; i < 3; i++) expect([clock.wall(), clock.monotonic()]).toEqual([epochNanoseconds, 0n])
  })

  test('moves both clocks to the nanosecond of a deadline, for any deadlines in order', () => {
    fc.assert(fc.property(fc.array(fc.bigInt(0n, 10n ** 16n), { maxLength: 10 }), (steps) => {
      const clock = createPassClock({ mode: 'held' }, epoch, [])
      let expected = 0n
      for (const step of steps) {
        expected += step
        clock.until(expected)
        expect(clock.monotonic()).toBe(expected)
        expect(clock.wall()).toBe(epochNanoseconds + expected)
      }
    }))
  })

  test('does not go back for a deadline that has passed', () => {
    const clock = createPassClock({ mode: 'held' }, epoch, [])
    clock.until(500n)
    clock.until(200n)
    expect(clock.monotonic()).toBe(500n)
  })

  test('refuses a deadline past which it would not be exact', () => {
    const clock = createPassClock({ mode: 'held' }, epoch, [])
    expect(() => clock.until(2n ** 64n - 1n)).toThrow('more than the 100 years that a clock can be moved')
  })
})

test('a ticking clock moves after each reading of either clock, and not when the host looks', () => {
  const clock = createPassClock({ mode: 'tick', nanoseconds: 250n }, epoch, [])
  expect([clock.monotonic(), clock.wall(), clock.elapsed(), clock.elapsed(), clock.monotonic()]).toEqual([0n, epochNanoseconds + 250n, 500n, 500n, 500n])
})

describe('a real clock', () => {
  test('follows the machine', () => {
    const before = BigInt(Date.now()) * 1_000_000n
    const clock = createPassClock({ mode: 'real' }, epoch, [])
    const wall = clock.wall()
    expect(wall).toBeGreaterThanOrEqual(before)
    expect(wall).toBeLessThanOrEqual(BigInt(Date.now()) * 1_000_000n)
    expect(clock.monotonic()).toBeLessThanOrEqual(clock.monotonic())
  })

  test('really waits', () => {
    const clock = createPassClock({ mode: 'real' }, epoch, [])
    clock.until(3_000_000n)
    expect(clock.monotonic()).toBeGreaterThanOrEqual(3_000_000n)
  })

  test('tells a further pass of the same call what it told the first, then goes on', () => {
    const readings: Readings = []
    const first = createPassClock({ mode: 'real' }, epoch, readings)
    const told = [first.wall(), first.monotonic(), first.wall()]
    const second = createPassClock({ mode: 'real' }, epoch, readings)
    expect([second.wall(), second.monotonic(), second.wall()]).toEqual(told)
    expect(second.monotonic()).toBeGreaterThan(told[1]!)
  })

  test('played, says what was recorded and no more, and waits for nothing', () => {
    const readings: Readings = []
    const live = createPassClock({ mode: 'real' }, epoch, readings)
    const told = [live.wall(), live.monotonic()]
    live.until(30_000_000n)
    // A later deadline than any that is waited for here: recorded readings alone say that it has come.
    const played: Readings = [...readings, readings[0]! + 10n ** 15n]
    const clock = createPassClock({ mode: 'real' }, epoch, played, true)
    expect([clock.wall(), clock.monotonic()]).toEqual(told)
    clock.until(10n ** 15n)
    expect(() => clock.wall()).toThrow(`the component asks for reading ${played.length + 1} of the clocks, which was not recorded so: nearest is reading ${played.length}; record again, or use --state live`)
  })
})

describe.each(['content', 'failure'] as const)('another clock, %s', (stage) => {
  const shift = shifts[stage]
  const other = (at = epoch): ReturnType<typeof createPassClock> => createPassClock({ mode: 'held' }, at, [], false, shift)

  test('says another year, month, day, weekday, hour, minute, second and part of it, whatever the epoch', () => {
    fc.assert(fc.property(fc.date({ min: new Date(0), max: new Date('2500-01-01T00:00:00Z'), noInvalidDate: true }), (at) => {
      const wall = other(at).wall()
      const told = new Date(Number(wall / 1_000_000n))
      for (const part of ['getUTCFullYear', 'getUTCMonth', 'getUTCDate', 'getUTCDay', 'getUTCHours', 'getUTCMinutes', 'getUTCSeconds', 'getUTCMilliseconds'] as const) expect(told[part](), part).not.toBe(at[part]())
      expect([wall % 1000n, (wall / 1000n) % 1000n]).not.toContain(0n)
      expect(wall % 2n).toBe(1n)
    }))
  })

  test('begins elsewhere, and moves whenever it is read', () => {
    const clock = other()
    const first = clock.monotonic()
    expect(first).toBe(shift.origin)
    expect(clock.monotonic() - first).toBe(shift.tick)
    expect(clock.elapsed()).toBe(clock.elapsed())
  })

  test('waits until the deadlines that a component makes of its readings', () => {
    const clock = other()
    const deadline = clock.monotonic() + 5_000_000_000n
    clock.until(deadline)
    expect(clock.elapsed()).toBe(deadline)
    const wall = clock.wall()
    expect(wall).toBe(epochNanoseconds + shift.wall + 5_000_000_000n)
  })

  test('that follows the machine is as far from it', () => {
    const before = BigInt(Date.now()) * 1_000_000n
    const clock = createPassClock({ mode: 'real' }, epoch, [], false, shift)
    const away = clock.wall() - shift.wall
    expect(away >= before && away <= BigInt(Date.now()) * 1_000_000n).toBe(true)
    expect(clock.monotonic()).toBeGreaterThanOrEqual(shift.origin)
    clock.until(shift.origin + 1_000_000n)
    expect(clock.elapsed()).toBeGreaterThanOrEqual(shift.origin + 1_000_000n)
  })
})
