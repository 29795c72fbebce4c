import { ShadowcatError } from '../errors.ts'
import { type Config, checkPointer, loadConfig } from '../open/config.ts'
import type { EmbeddedOptions } from '../host/upstream.ts'
import { environmentOf } from '../open/environment.ts'
import { type OpenOptions, openUpstream, toEmbedded } from '../open/open.ts'
import { type UpstreamSpecification, fromFlags } from '../open/specification.ts'
import { type WorldSpecification, toWorld } from '../open/world.ts'
import { type Redactor, createRedactor, secretEnvironment } from '../tape/redact.ts'
import type { Upstream } from '../upstream.ts'
import { type Flag, type Parsed } from './command.ts'
import { passOn, redactOutput } from './terminal.ts'

/** Flags of every command that opens a server. */
export const upstreamFlags = {
  upstream: { value: 'UPSTREAM', describes: 'wassette, wassette=PATH, or embedded; a command stands after --' },
  env: { value: 'NAME=VALUE', repeats: true, describes: 'a variable for the server; its value is redacted' },
  component: { value: 'FILE', repeats: true, describes: 'embedded: a component that is there from the start, under the policy ID.policy.yaml beside it' },
  epoch: { value: 'ISO', describes: 'embedded: what clocks say when a call begins, such as 2026-01-01T00:00:00Z; the present unless given' },
  seed: { value: 'N|real', describes: 'embedded: what randomness is made of, the same in each call, or real: another in each; 0 unless given' },
  tick: { value: 'DURATION', describes: 'embedded: how far each reading of a clock moves it, such as 1ms or 100ns; not at all unless given' },
  clock: { value: 'held|real', describes: "embedded: whether time is held, or the machine's; held unless given" },
  memory: { value: 'SIZE', describes: 'embedded: what each memory of a component may grow to; 1GB unless given' },
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
  open(options?: SetupOpenOptions): Promise<Upstream>
  /** The embedded host in the world that was given, with what was named if that is components. */
  host(options?: SetupOpenOptions): EmbeddedOptions
}

export type SetupOpenOptions = { keepBytes?: boolean; quiet?: boolean; callTimeout?: number | undefined; state?: 'live' | 'recorded' }

/** Reads flags and configuration; from here on what is printed for people is redacted. */
export async function setUp(parsed: Parsed, example: string): Promise<Setup> {
  const config = await loadConfig()
  const { upstream, memory, epoch, seed, tick, clock } = parsed.texts
  const specification = fromFlags({ upstream, rest: parsed.rest, env: parsed.lists['env'], component: parsed.lists['component'], memory }) ?? config.upstream
  const given = { epoch, seed, tick, clock: clock as WorldSpecification['clock'] }
  const world = toWorld(given, 'flags', (key) => `--${key}`)
  const held = Object.entries(given).find(([, value]) => value !== undefined)
  if (held && specification && !('components' in specification)) throw new ShadowcatError('usage', `--${held[0]} is for the world of --upstream embedded; no other is held`)
  const rules = [...(config.redact ?? []), ...(parsed.lists['redact'] ?? [])]
  const environment = { ...secretEnvironment(process.env), ...environmentOf(specification) }
  const create = (): Redactor => createRedactor({ rules, environment })
  const output = create()
  const redact = (text: string): string => output.text(text)
  redactOutput(redact)
  const ignore = [...(config.ignore ?? []), ...(parsed.lists['ignore'] ?? [])]
  for (const pointer of ignore) checkPointer(pointer, '--ignore')
  const toOptions = ({ keepBytes = false, quiet = false, callTimeout, state }: SetupOpenOptions): OpenOptions => ({
    keepBytes, redact, world, fallback: toWorld(config.world ?? {}, 'world'), callTimeout, state, redaction: { rules, environment }, stderr: quiet ? undefined : passOn,
  })
  return {
    config,
    specification,
    ignore,
    createRedactor: create,
    redact,
    async open(options = {}) {
      if (!specification) throw new ShadowcatError('usage', `no server is named: ${example}`)
      // Ctrl-C, and whoever else is to be answered, wait for no component.
      return openUpstream(specification, { ...toOptions(options), thread: true })
    },
    host: (options = {}) => toEmbedded(specification, toOptions(options)),
  }
}
