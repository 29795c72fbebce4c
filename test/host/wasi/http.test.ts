import { expect, test } from 'vitest'
import { outgoingHandler, types } from '../../../src/host/wasi/http.ts'
import { nothingGranted } from '../../../src/world/world.ts'
import { inPass, thrownBy } from '../components.ts'

const grants = { ...nothingGranted, host: (scheme: string, name: string) => scheme === 'https' && name === 'api.test' }

function request(authority: string): InstanceType<typeof types.OutgoingRequest> {
  const outgoing = new types.OutgoingRequest(new types.Fields())
  outgoing.setAuthority(authority)
  return outgoing
}

test('a request without a body goes out at once', () => {
  inPass((pass) => {
    outgoingHandler.handle(request('api.test'), undefined)
    expect(pass.world.barrier.waiting()).toBe(true)
    expect(pass.trace.at(-1)).toMatchObject({ interface: 'wasi:http/outgoing-handler', function: 'handle', value: 'GET https://api.test/' })
  }, { grants })
})

test('one with a body goes out when that is finished, before or after it is handled', () => {
  for (const finishFirst of [true, false])
    inPass((pass) => {
      const outgoing = request('api.test')
      const body = outgoing.body()
      if (finishFirst) types.OutgoingBody.finish(body, undefined)
      outgoingHandler.handle(outgoing, undefined)
      if (!finishFirst) {
        expect(pass.world.barrier.waiting()).toBe(false)
        types.OutgoingBody.finish(body, undefined)
      }
      expect(pass.world.barrier.waiting()).toBe(true)
    }, { grants })
})

test('one whose body is dropped never goes out, and fails', () => {
  inPass((pass) => {
    const outgoing = request('api.test')
    const body = outgoing.body()
    const future = outgoingHandler.handle(outgoing, undefined)
    body[Symbol.dispose]()
    expect([pass.world.barrier.waiting(), future.get()]).toMatchObject([false, { tag: 'ok', val: { tag: 'err', val: { tag: 'HTTP-protocol-error' } } }])
  }, { grants })
})

test('the policy is asked with scheme and host', () => {
  inPass((pass) => {
    const plain = request('api.test')
    plain.setScheme({ tag: 'HTTP' })
    for (const outgoing of [plain, request('other.test')]) expect(thrownBy(() => outgoingHandler.handle(outgoing, undefined))).toEqual({ tag: 'HTTP-request-denied', val: undefined })
    expect(pass.world.barrier.waiting()).toBe(false)
  }, { grants })
})

test('what only servers have cannot be made', () => {
  const { OutgoingResponse } = types as unknown as { OutgoingResponse: new () => object }
  inPass(() => expect(thrownBy(() => new OutgoingResponse())).toMatchObject({ kind: 'trap' }))
  expect(inPass(() => types.httpErrorCode())).toBeUndefined()
})
