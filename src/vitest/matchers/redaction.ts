/** Keeps secrets out of snapshots and messages, by the rules of the test's tape. */
import { inject } from 'vitest'
import { environmentOf } from '../../open/environment.ts'
import { placeholders } from '../../tape/redact/placeholder.ts'
import { type Redactor, createRedactor, secretEnvironment } from '../../tape/redact.ts'
import type { Settings } from '../settings.ts'
import type { Origin } from './origin.ts'

/** The redactor for what comes from a test's session; of no test's, by the project's rules. Made once: which numbers it gives does not show. */
export function redactorFor(origin: Origin | undefined): Redactor {
  const settings = origin?.settings ?? (inject('shadowcat') as Settings | undefined)
  const key = origin ?? settings ?? withoutPlugin
  const known = redactors.get(key) ?? newRedactor({ settings, environment: origin?.environment ?? { ...secretEnvironment(process.env), ...environmentOf(settings?.upstream) } })
  redactors.set(key, known)
  return known
}

const redactors = new WeakMap<object, Redactor>()
const withoutPlugin = {}

/** A new one under the same rules; the built-in ones alone where there is no plugin. */
export function newRedactor({ settings, environment }: { settings: Settings | undefined; environment: Origin['environment'] }): Redactor {
  return createRedactor({ rules: settings?.redact ?? [], environment })
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
