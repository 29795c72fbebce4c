/** The same calls in process, through `forward`, and of real Wassette. */
import { join } from 'node:path'
import type * as cacheModule from '../src/host/cache.ts'
import type * as hereModule from '../src/host/here.ts'
import type * as messageModule from '../src/message.ts'
import { type Measured, measuredOf } from './figures.ts'
import { type Subject, type Ways, built, forwardCommand, wassetteCommand, wassetteFolder } from './host-subject.ts'
import { type Figures, type Load, type Wire, measure, runLoad, untilListed } from './load.ts'

type Way = (load: Load) => Promise<Figures>

/** Every way in every round, one after another, so that what else the machine does strikes all of them alike. */
export async function measureCalls(subjects: readonly Subject[], { rounds, quick, say }: Ways & { quick: boolean }): Promise<(Measured & { subject: string })[]> {
  const figures = new Map<string, Figures[]>()
  const runs = subjects.flatMap((subject) => {
    const ways = Object.entries(waysOf(subject))
    return loadsFor(subject, quick).flatMap((load) => ways.map(([way, run]) => ({ subject: subject.name, way, load, run })))
  })
  const keyOf = ({ subject, way, load }: (typeof runs)[number]): string => `${subject}: ${way}, ${load.inFlight} in flight`
  for (let round = 1; round <= rounds; round++) {
    for (const one of runs) {
      const key = keyOf(one)
      say(`round ${round} of ${rounds}: ${key}`)
      figures.set(key, [...(figures.get(key) ?? []), await one.run(one.load)])
    }
  }
  return runs.map((one) => ({ subject: one.subject, ...measuredOf(one.way, one.load.inFlight, figures.get(keyOf(one))!) }))
}

function waysOf(subject: Subject): Record<string, Way> {
  const cache = join(subject.folder, 'cache')
  const forward = forwardCommand(subject, cache)
  const wassette = wassetteCommand(subject, process.env['WASSETTE_BIN'] ? wassetteFolder(subject, 'components') : '')
  return {
    embedded: (load) => runEmbedded(subject, cache, load),
    forward: (load) => runLoad(forward.command, { ...load, environment: forward.environment }),
    ...(wassette && { wassette: (load: Load) => runLoad(wassette.command, { ...load, ...wassette, prepare: untilListed('echo') }) }),
  }
}

function loadsFor({ name }: Subject, quick: boolean): Load[] {
  const params = (call: number): string => `{"name":"echo","arguments":{"text":"the quick brown fox ${call}"}}`
  const calls = (name === 'large' ? 200 : 4000) / (quick ? 4 : 1)
  return [1, 16].map((inFlight) => ({ calls, inFlight, warmUp: calls / 2, params }))
}

/** In this process, over the transport that fixtures and tests use: from the request's bytes to the answer's. */
async function runEmbedded({ component }: Subject, cacheFolder: string, load: Load): Promise<Figures> {
  const { embeddedUpstream } = await built<typeof hereModule>('host/here.js')
  const { openCache } = await built<typeof cacheModule>('host/cache.js')
  const { parseMessage } = await built<typeof messageModule>('message.js')
  const transport = embeddedUpstream({ components: [component], cache: openCache(cacheFolder) }).open()
  const wire: Wire = {
    write(text) {
      for (const line of text.split('\n').slice(0, -1)) void transport.send(parseMessage(Buffer.from(line)))
    },
    onlines: () => undefined,
  }
  const initialized = Promise.withResolvers<void>()
  transport.onmessage = ({ bytes, kind }) => {
    if (kind === 'error' || bytes.includes('"isError":true')) throw new Error(`an error was answered: ${bytes.toString()}`)
    initialized.resolve()
    wire.onlines(1)
  }
  await transport.start()
  wire.write('{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}\n')
  await initialized.promise
  const figures = await measure(wire, load)
  await transport.close()
  return figures
}
