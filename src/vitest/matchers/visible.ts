/** Characters that nobody sees, that editors change, or that a terminal obeys. */

/** Text in which control characters and those that turn its direction can be seen: as their picture where there is one, else as an escape. Line ends and tabs stay. */
export function visible(text: string): string {
  // oxlint-disable-next-line no-control-regex -- finding them is the purpose
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]/gu, pictureOf)
}

/** The same on one line. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll('\n', pictureOf).replaceAll('\t', pictureOf)
}

function pictureOf(character: string): string {
  const code = character.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  return code === 0x7f ? '\u2421' : `\\u${code.toString(16).padStart(4, '0')}`
}
