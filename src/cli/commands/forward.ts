import { setFlagsFromString } from 'node:v8'
import { ShadowcatError } from '../../errors.ts'
import { forwardRecorded } from '../../open/recording.ts'
import { createStdioListener } from '../../transport/stdio-server.ts'
import { parseDuration } from '../../units.ts'
import { createWarnings } from '../../warnings.ts'
import { type Command, commonFlags, exit } from '../command.ts'
import { outcomeJson, recordingFlags, reportOutcome } from '../recorded.ts'
import { redactFlag, setUp, upstreamFlags } from '../setup.ts'
import { onInterruption } from '../signals.ts'
import { print, printWarning } from '../terminal.ts'

export const forwardCommand: Command = {
  name: 'forward',
  summary: 'stand between a client and a server, and record what they say',
  usage: ['shadowcat forward stdio [--record TAPE] -- COMMAND ARG…', "shadowcat forward stdio --upstream wassette [--record TAPE] [-- wassette's own flags]", 'shadowcat forward stdio --upstream embedded --component FILE… [--record TAPE]'],
  operands: [1, 1],
  server: true,
  flags: {
    record: { value: 'TAPE', describes: 'record into this tape; {time} and {session} in its name make a new one for each start' },
    ...recordingFlags,
    ...upstreamFlags,
    'call-timeout': { value: 'DURATION', describes: 'answer a call with an error when the server does not within this time; off unless given' },
    ...redactFlag,
    json: { describes: `${commonFlags.json.describes}, on stderr: stdout is the protocol's` },
  },
  examples: [
    ['shadowcat forward stdio --record session.tape -- node server.js', 'put this where an MCP client expects the server'],
    ["shadowcat forward stdio --upstream wassette --record 'agent-{time}.tape' -- --component-dir components", 'the same for Wassette, a new tape for each start'],
  ],
  async run(parsed) {
    const [transport] = parsed.operands
    if (transport !== 'stdio') throw new ShadowcatError('usage', `forward knows stdio only; found ${JSON.stringify(transport)}`)
    // messages are short-lived: a young generation that never grows is as quick, and halves the memory of a long session (measured: 265 MB, 125 MB)
    setFlagsFromString('--semi-space-growth-factor=1')
    const { open, createRedactor, redact } = await setUp(parsed, 'shadowcat forward stdio -- node server.js')
    const { record, 'call-timeout': limit } = parsed.texts
    const withComponents = parsed.switches['with-components'] === true
    const interruption = onInterruption()
    const warnings = createWarnings(printWarning)
    const callTimeout = limit === undefined ? undefined : parseDuration(limit, '--call-timeout')
    const upstream = await open({ keepBytes: withComponents, callTimeout })
    const { end, outcome } = await forwardRecorded(
      {
        listener: createStdioListener({ redact }),
        upstream,
        callTimeout,
        signal: interruption.signal,
        onerror: (from, error) => warnings.warn(from === 'client' ? 'client' : 'server', error.message),
      },
      record === undefined ? undefined : { path: record, redactor: createRedactor(), withComponents, onwarning: printWarning },
    )
    warnings.end()
    const done = outcome ?? { warnings: [] }
    if (parsed.switches['json']) print(outcomeJson(done, { ended: end.by, error: end.error?.message ?? null }).trimEnd())
    else reportOutcome(done, end.error)
    return interruption.exitCode() ?? (end.by === 'client' && !end.error ? exit.good : exit.failed)
  },
}
