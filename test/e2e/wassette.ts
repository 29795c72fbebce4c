/** Real Wassette as the command line sees it. */
import { temporary } from './run.ts'

/** Variables that the scripts of `tapes/` ask components for. Given by the environment, not by `--env`, so that the tapes show them. */
export const grantedVariables = { SHADOWCAT_GREETING: 'granted', SHADOWCAT_HIDDEN: 'hidden' }

/** The flags that name a Wassette. */
export function wassetteUpstream(path: string, ...flags: string[]): string[] {
  return ['--upstream', `wassette=${path}`, ...(flags.length > 0 ? ['--', ...flags] : [])]
}

/** An environment in which it touches nothing of the person's, and says nothing. */
export function wassetteEnvironment(): Record<string, string> {
  const home = temporary()
  return { ...grantedVariables, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home, RUST_LOG: 'off' }
}
