/** What a component may import to be loaded here. */
import { parseInterfaceName } from './names.ts'
import type { ComponentFile, Import } from './reader.ts'
import { unsupported } from './scope.ts'

/**
 * Throws 'usage', in words that name it, when a component imports what no world here gives: sockets, WASI 0.3 and other versions,
 * core modules or components. Other interfaces are the host's to know.
 */
export function checkImports(component: ComponentFile): void {
  for (const item of component.imports) {
    const reason = reasonAgainst(item)
    if (reason !== undefined) throw unsupported(reason)
  }
}

function reasonAgainst({ name, sort }: Import): string | undefined {
  const whole = sort === 'core' ? 'core module' : sort
  if (sort === 'core' || sort === 'component') return `it imports the ${whole} ${name}, and only interfaces and functions can be given`
  const parts = parseInterfaceName(name)
  if (!parts?.package.startsWith('wasi:')) return undefined
  if (parts.package === 'wasi:sockets') return `it imports ${name}, and sockets are not supported; outgoing HTTP is`
  const version = parts.version ?? ''
  if (version.startsWith('0.3.') || version.startsWith('0.1.')) return `it imports ${name}, and of WASI only version 0.2 is supported`
  return undefined
}
