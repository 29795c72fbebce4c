import { expect, test } from 'vitest'
import { insecure, insecureSeed, random } from '../../../src/host/wasi/random.ts'
import { createRandom } from '../../../src/world/random.ts'
import { inPass, thrownBy } from '../components.ts'

test('all of wasi:random draws from one sequence', () => {
  const expected = createRandom(42n)
  inPass(() => {
    expect(random.getRandomU64()).toBe(expected.u64())
    expect(insecure.getInsecureRandomU64()).toBe(expected.u64())
    expect(random.getRandomBytes(9n)).toEqual(expected.bytes(9))
    expect(insecure.getInsecureRandomBytes(3n)).toEqual(expected.bytes(3))
    expect(insecureSeed.insecureSeed()).toEqual([expected.u64(), expected.u64()])
  })
})

test('the trace says what was drawn, long ones cut', () => {
  inPass((pass) => {
    random.getRandomBytes(4n)
    random.getRandomBytes(1000n)
    expect(pass.trace.map(({ value }) => value)).toEqual(['4 bytes: 956eeb2f', expect.stringMatching(/^1000 bytes: [0-9a-f]{32}…$/)])
  })
})

test('more bytes than anybody needs end the call', () => {
  inPass(() => expect(thrownBy(() => random.getRandomBytes(2n ** 40n))).toMatchObject({ kind: 'size' }))
})
