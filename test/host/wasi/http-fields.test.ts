import { expect, test } from 'vitest'
import { Fields, copy, freeze, list, put } from '../../../src/host/wasi/http-fields.ts'
import { inPass, thrownBy } from '../components.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text)

test('names have no case, values of one name stand together in their order', () => {
  inPass(() => {
    const fields = Fields.fromList([['X-A', bytes('1')], ['b', bytes('2')], ['x-a', bytes('3')]])
    expect(fields.entries()).toEqual([['x-a', bytes('1')], ['x-a', bytes('3')], ['b', bytes('2')]])
    expect([fields.get('X-a'), fields.has('B'), fields.has('c'), fields.get('c')]).toEqual([[bytes('1'), bytes('3')], true, false, []])
  })
})

test('set replaces, append adds, delete removes', () => {
  inPass(() => {
    const fields = new Fields()
    fields.append('a', bytes('1'))
    fields.append('a', bytes('2'))
    fields.set('A', [bytes('3')])
    fields.append('b', bytes('4'))
    fields.delete('B')
    expect(fields.entries()).toEqual([['a', bytes('3')]])
    fields.set('a', [])
    expect(fields.has('a')).toBe(false)
  })
})

test('refuses what is no name, no value, or the connection’s alone', () => {
  inPass(() => {
    const fields = new Fields()
    for (const name of ['', 'a b', 'a:', 'ä', 'a\n']) expect(thrownBy(() => fields.append(name, bytes('x'))), name).toEqual({ tag: 'invalid-syntax' })
    for (const value of ['a\nb', 'a\rb', 'a\0b', '\u007f']) expect(thrownBy(() => fields.set('a', [bytes(value)])), value).toEqual({ tag: 'invalid-syntax' })
    for (const name of ['Host', 'connection', 'Transfer-Encoding', 'upgrade', 'proxy-authorization']) expect(thrownBy(() => Fields.fromList([[name, bytes('x')]])), name).toEqual({ tag: 'forbidden' })
    expect(fields.entries()).toEqual([])
  })
})

test('frozen ones do not change; a clone does', () => {
  inPass(() => {
    const fields = freeze(Fields.fromList([['a', bytes('1')]]))
    for (const act of [() => fields.append('b', bytes('2')), () => fields.set('a', []), () => fields.delete('a')]) expect(thrownBy(act)).toEqual({ tag: 'immutable' })
    const clone = fields.clone()
    clone.append('b', bytes('2'))
    expect([list(fields).length, list(clone).length, list(copy(fields)).length]).toEqual([1, 2, 1])
  })
})

test('endless headers end the call', () => {
  inPass(() => expect(thrownBy(() => { for (const fields = new Fields(); ; ) put(fields, 'a', Buffer.alloc(100_000)) })).toMatchObject({ kind: 'size' }))
})
