/** Broken lines of many kinds, the same for the same seed. */

export type Garbage = {
  /** One line without its end; it holds no line end. */
  line(): Buffer
  /** Cuts bytes anywhere. */
  pieces(bytes: Buffer): Buffer[]
}

export function createGarbage(seed: number): Garbage {
  const random = splitmix(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  const pick = <T>(items: readonly T[]): T => items[below(items.length)]!

  const sound = (): string =>
    pick([
      () => `{"jsonrpc":"2.0","id":${pick([below(5), `"${below(5)}"`, -1, 0.5, '1e3', 'null', '{}', '[]', 'true', '""', 12345678901234567890n])},"method":"${pick(['ping', 'tools/list', 'no/such', ''])}"}`,
      () => `{"jsonrpc":"2.0","method":"notifications/${pick(['progress', 'cancelled', 'x'])}","params":${pick(['{}', '{"requestId":1}', '{"progressToken":0,"progress":1}', '[]', '5'])}}`,
      () => `{"jsonrpc":"2.0","id":${below(9)},"result":{}}`,
      () => `{"jsonrpc":"2.0","id":${below(9)},"error":${pick(['{}', '{"code":1,"message":"x"}', 'null', '"x"'])}}`,
      () => `[${Array.from({ length: below(4) }, sound).join(',')}]`,
      () => pick(['null', 'true', '5', '""', '{}', '[]', '[[]]', '{"id":1}', '{"method":5}', '{"jsonrpc":"1.0","id":1,"method":"ping"}', '{"id":1,"id":2,"method":"ping"}']),
    ])()

  const depth = (): number => 1 + below(pick([10, 10, 10, 10, 10, 10, 10, 10, 10, 3000]))

  const broken = [
    (text: Buffer) => text.subarray(0, below(text.length)),
    (text: Buffer) => text.subarray(below(text.length)),
    (text: Buffer) => Buffer.from(text).fill(below(256), below(text.length)),
    (text: Buffer) => {
      const flipped = Buffer.from(text)
      flipped[below(text.length)]! ^= 1 << below(8)
      return flipped
    },
    () => Buffer.from(Array.from({ length: below(60) }, () => below(256))),
    () => Buffer.from(`${'['.repeat(depth())}${']'.repeat(depth())}`),
    () => Buffer.from('{"a":'.repeat(depth())),
    (text: Buffer) => Buffer.concat([Buffer.from('\ufeff'), text]),
    (text: Buffer) => Buffer.concat([text, text]),
    (text: Buffer) => Buffer.concat([text, Buffer.from('\r')]),
    (text: Buffer) => text,
  ]

  return {
    line: () => withoutLineEnds(pick(broken)(Buffer.from(sound()))),
    pieces(bytes) {
      const found: Buffer[] = []
      for (let at = 0; at < bytes.length; ) {
        const size = 1 + below(pick([3, 200, 70_000]))
        found.push(bytes.subarray(at, at + size))
        at += size
      }
      return found
    },
  }
}

function withoutLineEnds(line: Buffer): Buffer {
  return Buffer.from(line.map((byte) => (byte === 0x0a ? 0x20 : byte)))
}

/** Whether a line is one JSON text. */
export function isJson(line: Buffer): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line))
    return true
  } catch {
    return false
  }
}

/** https://prng.di.unimi.it/splitmix64.c, its upper bits as a fraction. */
function splitmix(seed: number): () => number {
  let state = BigInt(seed)
  return () => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n)
    let mixed = state
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n)
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn)
    return Number((mixed ^ (mixed >> 31n)) >> 11n) / 2 ** 53
  }
}
