import { expect, test } from 'vitest'
import { InputStream, type IoError, OutputStream, sourceOf, streams } from '../../../src/host/wasi/io.ts'
import { FileError } from '../../../src/world/files.ts'
import { inPass, thrownBy } from '../components.ts'

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()
const stream = (content: string): InputStream => new InputStream(sourceOf(Buffer.from(content)))

test('reads at most as much as is asked for, and is closed at the end', () => {
  inPass(() => {
    const input = stream('hello')
    expect([text(input.read(2n)), input.skip(1n), text(input.read(0n)), text(input.blockingRead(2n ** 60n))]).toEqual(['he', 1n, '', 'lo'])
    expect(thrownBy(() => input.blockingRead(1n))).toEqual({ tag: 'closed' })
    expect(thrownBy(() => input.skip(1n))).toEqual({ tag: 'closed' })
  })
})

test('writes, writes zeroes and splices', () => {
  inPass(() => {
    const written: string[] = []
    const output = new OutputStream((bytes) => written.push(text(bytes)))
    output.write(Buffer.from('a'))
    output.blockingWriteAndFlush(Buffer.from('b'))
    output.writeZeroes(2n)
    output.flush()
    expect([output.splice(stream('spliced'), 3n), output.blockingSplice(stream('x'), 9n), output.checkWrite()]).toEqual([3n, 1n, 1_048_576n])
    expect(written).toEqual(['a', 'b', '\0\0', 'spl', 'x'])
  })
})

test('what WASI forbids is a trap', () => {
  for (const [act, message] of [
    [(output: OutputStream) => output.blockingWriteAndFlush(new Uint8Array(4097)), 'Buffer too large for blocking-write-and-flush (expected at most 4096)'],
    [(output: OutputStream) => output.write(new Uint8Array(1_048_577)), '1048577 bytes exceed what check-write permits'],
    [(output: OutputStream) => output.writeZeroes(2n ** 40n), '1099511627776 zeroes exceed what check-write permits'],
    [(output: OutputStream) => output.blockingWriteZeroesAndFlush(4097n), 'Buffer too large for blocking-write-zeroes-and-flush'],
  ] as const) inPass(() => expect(thrownBy(() => act(new OutputStream(() => undefined)))).toMatchObject({ kind: 'trap', message: expect.stringContaining(message) }))
})

test('a file’s error is what the last operation failed of', () => {
  inPass(() => {
    const failing = (): never => { throw new FileError('insufficient-space') }
    for (const act of [() => new OutputStream(failing).write(Buffer.from('x')), () => new InputStream(failing).read(1n)]) {
      const { tag, val } = thrownBy(act) as { tag: string; val: IoError }
      expect([tag, val.fileCode, val.toDebugString()]).toEqual(['last-operation-failed', 'insufficient-space', 'insufficient-space'])
    }
  })
})

test('streams are always ready, as everything is there', () => {
  inPass(() => expect([new streams.OutputStream(() => undefined).subscribe().ready(), stream('').subscribe().ready()]).toEqual([true, true]))
})

test('a dropped stream lets go of what it reads', () => {
  inPass(() => {
    let released = false
    new InputStream(sourceOf(new Uint8Array(0)), () => { released = true })[Symbol.dispose]()
    expect(released).toBe(true)
  })
})
