import { ignoring } from '../../canonical.ts'
import type { Recording } from '../../tape/entry.ts'
import type { Redactor } from '../../tape/redact.ts'
import type { Plan } from '../plan.ts'
import type { Taped } from '../session/miss-error.ts'
import type { Settings } from '../settings.ts'
import { type HttpTape, refusingTape } from './http-tape.ts'

export type OpenTapeOptions = {
  settings: Pick<Settings, 'http' | 'ignore'>
  plan: Plan
  recording: Recording | undefined
  /** Why there is no tape. */
  refused: Error | undefined
  redactor: Redactor
  taped: Taped
}

/** What the test's tape does with HTTP; nothing, unless `http` is `record`. Loads what the plan needs. */
export async function openHttpTape({ settings: { http, ignore }, plan, recording, refused, redactor, taped }: OpenTapeOptions): Promise<HttpTape | undefined> {
  if (http !== 'record') return undefined
  if (refused) return refusingTape(refused)
  if (plan === 'record' || !recording) return (await import('./recorded-http.ts')).recordingTape()
  const state = (recording.state ?? []).filter(({ entry }) => entry === undefined)
  return (await import('./played-http.ts')).playingTape({ state, ignore: ignoring(ignore), redactor, taped })
}
