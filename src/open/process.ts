import { basename } from 'node:path'
import type { StdioSpec } from '../transport/stdio.ts'
import { createStdioTransport } from '../transport/stdio.ts'
import type { Upstream } from '../upstream.ts'
import type { CommandSpecification } from './specification.ts'

/** What every spawned server is given: where its stderr goes, and what takes secrets out of it. */
export type ProcessOptions = Pick<StdioSpec, 'stderr' | 'redact'>

/** A program that speaks MCP on its stdin and stdout; each session gets a process of its own. */
export function processUpstream({ command, env, cwd }: CommandSpecification, options: ProcessOptions): Upstream {
  return {
    describe: () => ({
      kind: 'process',
      command: command.map((word, index) => (index === 0 ? basename(word) : (options.redact?.(word) ?? word))),
      environment: Object.keys(env ?? {}),
    }),
    open: () => createStdioTransport({ command, env, cwd, ...options }),
  }
}
