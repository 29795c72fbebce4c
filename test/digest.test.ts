import { expect, test } from 'vitest'
import { digestOf } from '../src/digest.ts'

test('a digest is SHA-256, in hexadecimal digits after its name', () => {
  expect(digestOf(Buffer.from('abc'))).toBe('sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})
