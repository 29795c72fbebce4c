import { expect, test } from 'vitest'
import { annotationOfAnswer, annotationOfRequest } from '../../src/host/annotation.ts'
import { said } from '../../src/host/answers.ts'
import { digestOf } from '../../src/digest.ts'
import { Components, createLoader } from '../../src/host/components.ts'
import { bytesOf, cache } from './components.ts'

const policy = Buffer.from('version: "1.0"\n')

test('a call is its component\'s, under the policy of the moment; a load tells what was loaded', async () => {
  const components = new Components(createLoader({ cache }))
  const { entry } = await components.add({ id: 'greeter', uri: 'file:///greeter.wasm', bytes: bytesOf('greeter'), policy })
  expect([annotationOfRequest('greet', components), annotationOfRequest('list-components', components)]).toEqual([{ component: 'greeter', policy }, undefined])
  expect(annotationOfAnswer({ answer: said(''), component: 'greeter' }, components, false)).toEqual({ component: 'greeter', policy })
  expect(annotationOfAnswer({ answer: said('') }, components, false)).toEqual({})
  const load = { component: 'greeter', uri: 'file:///greeter.wasm', digest: digestOf(bytesOf('greeter')), policy, initial: false }
  expect(annotationOfAnswer({ answer: said(''), loaded: entry }, components, false)).toEqual({ loads: [load] })
  expect(annotationOfAnswer({ answer: said(''), loaded: entry }, components, true)).toEqual({ loads: [{ ...load, bytes: bytesOf('greeter') }] })
})
