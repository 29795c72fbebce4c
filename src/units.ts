import { ShadowcatError } from './errors.ts'

const milliseconds: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** A duration such as `300ms`, `60s` or `2m`, in milliseconds. Throws 'usage' when it has no unit. */
export function parseDuration(text: string, flag: string): number {
  const parts = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text)
  if (!parts) throw new ShadowcatError('usage', `${flag} takes a duration with its unit, such as 300ms, 60s or 2m; found ${JSON.stringify(text)}`)
  return Number(parts[1]) * milliseconds[parts[2]!]!
}

const nanoseconds: Record<string, bigint> = { h: 3_600_000_000_000n, m: 60_000_000_000n, s: 1_000_000_000n, ms: 1_000_000n, us: 1_000n, ns: 1n }

/** A duration such as `1ms`, `10us` or `100ns`, in nanoseconds, of which it is a whole number and at least one. Throws 'usage' when it is none. */
export function parseNanoseconds(text: string, flag: string): bigint {
  const [, whole = '', fraction = '', unit = ''] = /^(\d{1,18})(?:\.(\d{1,9}))?(ns|us|ms|s|m|h)$/.exec(text) ?? []
  const scale = 10n ** BigInt(fraction.length)
  const scaled = BigInt(whole + fraction) * (nanoseconds[unit] ?? 0n)
  if (scaled === 0n || scaled % scale !== 0n) throw new ShadowcatError('usage', `${flag} takes a duration with its unit, such as 1ms, 10us or 100ns; found ${JSON.stringify(text)}`)
  return scaled / scale
}

/** The shortest text that parseNanoseconds reads as so many. */
export function formatNanoseconds(count: bigint): string {
  const [unit, size] = Object.entries(nanoseconds).find(([, each]) => count % each === 0n)!
  return `${count / size}${unit}`
}

const bytes: Record<string, number> = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 }

/** A size such as `64MB`, in bytes; a KB has 1024. Throws 'usage' when it has no unit. */
export function parseSize(text: string, flag: string): number {
  const parts = /^(\d+(?:\.\d+)?)(B|KB|MB|GB)$/.exec(text)
  if (!parts) throw new ShadowcatError('usage', `${flag} takes a size with its unit, such as 512KB, 64MB or 1GB; found ${JSON.stringify(text)}`)
  return Math.floor(Number(parts[1]) * bytes[parts[2]!]!)
}

/** A duration for people: `0.4 ms`, `12 ms`, `3.2 s`, `2 min 5 s`. Takes microseconds. */
export function formatDuration(microseconds: number): string {
  const ms = microseconds / 1000
  if (ms < 10) return `${ms.toFixed(1)} ms`
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`
}

/** A size for people: `831 B`, `12 KB`, `3.4 MB`. */
export function formatSize(size: number): string {
  if (size < 1024) return `${size} B`
  if (size < 1024 ** 2) return `${Math.round(size / 1024)} KB`
  return `${(size / 1024 ** 2).toFixed(1)} MB`
}

/** A number with its noun: `1 message`, `2 messages`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
