import { ShadowcatError } from '../../errors.ts'
import { record } from '../../open/recording.ts'
import { checkRevision } from '../../proxy/era.ts'
import { counted, formatDuration, parseDuration } from '../../units.ts'
import { createWarnings } from '../../warnings.ts'
import { type Command, commonFlags, exit } from '../command.ts'
import { outcomeJson, recordingFlags, reportOutcome } from '../recorded.ts'
import { readScript } from '../script.ts'
import { redactFlag, setUp, upstreamFlags } from '../setup.ts'
import { onInterruption } from '../signals.ts'
import { createProgress, print, printWarning, writeOut } from '../terminal.ts'

export const recordCommand: Command = {
  name: 'record',
  summary: 'send a script of calls to a server, and record the session',
  usage: ['shadowcat record TAPE --script CALLS.jsonl -- COMMAND ARG…', "shadowcat record TAPE --script CALLS.jsonl --upstream wassette [-- wassette's own flags]", 'shadowcat record TAPE --script CALLS.jsonl --upstream embedded --component FILE…'],
  operands: [1, 1],
  server: true,
  flags: {
    script: { value: 'FILE', describes: 'lines of JSON: {"tool":"echo","arguments":{…}}, {"method":"tools/list"}, whole JSON-RPC messages, or {"answer":"roots/list","result":{…}} for what the server asks' },
    ...recordingFlags,
    ...upstreamFlags,
    'call-timeout': { value: 'DURATION', describes: 'how long an answer is waited for; 60s unless given' },
    'protocol-version': { value: 'VERSION', describes: '2025-11-25 unless given; 2026-07-28 and later begin without initialize' },
    ...redactFlag,
    json: commonFlags.json,
  },
  examples: [
    ['shadowcat record first.tape --script calls.jsonl -- node server.js', 'any MCP server on stdio'],
    ['shadowcat record time.tape --script calls.jsonl --upstream wassette -- --component-dir components', 'Wassette, once all its components are loaded'],
    ['shadowcat record tools.tape --script calls.jsonl --upstream embedded --component tools.wasm --seed 42', 'a component, without Wassette'],
  ],
  async run(parsed) {
    const tape = parsed.operands[0]!
    const { open, createRedactor } = await setUp(parsed, 'shadowcat record TAPE --script calls.jsonl -- node server.js')
    const { script, 'call-timeout': limit = '60s', 'protocol-version': protocolVersion } = parsed.texts
    if (protocolVersion !== undefined) checkRevision(protocolVersion, '--protocol-version')
    if (script === undefined) throw new ShadowcatError('usage', 'record needs a script: --script calls.jsonl, with lines such as {"tool":"echo","arguments":{"text":"hello"}}')
    const steps = readScript(script)
    const withComponents = parsed.switches['with-components'] === true
    const interruption = onInterruption()
    const progress = createProgress()
    const warnings = createWarnings(printWarning)
    const started = performance.now()
    const callTimeout = parseDuration(limit, '--call-timeout')
    const run = await record({
      upstream: await open({ keepBytes: withComponents, callTimeout }),
      script: steps,
      recording: { path: tape, redactor: createRedactor(), withComponents, onwarning: printWarning },
      callTimeout,
      ...(protocolVersion !== undefined && { protocolVersion }),
      signal: interruption.signal,
      progress: (text) => progress.show(text),
      onerror: (from, error) => warnings.warn(from === 'client' ? 'script' : 'server', error.message),
    })
    progress.clear()
    warnings.end()
    const { failed, unanswered, end, outcome } = run
    reportOutcome(outcome, end.error)
    if (parsed.switches['json']) await writeOut(outcomeJson(outcome, { calls: steps.steps.length, failed, unanswered }))
    else print(`${counted(steps.steps.length, 'call')}, ${failed} failed,${unanswered > 0 ? ` ${unanswered} unanswered,` : ''} in ${formatDuration((performance.now() - started) * 1000)}`)
    if (interruption.signal.aborted) printWarning('interrupted: the script did not run to its end')
    return interruption.exitCode() ?? (end.by === 'client' ? exit.good : exit.failed)
  },
}
