import { expect, test } from 'vitest'
import { createMessage } from '../../src/message.ts'
import { placeholdersIn, secretsFrom, variableFor } from '../../src/verify/secrets.ts'

test('a variable of its own gives each placeholder its value', () => {
  expect(variableFor('[redacted:api-key#12]')).toBe('SHADOWCAT_REDACTED_API_KEY_12')
  const secrets = secretsFrom({ SHADOWCAT_REDACTED_JWT_1: 'live' })
  expect(secrets('[redacted:jwt#1]')).toBe('live')
  expect(secrets('[redacted:jwt#2]')).toBeUndefined()
})

test('placeholders are found wherever they stand, each once', () => {
  const message = createMessage({ a: '[redacted:jwt#1] [redacted:number#2]', b: JSON.stringify({ c: '[redacted:jwt#1]' }), d: '[redacted]' })
  expect(placeholdersIn(message)).toEqual(['[redacted:jwt#1]', '[redacted:number#2]'])
})
