import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../src/tape/redact.ts'
import type { Recording } from '../../src/tape/entry.ts'
import { verify } from '../../src/verify/verify.ts'
import { directoryOf, fixture, upstreamOf, wassettes } from '../wassette/real.ts'
import { type Step, call, request, result, text } from './conversation.ts'
import { record } from './servers.ts'

const calls: [string, object?][] = [
  ['now-seconds'],
  ['random-u64'],
  ['echo', { text: 'hello' }],
  ['same-u64', { value: 18446744073709551615n }],
  ['fall'],
  ['divide', { a: 1, b: 0 }],
  ['load-component', { path: `file://${fixture('greeter')}` }],
  ['list-components'],
  ['grant-storage-permission', { component_id: 'greeter', details: { uri: 'fs:///tmp', access: ['read'] } }],
  ['get-policy', { component_id: 'greeter' }],
  ['load-component', { path: `file://${fixture('greeter')}` }],
  ['unload-component', { id: 'greeter' }],
]

const steps: Step[] = [['>', request('list', 'tools/list')], ['<', result('list')], ...calls.flatMap(([name, args], index): Step[] => [['>', call(index, name, args)], ['<', text(index, '')]])]

/** Records with the toolbox in a component directory, as a user has it. */
async function recordToolbox(path: string, componentDir: string): Promise<Recording> {
  const { restore: _, ...upstream } = await upstreamOf(path, { componentDir })
  return record(upstream, steps)
}

describe.each(wassettes)('$title', ({ path, skipped }) => {
  test.skipIf(skipped)('against itself differs in the clock and what was drawn alone, and the noise is named', async () => {
    const componentDir = directoryOf('toolbox')
    const recording = await recordToolbox(path, componentDir)
    expect(recording.loads.filter(({ initial }) => initial).map(({ component }) => component)).toEqual(['toolbox'])
    const upstream = await upstreamOf(path, { componentDir })
    const report = await verify(recording, { upstream, redactor: () => createRedactor() })
    const [run] = report.runs
    expect(run).toMatchObject({ missing: 0, unsent: 0, unasked: 0 })
    // the clock's seconds may be the same
    const places = run!.differences.filter(({ tool }) => tool !== 'now-seconds').map(({ kind, tool, pointer }) => `${kind} ${tool} ${pointer}`)
    expect(places).toEqual(['random random-u64 /result/content/0/text', 'random random-u64 /result/structuredContent/result'])
    expect(run!.differences.filter(({ tool }) => tool === 'now-seconds').map(({ kind }) => kind)).not.toContain('value')
    expect(run!.ignored.map(({ rule }) => rule)).toContain('policy-file')
  })
})
