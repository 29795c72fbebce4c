import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { epoch, holding } from './holding.ts'

const options = { dateStyle: 'full', timeStyle: 'long', timeZone: 'UTC' } as const

test('a formatter that is given no date takes the held one, also one made before', async () => {
  const before = new Intl.DateTimeFormat('en', options)
  const native = Object.getOwnPropertyDescriptor(Intl.DateTimeFormat.prototype, 'format')!.get
  await holding({}, () => {
    const expected = 'Saturday, January 31, 2026 at 12:00:00 PM UTC'
    for (const format of [before, new Intl.DateTimeFormat('en', options)]) {
      expect(format.format().replaceAll('\u202f', ' ')).toBe(expected)
      expect(format.format).toBe(format.format)
      expect(format.formatToParts()).toEqual(format.formatToParts(epoch))
      expect(format.format(0)).toContain('1970')
      expect([0].map(format.format)[0]).toContain('1970')
      expect(format.formatToParts(0)).toContainEqual({ type: 'year', value: '1970' })
    }
    expect(new Date().toLocaleString('en', { timeZone: 'UTC' }).replaceAll('\u202f', ' ')).toBe('1/31/2026, 12:00:00 PM')
  })
  expect(Object.getOwnPropertyDescriptor(Intl.DateTimeFormat.prototype, 'format')!.get).toBe(native)
})

test('where there is Temporal, its Now gives the held time', () => {
  const script = `
    const { intlReplacements } = await import(${JSON.stringify(resolve(import.meta.dirname, '../../../src/vitest/world/intl.ts'))})
    for (const { target, key, ours, native } of intlReplacements(() => ${epoch.getTime()})) if (typeof native === 'function' && target === Temporal.Now) Object.defineProperty(target, key, { value: ours })
    const { Now } = Temporal
    console.log(JSON.stringify([Now.instant(), Now.zonedDateTimeISO('Asia/Tokyo'), Now.plainDateTimeISO('UTC'), Now.plainDateISO('UTC'), Now.plainTimeISO('UTC'), Now.zonedDateTimeISO()]))`
  const output = execFileSync(process.execPath, ['--harmony-temporal', '--input-type=module', '--no-warnings', '-e', script], { encoding: 'utf8', env: { ...process.env, TZ: 'UTC', NODE_OPTIONS: '' } })
  expect(JSON.parse(output)).toEqual([
    '2026-01-31T12:00:00Z',
    '2026-01-31T21:00:00+09:00[Asia/Tokyo]',
    '2026-01-31T12:00:00',
    '2026-01-31',
    '12:00:00',
    '2026-01-31T12:00:00+00:00[UTC]',
  ])
})
