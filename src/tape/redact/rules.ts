/**
 * What a secret looks like in text, whatever it stands under. Every expression runs in time linear in the text, and repeats nothing more than
 * `longest` times: beyond some megabytes the engine's stack for backtracking overflows.
 */
import { ShadowcatError, messageOf, quote } from '../../errors.ts'
import type { Span } from '../../json.ts'
import { type Fields, isHarmless } from './fields.ts'

/** One look that a secret can have. */
export type Rule = {
  readonly kind: string | ((match: RegExpExecArray) => string)
  /** Global. The secret is the one group that matched, which must end the match; without a group, the whole match. */
  readonly pattern: RegExp
  /** Patterns for `createTrigger`, one of which occurs in the bytes of every message that the rule changes (unless a `\u` escape does). */
  readonly triggers: readonly string[]
  readonly accepts?: (secret: string) => boolean
  /** Where the secret stands, when the expression finds only its beginning. */
  readonly span?: (text: string, match: RegExpExecArray) => Span
}

/** How many characters an expression takes at most for one secret, or for one part of it. */
export const longest = 65_536

/** The built-in looks of secrets, the most telling first: of two that find the same text the first names it. */
export const valueRules: readonly Rule[] = [
  { kind: 'jwt', pattern: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,65536}\.[A-Za-z0-9_-]{0,65536}\.[A-Za-z0-9_-]{0,65536}(?:\.[A-Za-z0-9_-]{0,65536}){0,2}/g, triggers: ['eyJ[A-Za-z0-9_-]*.'] },
  { kind: 'github', pattern: /gh[pousr]_[A-Za-z0-9]{20,65536}|github_pat_[A-Za-z0-9_]{20,65536}/g, triggers: ['gh[pousr]_', 'github_pat_'] },
  { kind: 'aws', pattern: /(?<![A-Za-z0-9])A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}(?![A-Za-z0-9])/g, triggers: bounded('A[KSBC][IC]A[A-Z0-9][A-Z0-9][A-Z0-9][A-Z0-9]') },
  {
    kind: 'aws',
    pattern: /secret[-_ ]?access[-_ ]?key["'\\]{0,100}[ \t]{0,100}[:=]{1,2}>?[ \t]{0,100}["'\\]{0,100}([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])/gi,
    triggers: [`${anyCase('secret')}[-_ ]*${anyCase('access')}[-_ ]*${anyCase('key')}`],
  },
  { kind: 'stripe', pattern: /[sr]k_(?:live|test)_[A-Za-z0-9]{10,65536}|whsec_[A-Za-z0-9+/=]{16,65536}/g, triggers: ['[sr]k_live_', '[sr]k_test_', 'whsec_'] },
  { kind: 'sk', pattern: /(?<![A-Za-z0-9])sk-[A-Za-z0-9_-]{20,65536}/g, triggers: bounded('sk-') },
  { kind: 'slack', pattern: /xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{10,65536}|xapp-\d-[A-Za-z0-9-]{10,65536}/g, triggers: ['xox[a-z][.-]', 'xapp-'] },
  { kind: 'google', pattern: /(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/g, triggers: bounded('AIza') },
  { kind: 'npm', pattern: /npm_[A-Za-z0-9]{36,65536}/g, triggers: ['npm_'] },
  {
    kind: 'private-key',
    pattern: /-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/g,
    triggers: ['PRIVATE KEY'],
    span: privateKeySpan,
  },
  {
    kind: 'bearer',
    pattern: /\bbearer[ \t]{1,100}([A-Za-z0-9._~+/-]{6,65536}={0,2})/gi,
    triggers: [`${anyCase('bearer')}[ \t\\\\]`],
    accepts: looksLikeCredential,
  },
  { kind: 'basic', pattern: /\bbasic[ \t]{1,100}([A-Za-z0-9+/_-]{4,65536}={0,2})/gi, triggers: [`${anyCase('basic')}[ \t\\\\]`], accepts: isBasicCredential },
  // The scheme is left out of the expression: looking for it from every letter would take quadratic time.
  { kind: 'userinfo', pattern: /:\/\/([^\s/?#"<>\\]{1,65536})(?=@)/g, triggers: [':\\\\*/\\\\*/[^\x01-\x20/?#"<>\\\\]*@'], accepts: (userinfo) => userinfo !== 'git' },
]

/** Rules for names in running text, as in `?api_key=…`, `"password": "…` cut short, or a header. `loose` ones take `password: …` too: they are for stderr. */
export function namedRules(fields: Fields, loose: boolean): Rule[] {
  const accepts = (value: string): boolean => !isHarmless(value) && !fields.isName(value) && !/^\$[A-Z_]*$/.test(value)
  const kind = (match: RegExpExecArray): string => fields.kindOf(/[A-Za-z][^"'\\=: \t]*/.exec(match[0])?.[0] ?? '') ?? 'custom'
  const field = (rest: string, more: Partial<Rule> = {}, before = ''): Rule => ({ kind, pattern: new RegExp(`${before}${fields.source}${rest}`, 'g'), triggers: [], accepts, ...more })
  const rules = [
    { kind, pattern: loose ? header('[^\\w-]', '\\r\\n') : header(`[\\n\\r"'\`][ \\t<>*]{0,100}`, `\\r\\n"'\``), triggers: [], accepts: loose ? (value: string) => !isHarmless(value.trim()) : isHeaderValue },
    field(`(\\\\{0,5000})(["'])\\s{0,100}:\\s{0,100}\\1\\2`, { accepts: (value) => !isHarmless(value), span: quotedSpan }),
    field(`\\\\{0,5000}["']\\s{0,100}:\\s{0,100}(-?\\d[\\w.+-]{0,400})`),
    field(`=(?!=)(?:"([^"\\n]{1,65536})|'([^'\\n]{1,65536})|([^\\s"'&;,()<>[\\]{}]{1,65536}))`),
  ]
  // `/etc/passwd: no such file` tells no password
  if (loose) rules.push(field(`["']?[ \\t]{0,100}[:=](?!=)[ \\t]{0,100}(?:(?:[Bb]earer|[Bb]asic|[Tt]oken)[ \\t]{1,100})?(?:"([^"\\n]{1,65536})|'([^'\\n]{1,65536})|([A-Za-z0-9$/+!@%^*_.~#-][^\\s"',;]{0,65536}))`, {}, '(?<!/)'))
  return rules
}

/** A header, where the text begins or `before` has come, up to one of the characters `ends`. */
function header(before: string, ends: string): RegExp {
  const names = '(?:proxy-)?(?:authorization|x-api-key|(?:set-)?cookie)'
  return new RegExp(`(?:^|${before})${names}:[ \\t]{0,100}(?:(?:bearer|basic|token|digest)[ \\t]{1,100})?([^${ends}]{1,65536})`, 'gi')
}

/** Whether what stands behind `cookie:` or `authorization:` in some text is a header's value rather than prose. */
function isHeaderValue(value: string): boolean {
  const trimmed = value.trim()
  return /^\S+$/.test(trimmed) ? looksLikeCredential(trimmed) || trimmed.includes('=') : /^[\w.-]{1,200}=\S+;/.test(trimmed)
}

/** `/expression/flags` as a rule, checked; throws a ShadowcatError ('usage') that quotes it. */
export function expressionRule(rule: string): Rule {
  const parts = /^\/([^]+)\/([a-z]*)$/.exec(rule)
  if (!parts) throw new ShadowcatError('usage', `redaction rule ${quote(rule)} is neither a field's name nor /expression/flags: it begins with "/" and has no second one`)
  let pattern: RegExp
  try {
    pattern = new RegExp(parts[1]!, [...new Set(`${parts[2]!.replace('y', '')}g`)].join(''))
  } catch (cause) {
    throw new ShadowcatError('usage', `redaction rule ${quote(rule)} is no regular expression: ${messageOf(cause)}`, { cause })
  }
  if (pattern.exec('')) throw new ShadowcatError('usage', `redaction rule ${quote(rule)} matches the empty string, so it would match everywhere: make it need at least one character`)
  // Groups are the user's own affair: the whole match is redacted.
  return { kind: 'custom', pattern, triggers: [], span: (_, match) => ({ start: match.index, end: match.index + match[0].length }) }
}

/** Whether a word behind "bearer" is a credential rather than prose: a digit, a capital inside, or too long for a word. */
function looksLikeCredential(word: string): boolean {
  return word.length >= 20 || /\d|.[A-Z]/.test(word)
}

/** Whether it is base64 of `user:password`. */
function isBasicCredential(word: string): boolean {
  return /^[\x20-\x39\x3b-\x7e\x80-\xff]*:/.test(Buffer.from(word, 'base64').toString('latin1'))
}

function privateKeySpan(text: string, match: RegExpExecArray): Span {
  const start = match.index
  const from = match.index + match[0].length
  const footer = text.indexOf('-----END ', from)
  // A key that was cut short is taken to the end of the text.
  if (footer === -1) return { start, end: text.length }
  const end = text.indexOf('-----', footer + 9)
  return { start, end: end === -1 ? text.length : end + 5 }
}

/** Where a quoted value ends whose quotation marks stand behind as many backslashes as those of its name; cut short, the line ends it. */
function quotedSpan(text: string, match: RegExpExecArray): Span {
  const level = match[1]!.length
  const mark = match[2]!
  const start = match.index + match[0].length
  for (let at = text.indexOf(mark, start); at !== -1; at = text.indexOf(mark, at + 1)) {
    let slashes = 0
    while (slashes <= level && at - slashes > start && text[at - slashes - 1] === '\\') slashes++
    if (slashes <= level) return { start, end: at - slashes }
  }
  const line = text.indexOf('\n', start)
  return { start, end: line === -1 ? text.length : line }
}

/** The pattern where no letter or digit stands before it. An escaped line end does, in the bytes, but not in what they mean. */
function bounded(pattern: string): string[] {
  return [`[^A-Za-z0-9]${pattern}`, `\\\\[bfnrt]${pattern}`]
}

function anyCase(word: string): string {
  return [...word].map((letter) => `[${letter}${letter.toUpperCase()}]`).join('')
}
