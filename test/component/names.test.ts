import { expect, test } from 'vitest'
import { parseInterfaceName, toCamelCase, toToolName } from '../../src/component/names.ts'

test('an interface\'s name has a package, an interface and perhaps a version', () => {
  expect(parseInterfaceName('wasi:clocks/wall-clock@0.2.0')).toEqual({ package: 'wasi:clocks', interface: 'wall-clock', version: '0.2.0' })
  expect(parseInterfaceName('a:b/c')).toEqual({ package: 'a:b', interface: 'c', version: undefined })
  expect(parseInterfaceName('wasi:config/store@0.2.0-rc.1')?.version).toBe('0.2.0-rc.1')
  for (const plain of ['plain', 'a/b', 'a:b', '']) expect(parseInterfaceName(plain)).toBeUndefined()
})

test('a tool\'s name has letters, digits, - and _ alone', () => {
  expect(toToolName('get-weather')).toBe('get-weather')
  expect(toToolName('get-current-time', 'local:time-server/time')).toBe('local_time-server_time_get-current-time')
  expect(toToolName('GET-url', 'A:b/c@1.0.0+x')).toBe('a_b_c_1_0_0_x_get-url')
})

test('a name that MCP does not allow is refused', () => {
  expect(() => toToolName('x'.repeat(129))).toThrow(/is longer than the 128 characters that MCP allows/)
})

test.each([['street-name', 'streetName'], ['x', 'x'], ['a1-b2-c', 'a1B2C'], ['get-URL', 'getUrl'], ['URL', 'url']])('%s is %s in jco\'s code', (name, camel) => {
  expect(toCamelCase(name)).toBe(camel)
})
