/** Whether a font has a character of this code point. */
export type Has = (codePoint: number) => boolean

/**
 * The text as it can be printed: composed, its controls as spaces, and each character that the font does not have as its
 * number, like `[U+4DAE]`: whoever reads the page sees that something stands there, and can look up what. Line ends stay.
 */
export function printable(text: string, has: Has): { readonly text: string; readonly missing: readonly string[] } {
  const missing = new Set<string>()
  let out = ''
  for (const character of text.toWellFormed().normalize('NFC').replace(/\r\n?/g, '\n')) {
    const code = character.codePointAt(0)!
    if (character === '\n') out += character
    else if (code < 0x20 || (code >= 0x7f && code < 0xa0)) out += ' '
    else if (has(code)) out += character
    else {
      missing.add(character)
      out += `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`
    }
  }
  return { text: out, missing: [...missing] }
}
