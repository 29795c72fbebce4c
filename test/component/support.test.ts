import { describe, expect, test } from 'vitest'
import { checkImports } from '../../src/component/support.ts'
import { assemble, fixture } from './assemble.ts'

describe('what no world gives is refused by name', () => {
  test.each([
    ['(import "wasi:sockets/tcp@0.2.3" (instance))', 'it imports wasi:sockets/tcp@0.2.3, and sockets are not supported; outgoing HTTP is'],
    ['(import "wasi:clocks/wall-clock@0.3.0" (instance))', 'it imports wasi:clocks/wall-clock@0.3.0, and of WASI only version 0.2 is supported'],
    ['(import "c" (component))', 'it imports the component c, and only interfaces and functions can be given'],
  ])('%s', async (text, message) => {
    const component = await assemble(text)
    expect(() => checkImports(component)).toThrow(`the component cannot be loaded: ${message}`)
  })
})

test('fixtures that import WASI 0.2 pass, and so does what only a host can know', async () => {
  for (const name of ['toolbox', 'http', 'files', 'broken']) checkImports(fixture(name))
  checkImports(await assemble('(import "f" (func)) (import "wasi:config/store@0.2.0-rc.1" (instance))'))
})
