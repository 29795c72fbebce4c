/** What the first run was told by network and files, told again. */
import { type Answer, type Exchange, type Exchanged, type OutgoingRequest, sameRequest } from '../../world/exchange.ts'
import { FileError, type FileSource, textOf } from '../../world/files.ts'
import type { AskedFile } from '../../world/recorded-files.ts'

/** What one call was told. */
export type Told = { exchanged: readonly Exchanged[]; asked: readonly AskedFile[] }

export type Played = {
  /** From here on it is this call that asks; nothing was told to one that is not known. */
  enter(told: Told | undefined): void
  surroundings: { exchange: Exchange; files: FileSource }
}

/**
 * Nothing goes out: a request that is another now gets the answer of the recorded one that is nearest to it. Files that were not asked for
 * come from `files`, or are not there; what is done to them goes nowhere.
 */
export function createPlayed(files: FileSource | undefined): Played {
  let told: Told = { exchanged: [], asked: [] }
  let play = createNearest([])

  function answer<T>(ask: AskedFile['ask'], path: string, otherwise: () => T): T {
    const known = told.asked.find((candidate) => candidate.ask === ask && candidate.path === path)
    if (!known) return otherwise()
    if ('error' in known) throw new FileError(known.error)
    return known.answer as T
  }
  const missing = (): never => {
    throw new FileError('no-entry')
  }

  return {
    enter(next = { exchanged: [], asked: [] }) {
      told = next
      play = createNearest(next.exchanged)
    },
    surroundings: {
      exchange: { play: (request) => play(request), send: async (request) => play(request) },
      files: {
        locate: (folder) => answer('locate', folder, () => files?.locate(folder)),
        look: (path) => answer('look', textOf(path), () => files?.look(path)),
        names: (path) => answer('names', textOf(path), () => files?.names(path) ?? missing()),
        read: (path) => answer('read', textOf(path), () => files?.read(path) ?? missing()),
        commit: () => undefined,
      },
    },
  }
}

/** Each answer once, as long as there are others: to the same request, else to one of that method and place, else to the next in order. */
function createNearest(exchanged: readonly Exchanged[]): (request: OutgoingRequest) => Answer {
  const all = exchanged.filter(({ answer }) => answer)
  const left = [...all]
  return (request) => {
    const isNear = (candidate: Exchanged): boolean => candidate.request.method === request.method && placeOf(candidate.request) === placeOf(request)
    const near = left.find((candidate) => sameRequest(candidate.request, request)) ?? left.find(isNear) ?? all.find(isNear) ?? left[0] ?? all.at(-1)
    if (near && left.includes(near)) left.splice(left.indexOf(near), 1)
    return near?.answer ?? { failure: 'connection-refused' }
  }
}

function placeOf({ url }: OutgoingRequest): string {
  return url.replace(/[?#].*$/s, '')
}
