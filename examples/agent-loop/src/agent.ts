import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Client } from '@modelcontextprotocol/client'

/** What is to be done next. */
export type Step = { tool: string; arguments: Record<string, unknown> }

/** What was done, and what came of it. */
export type Turn = { step: Step; text: string; failed: boolean }

/** Stands for a language model: sees what happened so far, and says what is next, or that all is done. */
export type Model = (turns: readonly Turn[]) => Step | undefined

/** Failures in a row that are borne, and milliseconds waited after the first; after each further one it is twice as long. */
export type Patience = { failures: number; wait: number }

/** Does what the model says until it is done, or has failed too often in a row. Each call tells when it was made, and has an id of its own. */
export async function runAgent(client: Client, model: Model, patience: Patience = { failures: 4, wait: 60_000 }): Promise<Turn[]> {
  const turns: Turn[] = []
  let failures = 0
  for (let step = model(turns); step; step = model(turns)) {
    const turn = await perform(client, step)
    turns.push(turn)
    failures = turn.failed ? failures + 1 : 0
    if (failures === patience.failures) return turns
    if (turn.failed) await wait(patience.wait * 2 ** (failures - 1) + Math.random() * 1000)
  }
  return turns
}

async function perform(client: Client, step: Step): Promise<Turn> {
  const request = { id: randomUUID(), sent: Date.now() }
  try {
    const { content, isError = false } = await client.callTool({ name: step.tool, arguments: { ...step.arguments, request } })
    return { step, text: content.map((part) => (part.type === 'text' ? part.text : part.type)).join('\n'), failed: isError }
  } catch (error) {
    return { step, text: (error as Error).message, failed: true }
  }
}
