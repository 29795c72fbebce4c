import { ShadowcatError } from '../errors.ts'
import { type Config, checkPointer, loadConfig } from '../open/config.ts'
import { environmentOf, openUpstream } from '../open/open.ts'
import { type UpstreamSpecification, fromFlags } from '../open/specification.ts'
import { type Redactor, createRedactor, secretEnvironment } from '../tape/redact.ts'
import type { Upstream } from '../upstream.ts'
import { type Flag, type Parsed } from './command.ts'
import { passOn, redactOutput } from './terminal.ts'

/** Flags of every command that opens a server. */
export const upstreamFlags = {
  upstream: { value: 'UPSTREAM', describes: 'wassette or wassette=PATH; a command stands after --' },
  env: { value: 'NAME=VALUE', repeats: true, describes: 'a variable for the server; its value is redacted' },
} satisfies Record<string, Flag>

/** Flags of every command that redacts. */
export const redactFlag = { redact: { value: 'FIELD|/REGEX/', repeats: true, describes: 'redact this too, besides the built-in rules' } } satisfies Record<string, Flag>

/** Flags of every command that compares. */
export const ignoreFlag = { ignore: { value: 'POINTER', repeats: true, describes: 'leave this place out, such as /params/arguments/now; * stands for one part' } } satisfies Record<string, Flag>

/** What the flags and the configuration say together; flags win. */
export type Setup = {
  config: Config
  specification: UpstreamSpecification | undefined
  ignore: readonly string[]
  /** A new redactor under the rules in force. */
  createRedactor(): Redactor
  /** Takes secrets out of what is printed. */
  redact(text: string): string
  /** The server that was named; throws 'usage' when none was. */
  open(options?: { keepBytes?: boolean; quiet?: boolean }): Promise<Upstream>
}

/** Reads flags and configuration; from here on what is printed for people is redacted. */
export async function setUp(parsed: Parsed, example: string): Promise<Setup> {
  const config = await loadConfig()
  const specification = fromFlags({ upstream: parsed.texts['upstream'], rest: parsed.rest, env: parsed.lists['env'] }) ?? config.upstream
  const rules = [...(config.redact ?? []), ...(parsed.lists['redact'] ?? [])]
  const environment = { ...secretEnvironment(process.env), ...environmentOf(specification) }
  const create = (): Redactor => createRedactor({ rules, environment })
  const output = create()
  const redact = (text: string): string => output.text(text)
  redactOutput(redact)
  const ignore = [...(config.ignore ?? []), ...(parsed.lists['ignore'] ?? [])]
  for (const pointer of ignore) checkPointer(pointer, '--ignore')
  return {
    config,
    specification,
    ignore,
    createRedactor: create,
    redact,
    async open({ keepBytes = false, quiet = false } = {}) {
      if (!specification) throw new ShadowcatError('usage', `no server is named: ${example}`)
      return openUpstream(specification, {
        keepBytes,
        redact,
        stderr: quiet ? undefined : passOn,
      })
    },
  }
}
