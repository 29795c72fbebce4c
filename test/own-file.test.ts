import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { codeFolder, ownFile } from '../src/own-file.ts'

test("the folder of this program's code is its top", () => expect(fileURLToPath(codeFolder)).toBe(fileURLToPath(new URL('../src/', import.meta.url))))

test.each(['host/worker', 'vitest/world/early'])('%s stands in it', (entry) => expect(existsSync(ownFile(entry))).toBe(true))
