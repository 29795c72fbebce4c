import { ShadowcatError } from '../../errors.ts'
import { noiseRules } from '../../wassette/noise.ts'
import { type Command, commonFlags } from '../command.ts'
import { ignoreFlag, redactFlag, upstreamFlags } from '../setup.ts'
import { stateFlag } from '../state-flag.ts'
import { verifyScript, verifyTape } from '../verification.ts'

export const verifyCommand: Command = {
  name: 'verify',
  summary: "send a tape's calls to a live server again, and tell what differs",
  usage: ['shadowcat verify TAPE -- COMMAND ARG…', "shadowcat verify TAPE --upstream wassette [-- wassette's own flags]", 'shadowcat verify TAPE --upstream embedded [--component FILE…]', 'shadowcat verify --component FILE… --script CALLS.jsonl'],
  operands: [0, 1],
  server: true,
  flags: {
    ...upstreamFlags,
    ...stateFlag,
    script: { value: 'FILE', describes: 'without a tape: calls that components in this process are sent, as record takes them; tells what each tool depends on' },
    causes: { describes: "find what the tape's tools depend on, by running their components in this process with one source changed at a time" },
    runs: { value: 'N', describes: 'how often; 1 unless given, 20 with --script' },
    ...ignoreFlag,
    noise: { value: 'NAMES|none', describes: `known noise of Wassette that is left out: ${noiseRules.map(({ name }) => name).join(', ')}; all unless given` },
    accept: { describes: 'show what differs, then put the new recording in the place of the tape' },
    'call-timeout': { value: 'DURATION', describes: 'how long an answer is waited for; 60s unless given' },
    ...redactFlag,
    junit: { value: 'FILE', describes: 'write a JUnit report' },
    json: commonFlags.json,
  },
  examples: [
    ['shadowcat verify first.tape -- node server.js', 'does the server still answer as it did?'],
    ['shadowcat verify time.tape --upstream wassette --ignore /result/structuredContent/result', 'leave a place out'],
    ['shadowcat verify time.tape --upstream wassette --accept', 'after an upgrade: look, then keep the new answers'],
    ['shadowcat verify tools.tape --upstream embedded --component tools.wasm --runs 20', "in the tape's own epoch and seed"],
    ['shadowcat verify tools.tape --upstream embedded --state recorded --component new/tools.wasm', 'does the new build still answer as it did? without network and files'],
    ['shadowcat verify --component tools.wasm --script calls.jsonl', 'which tool is pure, and which reads the clock or goes to the network?'],
    ['shadowcat verify time.tape --upstream wassette --causes', 'blame each difference on what the component was told'],
  ],
  async run(parsed) {
    const [tape] = parsed.operands
    const { script } = parsed.texts
    if (tape !== undefined && script !== undefined) throw new ShadowcatError('usage', `verify sends either a tape's calls or a script's: leave out ${JSON.stringify(tape)} or --script`)
    if (script !== undefined) return verifyScript(parsed, script)
    if (tape === undefined) throw new ShadowcatError('usage', 'something is missing: shadowcat verify TAPE -- COMMAND ARG…, or without a tape --component FILE --script CALLS.jsonl')
    return verifyTape(parsed, tape)
  },
}
