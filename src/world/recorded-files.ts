import type { ShadowcatError } from '../errors.ts'
import { FileError, type FileErrorCode, type FileSource, type Found, type Path, textOf } from './files.ts'
import { mostAlike, notRecorded } from './not-recorded.ts'
import { once } from './once.ts'

/** A question about files, and the answer or error it got. */
export type AskedFile = ({ ask: 'locate'; answer: Path | undefined } | { ask: 'look'; answer: Found | undefined } | { ask: 'names'; answer: string[] } | { ask: 'read'; answer: Uint8Array } | { ask: Ask; error: FileErrorCode }) & { path: string }
type Ask = 'locate' | 'look' | 'names' | 'read'

/** The same files; what is asked of them is added to the list, in order. A call asks no question twice. */
export function createRecordingFiles(source: FileSource, list: AskedFile[]): FileSource {
  function asked<T>(ask: Ask, path: string, question: () => T): T {
    try {
      const answer = question()
      list.push({ ask, path, answer } as AskedFile)
      return answer
    } catch (error) {
      if (error instanceof FileError) list.push({ ask, path, error: error.code })
      throw error
    }
  }
  return {
    locate: (folder) => asked('locate', folder, () => source.locate(folder)),
    look: (path) => asked('look', textOf(path), () => source.look(path)),
    names: (path) => asked('names', textOf(path), () => source.names(path)),
    read: (path) => asked('read', textOf(path), () => source.read(path)),
    commit: (change) => source.commit(change),
  }
}

/**
 * Answers from what was recorded: the k-th recording for the k-th time, then the last again. What was not asked then ends the call with a
 * ShadowcatError ('tape'); changes go nowhere. `plain` gives paths as they are compared and told, such as without their secrets.
 */
export function createPlayedFiles(recorded: readonly AskedFile[], plain: (path: string) => string = (path) => path): FileSource {
  const known = Map.groupBy(recorded, ({ ask, path }) => `${ask} ${path}`)
  const likewise = once(() => Map.groupBy(recorded, ({ ask, path }) => `${ask} ${plain(path)}`))
  function play(ask: Ask, path: string): unknown {
    const answers = known.get(`${ask} ${path}`) ?? likewise().get(`${ask} ${plain(path)}`)
    if (!answers) throw missing(ask, plain(path), recorded.map((asked) => ({ ...asked, path: plain(asked.path) })))
    const next = answers.length > 1 ? answers.shift()! : answers[0]!
    if ('error' in next) throw new FileError(next.error)
    return next.answer
  }
  return {
    locate: (folder) => play('locate', folder) as Path | undefined,
    look: (path) => play('look', textOf(path)) as Found | undefined,
    names: (path) => play('names', textOf(path)) as string[],
    read: (path) => play('read', textOf(path)) as Uint8Array,
    commit: () => undefined,
  }
}

function missing(ask: Ask, path: string, recorded: readonly AskedFile[]): ShadowcatError {
  const same = recorded.filter((asked) => asked.ask === ask)
  const nearest = mostAlike(path, same.length > 0 ? same : recorded, (asked) => asked.path)
  return notRecorded(`${things[ask]} ${path}`, nearest && `${things[nearest.ask]} ${nearest.path}`, { path })
}

const things: Record<Ask, string> = { locate: 'the folder', look: 'what stands at', names: 'the names in', read: 'the file' }
