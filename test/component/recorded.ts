/** What a real Wassette 0.8.0 answered; record.ts asks it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One recorded file's content. */
export function recorded<Content>(name: 'built-in.json' | 'tools.json' | 'calls.json' | 'policies.json'): Content {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'recorded', name), 'utf8')) as Content
}
