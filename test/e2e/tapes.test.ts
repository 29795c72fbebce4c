import { readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { root, shadowcat, tapeOf, tidy } from './run.ts'

afterAll(tidy)

const tapes = readdirSync(join(root, 'tapes')).filter((file) => file.endsWith('.tape')).map((file) => basename(file, '.tape'))

/** `/tmp/test` is an example in Wassette's own descriptions; tapes/README.md tells of the others. */
const known = /^\/proc\/self\/cwd\/|^\/tmp\/shadowcat\/components\/|^\/tmp\/test$/

describe.each(tapes)('the committed tape %s', (name) => {
  test('is whole', async () => {
    expect(await shadowcat(['tape', 'validate', tapeOf(name)])).toMatchObject({ code: 0 })
  })

  test('names no folder of the machine on which it was recorded', async () => {
    const { stdout } = await shadowcat(['tape', 'dump', tapeOf(name)])
    const paths = stdout.match(/(?<=[":/ ])\/(?:home|root|tmp|work|mnt|opt|Users|var|proc)\/[^"\\ ]*/g) ?? []
    expect(paths.filter((path) => !known.test(path))).toEqual([])
    expect(stdout).not.toContain(root)
  })

  test('is told of in tapes/README.md', () => {
    expect(readFileSync(join(root, 'tapes/README.md'), 'utf8')).toContain(`\`${name}\``)
  })
})
