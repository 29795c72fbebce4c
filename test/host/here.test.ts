import { expect, test } from 'vitest'
import { embeddedUpstream, hostsHere } from '../../src/host/here.ts'
import type { EmbeddedOptions } from '../../src/host/upstream.ts'
import { connect, embedded } from './client.ts'
import { bytesOf, cache, epoch } from './components.ts'
import { file } from './files.ts'

test('sessions at the same time share a host: what one loads, the other calls', async () => {
  const upstream = embedded([])
  const [one, two] = [await connect(upstream), await connect(upstream)]
  await one.tool('load-component', { path: `file://${file('greeter')}` })
  expect(await two.text('greet', { name: 'a' })).toBe('Hello, a')
})

test('what a host is made of is asked anew for the first session after all have left, and when that has changed', async () => {
  const names: string[][] = []
  let components = ['greeter']
  const hosts = hostsHere({
    describe() {
      names.push(components)
      return { sources: components.map((id) => ({ id, uri: '', bytes: bytesOf(id) })), setting: { epoch, seed: 42n }, environment: {}, limits: {}, cacheFolder: cache.folder }
    },
    keepBytes: false,
    warn: () => undefined,
    printed: () => undefined,
  })
  components = ['toolbox']
  hosts.renew()
  const one = hosts.open(1)
  await one.start()
  components = ['clock']
  hosts.renew()
  const two = hosts.open(2)
  await two.start()
  expect(hosts.initial().map(({ component }) => component)).toEqual(['toolbox'])
  await Promise.all([one.close(), two.close()])
  const three = hosts.open(3)
  await three.start()
  expect(hosts.initial().map(({ component }) => component)).toEqual(['clock'])
  await three.close()
})

test('a component that could not be loaded for one session can be for the next', async () => {
  const options: EmbeddedOptions = { cache, components: [file('broken')] }
  const upstream = embeddedUpstream(options)
  for (let time = 0; time < 2; time++) await expect(upstream.open().start()).rejects.toMatchObject({ message: expect.stringContaining('cannot load the component broken') as string })
})
