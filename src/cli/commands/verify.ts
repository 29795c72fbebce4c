import { writeFileSync } from 'node:fs'
import { ignoring } from '../../canonical.ts'
import { ShadowcatError, messageOf, nearest } from '../../errors.ts'
import { paletteFor } from '../../palette.ts'
import { readTape } from '../../tape/reader.ts'
import { parseDuration } from '../../units.ts'
import { junitXml } from '../../verify/junit.ts'
import { reportJson, reportText } from '../../verify/report.ts'
import { secretsFrom } from '../../verify/secrets.ts'
import { verify } from '../../verify/verify.ts'
import { noiseRules } from '../../wassette/noise.ts'
import { type Command, commonFlags, exit } from '../command.ts'
import { ignoreFlag, redactFlag, setUp, upstreamFlags } from '../setup.ts'
import { onInterruption } from '../signals.ts'
import { columns, createProgress, writeOut } from '../terminal.ts'

export const verifyCommand: Command = {
  name: 'verify',
  summary: "send a tape's calls to a live server again, and tell what differs",
  usage: ['shadowcat verify TAPE -- COMMAND ARG…', "shadowcat verify TAPE --upstream wassette [-- wassette's own flags]", 'shadowcat verify TAPE --upstream embedded [--component FILE…]'],
  operands: [1, 1],
  server: true,
  flags: {
    ...upstreamFlags,
    runs: { value: 'N', describes: 'how often; 1 unless given' },
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
  ],
  async run(parsed) {
    const tape = parsed.operands[0]!
    const { open, ignore, createRedactor } = await setUp(parsed, 'shadowcat verify TAPE -- node server.js')
    const { runs = '1', 'call-timeout': limit = '60s', junit, noise } = parsed.texts
    const interruption = onInterruption()
    const recording = readTape(tape)
    const callTimeout = parseDuration(limit, '--call-timeout')
    if (junit !== undefined) writeReport(junit, '', 'a')
    const progress = createProgress()
    const report = await verify(recording, {
      upstream: await open({ keepBytes: recording.loads.some(({ bytes }) => bytes !== undefined), quiet: true, callTimeout }),
      runs: parseCount(runs),
      ignore: ignoring(ignore),
      noise: chosenNoise(noise),
      callTimeout,
      redactor: createRedactor,
      secrets: secretsFrom(process.env),
      ...(parsed.switches['accept'] && { accept: tape }),
      progress: (text) => progress.show(text),
      signal: interruption.signal,
    }).catch((error: unknown) => {
      if (!interruption.signal.aborted) throw error
    })
    progress.clear()
    if (!report) return interruption.exitCode()!
    const redactor = createRedactor()
    const redact = (text: string): string => redactor.text(text)
    if (junit !== undefined) writeReport(junit, junitXml(report, { name: tape, redact }))
    const text = parsed.switches['json'] ? reportJson(report, { redact }) : reportText(report, { palette: paletteFor(process.stdout), redact, width: columns(process.stdout) })
    await writeOut(text.endsWith('\n') ? text : `${text}\n`)
    return report.same || report.accepted ? exit.good : exit.differs
  },
}

/** Adds nothing before the run, lest its work be lost for a wrong path. */
function writeReport(path: string, text: string, flag: 'w' | 'a' = 'w'): void {
  try {
    writeFileSync(path, text, { flag })
  } catch (cause) {
    throw new ShadowcatError('usage', `cannot write the JUnit report ${JSON.stringify(path)}: ${messageOf(cause)}`, { cause })
  }
}

function parseCount(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new ShadowcatError('usage', `--runs takes a whole number from 1; found ${JSON.stringify(text)}`)
  return number
}

/** `none`, or names of the rules that stay in force. */
function chosenNoise(names: string | undefined): ((rule: { name: string }) => boolean) | undefined {
  if (names === undefined) return undefined
  const known = noiseRules.map(({ name }) => name)
  const chosen = names === 'none' ? [] : names.split(',')
  for (const name of chosen) {
    if (known.includes(name)) continue
    const meant = nearest(name, known)
    throw new ShadowcatError('usage', `unknown noise ${JSON.stringify(name)}: ${meant ? `did you mean ${meant}?` : `known is ${known.join(', ')}`}`)
  }
  return ({ name }) => chosen.includes(name)
}
