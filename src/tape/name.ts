/** The names of tapes, and of the files that stand beside them while they are made. */
import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { RealDate } from '../real.ts'

/** Whether the name asks for a new file at each start. */
export function isTemplate(path: string): boolean {
  return /\{(time|session)\}/.test(basename(path))
}

/**
 * The name with `{time}` as UTC (`2026-11-23T13-04-05.678Z`, which every file system takes) and `{session}` as the first number from 1 that is free.
 * A name without `{session}` that is taken gets `-2`, `-3` and so on before its extension. Other names stay as they are.
 */
export function expandName(template: string, options: { now?: Date; taken?: (path: string) => boolean } = {}): string {
  if (!isTemplate(template)) return template
  const { now = new RealDate(), taken = isTaken } = options
  const timed = join(dirname(template), basename(template).replaceAll('{time}', now.toISOString().replaceAll(':', '-')))
  for (let number = 1; ; number++) {
    const path = timed.includes('{session}') ? timed.replaceAll('{session}', String(number)) : numbered(timed, number)
    if (!taken(path)) return path
  }
}

function numbered(path: string, number: number): string {
  return number === 1 ? path : path.replace(/(\.[^./\\]*)?$/, `-${number}$1`)
}

/** Taken by a file, or by a recording that is being made or was broken off. */
function isTaken(path: string): boolean {
  return existsSync(path) || journalsOf(path).length > 0
}

/** `TAPE.PID.journal`; a process that records to one path several times at once numbers the others `TAPE.PID-2.journal`. */
export function journalName(tape: string, pid: number, number: number): string {
  return `${tape}.${pid}${number === 1 ? '' : `-${number}`}.journal`
}

/** The tape and process that a journal's name tells; of a renamed file the tape is the name without its ending. */
export function parseJournalName(journal: string): { tape: string; pid: number | undefined } {
  const parts = /^(.*)\.(\d+)(?:-\d+)?\.journal$/s.exec(journal)
  return parts ? { tape: parts[1]!, pid: Number(parts[2]) } : { tape: journal.replace(/\.journal$/, ''), pid: undefined }
}

/** Where a recovered recording goes: `STEM.recovered.tape`. */
export function recoveredName(journal: string): string {
  return `${parseJournalName(journal).tape.replace(/\.tape$/, '')}.recovered.tape`
}

/** The journals in the folder that belong to this tape, or to any that the template may have named; sorted. */
export function journalsOf(tape: string): string[] {
  const pattern = basename(tape).split(/\{(?:time|session)\}/).map(escapePattern).join('.+')
  const wanted = new RegExp(`^${pattern}\\.\\d+(?:-\\d+)?\\.journal$`, 's')
  const folder = dirname(tape)
  if (!existsSync(folder)) return []
  return readdirSync(folder).filter((name) => wanted.test(name)).sort().map((name) => join(folder, name))
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
