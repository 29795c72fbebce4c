/** Components for tests: those of the fixtures, and small ones from text. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools'
import { toLeb } from '../../src/component/cursor.ts'
import { type ComponentFile, readComponent } from '../../src/component/reader.ts'
import { fixtures } from './questions.ts'

export function fixtureBytes(name: string): Uint8Array {
  return readFileSync(join(fixtures, `${name}.wasm`))
}

export function fixture(name: string): ComponentFile {
  return readComponent(fixtureBytes(name))
}

/** Reads the component whose text, without the outermost parentheses, is given. */
export async function assemble(text: string): Promise<ComponentFile> {
  return readComponent(await parse(`(component ${text})`))
}

/** The bytes of a component with these sections, each given as its number and content. */
export function sections(...parts: (readonly [id: number, ...content: number[]])[]): Uint8Array {
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, ...parts.flatMap(([id, ...content]) => [id, ...toLeb(content.length), ...content])])
}

/** A name's bytes, with their count. */
export function nameBytes(text: string): number[] {
  return [text.length, ...Buffer.from(text)]
}
