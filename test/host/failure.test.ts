import { expect, test } from 'vitest'
import { Ended, toFailure } from '../../src/host/failure.ts'

test.each([
  [new Error('unreachable'), 'trap', 'wasm trap: wasm `unreachable` instruction executed'],
  [new Error('memory access out of bounds'), 'trap', 'wasm trap: out of bounds memory access'],
  [new RangeError('Offset is outside the bounds of the DataView'), 'trap', 'wasm trap: out of bounds memory access'],
  [new RangeError('Invalid typed array length: 5'), 'trap', 'wasm trap: out of bounds memory access'],
  [new Error('divide by zero'), 'trap', 'wasm trap: integer divide by zero'],
  [new Error('remainder by zero'), 'trap', 'wasm trap: integer divide by zero'],
  [new Error('divide result unrepresentable'), 'trap', 'wasm trap: integer overflow'],
  [new Error('float unrepresentable in integer range'), 'trap', 'wasm trap: invalid conversion to integer'],
  [new Error('table index is out of bounds'), 'trap', 'wasm trap: undefined element: out of bounds table access'],
  [new Error('null function or function signature mismatch'), 'trap', 'wasm trap: uninitialized element'],
  [new Error('function signature mismatch'), 'trap', 'wasm trap: indirect call type mismatch'],
  [new Error('wasm trap: integer overflow'), 'trap', 'wasm trap: integer overflow'],
  [new Error('anything else'), 'trap', 'wasm trap: anything else'],
  [new RangeError('Maximum call stack size exceeded'), 'stack', 'wasm trap: call stack exhausted'],
  [new Error('wasm trap: call stack exhausted'), 'trap', 'wasm trap: call stack exhausted'],
  [new RangeError('WebAssembly.Memory(): could not allocate memory'), 'memory', 'the component needs more memory than there is'],
  [new RangeError('Array buffer allocation failed'), 'memory', 'the component needs more memory than there is'],
  [new Ended('exit', 'Exited with i32 exit status 1'), 'exit', 'Exited with i32 exit status 1'],
])('%s is told in words that do not depend on the engine', (error, kind, message) => {
  expect(toFailure(error)).toEqual({ kind, message })
})
