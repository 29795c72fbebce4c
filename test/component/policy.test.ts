import { describe, expect, test } from 'vitest'
import { type PermissionKind, allowsHost, foldersOf, grant, newPolicy, revoke, variablesOf } from '../../src/component/policy.ts'
import { parsePolicy, readPolicy, writePolicy } from '../../src/component/policy-file.ts'
import { messageOf } from '../../src/errors.ts'
import { policyQuestions } from './questions.ts'
import { recorded } from './recorded.ts'

type Answer = { content: { text: string }[]; isError: boolean }

/** What serde's YAML parser says and no other would; that the policy is refused is compared. */
const otherWords = new Set<string | undefined>(['version: "1.0"\npermissions: [unclosed'])
/** Strings that no host's name is, and that the YAML package writes in another way. */
const otherStyle = new Set<string | undefined>(['\u007f', '\u0085', '\ufeffx', '\na'])

describe('a change does what it does in a real Wassette', () => {
  const answers = recorded<{ answer: string; left: string | null }[]>('policies.json')
  test.each(policyQuestions.map((question, index) => ({ ...question, index })))('$index $ask.tool $ask.arguments', ({ before, ask, index }) => {
    const { answer, left } = answers[index]!
    const { content, isError } = JSON.parse(answer) as Answer
    const { details } = JSON.parse(ask.arguments) as { details: { host?: string } }
    const [, change, what] = /^(grant|revoke)-(.+)-permission$/.exec(ask.tool)!
    const kind = (what === 'environment-variable' ? 'environment' : what) as PermissionKind
    let said: string
    try {
      const policy = before === undefined ? newPolicy('greeter') : parsePolicy(before)
      const next = writePolicy((change === 'grant' ? grant : revoke)(policy, kind, details))
      if (otherStyle.has(details.host)) expect(parsePolicy(next)).toEqual(parsePolicy(left!))
      else expect(next).toBe(left)
      said = ''
    } catch (error) {
      if (!isError) throw error
      said = messageOf(error)
    }
    expect(said !== '').toBe(isError)
    // The tool that revokes storage finds a missing URI before it comes to policies.
    if (isError && !otherWords.has(before) && ask.tool !== 'revoke-storage-permission') expect(content[0]!.text).toContain(`component greeter: ${said}`)
  })
})

describe('what a policy allows', () => {
  const policy = (permissions: string) => parsePolicy(`version: "1.0"\npermissions: ${permissions}`)

  test('a host is compared exactly, without regard to case, and any port of it is meant', () => {
    const allowed = policy('{network: {allow: [{host: API.Example.com}, {host: "https://only.example"}]}}')
    expect(allowsHost(allowed, 'http', 'api.example.com')).toBe(true)
    expect(allowsHost(allowed, 'https', 'API.EXAMPLE.COM')).toBe(true)
    expect(allowsHost(allowed, 'https', 'only.example')).toBe(true)
    expect(allowsHost(allowed, 'http', 'only.example')).toBe(false)
    for (const host of ['example.com', 'x.api.example.com', 'api.example.com.', 'api.example.com.evil.example', 'api-example.com', '', 'evil@api.example.com']) {
      expect(allowsHost(allowed, 'http', host)).toBe(false)
    }
  })

  test('wildcards, networks and what is denied have no effect, as in Wassette', () => {
    const allowed = policy('{network: {allow: [{host: "*.example.com"}, {host: "*"}, {cidr: 10.0.0.0/8}, {host: "with.port:8080"}], deny: [{host: a.example.com}]}}')
    for (const host of ['a.example.com', 'example.com', '10.0.0.1', 'with.port', 'anything']) expect(allowsHost(allowed, 'http', host)).toBe(false)
  })

  test('one host that is none makes all of them denied', () => {
    expect(allowsHost(policy('{network: {allow: [{host: good.example}, {host: "no host"}]}}'), 'http', 'good.example')).toBe(false)
  })

  test('folders come with their rights, in order', () => {
    const allowed = policy('{storage: {allow: [{uri: "fs:///a", access: [read]}, {uri: "fs://rel/b", access: [write]}, {uri: "http://c", access: [read]}, {uri: "fs:///d", access: [write, read]}]}}')
    expect(foldersOf(allowed)).toEqual([
      { path: '/a', read: true, write: false },
      { path: 'rel/b', read: false, write: true },
      { path: '/d', read: true, write: true },
    ])
  })

  test('variables are those of environment.allow', () => {
    expect(variablesOf(policy('{environment: {allow: [{key: A}, {key: B}]}}'))).toEqual(['A', 'B'])
  })

  test('without a policy, and with a broken one, nothing is allowed', () => {
    for (const text of [undefined, '', 'nonsense: [', 'version: "9"\npermissions: {network: {allow: [{host: a}]}}', '\u0000', '&a [*a]', '- '.repeat(500)]) {
      const { policy: none, finding } = readPolicy(text)
      expect(allowsHost(none, 'http', 'a')).toBe(false)
      expect(foldersOf(none)).toEqual([])
      expect(variablesOf(none)).toEqual([])
      if (text === undefined) expect(finding).toBeUndefined()
      else expect(finding).toMatch(/^the policy cannot be read, so everything is denied: ./)
    }
  })
})

test('changes leave the policy that they were made from as it was', () => {
  const first = grant(newPolicy('x'), 'storage', { uri: 'fs:///a', access: ['read'] })
  const text = writePolicy(first)
  grant(first, 'storage', { uri: 'fs:///a', access: ['write'] })
  revoke(first, 'storage', { uri: 'fs:///a' })
  expect(writePolicy(first)).toBe(text)
})

test('details that are no object have no fields', () => {
  for (const details of [null, 'x', 5, [], undefined]) expect(() => grant(newPolicy('x'), 'network', details)).toThrow("Missing 'host' field for network permission")
})
