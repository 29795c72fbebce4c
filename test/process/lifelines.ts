import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { onTestFinished } from 'vitest'

/** Listens for the lifelines of fixture processes; each is told apart by its name. */
export type Lifelines = {
  /** To be put into the processes' environment. */
  env: { LIFELINE: string }
  /** Resolves when a process of this name has connected. */
  held(name: string): Promise<void>
  /** Resolves when it has ended. */
  ended(name: string): Promise<void>
}

export async function createLifelines(): Promise<Lifelines> {
  const known = new Map<string, { held: PromiseWithResolvers<void>; ended: PromiseWithResolvers<void> }>()
  const of = (name: string) => {
    if (!known.has(name)) known.set(name, { held: Promise.withResolvers(), ended: Promise.withResolvers() })
    return known.get(name)!
  }
  const server = createServer((socket) => {
    let name = ''
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => {
      name += text
      if (name.endsWith('\n')) of(name.trim()).held.resolve()
    })
    // A reset is an end like any other; 'close' follows.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => of(name.trim()).ended.resolve())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return {
    env: { LIFELINE: String((server.address() as AddressInfo).port) },
    held: (name) => of(name).held.promise,
    ended: (name) => of(name).ended.promise,
  }
}
