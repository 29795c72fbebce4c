/** Shows results of the exact session in vitest's own snapshots as in ours. */
import type { SnapshotSerializer } from 'vitest'
import { type ToolResult, isToolResult } from '../session/results.ts'
import { describeResult } from './describe-result.ts'
import { originOf } from './origin.ts'
import { receivedResult } from './received.ts'
import { redactorFor } from './redaction.ts'

export const toolResultSerializer: SnapshotSerializer = {
  test: isToolResult,
  serialize: (value, _config, indentation) => describeResult(receivedResult(value)!, redactorFor(originOf((value as ToolResult).call.session))).replaceAll(/\n(?!\n|$)/g, `\n${indentation}`),
}
