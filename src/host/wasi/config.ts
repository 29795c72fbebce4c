import { activePass } from '../pass.ts'
import { defineInterface } from './define.ts'

export const store = defineInterface('wasi:config/store', {
  get: (key: string): string | undefined => {
    activePass().note(key)
    return activePass().world.variables.find(([name]) => name === key)?.[1]
  },
  getAll: () => activePass().world.variables,
})
