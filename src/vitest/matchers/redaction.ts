/** Keeps secrets out of snapshots and messages, by the rules of the test's tape. */
import { inject } from 'vitest'
import { environmentOf } from '../../open/environment.ts'
import { placeholders } from '../../tape/redact/placeholder.ts'
import { type Redactor, createRedactor, secretEnvironment } from '../../tape/redact.ts'
import type { Session } from '../session/session.ts'
import type { Settings } from '../settings.ts'
import { originOf } from './origin.ts'

/** The redactor for what comes from a session; without one, for the project's. */
export function redactorFor(session?: Session): Redactor {
  return originOf(session)?.createRedactor() ?? projectRedactor()
}

let known: { settings: Settings | undefined; redactor: Redactor } | undefined

/** Made once for each file: its rules are a file's, and its numbers do not show. Without the plugin the built-in rules are in force. */
function projectRedactor(): Redactor {
  const settings = inject('shadowcat') as Settings | undefined
  if (!known || known.settings !== settings) {
    const environment = { ...secretEnvironment(process.env), ...environmentOf(settings?.upstream) }
    known = { settings, redactor: createRedactor({ rules: settings?.redact ?? [], environment }) }
  }
  return known.redactor
}

/** Text in which placeholders are counted from 1 again, in order: they are the same then in the run that records and in those that replay. */
export function renumbered(text: string): string {
  const ordinals = new Map<string, string>()
  const counts = new Map<string, number>()
  return text.replaceAll(placeholders, (placeholder) => {
    const earlier = ordinals.get(placeholder)
    if (earlier !== undefined) return earlier
    const kind = placeholder.slice(0, placeholder.indexOf('#'))
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    const renamed = `${kind}#${count}]`
    ordinals.set(placeholder, renamed)
    return renamed
  })
}
