import { expect, test } from 'vitest'
import { packageVersion } from '../src/version.ts'

test('the version is a semantic one', () => expect(packageVersion()).toMatch(/^\d+\.\d+\.\d+/))
