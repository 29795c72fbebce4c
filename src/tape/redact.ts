/** Keeps secrets out of whatever is written down. What is forwarded is never redacted. */
import { createHash } from 'node:crypto'
import { ShadowcatError, quote } from '../errors.ts'
import type { Span } from '../json.ts'
import { type Message, parseMessage } from '../message.ts'
import { createFields, fold } from './redact/fields.ts'
import { type Match, createPlaceholders, placeholderStart, placeholders } from './redact/placeholder.ts'
import { expressionRule, namedRules, valueRules } from './redact/rules.ts'
import { type Search, createSearch } from './redact/search.ts'
import { createTrigger } from './redact/trigger.ts'

/** Replaces secrets by placeholders, the same one for the same value for as long as it lives: one redactor makes one tape. */
export type Redactor = {
  /** The message with its secrets replaced and every other byte as it was; the same object when it holds none. */
  message(message: Message): Message
  /** The same for text that is no message: stderr, logs, errors. */
  text(text: string): string
  /** SHA-256 of the rules in force, not of the values of variables. */
  readonly hash: string
  /** Placeholder → live value, in order of first match. */
  readonly values: ReadonlyMap<string, string>
}

/**
 * A redactor with the built-in rules and the user's own. A rule is a field's name (case, `-` and `_` do not count) or `/expression/flags`;
 * a wrong one throws a ShadowcatError ('usage'). Of `environment`, the values of at least 8 characters are secret wherever they occur.
 */
export function createRedactor(options: RedactorOptions = {}): Redactor {
  return redactorsOf(options)()
}

export type RedactorOptions = { rules?: readonly string[] | undefined; environment?: Record<string, string | undefined> | undefined }

/** Makes redactors that share what is made of the rules, which takes a millisecond; of the values that they replace each knows its own. */
export function redactorsOf({ rules = [], environment = {} }: RedactorOptions): () => Redactor {
  const own = rules.filter((rule) => rule.startsWith('/')).map(expressionRule)
  const fields = createFields(rules.filter((rule) => !rule.startsWith('/')).map(checkName))
  const literals = [...new Set(Object.values(environment))].filter((value) => value !== undefined && value.length >= leastValue) as string[]
  const trigger = createTrigger([...valueRules.flatMap((rule) => rule.triggers), ...fields.triggers, ...literals.map(plainRun), '\\\\u', '[[]redacted:'])
  const named = namedRules(fields, false)
  const compiled: Compiled = {
    search: createSearch({ fields, values: valueRules, named, loose: namedRules(fields, true), own, literals, trigger }),
    hash: hashOf(rules, [...valueRules, ...named].map((rule) => rule.pattern.source)),
    mayMatch: (bytes) => own.length > 0 || trigger.inBytes(bytes),
  }
  return () => redactorWith(compiled)
}

type Compiled = { search: Search; hash: string; /** Without it nothing in the bytes is a secret. */ mayMatch(bytes: Buffer): boolean }

function redactorWith({ search: searchFor, hash, mayMatch }: Compiled): Redactor {
  const known = createPlaceholders()
  // A bare number becomes a string.
  const placeholderOf = (match: Match): string => (match.number ? nest(`"${known.issue(match)}"`, match.levels) : known.issue(match))
  return {
    values: known.values,
    hash,
    message(message) {
      if (!mayMatch(message.bytes)) return message
      const text = message.bytes.toString()
      known.reserve(text)
      const found = searchFor.message(text)
      return found.length === 0 ? message : parseMessage(Buffer.from(replace(text, found, placeholderOf)))
    },
    text(text) {
      known.reserve(text)
      return replace(text, searchFor.text(text), placeholderOf)
    },
  }
}

function checkName(rule: string): string {
  if (fold(rule) === '') throw new ShadowcatError('usage', `redaction rule ${quote(rule)} is neither a field's name nor /expression/flags`)
  return rule
}

/**
 * The message with live values in the place of its placeholders, each escaped for the JSON strings that it stands in. A placeholder of the
 * kind `number` becomes a bare number again. Those without a value stay; the same object when none has one.
 */
export function restoreValues(message: Message, values: (placeholder: string) => string | undefined): Message {
  if (!message.bytes.includes(placeholderStart)) return message
  const text = message.bytes.toString()
  const found = placeholderSearch().message(text).flatMap((match): Match[] => {
    const value = values(match.value)
    if (value === undefined) return []
    const quotes = isNumber(value) && match.value.startsWith(`${placeholderStart}number#`) ? quotesAround(text, match) : 0
    return [{ ...match, start: match.start - quotes, end: match.end + quotes, value: nest(value, match.levels) }]
  })
  return found.length === 0 ? message : parseMessage(Buffer.from(replace(text, found, (match) => match.value)))
}

/** The search with placeholders as its only secrets; made when first needed. */
function placeholderSearch(): Search {
  const rule = { kind: 'placeholder', pattern: placeholders, triggers: [] }
  const none = { named: [], loose: [], own: [], literals: [] }
  const fields = { kindOf: () => undefined, isName: () => false, source: '', triggers: [] }
  return (search ??= createSearch({ ...none, fields, values: [rule], trigger: createTrigger(['[[]redacted:']), forPlaceholders: true }))
}

let search: Search | undefined

function isNumber(value: string): boolean {
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(value)
}

/** How many characters of quotation mark and backslashes stand on each side of a string that is nothing but the placeholder; else 0. */
function quotesAround(text: string, { start, end }: Span): number {
  const mark = /\\*"$/.exec(text.slice(Math.max(0, start - 5000), start))?.[0] ?? ''
  return mark !== '' && text.startsWith(mark, end) ? mark.length : 0
}

/** The text with each match replaced. */
function replace(text: string, matches: readonly Match[], replacement: (match: Match) => string): string {
  let replaced = ''
  let from = 0
  for (const match of matches) {
    replaced += text.slice(from, match.start) + replacement(match)
    from = match.end
  }
  return replaced + text.slice(from)
}

/** The text as it stands inside so many JSON strings within each other. */
function nest(text: string, levels: number): string {
  for (let level = 0; level < levels; level++) text = JSON.stringify(text).slice(1, -1)
  return text
}

/** Some characters of the value that JSON never escapes, but for `\u`, as a pattern for the trigger: as many as needed to be rare. */
function plainRun(value: string): string {
  const runs = value.match(/[A-Za-z0-9 .,:;!?@#$%&()+=<>{}|~'`_-]+/g) ?? []
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '')
  return longest === '' ? '[^]' : longest.slice(0, 12).replace(/[^]/g, '[$&]')
}

/** The same rules in another order are the same rules. */
function hashOf(rules: readonly string[], builtIn: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify([builtIn, [...new Set(rules)].sort()])).digest('hex')
}

/** Variables whose name says that they hold a secret. */
const secretVariable = /(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|_PASS|_PWD|APIKEY|KEY|KEY_ID|CREDENTIALS?|_AUTH|COOKIE|CONNECTION_STRING|DSN)$/i

/** Never secret, whatever they are called: they are parts of many harmless texts. */
const publicVariable = /^(?:HOME|PATH|PWD|OLDPWD|USER|LOGNAME|SHELL|LANG|TERM|TMPDIR|HOSTNAME)$/i

/** Those variables of an inherited environment whose name looks like a secret and whose value is long enough to be one. */
export function secretEnvironment(environment: Record<string, string | undefined>): Record<string, string> {
  const found: Record<string, string> = {}
  // Only the values of few are asked for: those of the process come from the operating system, one by one.
  for (const name of Object.keys(environment)) {
    if (!secretVariable.test(name) || publicVariable.test(name)) continue
    const value = environment[name]
    if (value !== undefined && value.length >= leastValue) found[name] = value
  }
  return found
}

/** The length from which a variable's value counts as secret: shorter ones occur in anything. */
const leastValue = 8
