import { expect, test } from 'vitest'
import { annotationOfRequest } from '../../src/host/annotation.ts'
import { Components, createLoader } from '../../src/host/components.ts'
import { emptyMirror, mirroredRequest, toMirror, withPolicy } from '../../src/host/mirror.ts'
import { bytesOf, cache } from './components.ts'

test('a mirror that was sent to another thread says of each tool what the components say', async () => {
  const components = new Components(createLoader({ cache }))
  const policy = Buffer.from('version: "1.0"\n')
  await components.add({ id: 'greeter', uri: '', bytes: bytesOf('greeter'), policy })
  for (const id of ['one', 'two']) await components.add({ id, uri: '', bytes: bytesOf('toolbox') })
  const mirror = structuredClone(toMirror(components))
  for (const tool of ['greet', 'echo', 'list-components', 'nope']) expect(mirroredRequest(tool, mirror)).toEqual(structuredClone(annotationOfRequest(tool, components)))
  expect(mirroredRequest('greet', mirror)).toEqual({ component: 'greeter', policy: new Uint8Array(policy) })
  expect(mirror.policies.get('greeter')!.buffer.byteLength).toBe(policy.byteLength)
})

test('a policy is added to what is said of a component, the same object each time, and to nothing else', () => {
  const mirror = { tools: new Map(), policies: new Map([['a', new Uint8Array([1])]]) }
  expect(withPolicy({ component: 'a' }, mirror).policy).toBe(mirror.policies.get('a'))
  expect([withPolicy({ component: 'b' }, mirror), withPolicy({}, mirror), mirroredRequest('x', emptyMirror)]).toEqual([{ component: 'b', policy: undefined }, {}, undefined])
})
