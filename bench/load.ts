/** The client of the benchmark: calls one server over stdio and looks at little, so that it is not what is measured. */
import { fail } from 'node:assert'
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'

/** What one run showed: calls per second, and microseconds from a call to its answer. */
export type Figures = { calls: number; rate: number; p50: number; p95: number }

/** Sends a request under a text as id, and resolves with the line that answers it. */
export type Ask = (method: string, params: object) => Promise<string>

/** Takes whole lines, and tells how many lines have been answered. */
export type Wire = { write: (text: string) => void; onlines: (lines: number) => void }

type Server = ChildProcessWithoutNullStreams

export type Load = {
  /** Timed calls. */
  calls: number
  inFlight: number
  /** Calls before them, which let both sides reach their speed. */
  warmUp: number
  /** What the call with this number asks for: JSON text. */
  params?: (call: number) => string
  /** Runs before anything is timed, for a server that is not ready at once. `ask` returns the line that answers. */
  prepare?: (ask: Ask) => Promise<void>
  /** Told of the process once it is prepared, and when the last call has been answered. */
  running?: (process: Server) => void
  finished?: () => void
  /** How to end a server that does not end with its stdin. */
  signal?: NodeJS.Signals
  environment?: Record<string, string>
}

/** About 170 bytes a call; every call asks for something else. */
export function plainParams(number: number): string {
  return `{"name":"echo","arguments":{"n":${number},"text":"the quick brown fox jumps over the lazy dog, again and again"}}`
}

/** Asks for the list of tools, again after so many milliseconds, until one has this name. */
export function untilListed(tool: string, pause = 50): (ask: Ask) => Promise<void> {
  return async (ask) => {
    while (!(await ask('tools/list', {})).includes(`"name":"${tool}"`)) await setTimeout(pause)
  }
}

/** Starts a server, calls it, ends it, and waits for its end. Rejects when it dies or answers with an error. */
export async function runLoad(command: readonly string[], load: Load): Promise<Figures> {
  return runServer(command, load, async (server) => {
    const figures = await drive(server, load)
    load.finished?.()
    return figures
  })
}

/** Starts a server, and ends it when its list of tools has one of this name. Milliseconds from the one to the other. */
export function timeStart(command: readonly string[], tool: string, load: Pick<Load, 'environment' | 'signal'> = {}): Promise<number> {
  const begun = performance.now()
  return runServer(command, load, async (server) => {
    const ask = createAsk(server)
    await initialize(server, ask)
    await untilListed(tool, 10)(ask)
    return performance.now() - begun
  })
}

async function runServer<T>(command: readonly string[], { environment, signal }: Pick<Load, 'environment' | 'signal'>, use: (server: Server) => Promise<T>): Promise<T> {
  const [file, ...args] = command
  const server = spawn(file!, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...environment } })
  let said = ''
  server.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)))
  const exited = once(server, 'exit')
  const died = exited.then(([code]) => fail(`${command.join(' ')} ended in the middle with ${code}: ${said}`))
  died.catch(() => undefined)
  const used = await Promise.race([use(server), died])
  if (signal) server.kill(signal)
  else server.stdin.end()
  const [code] = (await exited) as [number | null]
  if (code !== 0 && !signal) fail(`${command.join(' ')} ended with ${code}: ${said}`)
  return used
}

async function initialize(server: Server, ask: Ask): Promise<void> {
  await ask('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } })
  server.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n')
}

async function drive(server: Server, load: Load): Promise<Figures> {
  const ask = createAsk(server)
  await initialize(server, ask)
  await load.prepare?.(ask)
  load.running?.(server)
  return measure(createWire(server), load)
}

/** Makes calls of a server that is ready, wherever it is. */
export async function measure(wire: Wire, load: Pick<Load, 'calls' | 'inFlight' | 'warmUp' | 'params'>): Promise<Figures> {
  await call(wire, load, 1, load.warmUp)
  const latencies = new Float64Array(load.calls)
  const begun = performance.now()
  await call(wire, load, 1 + load.warmUp, load.calls, latencies)
  const seconds = (performance.now() - begun) / 1000
  latencies.sort()
  return { calls: load.calls, rate: load.calls / seconds, p50: latencies[Math.floor(load.calls * 0.5)]! * 1000, p95: latencies[Math.floor(load.calls * 0.95)]! * 1000 }
}

function createAsk(server: Server): Ask {
  let asked = 0
  return (method, params) => {
    const id = `prepare-${asked++}`
    return new Promise((resolve) => {
      let text = ''
      const look = (chunk: Buffer): void => {
        text += chunk.toString()
        const answer = text.split('\n').slice(0, -1).find((line) => line.includes(`"id":"${id}"`))
        if (answer === undefined) return
        server.stdout.off('data', look)
        resolve(answer)
      }
      server.stdout.on('data', look)
      server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
    })
  }
}

/** Counts answers, and looks for errors among them. */
function createWire(server: Server): Wire {
  const wire: Wire = { write: (text) => void server.stdin.write(text), onlines: () => undefined }
  server.stdout.on('data', (chunk: Buffer) => {
    let lines = 0
    for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1)) lines++
    if (chunk.includes('"error":{') || chunk.includes('"isError":true')) fail(`an error was answered: ${chunk.toString('utf8', 0, 1000)}`)
    wire.onlines(lines)
  })
  return wire
}

/** Keeps `inFlight` calls open; answers come in order, so the oldest open call is the one that is answered. */
function call(wire: Wire, load: Pick<Load, 'inFlight' | 'params'>, first: number, count: number, latencies?: Float64Array): Promise<void> {
  const { inFlight, params = plainParams } = load
  const sentAt = new Float64Array(count)
  let sent = 0
  let answered = 0

  function send(wanted: number): void {
    const upTo = Math.min(count, sent + wanted)
    let text = ''
    const now = performance.now()
    for (; sent < upTo; sent++) {
      text += `{"jsonrpc":"2.0","id":${first + sent},"method":"tools/call","params":${params(first + sent)}}\n`
      sentAt[sent] = now
    }
    if (text) wire.write(text)
  }

  return new Promise((resolve) => {
    if (count === 0) return resolve()
    wire.onlines = (lines) => {
      const now = performance.now()
      for (let i = 0; i < lines && answered < count; i++, answered++) if (latencies) latencies[answered] = now - sentAt[answered]!
      if (answered === count) resolve()
      else send(lines)
    }
    send(inFlight)
  })
}
