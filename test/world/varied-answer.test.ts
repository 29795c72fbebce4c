import { expect, test } from 'vitest'
import { varyAnswer } from '../../src/world/varied-answer.ts'

const answer = { status: 200, headers: [['content-type', 'application/json'], ['Content-Length', '12'], ['date', 'Tue, 15 Nov 1994 08:12:31 GMT'], ['etag', '"abc"']] as [string, string][], body: Buffer.from('{"on":false}') }

test('first what is said is another: body and free headers, of the same kind and with a true length', () => {
  const varied = varyAnswer(answer, 'content')
  expect(varied).toEqual({ status: 200, headers: [['content-type', 'application/json'], ['Content-Length', '12'], ['date', 'Fri, 14 Jun 1991 00:55:12 GMT'], ['etag', '"hij"']], body: Buffer.from('{"on":true} ') })
})

test('a length that changes is told', () => {
  const varied = varyAnswer({ status: 200, headers: [['content-length', '4']], body: Buffer.from('true') }, 'content')
  expect(varied).toEqual({ status: 200, headers: [['content-length', '5']], body: Buffer.from('false') })
})

test('a length that was not the body’s stays: the answer to HEAD has none', () => {
  expect(varyAnswer({ status: 200, headers: [['content-length', '400']], body: Buffer.alloc(0) }, 'content')).toMatchObject({ headers: [['content-length', '400']] })
})

test('then success becomes failure, and failure success', () => {
  expect(varyAnswer(answer, 'failure')).toEqual({ ...answer, status: 500 })
  expect(varyAnswer({ ...answer, status: 404 }, 'failure')).toMatchObject({ status: 200 })
  expect(varyAnswer({ failure: 'DNS-error' }, 'failure')).toMatchObject({ status: 200 })
})

test.each(['DNS-error', 'connection-refused'] as const)('%s becomes another failure', (failure) => {
  const varied = varyAnswer({ failure }, 'content')
  expect(varied).toEqual({ failure: expect.not.stringMatching(failure) as unknown })
})
