import { describe, expect, test } from 'vitest'
import { Components, createLoader } from '../../src/host/components.ts'
import { grant } from '../../src/component/policy.ts'
import { bytesOf, cache } from './components.ts'

const load = createLoader({ cache })
const source = (component: string, id = component) => ({ id, uri: `file:///${id}.wasm`, bytes: bytesOf(component) })

describe('components', () => {
  test('stand by id, whatever the order in which they came', async () => {
    const components = new Components(load)
    for (const name of ['toolbox', 'environment', 'greeter']) await components.add(source(name))
    await components.add(source('greeter', 'Upper'))
    expect(components.all.map((entry) => entry.source.id)).toEqual(['Upper', 'environment', 'greeter', 'toolbox'])
  })

  test('of the same bytes are translated once', async () => {
    const components = new Components(load)
    const [one, two] = [await components.add(source('greeter')), await components.add(source('greeter', 'second'))]
    expect(one.entry.ready?.component).toBe(two.entry.ready?.component)
  })

  test('that cannot be loaded are known by name, and take nothing away', async () => {
    const components = new Components(load)
    await expect(components.add(source('broken'))).rejects.toThrow('not offered')
    expect(components.listed()).toBe('{"components":[{"id":"broken","tools_count":0,"schema":null}],"total":1}')
    expect((await components.add(source('greeter'))).again).toBe(false)
    await expect(components.add(source('broken', 'greeter'))).rejects.toThrow('not offered')
    expect(components.find('greet')).toHaveProperty('tool')
    expect((await components.add(source('greeter'))).again).toBe(true)
  })

  test('that have a tool of one name serve it neither', async () => {
    const components = new Components(load)
    await components.add(source('greeter', 'b'))
    await components.add(source('greeter', 'a'))
    expect(components.find('greet')).toEqual({ refusal: "Failed to find component for tool 'greet': Multiple components found for tool 'greet': a, b" })
    components.remove('b')
    expect(components.find('greet')).toMatchObject({ entry: { source: { id: 'a' } } })
  })
})

describe('policies', () => {
  test('begin with the first grant, stay when the component is loaded again, and go with it', async () => {
    const components = new Components(load)
    await components.add(source('greeter'))
    expect(components.policyBytes('greeter')).toBeUndefined()
    await components.change('greeter', (policy) => grant(policy, 'environment', { key: 'A' }))
    await components.add(source('greeter'))
    expect(components.policyBytes('greeter')?.toString()).toContain('- key: A')
    expect(components.policy('greeter').permissions.environment).toEqual({ allow: [{ key: 'A' }] })
    components.remove('greeter')
    expect(components.policyBytes('greeter')).toBeUndefined()
  })

  test('that are broken deny everything, and a person is told', async () => {
    const warnings: string[] = []
    const components = new Components(load, (text) => void warnings.push(text))
    await components.add({ ...source('greeter'), policy: Buffer.from('version: "2.0"\npermissions: {}\n') })
    expect(warnings).toEqual([expect.stringMatching(/^greeter: the policy cannot be read, so everything is denied/)])
    expect(components.policy('greeter').permissions.environment).toBeNull()
    await expect(components.change('greeter', (policy) => policy)).rejects.toThrow('Unsupported version: 2.0')
  })
})

test('a tape is told digest, policy, and bytes if it wants them', async () => {
  const components = new Components(load)
  const { entry } = await components.add(source('greeter'))
  expect(components.describe(entry, true, false)).toEqual({ component: 'greeter', uri: 'file:///greeter.wasm', digest: expect.stringMatching(/^sha256:[\da-f]{64}$/) as string, policy: undefined, initial: true })
  expect(components.describe(entry, false, true)).toMatchObject({ initial: false, bytes: bytesOf('greeter') })
})

test('a load that failed is tried again', async () => {
  const again = createLoader({ cache, memory: 65_536 })
  for (let time = 0; time < 2; time++) await expect(again(bytesOf('toolbox'), 'sha256:x')).rejects.toThrow('more than the limit')
})
