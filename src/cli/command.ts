import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { ShadowcatError, nearest } from '../errors.ts'

/** One flag: `value` names what it takes in the help; without it the flag is a switch. */
export type Flag = { describes: string; value?: string; repeats?: true; short?: string }

/** What the command line said, by the names of the flags and the order of the rest. */
export type Parsed = {
  texts: Readonly<Record<string, string | undefined>>
  lists: Readonly<Record<string, readonly string[]>>
  switches: Readonly<Record<string, boolean>>
  operands: readonly string[]
  /** Everything after the first `--`, untouched; undefined when there was none. */
  rest: readonly string[] | undefined
}

/** One command: parse, compose, exit code. */
export type Command = {
  name: string
  summary: string
  usage: readonly string[]
  flags: Readonly<Record<string, Flag>>
  examples: readonly (readonly [line: string, says: string])[]
  /** Whether a server's command follows `--`; elsewhere operands do. */
  server?: true
  /** How many operands it takes, at least and at most. */
  operands: readonly [least: number, most: number]
  /** Returns the exit code. */
  run(parsed: Parsed): Promise<number>
}

/** Exit codes: it holds, it does not hold, it was used wrongly or could not run. */
export const exit = { good: 0, differs: 1, failed: 2 } as const

/** Flags that every command takes. */
export const commonFlags = {
  help: { describes: 'show this help', short: 'h' },
  json: { describes: 'print the result as JSON' },
} satisfies Record<string, Flag>

/** Reads the arguments of one command. Throws 'usage' for what it does not know, naming the nearest that it does. */
export function parseCommand(command: Command, args: readonly string[]): Parsed {
  const split = args.indexOf('--')
  const own = split === -1 ? args : args.slice(0, split)
  const after = split === -1 ? undefined : args.slice(split + 1)
  const flags: Record<string, Flag> = { ...command.flags, help: commonFlags.help }
  const { tokens } = parseArgs({ args: [...own], options: toOptions(flags), strict: false, allowPositionals: true, tokens: true })
  const parsed = { texts: {} as Record<string, string>, lists: {} as Record<string, string[]>, switches: {} as Record<string, boolean>, operands: [] as string[], rest: command.server && after }
  for (const token of tokens) {
    if (token.kind === 'positional') parsed.operands.push(token.value)
    if (token.kind === 'option') take(token.name, token.rawName, token.value)
  }
  if (!command.server && after) parsed.operands.push(...after)
  if (!parsed.switches['help']) checkOperands(command, parsed.operands)
  return parsed

  function take(name: string, raw: string, value: string | undefined): void {
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined
    if (!flag) throw unknownFlag(command, raw, flags)
    if (!flag.value) {
      if (value !== undefined) throw new ShadowcatError('usage', `${raw} takes no value, but was given ${JSON.stringify(value)}`)
      parsed.switches[name] = true
      return
    }
    if (value === undefined || (value.startsWith('--') && Object.hasOwn(flags, value.slice(2)))) throw new ShadowcatError('usage', `${raw} needs a value: ${raw} ${flag.value}`)
    if (flag.repeats) (parsed.lists[name] ??= []).push(value)
    else if (parsed.texts[name] !== undefined) throw new ShadowcatError('usage', `${raw} was given twice: ${JSON.stringify(parsed.texts[name])} and ${JSON.stringify(value)}`)
    else parsed.texts[name] = value
  }
}

function toOptions(flags: Record<string, Flag>): ParseArgsOptionsConfig {
  return Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [name, { type: flag.value ? ('string' as const) : ('boolean' as const), ...(flag.short && { short: flag.short }) }]),
  )
}

function unknownFlag(command: Command, raw: string, flags: Record<string, Flag>): ShadowcatError {
  const meant = nearest(raw.replace(/^-+/, ''), Object.keys(flags))
  const remedy = meant ? `did you mean --${meant}?` : `see shadowcat ${command.name} --help`
  return new ShadowcatError('usage', `unknown flag ${raw}: ${remedy}`)
}

function checkOperands(command: Command, operands: readonly string[]): void {
  const [least, most] = command.operands
  if (operands.includes('')) throw new ShadowcatError('usage', `an empty name was given: ${command.usage[0]}`)
  if (operands.length < least) throw new ShadowcatError('usage', `something is missing: ${command.usage[0]}`)
  if (operands.length > most) throw new ShadowcatError('usage', `${JSON.stringify(operands[most])} is one too many: ${command.usage[0]}`)
}
