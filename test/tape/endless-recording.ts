/** Records numbers without end, several at a time, and prints each once it has been flushed: whatever is printed must survive a kill. */
import { writeSync } from 'node:fs'
import { createMessage } from '../../src/message.ts'
import { createRecorder } from '../../src/tape/recorder.ts'

const recorder = createRecorder({ path: process.argv[2]!, redactor: { message: (message) => message, text: (text) => text, hash: 'none' } })
const tap = recorder.session(1)
for (let number = 1; ; ) {
  const together: number[] = []
  for (let count = (number % 7) + 1; count > 0; count--) {
    void tap.message(createMessage({ jsonrpc: '2.0', method: 'number', params: { number, filling: 'x'.repeat((number * 37) % 2000) } }), { direction: 'to-client', session: 1 })
    together.push(number++)
  }
  tap.flush!()
  writeSync(1, `${together.join('\n')}\n`)
}
