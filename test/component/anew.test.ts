import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { recordAll } from './record.ts'

const program = process.env['WASSETTE_BIN']
const version = program === undefined ? '' : execFileSync(program, ['--version'], { encoding: 'utf8' })

/** What it says of Unicode and of YAML belongs to it; where it differs, the recordings are of another release. */
test.skipIf(!version.startsWith('0.8.0'))(`a real Wassette 0.8.0 still answers what was recorded${program === undefined ? ' (WASSETTE_BIN names none)' : ''}`, async () => {
  for (const [name, text] of Object.entries(await recordAll(program!))) expect(text).toBe(readFileSync(join(import.meta.dirname, 'recorded', name), 'utf8'))
})
