/** Records onto a disk of 200 KB until it is full, and then what fits as a journal and not as a tape; prints what came of it. */
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { ShadowcatError } from '../../src/errors.ts'
import { createMessage } from '../../src/message.ts'
import { type Recorder, createRecorder } from '../../src/tape/recorder.ts'
import { readTape } from '../../src/tape/reader.ts'
import { recover } from '../../src/tape/recover.ts'

const [disk, elsewhere] = process.argv.slice(2) as [string, string]

function begin(name: string): Recorder {
  return createRecorder({ path: join(disk, name), redactor: { message: (message) => message, text: (text) => text, hash: 'none' } })
}

function recordUntilFull(recorder: Recorder, size: number, most: number): { passed: number; error?: ShadowcatError } {
  const tap = recorder.session(1)
  let passed = 0
  try {
    for (; passed < most; passed++) {
      void tap.message(createMessage({ jsonrpc: '2.0', method: 'x', params: { number: passed + 1, filling: 'x'.repeat(size) } }), { direction: 'to-client', session: 1 })
      tap.flush!()
    }
    return { passed }
  } catch (error) {
    return { passed, error: error as ShadowcatError }
  }
}

const failure = (error: ShadowcatError): string => error.message

const first = begin('a.tape')
const { passed, error } = recordUntilFull(first, 999, Infinity)
first.leave()
const inPlace = await recover(first.journal).catch(failure)
const left = readdirSync(disk)
const saved = await recover(first.journal, { output: join(elsewhere, 'saved.tape') })
const second = begin('b.tape')
recordUntilFull(second, 120_000, 1)
const building = await second.close().catch(failure)
const numbers = readTape(saved.path).entries.map(({ message }) => (message.value as { params: { number: number } }).params.number)
const whole = numbers.length === passed && numbers.every((number, index) => number === index + 1)
console.log(JSON.stringify({ passed, facts: error?.facts, message: error?.message, inPlace, left, whole, building, leftAtLast: readdirSync(disk), journals: [first, second].map(({ journal }) => basename(journal)) }))
