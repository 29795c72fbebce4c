/** Shows results of the exact session in vitest's own snapshots as in ours. */
import type { SnapshotSerializer } from 'vitest'
import { isToolResult } from '../session/results.ts'
import { describeResult } from './describe-result.ts'
import { receivedResult } from './received.ts'

export const toolResultSerializer: SnapshotSerializer = {
  test: isToolResult,
  serialize: (value, _config, indentation) => describeResult(receivedResult(value)!).replaceAll(/\n(?!\n|$)/g, `\n${indentation}`),
}
