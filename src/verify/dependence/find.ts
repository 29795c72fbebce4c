/** Which source each place of each answer depends on: found by changing one at a time. */
import type { Recording } from '../../tape/entry.ts'
import { counted } from '../../units.ts'
import { type Source, sourcesOf } from '../../world/variation.ts'
import { type Change, createBlame } from './blame.ts'
import { type Conversation, type ConversationOptions, toConversation } from './conversation.ts'
import type { Answered } from './converse.ts'
import type { Dependences, ToolDependences } from './dependences.ts'
import { indefiniteCalls } from './indefinite.ts'
import { type RunsOptions, beginRuns } from './runs.ts'
import { sources } from './words.ts'
import { toTools } from './tools.ts'

export type DependenceOptions = RunsOptions & ConversationOptions

/**
 * Runs the calls of a recording in the embedded host: as they are, once more as they are, then with each source that they use changed, and
 * then with each single use of it changed. Outgoing HTTP happens in the first run alone, and nothing is written to a disk.
 * Rejects when a session cannot be begun, or when `signal` aborts.
 */
export async function findDependences(recording: Recording, options: DependenceOptions): Promise<Dependences> {
  const conversation = toConversation(recording, options)
  const runs = await beginRuns(conversation, options)
  const indefinite = indefiniteCalls(runs.first, await runs.again('as it is'))
  const definite = runs.first.filter(({ call }) => !indefinite.has(call.number))
  const blame = createBlame(runs, definite)
  const changes: Change[] = []
  for (const source of sources) {
    const users = definite.filter((answered) => uses(answered, source))
    if (users.length === 0) continue
    const found = await blame.find({ source })
    changes.push(...found)
    // Where other content makes no difference, that there is none may, or what is other once more.
    const open = users.filter(({ call }) => !found.some((change) => change.call === call.number))
    if (open.length > 0) changes.push(...(await blame.find({ source, stage: 'failure' }, open)))
  }
  const tools = toTools({ first: runs.first, indefinite, changes, conversation, missing: runs.missing })
  return { tools, calls: conversation.calls, runs: runs.count(), notes: [...notesOf(conversation, tools), ...blame.notes] }
}

function uses({ observed }: Answered, source: Source): boolean {
  return observed?.trace.some((use) => sourcesOf(use).includes(source)) === true
}

function notesOf({ parts, calls, left }: Conversation, tools: readonly ToolDependences[]): string[] {
  const served = parts.flatMap(({ messages }) => messages.flatMap(({ call }) => (call?.component === undefined ? [] : [call.tool])))
  const unrun = [...new Set(served)].filter((tool) => !tools.some((known) => known.tool === tool))
  return [
    ...(left === 0 ? [] : [`only the first ${calls} calls were run; ${counted(left, 'call')} after them ${left === 1 ? 'was' : 'were'} not`]),
    ...unrun.map((tool) => `${tool} was not run: the embedded host refused its calls before they came to a component`),
  ]
}
