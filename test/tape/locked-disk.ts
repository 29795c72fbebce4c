/** Records onto a disk that is then made read-only, and tries to record there again; prints what came of it. */
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Recorder, createRecorder } from '../../src/tape/recorder.ts'
import { readTape } from '../../src/tape/reader.ts'

const [disk] = process.argv.slice(2) as [string]

function begin(name: string): Recorder {
  return createRecorder({ path: join(disk, name), redactor: { message: (message) => message, text: (text) => text, hash: 'none' } })
}

function errorOf(name: string): object {
  try {
    begin(name)
    return {}
  } catch (error) {
    const { code, message } = error as { code: string; message: string }
    return { code, message }
  }
}

const recorder = begin('old.tape')
recorder.session(1)
await recorder.close()
execFileSync('mount', ['-o', 'remount,ro', disk])
console.log(JSON.stringify({ fresh: errorOf('new.tape'), over: errorOf('old.tape'), sessions: readTape(join(disk, 'old.tape')).sessions.length, left: readdirSync(disk) }))
