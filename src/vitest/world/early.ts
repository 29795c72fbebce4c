/** What must be there before the code under test is loaded: the plugin makes it vitest's first setup file. It is to load little else. */
import { wrapCrypto } from './crypto.ts'

wrapCrypto()
