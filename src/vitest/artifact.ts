/** The live conversation of a test that failed, for people to look at. */
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunnerTestCase, recordArtifact } from 'vitest'
import { toLine } from '../message.ts'
import { randomUUID } from '../real.ts'
import type { Redactor } from '../tape/redact.ts'
import type { Passed } from './watch.ts'

type Attachment = { path?: string; contentType?: string; body?: string | Uint8Array }

/** What vitest keeps, beside the test's annotations. */
export type ConversationArtifact = { type: 'shadowcat:conversation'; attachments: Attachment[] }

declare const artifact: unique symbol
declare module 'vitest' {
  interface TestArtifactRegistry {
    [artifact]: ConversationArtifact
  }
}

/** JSON Lines as `shadowcat tape dump` writes them: direction, the message's bytes, redacted, and milliseconds. */
export function dumpPassed(passed: readonly Passed[], redactor: Pick<Redactor, 'message'>): string {
  return passed.map(({ direction, message, time }) => `{"direction":"${direction}","kind":"${message.kind}","message":${toLine(redactor.message(message))},"time":${time}}\n`).join('')
}

/** Gives vitest a copy of the conversation; the path at which it keeps it, if it does. */
export async function attachConversation(task: RunnerTestCase, text: string): Promise<string | undefined> {
  const path = join(tmpdir(), `shadowcat-${randomUUID()}.jsonl`)
  await writeFile(path, text, { mode: 0o600 })
  try {
    const kept = await recordArtifact(task, { type: 'shadowcat:conversation', attachments: [{ path, contentType: 'application/jsonl' }] })
    const [attachment] = kept.attachments
    return attachment?.path === path ? undefined : attachment?.path
  } finally {
    await rm(path, { force: true })
  }
}
