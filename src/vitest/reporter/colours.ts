/** Whether vitest prints in colour: so that the lines under its own look like them. */
import { type Palette, createPalette } from '../../palette.ts'

/** What vitest goes by: tinyrainbow's rule, and `disabled` where it does without for a program that reads it. */
export type Ground = { env: NodeJS.ProcessEnv; argv: readonly string[]; platform: string; disabled: boolean }

/** The colours that vitest itself uses. */
export function paletteAs({ env, argv, platform, disabled }: Ground): Palette {
  const refused = 'NO_COLOR' in env || argv.includes('--no-color') || disabled
  const wanted = 'FORCE_COLOR' in env || argv.includes('--color') || platform === 'win32' || (env['FORCE_TTY'] !== 'false' && env['TERM'] !== 'dumb') || 'CI' in env
  return createPalette(wanted && !refused)
}
