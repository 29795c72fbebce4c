import { heldSources } from './als.ts'
import { createPart } from './replace.ts'

const native = Math.random

const part = createPart([{ target: Math, key: 'random', ours: Object.defineProperty(() => heldSources()?.chance?.double() ?? native(), 'name', { value: 'random' }), native }])

/** Puts the running test's random numbers in the place of `Math.random` until what is returned is called. */
export const holdRandom = (): (() => void) => part.hold()
