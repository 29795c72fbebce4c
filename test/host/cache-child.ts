/** Writes and reads one entry over and over; exits 1 when it ever reads something that was not written whole. */
import { openCache } from '../../src/host/cache.ts'

const cache = openCache(process.argv[2])
for (let i = 0; i < 100; i++) {
  const content = Buffer.alloc(50_000, process.pid % 256)
  if (cache.write('key', { content }) !== undefined) process.exit(1)
  const read = cache.read('key')?.['content']
  if (!read || read.byteLength !== content.byteLength || read.some((byte) => byte !== read[0])) process.exit(1)
}
