/* Node decodes GBK and does not encode it: the table of the decoder, turned round. */

const codes = new Map<string, number>()
const decoder = new TextDecoder('gbk')
for (let lead = 0x81; lead <= 0xfe; lead++)
  for (let trail = 0x40; trail <= 0xfe; trail++) {
    const character = decoder.decode(Uint8Array.of(lead, trail))
    // The first of several spellings, and only where both bytes made one character.
    if ([...character].length === 1 && character !== '\ufffd' && !codes.has(character))
      codes.set(character, (lead << 8) | trail)
  }

/** Text in GBK; `?` for what it cannot say. */
export function gbk(text: string): Buffer {
  const bytes: number[] = []
  for (const character of text) {
    const code = codes.get(character)
    if (character < '\x80') bytes.push(character.charCodeAt(0))
    else if (code === undefined) bytes.push(0x3f)
    else bytes.push(code >> 8, code & 0xff)
  }
  return Buffer.from(bytes)
}
