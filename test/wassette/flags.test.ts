import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { givenEnvironment, namesOnly, splitFlags } from '../../src/wassette/flags.ts'
import { temporary } from './real.ts'

test('the component directory is taken out under either name and in either spelling', () => {
  expect(splitFlags(['--a', '--component-dir', 'x', 'b', '--plugin-dir=y=z'])).toEqual({ directories: ['x', 'y=z'], rest: ['--a', 'b'] })
  expect(splitFlags(['--component-directory', 'x'])).toEqual({ directories: [], rest: ['--component-directory', 'x'] })
})

test('a directory flag without a directory is refused', () => {
  expect(() => splitFlags(['--component-dir'])).toThrow('--component-dir needs a directory, as in --component-dir components')
  expect(() => splitFlags(['--plugin-dir='])).toThrow('--plugin-dir needs a directory')
})

test('variables are found in --env and --env-file', () => {
  const folder = temporary()
  writeFileSync(join(folder, '.env'), '# no\nFILE=from a file\nexport QUOTED="in quotes"\r\n\nnonsense\n')
  expect(givenEnvironment(['--env', 'A=1=2', '--env=B=3', '--other', '--env-file', '.env'], folder)).toEqual({ A: '1=2', B: '3', FILE: 'from a file', QUOTED: 'in quotes' })
  expect(() => givenEnvironment(['--env-file=gone'], folder)).toThrow(/cannot read --env-file .*gone/)
})

test('of variables the tape gets the names alone', () => {
  expect(namesOnly(['--env', 'A=secret', '--env=B=secret', '--env-file', '.env', '--x=A=b'])).toEqual(['--env', 'A', '--env=B', '--env-file', '.env', '--x=A=b'])
})
