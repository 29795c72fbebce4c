import fc from 'fast-check'

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789']
const word = (least: number, most = least, from: readonly string[] = letters): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...from), { minLength: least, maxLength: most }).map((parts) => parts.join(''))
const base64 = (least: number, most = least): fc.Arbitrary<string> => word(least, most, [...letters, '+', '/'])
const joined = (...parts: (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
  fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((all) => all.join(''))
const jwtPart = fc.dictionary(joined('k', word(3, 5)), word(8, 30), { minKeys: 1, maxKeys: 3 }).map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))

/** Secrets that are known by their looks: as they stand in text, and the part that must be found nowhere afterwards. */
export const looks: Record<string, fc.Arbitrary<{ text: string; secret: string }>> = Object.fromEntries(
  Object.entries({
    jwt: joined(jwtPart, '.', jwtPart, '.', word(43)),
    github: joined(fc.constantFrom('ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'), word(36)),
    'github fine-grained': joined('github_pat_', word(22), '_', word(59)),
    'aws id': joined(fc.constantFrom('AKIA', 'ASIA'), word(16, 16, [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'])),
    stripe: joined(fc.constantFrom('sk_live_', 'rk_live_', 'sk_test_', 'rk_test_'), word(24)),
    'stripe webhook': joined('whsec_', word(32)),
    openai: joined('sk-', fc.constantFrom('', 'proj-'), word(48)),
    anthropic: joined('sk-ant-api03-', word(93), 'AA'),
    slack: joined(fc.constantFrom('xoxb-', 'xoxp-', 'xoxa-2-', 'xoxe.xoxp-1-'), word(11, 11, [...'0123456789']), '-', word(24)),
    google: joined('AIza', word(35, 35, [...letters, '-', '_'])),
    npm: joined('npm_', word(36)),
    pem: joined(base64(64), '\n', base64(20, 60)).map((body) => `-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----`),
  }).map(([kind, arbitrary]) => [kind, arbitrary.map((text) => ({ text, secret: text }))]),
)

looks.bearer = joined('7', word(15, 40, [...letters, '-', '.', '_', '~', '+', '/'])).map((secret) => ({ text: `Bearer ${secret}`, secret }))
looks.basic = fc.tuple(word(3, 8), word(6, 12)).map((both) => Buffer.from(both.join(':')).toString('base64')).map((secret) => ({ text: `Basic ${secret}`, secret }))
looks.userinfo = joined(word(3, 8), ':', word(6, 12)).map((secret) => ({ text: `postgres://${secret}@db.example:5432/main`, secret }))
looks['aws secret'] = base64(40).map((secret) => ({ text: `aws_secret_access_key = ${secret}`, secret }))

/** Any secret with a look, and its kind. */
export const look: fc.Arbitrary<{ kind: string; text: string; secret: string }> = fc
  .constantFrom(...Object.keys(looks))
  .chain((kind) => looks[kind]!.map((found) => ({ kind, ...found })))

/** Names that make whatever stands under them secret. */
export const fieldName = fc.constantFrom('password', 'passwd', 'secret', 'token', 'api_key', 'apiKey', 'API-KEY', 'authorization', 'cookie', 'client_secret', 'access_token', 'refreshToken', 'private_key', 'Set-Cookie', 'X-Api-Key', 'PASS_WORD', 'db_password', 'GITHUB_TOKEN')

/** A value that has no look: only its field tells. */
export const plainSecret = joined('q', word(10, 24), 'Z9')

/** Text around a secret; it is no secret and no part of one. */
export const prose = fc.array(fc.constantFrom('the token', ' word', ' 42', ' "quoted"', '\n', '\t', ' é', ' 😀', ' C:\\users\\x', ' {', ' }', ' [1]', ' a: b', ' /'), { maxLength: 5 }).map((parts) => parts.join(''))

/** JSON text of a value in one of many spellings: spaces, and any character as an escape. */
export function spelled(value: unknown, random: () => number): string {
  const space = (): string => (random() < 0.2 ? ' ' : '')
  if (typeof value === 'string') return `"${[...JSON.stringify(value).slice(1, -1).matchAll(/\\u....|\\.|[^]/g)].map(([part]) => spelledPart(part, random())).join('')}"`
  if (Array.isArray(value)) return `[${space()}${value.map((item) => spelled(item, random)).join(`${space()},${space()}`)}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${space()}${Object.entries(value).map(([key, item]) => `${spelled(key, random)}${space()}:${space()}${spelled(item, random)}`).join(`,${space()}`)}}`
}

function spelledPart(part: string, dice: number): string {
  if (part.length > 1) return part
  if (dice < 0.05) return `\\u${part.charCodeAt(0).toString(16).padStart(4, '0')}`
  return part === '/' && dice < 0.5 ? '\\/' : part
}
