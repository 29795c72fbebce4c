import { Ended } from '../failure.ts'
import { activePass } from '../pass.ts'
import { fail } from './define.ts'

type Entry = [name: string, value: Uint8Array]

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** What the connection alone may say. */
const forbidden = new Set(['connection', 'host', 'http2-settings', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'transfer-encoding', 'upgrade'])
/** Bytes of all names and values; more is a mistake or an attack. */
const largest = 1024 * 1024

/** wasi:http's fields: headers or trailers. Names are kept in lower case, the values of one name together, in order. */
export class Fields {
  /** The host's; so is what follows. */
  readonly values = new Map<string, Uint8Array[]>()
  immutable = false
  size = 0

  constructor() {
    activePass().hold()
  }

  static fromList(entries: Entry[]): Fields {
    const fields = new Fields()
    for (const [name, value] of entries) add(fields, name, value)
    return fields
  }

  get(name: string): Uint8Array[] {
    return this.values.get(name.toLowerCase()) ?? []
  }

  has(name: string): boolean {
    return this.values.has(name.toLowerCase())
  }

  set(name: string, values: Uint8Array[]): void {
    checkChange(this, name)
    for (const value of values) checkValue(value)
    this.values.delete(name.toLowerCase())
    for (const value of values) put(this, name, value)
  }

  delete(name: string): void {
    checkChange(this, name)
    this.values.delete(name.toLowerCase())
  }

  append(name: string, value: Uint8Array): void {
    add(this, name, value)
  }

  entries(): Entry[] {
    return list(this)
  }

  clone(): Fields {
    return copy(this)
  }

  [Symbol.dispose](): void {
    activePass().release()
  }
}

/** Adds without a check. */
export function put(fields: Fields, name: string, value: Uint8Array): void {
  fields.size += name.length + value.byteLength
  if (fields.size > largest) throw new Ended('size', `header fields of more than ${largest} bytes`)
  const key = name.toLowerCase()
  fields.values.set(key, [...(fields.values.get(key) ?? []), value])
}

export function list(fields: Fields): Entry[] {
  return [...fields.values].flatMap(([name, values]) => values.map((value): Entry => [name, value]))
}

/** The same fields, which now nobody changes. */
export function freeze(fields: Fields): Fields {
  fields.immutable = true
  return fields
}

export function copy(fields: Fields): Fields {
  const copied = new Fields()
  for (const [name, value] of list(fields)) put(copied, name, value)
  return copied
}

function checkChange(fields: Fields, name: string): void {
  if (fields.immutable) fail({ tag: 'immutable' })
  if (!token.test(name)) fail({ tag: 'invalid-syntax' })
  if (forbidden.has(name.toLowerCase())) fail({ tag: 'forbidden' })
}

function add(fields: Fields, name: string, value: Uint8Array): void {
  checkChange(fields, name)
  checkValue(value)
  put(fields, name, value)
}

function checkValue(value: Uint8Array): void {
  if (value.some((byte) => (byte < 32 && byte !== 9) || byte === 127)) fail({ tag: 'invalid-syntax' })
}
