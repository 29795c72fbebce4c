import { readFileSync } from 'node:fs'
import { ShadowcatError, messageOf } from '../errors.ts'
import { type Script, parseScript } from '../proxy/script.ts'

/** The script in a file, or on stdin for `-`. Throws 'usage' when it cannot be read or is none. */
export function readScript(path: string): Script {
  return parseScript(read(path), path)
}

function read(path: string): Buffer {
  try {
    return readFileSync(path === '-' ? 0 : path)
  } catch (cause) {
    throw new ShadowcatError('usage', `cannot read the script ${JSON.stringify(path)}: ${messageOf(cause)}`, { cause })
  }
}
