import type { Readable, Writable } from 'node:stream'

/**
 * Sends every line back as it came, except notifications `mirror/…`, which ask it to do something. Plain bytes over any two streams: nothing
 * here is made with what it tests. `note` tells out of band how far it is, `exit` leaves. Returns what lets it go on after a stall.
 */
export function createMirror(input: Readable, output: Writable, { note, exit }: { note(text: string): void; exit(code: number): void }): () => void {
  let rest: Buffer = Buffer.alloc(0)
  let stalled = false

  input.on('data', take)
  input.on('end', () => leave(0))

  function take(chunk: Buffer): void {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (;;) {
      const end = rest.indexOf(10)
      if (end < 0 || stalled) return
      const line = rest.subarray(0, end + 1)
      rest = rest.subarray(end + 1)
      reflect(line)
    }
  }

  function reflect(line: Buffer): void {
    const asked = /"method":"mirror\/(\w+)"/.exec(line.toString('utf8', 0, 100))?.[1]
    if (!asked) return void output.write(line)
    const { params = {} } = JSON.parse(line.toString())
    if (asked === 'write') output.write(Buffer.from(params.base64, 'base64'))
    else if (asked === 'leave') leave(params.code ?? 0)
    else if (asked === 'flood') flood(params)
    else if (asked === 'stall') stall()
  }

  /** Only when all is written: a process that exits loses what its pipe has not taken. */
  function leave(code: number): void {
    output.write('', () => exit(code))
  }

  function flood({ count, size }: { count: number; size: number }): void {
    const pad = 'x'.repeat(size)
    for (let n = 0; n < count; n++) output.write(`{"jsonrpc":"2.0","method":"flood","params":{"n":${n},"pad":"${pad}"}}\n`)
    note('flooded')
  }

  function stall(): void {
    stalled = true
    input.pause()
    note('stalled')
  }

  return () => {
    stalled = false
    input.resume()
    take(Buffer.alloc(0))
  }
}
