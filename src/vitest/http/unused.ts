import { counted } from '../../units.ts'
import type { Taped } from '../session/miss-error.ts'
import { hide, placeError } from '../session/site.ts'

const mostListed = 10

/** The error of recorded requests that the code under test did not make. */
export function unusedHttpError(requests: readonly string[], { tape, command }: Taped): Error {
  const one = requests.length === 1
  const lines = requests.slice(0, mostListed).map((request) => `    ${request}`)
  if (requests.length > mostListed) lines.push(`    and ${requests.length - mostListed} more`)
  const text = `${counted(requests.length, 'recorded request')} over HTTP ${one ? 'was' : 'were'} not made: ${tape}\n\n${lines.join('\n')}\n\nTo record this test again, without ${one ? 'it' : 'them'}:\n    ${command}`
  return placeError(hide(new Error(text), { name: 'UnusedError' }), undefined)
}
