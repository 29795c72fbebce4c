/** Sends a test's tape to the live server as well. Loaded under SHADOWCAT_MODE=verify alone. */
import { ignoring } from '../canonical.ts'
import { openUpstream } from '../open/open.ts'
import { paletteFor } from '../palette.ts'
import { createRedactor } from '../tape/redact.ts'
import { reportText } from '../verify/report.ts'
import { secretsFrom } from '../verify/secrets.ts'
import { verify } from '../verify/verify.ts'
import { missingUpstream } from './plan.ts'
import { bare } from './verdict.ts'
import type { Stage } from './stage.ts'

/** The error of a live server that answers otherwise than recorded; none when it does not. Rejects when it cannot be started. */
export async function findDrift({ settings, recording, environment, path, redactor, taped }: Stage): Promise<Error | undefined> {
  const { upstream: specification, redact: rules, callTimeout } = settings
  if (!specification) return missingUpstream(settings, path)
  const redact = (text: string): string => redactor.text(text)
  // Its own world comes from the tape.
  const upstream = await openUpstream(specification, { callTimeout, redaction: { rules, environment }, redact })
  const report = await verify(recording!, {
    upstream,
    ignore: ignoring(settings.ignore),
    callTimeout,
    redactor: () => createRedactor({ rules, environment }),
    secrets: secretsFrom(process.env),
  })
  if (report.same) return undefined
  const text = reportText(report, { palette: paletteFor(process.stderr), redact, width: 100, remedy: `Record it again: ${taped.command}` })
  return bare(new Error(`the server answers otherwise than ${taped.tape} says\n\n${text.trimEnd()}`))
}
