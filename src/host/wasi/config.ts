import { activePass } from '../pass.ts'
import { tellVariables } from './cli.ts'
import { defineInterface } from './define.ts'

export const store = defineInterface('wasi:config/store', {
  get: (key: string): string | undefined => {
    activePass().note(key)
    return tellVariables().find(([name]) => name === key)?.[1]
  },
  getAll: tellVariables,
})
