/** Names that say "what stands here is secret". Spelling is folded: case, `-` and `_` do not count. */

/** What a name ends in, folded, and the kind it gives: `db_password`, `clientSecret`, `X-Api-Key`. */
const endings: Record<string, string> = {
  password: 'password',
  passwd: 'password',
  passphrase: 'password',
  secret: 'secret',
  secretkey: 'secret',
  secretaccesskey: 'aws',
  apikey: 'api-key',
  privatekey: 'private-key',
  authorization: 'authorization',
  accesstoken: 'token',
  refreshtoken: 'token',
  authtoken: 'token',
  sessiontoken: 'token',
}

/** What a name must be altogether, folded: `progressToken` and `tokens` are no secrets. */
const wholes: Record<string, string> = { token: 'token', cookie: 'cookie', setcookie: 'cookie' }

/** Variables of an environment, wherever they are listed: `GITHUB_TOKEN`. */
const variable = /^[A-Z][A-Z0-9_]*_TOKEN$/

/** Values that tell a type, as in `{"password": "string"}`, are none. */
const schemaWords = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null', 'true', 'false', 'undefined', 'None'])

export type Fields = {
  /** The kind of secret that stands under this name, if any. */
  kindOf(name: string): string | undefined
  /** Whether this is nothing but such a name, as a value in code or prose may be: `password=password`. */
  isName(value: string): boolean
  /** A regular expression's source for such names in running text, without groups; to be used without the flag `i`. */
  readonly source: string
  /** Patterns for `createTrigger`: such a name with what follows it where a value comes next. */
  readonly triggers: readonly string[]
}

/** The built-in names, and those of the user's own rules. */
export function createFields(own: readonly string[]): Fields {
  const whole = new Map([...Object.entries(wholes), ...own.map((name) => [fold(name), 'custom'] as const)])
  const ending = new RegExp(`(${Object.keys(endings).join('|')})$`)
  const after = `[-_]*["'\\\\=:]`
  return {
    kindOf(name) {
      const folded = fold(name)
      const found = whole.get(folded) ?? (variable.test(name) ? 'token' : undefined)
      return found ?? endings[ending.exec(folded)?.[1] ?? '']
    },
    isName: (value) => whole.has(fold(value)) || Object.hasOwn(endings, fold(value)),
    // Bounded, lest the engine's stack for backtracking overflow on megabytes of dashes.
    source: `(?:(?:${Object.keys(endings).map(spell).join('|')})|(?<![A-Za-z0-9_-])[-_]*(?:${[...whole.keys()].map(spell).join('|')})|(?<=[A-Z0-9])_TOKEN)[-_]*`.replaceAll('[-_]*', '[-_]{0,3}'),
    triggers: [
      ...Object.keys(endings).map((name) => `${spell(name)}${after}`),
      ...[...whole.keys()].flatMap((name) => [`[^A-Za-z0-9_-][-_]*${spell(name)}${after}`, `\\\\[bfnrt][-_]*${spell(name)}${after}`]),
      `_TOKEN${after}`,
    ].map((trigger) => trigger.replace(/[^ -~]/g, '$&*')),
  }
}

/** A name as it is compared: without `-`, `_` and the case of ASCII letters. */
export function fold(name: string): string {
  return name.replace(/[-_]/g, '').replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/** Whether a value under a telling name says nothing secret. */
export function isHarmless(value: string): boolean {
  return value === '' || schemaWords.has(value)
}

/** The folded name in every spelling, as a pattern both for regular expressions and for triggers. */
function spell(folded: string): string {
  return [...folded].map(spellLetter).join('[-_]*')
}

function spellLetter(letter: string): string {
  if (letter >= 'a' && letter <= 'z') return `[${letter}${letter.toUpperCase()}]`
  return /[0-9]/.test(letter) || letter > '\x7f' ? letter : `\\${letter}`
}
