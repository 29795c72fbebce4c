import { styleText } from 'node:util'

/** Colours for text that people read; each gives its text back unchanged where there is to be none. */
export type Palette = Record<'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', (text: string) => string>

/** Colours for one stream: none where it is no terminal or NO_COLOR is set; FORCE_COLOR overrules both. */
export function paletteFor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): Palette {
  return createPalette(hasColour(stream, env))
}

/** A palette with or without colour. */
export function createPalette(coloured: boolean): Palette {
  const paint = (format: keyof Palette) => (text: string) => (coloured ? styleText(format, text, { validateStream: false }) : text)
  return { bold: paint('bold'), dim: paint('dim'), red: paint('red'), green: paint('green'), yellow: paint('yellow'), cyan: paint('cyan') }
}

function hasColour(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  return stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
}
