/** A stored snapshot, which may hold patterns, against a new one. */
import { type StoredLine, createStoredLine } from './stored-line.ts'

/** `resolved` is the new text with the stored one's patterns wherever they still fit: what an update writes. */
export type Fit = { pass: boolean; resolved: string }

/** More comparisons of lines than this are not made to find which patterns can be kept. */
const mostComparisons = 4_000_000

/** Compares texts line by line. Throws 'usage' when the stored one holds a pattern that is none. */
export function fitSnapshot(stored: string, text: string): Fit {
  if (stored === text) return { pass: true, resolved: stored }
  const expected = stored.split('\n').map(createStoredLine)
  const actual = text.split('\n')
  const resolved: string[] = []
  let [from, at] = [0, 0]
  // What comes before the first difference can stand for nothing else.
  for (; from < expected.length && !expected[from]!.anyLines; from++) {
    const length = expected[from]!.fits(actual, at)
    if (length === 0) break
    resolved.push(expected[from]!.text)
    at += length
  }
  const same = sameAtEnd(expected.slice(from), actual.slice(at))
  const steps = align(expected.slice(from, expected.length - same), actual.slice(at, actual.length - same))
  return { pass: steps.every(({ kind }) => kind === 'keep'), resolved: [...resolved, ...resolve(steps), ...actual.slice(actual.length - same)].join('\n') }
}

function sameAtEnd(expected: readonly StoredLine[], actual: readonly string[]): number {
  const most = Math.min(expected.length, actual.length)
  let count = 0
  while (count < most && expected.at(-count - 1)!.text === actual.at(-count - 1)) count++
  return count
}

type Step = { kind: 'keep' | 'drop'; line: StoredLine } | { kind: 'add'; text: string }

/** The fewest stored lines to drop and new ones to add. */
function align(expected: readonly StoredLine[], actual: readonly string[]): Step[] {
  const width = actual.length + 1
  if ((expected.length + 1) * width > mostComparisons) return [...expected.map((line): Step => ({ kind: 'drop', line })), ...actual.map((text): Step => ({ kind: 'add', text }))]
  const costs = new Uint32Array((expected.length + 1) * width)
  const costAt = (i: number, j: number): number => costs[i * width + j]!
  const lengths = new Uint32Array(costs.length)
  for (let i = expected.length; i >= 0; i--) {
    for (let j = actual.length; j >= 0; j--) {
      const line = expected[i]
      const price = line?.anyLines ? 0 : 1
      const choices = [...(line ? [costAt(i + 1, j) + price] : []), ...(j < actual.length ? [costAt(i, j + 1) + price] : [])]
      const length = line && !line.anyLines ? line.fits(actual, j) : 0
      if (length > 0) choices.push(costAt(i + 1, j + length))
      lengths[i * width + j] = length
      costs[i * width + j] = choices.length === 0 ? 0 : Math.min(...choices)
    }
  }
  const steps: Step[] = []
  for (let i = 0, j = 0; i < expected.length || j < actual.length; ) {
    const line = expected[i]
    const length = lengths[i * width + j]!
    if (line && length > 0 && costAt(i, j) === costAt(i + 1, j + length)) {
      steps.push({ kind: 'keep', line })
      i++
      j += length
    } else if (line && costAt(i, j) === costAt(i + 1, j) + (line.anyLines ? 0 : 1)) {
      steps.push({ kind: line.anyLines ? 'keep' : 'drop', line })
      i++
    } else if (line?.anyLines) j++
    else steps.push({ kind: 'add', text: actual[j++]! })
  }
  return steps
}

/** What is dropped leaves its patterns to what is added in the same place. */
function resolve(steps: readonly Step[]): string[] {
  const lines: string[] = []
  let dropped: StoredLine[] = []
  let added: string[] = []
  const flush = (): void => {
    for (const text of added) {
      const kept = dropped.map((line) => ({ line, text: line.keepIn(text) })).find((one) => one.text !== undefined)
      dropped = dropped.filter((line) => line !== kept?.line)
      lines.push(kept?.text ?? text)
    }
    dropped = []
    added = []
  }
  for (const step of steps) {
    if (step.kind === 'drop') dropped.push(...(step.line.patterned ? [step.line] : []))
    else if (step.kind === 'add') added.push(step.text)
    else {
      flush()
      lines.push(step.line.text)
    }
  }
  flush()
  return lines
}
