import { expect, test } from 'vitest'
import { store } from '../../../src/host/wasi/config.ts'
import { inPass } from '../components.ts'

test('gives what is granted and set, by name or all of it', () => {
  inPass((pass) => {
    expect([store.get('A'), store.get('B'), store.getAll()]).toEqual(['1', undefined, [['A', '1']]])
    expect(pass.trace.map(({ value }) => value)).toEqual(['A', 'B', undefined])
  }, { variables: [['A', '1']] })
})
