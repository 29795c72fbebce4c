import { expect, test } from 'vitest'
import { createStdioTransport } from '../../src/transport/stdio.ts'
import { conform } from './conformance.ts'
import { createNotes } from './notes.ts'

conform('stdio', {
  open() {
    const { take, noted } = createNotes()
    const program = new URL('../fixtures/servers/mirror.mjs', import.meta.url).pathname
    const transport = createStdioTransport({ command: [process.execPath, program], stderr: take })
    return { transport, buffered: () => transport.buffered, noted, goOn: () => void process.kill(transport.pid!, 'SIGUSR2') }
  },
  exact: true,
  loss: 'exit',
})
