import { expect, test } from 'vitest'
import { decodeRecord, recordKinds } from '../../src/tape/journal-record.ts'

const nothing = { names: [], policies: [] }

test('names and policies are kept aside for the entries that name them', () => {
  const interned = { names: [] as string[], policies: [] as Buffer[] }
  expect(decodeRecord(Buffer.from([recordKinds.name, 0x61]), interned)).toBeUndefined()
  expect(decodeRecord(Buffer.from([recordKinds.policy, 0x62]), interned)).toBeUndefined()
  expect(interned).toEqual({ names: ['a'], policies: [Buffer.from('b')] })
})

test('a load that names a policy which was never written is an error', () => {
  const payload = Buffer.concat([Buffer.from([recordKinds.load]), Buffer.from('{"session":1,"component":"c","uri":"u","initial":true,"policy":1}')])
  expect(() => decodeRecord(payload, nothing)).toThrow('it names item 1 of 0')
})

test('a kind of record that is not known is an error', () => {
  expect(() => decodeRecord(Buffer.from([77]), nothing)).toThrow('a record of kind 77')
})

test('integers past 2^53 in what an upstream says of itself stay exact', () => {
  const payload = Buffer.concat([Buffer.from([recordKinds.session]), Buffer.from('{"ordinal":1,"startedAt":"","upstream":{"kind":"x"},"world":{"seed":18446744073709551615}}')])
  expect(decodeRecord(payload, nothing)).toMatchObject({ session: { world: { seed: 18446744073709551615n } } })
})

test('external state of a kind that is not known is an error', () => {
  const payload = Buffer.from([recordKinds.state, 77, 0, 0, 0, 0])
  expect(() => decodeRecord(payload, nothing)).toThrow(/external state of kind 77.*upgrade shadowcat/)
})

test('an empty response is one, and none is none', () => {
  expect(decodeRecord(Buffer.from([recordKinds.state, 1, 1, 0, 0, 0, 0x35]), nothing)).toEqual({ kind: 'state', state: { kind: 'clock', request: Buffer.from('5') } })
  expect(decodeRecord(Buffer.from([recordKinds.state, 128 + 3, 1, 0, 0, 0, 0x35]), nothing)).toEqual({ kind: 'state', state: { kind: 'http', request: Buffer.from('5'), response: Buffer.alloc(0) } })
})
