/** What is done with a test's tape: vitest's update policy, SHADOWCAT_MODE over it, and whether there is one. */
import { ShadowcatError } from '../errors.ts'
import { shellWord } from '../shell.ts'
import type { Settings } from './settings.ts'
import { shownPath } from './shown.ts'

/** `refuse`: there is no tape, and none may be made. */
export type Plan = 'replay' | 'record' | 'verify' | 'refuse'

export function planFor({ update, mode }: Pick<Settings, 'update' | 'mode'>, exists: boolean): Plan {
  if (mode === 'record' || (mode === undefined && update === 'all')) return 'record'
  if (exists) return mode === 'verify' ? 'verify' : 'replay'
  return mode === undefined && update === 'new' ? 'record' : 'refuse'
}

/** Where a test is found: its file, and what vitest calls it. */
export type Place = { file: string; title?: string | undefined }

/** The command that runs one test, or one file, alone. */
export function runCommand({ file, title }: Place, root: string, ...flags: string[]): string {
  const words = ['npx vitest run', shellWord(shownPath(file, root))]
  if (title !== undefined) words.push(`-t ${shellWord(title.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))}`)
  return [...words, ...flags].join(' ')
}

/** The error of a test whose tape is missing where nothing may be recorded: which one, why, and what records it. */
export function missingTape(settings: Settings, tape: string, place: Place): ShadowcatError {
  const { root, update, mode, ci } = settings
  const why =
    mode !== undefined
      ? `nothing is recorded under SHADOWCAT_MODE=${mode}`
      : ci === undefined
        ? `nothing is recorded under vitest's update policy "${update}"`
        : `nothing is recorded because this is CI, as the variable ${ci} says`
  const where = ci === undefined ? 'Record it' : 'Record it where it is not, and commit it'
  const message = `there is no tape ${shownPath(tape, root)}, and ${why}. ${where}: ${runCommand(place, root, ...(ci === undefined && update === 'none' ? ['--update=new'] : []))}`
  return new ShadowcatError('tape', message, { facts: { tape } })
}

/** The error of a test that would record, in a project that names no server. */
export function missingUpstream({ root }: Settings, tape: string): ShadowcatError {
  const message = `${shownPath(tape, root)} is to be recorded, and no server is named to record it from. Name it in vitest.config.ts: shadowcat({ upstream: { command: ['node', 'server.js'] } }), or { wassette: true }, or { components: ['tools.wasm'] }`
  return new ShadowcatError('usage', message, { facts: { tape } })
}
