import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { messageOf, systemCode } from '../errors.ts'
import { randomUUID } from '../real.ts'

/** Files by name. */
export type Files = Record<string, Uint8Array>

/**
 * A folder of entries, each one file, which many processes may use at once: an entry appears whole or not at all.
 *
 *     magic · CRC-32 of what follows (u32) · length of the header (u32) · header: JSON [[name, length], …] · the files
 */
export type Cache = {
  /** Nothing when there is no entry, or a damaged one. */
  read(key: string): Files | undefined
  /** Why it could not be written, if so: a cache that cannot be had makes nothing impossible. */
  write(key: string, files: Files): string | undefined
}

/** A cache that another thread or process can open too. */
export type FolderCache = Cache & { readonly folder: string }

const magic = Buffer.from('shadowcat cache 1\n')

/** `SHADOWCAT_CACHE`, else shadowcat's place in the person's cache folder. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env['SHADOWCAT_CACHE']) return env['SHADOWCAT_CACHE']
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'shadowcat')
}

export function openCache(folder: string = cacheFolder()): FolderCache {
  const placeOf = (key: string): string => join(folder, `${key}.cache`)
  return {
    folder,
    read(key) {
      const bytes = readIfThere(placeOf(key))
      return bytes && decode(bytes)
    },
    write(key, files) {
      const temporary = join(folder, `${key}.${process.pid}.${randomUUID()}.new`)
      try {
        mkdirSync(folder, { recursive: true })
        writeFileSync(temporary, encode(files), { flag: 'wx' })
        renameSync(temporary, placeOf(key))
        return undefined
      } catch (error) {
        if (existsSync(temporary)) rmSync(temporary)
        return `the cache ${folder} cannot be written: ${messageOf(error)}; set SHADOWCAT_CACHE to a folder that can`
      }
    },
  }
}

function encode(files: Files): Buffer {
  const header = Buffer.from(JSON.stringify(Object.entries(files).map(([name, bytes]) => [name, bytes.byteLength])))
  const content = Buffer.concat([u32(header.byteLength), header, ...Object.values(files)])
  return Buffer.concat([magic, u32(crc32(content)), content])
}

function decode(bytes: Buffer): Files | undefined {
  const start = magic.byteLength
  if (bytes.byteLength < start + 8 || !bytes.subarray(0, start).equals(magic) || bytes.readUInt32LE(start) !== crc32(bytes.subarray(start + 4))) return undefined
  let at = start + 8 + bytes.readUInt32LE(start + 4)
  const names = JSON.parse(bytes.toString('utf8', start + 8, at)) as [string, number][]
  return Object.fromEntries(names.map(([name, length]) => [name, bytes.subarray(at, (at += length))]))
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    // Whatever keeps it from being read, the entry can be made again.
    return undefined
  }
}
