import { ShadowcatError, nearest } from '../errors.ts'
import type { UpstreamSpecification } from '../open/specification.ts'
import type { Flag, Parsed } from './command.ts'

const states = ['live', 'recorded'] as const

/** Of commands that send a tape's calls again. */
export const stateFlag = {
  state: { value: 'live|recorded', describes: 'embedded: whether components ask network, disk and clock again, or are told what the tape says they were told; live unless given' },
} satisfies Record<string, Flag>

/** What the flag says. Throws 'usage' for another word, for another server, and where a tape's own world is to be another one. */
export function chosenState({ texts }: Parsed, specification: UpstreamSpecification | undefined): (typeof states)[number] {
  const { state } = texts
  if (state === undefined) return 'live'
  const known = states.find((word) => word === state)
  if (!known) {
    const meant = nearest(state, states)
    throw new ShadowcatError('usage', `--state takes live or recorded; found ${JSON.stringify(state)}${meant ? `: did you mean ${meant}?` : ''}`)
  }
  if (specification && !('components' in specification)) throw new ShadowcatError('usage', '--state is for --upstream embedded, which runs components in this process; what another server sees is not known')
  const other = known === 'recorded' ? ['epoch', 'seed', 'tick', 'clock'].find((flag) => texts[flag] !== undefined) : undefined
  if (other !== undefined) throw new ShadowcatError('usage', `--state recorded brings the tape's own time and randomness: leave out --${other}`)
  return known
}
