/** The names of tapes: from a test's own, made so that every file system takes them and keeps them apart. */
import { createHash } from 'node:crypto'
import { join, relative, sep } from 'node:path'

/** A test, or a describe around it, as vitest's tasks are. */
export type Named = { readonly name: string; readonly suite?: Named | undefined; readonly type?: string }

/** A file of tests, or what stands in it. */
export type Branch = Named & { readonly tasks?: readonly Branch[] }

/** Between the names of a describe and a test; `>` would be forbidden on Windows. */
const separator = ' -- '
/** Bytes of UTF-8: with what a recording appends, 143 are not passed, which is what encrypted folders allow. */
const longest = 100
/** The name of the one tape of a file whose tests share a session. */
export const fileStem = 'file'

/** What a test is called, from its outermost describe inwards. */
export function keyOf(test: Named): string[] {
  return test.suite && test.suite.type !== 'file' ? [...keyOf(test.suite), test.name] : [test.name]
}

/** All tests of a file in order, those that do not run among them. */
export function testsIn<Item extends Branch>(branch: Item): Item[] {
  return (branch.tasks ?? []).flatMap((task) => (task.tasks ? testsIn(task as Item) : [task as Item]))
}

/**
 * The names of the tapes of all tests of a file, given in order, without `.tape`. Tests of one name are told apart by their order: the n-th is
 * `NAME #n`, and so are names that differ in nothing but upper and lower case.
 */
export function stemsOf(keys: readonly (readonly string[])[]): string[] {
  const counts = new Map<string, number>()
  return keys.map((key) => {
    const stem = stemOf(key)
    const folded = fold(stem)
    const count = (counts.get(folded) ?? 0) + 1
    counts.set(folded, count)
    return count === 1 ? stem : `${stem} #${count}`
  })
}

/** The folder of a test file's tapes. A file outside of the root goes where the `..` of its path are `__`. */
export function tapeFolder(tapes: string, root: string, file: string): string {
  const parts = relative(root, file).split(sep)
  return join(tapes, ...parts.map((part) => (part === '..' ? '__' : part.replaceAll(':', '_'))))
}

/** The tape of this name in such a folder. */
export function tapePath(folder: string, stem: string): string {
  return join(folder, `${stem}.tape`)
}

/** A name that says all of the key is left as it is; any other is followed by a digest of the key. */
function stemOf(key: readonly string[]): string {
  const text = key.map(readable).join(separator)
  const whole = key.every(isReadable) && text === trimmed(text) && Buffer.byteLength(text) <= longest
  if (whole && !isReserved(text)) return text
  const digest = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 8)
  const safe = trimmed(text) === '' || isDevice(trimmed(text)) ? `_${trimmed(text)}` : trimmed(text)
  return `${trimmed(cut(safe, longest - digest.length - 2))} ~${digest}`
}

function readable(name: string): string {
  const plain = name.normalize('NFC').replace(/\s+/gu, ' ').replace(/[<>:"/\\|?*\p{Cc}\p{Cf}\p{Cs}]/gu, '_')
  // A recorder takes these for the time and a number.
  return plain.replace(/\{(time|session)\}/g, '_$1_')
}

/** Whether nothing of the name is lost, and it can be told from what stands beside it. */
function isReadable(name: string): boolean {
  return name !== '' && name === name.trim() && readable(name) === name.normalize('NFC') && !/(^| )--( |$)/.test(name)
}

/** Windows takes no name that ends in a dot or a blank; elsewhere one that begins with a dot is hidden. */
function trimmed(text: string): string {
  return text.replace(/^[. ]+|[. ]+$/g, '')
}

/** Names with a meaning of their own: here, or in Windows. */
function isReserved(text: string): boolean {
  const folded = fold(text)
  return isDevice(text) || folded === fold(fileStem) || /( #\d+| ~[\dA-F]{8})$/.test(folded)
}

function isDevice(text: string): boolean {
  return /^(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)\d) *(\.|$)/.test(fold(text))
}

/** What a file system may take for the same name; rather too much than too little. */
function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().toUpperCase().normalize('NFKC')
}

function cut(text: string, bytes: number): string {
  let kept = ''
  let size = 0
  for (const character of text) {
    size += Buffer.byteLength(character)
    if (size > bytes) break
    kept += character
  }
  return kept
}
