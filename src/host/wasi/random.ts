import { varyRandomBytes, varyU64 } from '../../world/random.ts'
import { Ended } from '../failure.ts'
import { type Pass, activePass } from '../pass.ts'
import { defineInterface } from './define.ts'

const mostBytes = 64 * 1024 * 1024
const shown = 16

function drawn(pass: Pass): bigint {
  const value = pass.world.random.u64()
  const stage = pass.varies('random')
  return stage ? varyU64(value, stage) : value
}

function u64(): bigint {
  const pass = activePass()
  const value = drawn(pass)
  pass.note(String(value))
  return value
}

function bytes(length: bigint): Uint8Array {
  const pass = activePass()
  if (length > mostBytes) throw new Ended('size', `the component asks for ${length} random bytes at once; ${mostBytes} is the most`)
  const bytesDrawn = pass.world.random.bytes(Number(length))
  const stage = pass.varies('random')
  const value = stage ? varyRandomBytes(bytesDrawn, stage) : bytesDrawn
  pass.note(`${length} bytes: ${Buffer.from(value.subarray(0, shown)).toString('hex')}${value.byteLength > shown ? '…' : ''}`)
  return value
}

export const random = defineInterface('wasi:random/random', { getRandomBytes: bytes, getRandomU64: u64 })

export const insecure = defineInterface('wasi:random/insecure', { getInsecureRandomBytes: bytes, getInsecureRandomU64: u64 })

export const insecureSeed = defineInterface('wasi:random/insecure-seed', {
  insecureSeed: (): [bigint, bigint] => {
    const pass = activePass()
    const seed: [bigint, bigint] = [drawn(pass), drawn(pass)]
    pass.note(seed.join(' '))
    return seed
  },
})
