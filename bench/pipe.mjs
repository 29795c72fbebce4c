// The physical limit of one hop: a process that passes bytes between its client and a server, and looks at none.
import { spawn } from 'node:child_process'

const [command, ...args] = process.argv.slice(2)
const server = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
process.stdin.pipe(server.stdin)
server.stdout.pipe(process.stdout)
process.on('SIGTERM', () => server.kill())
server.on('exit', (code) => process.exit(code ?? 1))
