/** Names from the root; none is empty, `.` or `..`, and none holds a slash. */
export type Path = readonly string[]

/** What stands at a place. Times are nanoseconds since 1970. */
export type Found =
  | { kind: 'file'; size: number; modified: bigint }
  | { kind: 'folder'; modified: bigint }
  | { kind: 'link'; target: string; modified: bigint }
  | { kind: 'other'; modified: bigint }

/** What a call did to files, in order. */
export type Change =
  | { kind: 'write'; path: Path; content: () => Uint8Array }
  | { kind: 'make-folder'; path: Path }
  | { kind: 'remove'; path: Path }
  | { kind: 'remove-folder'; path: Path }
  | { kind: 'make-link'; path: Path; target: string }
  | { kind: 'rename'; path: Path; to: Path }

/** Where files come from and where they go: memory, or the disk. No method follows a link. All throw FileError. */
export type FileSource = {
  /** Where a granted folder is, links followed this once; nothing when there is no such folder. */
  locate(folder: string): Path | undefined
  look(path: Path): Found | undefined
  /** Sorted. */
  names(path: Path): string[]
  read(path: Path): Uint8Array
  commit(change: Change): void
}

/** The names that WASI has for errors, as far as they are used. */
export type FileErrorCode =
  | 'access' | 'bad-descriptor' | 'busy' | 'cross-device' | 'exist' | 'file-too-large' | 'insufficient-space' | 'invalid' | 'io' | 'is-directory' | 'loop'
  | 'name-too-long' | 'no-entry' | 'not-directory' | 'not-empty' | 'not-permitted' | 'overflow' | 'read-only' | 'unsupported'

/** What a component is told of a file that it cannot have. */
export class FileError extends Error {
  readonly code: FileErrorCode
  constructor(code: FileErrorCode, options?: ErrorOptions) {
    super(code, options)
    this.code = code
  }
}

/** No file may be larger, as calls keep files in memory. */
export const largestFile = 256 * 1024 * 1024

/** The same source, each question asked once: all passes of a call see the files as the first one found them. */
export function rememberFiles(source: FileSource): FileSource {
  const located = new Map<string, () => Path | undefined>()
  const found = new Map<string, () => Found | undefined>()
  const listed = new Map<string, () => string[]>()
  const read = new Map<string, () => Uint8Array>()
  return {
    locate: (folder) => once(located, [folder], () => source.locate(folder)),
    look: (path) => once(found, path, () => source.look(path)),
    names: (path) => once(listed, path, () => source.names(path)),
    read: (path) => once(read, path, () => source.read(path)),
    commit: (change) => source.commit(change),
  }
}

/** An error is an answer too. */
function once<T>(known: Map<string, () => T>, path: Path, ask: () => T): T {
  const key = path.join('/')
  let answer = known.get(key)
  if (!answer) known.set(key, (answer = tried(ask)))
  return answer()
}

function tried<T>(ask: () => T): () => T {
  try {
    const value = ask()
    return () => value
  } catch (error) {
    return () => {
      throw error
    }
  }
}

/** The same files, of which nothing says when they were changed: the times are 0. */
export function withoutTimes(source: FileSource): FileSource {
  const look: FileSource['look'] = (path) => {
    const found = source.look(path)
    return found && { ...found, modified: 0n }
  }
  return { look, locate: (folder) => source.locate(folder), names: (path) => source.names(path), read: (path) => source.read(path), commit: (change) => source.commit(change) }
}

/** Text for people, and for sources that take one. */
export function textOf(path: Path): string {
  return `/${path.join('/')}`
}
