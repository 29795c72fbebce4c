import { expect, test } from 'vitest'
import { errorCodes } from '../src/error-codes.ts'

test("the codes are the specifications'", () => {
  expect(errorCodes).toEqual({ invalidRequest: -32600, methodNotFound: -32601, invalidParams: -32602, unsupportedVersion: -32022 })
})
