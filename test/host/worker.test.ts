import { MessageChannel, Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import type { Attached, Report, WorkerData } from '../../src/host/worker.ts'
import { type Message, createMessage } from '../../src/message.ts'
import { createMemoryPair } from '../../src/transport/memory.ts'
import { carry } from '../../src/transport/port.ts'
import { bytesOf, cache, epoch } from './components.ts'

const url = new URL('../../src/host/worker.ts', import.meta.url)
const call = (id: number, name: string, given: object = {}): Message => createMessage({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: given } })

type Heard = { reports: Report[]; exited: Promise<unknown>; client: ReturnType<typeof createMemoryPair>['client']; attached: Map<string | undefined, Attached>; until(id: string): Promise<void> }

function start(component: string, more: Partial<WorkerData> = {}): Heard {
  const { port1, port2 } = new MessageChannel()
  const description = { sources: [{ id: component, uri: '', bytes: bytesOf(component) }], setting: { epoch, seed: 42n }, environment: {}, limits: {}, cacheFolder: cache.folder }
  const worker = new Worker(url, { workerData: { port: port2, keepBytes: false, observed: false, ...more } satisfies WorkerData, transferList: [port2] })
  worker.postMessage(description)
  onTestFinished(async () => void (await worker.terminate()))
  const [reports, attached, seen] = [[] as Report[], new Map<string | undefined, Attached>(), new Set<string | undefined>()]
  worker.on('message', (report: Report) => reports.push(report))
  const { client, server } = createMemoryPair()
  carry(server, port1, { attached: (message, value) => attached.set(message.id, value as Attached) })
  const waiting = new Map<string, () => void>()
  client.onmessage = ({ id }) => {
    seen.add(id)
    waiting.get(id ?? '')?.()
  }
  void client.start()
  void client.send(createMessage({ jsonrpc: '2.0', id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '0' } } }))
  return { reports, client, attached, exited: new Promise((resolve) => worker.once('exit', resolve)), until: (id) => new Promise((resolve) => (seen.has(id) ? resolve() : waiting.set(id, resolve))) }
}

test('it starts a host, serves one client, and ends with it', async () => {
  const { reports, client, exited, until } = start('toolbox')
  await until('0')
  // It comes by another port, between which there is no order.
  await expect.poll(() => reports).toEqual([{ started: { tools: expect.any(Map) as Map<string, string>, policies: new Map() } }])
  await client.close()
  expect(await exited).toBe(0)
})

test('it ends when the host cannot be started, and says why', async () => {
  const { reports, exited } = start('broken')
  expect(await exited).toBe(0)
  expect(reports).toEqual([{ failed: { code: 'usage', message: expect.stringContaining('cannot load the component broken') as string, facts: { component: 'broken', uri: '' } } }])
})

test.each([false, true])('an answer comes with what it is about, its policy left out; with what the call used when that is observed: %s', async (observed) => {
  const { client, attached, until } = start('toolbox', { observed })
  void client.send(call(1, 'random-u64'))
  await until('1')
  const { annotation, observed: told, mirror } = attached.get('1')!
  expect([annotation!.component, Object.keys(annotation!).sort(), told?.uses, mirror]).toEqual(['toolbox', ['component', 'state'], observed ? 1 : undefined, undefined])
  expect(annotation!.state![0]!.request.buffer.byteLength).toBe(annotation!.state![0]!.request.byteLength)
  void client.send(call(2, 'grant-network-permission', { component_id: 'toolbox', details: { host: 'a.example' } }))
  void client.send(call(3, 'random-u64'))
  await until('3')
  expect([attached.get('2')!.mirror!.policies.has('toolbox'), attached.get('3')!.mirror]).toEqual([true, undefined])
})
