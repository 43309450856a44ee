/* GBK text, which Node only reads: the table is turned round once. */
let table: ReadonlyMap<string, number> | undefined

function turnedRound(): ReadonlyMap<string, number> {
  const decoder = new TextDecoder('gbk')
  const codes = new Map<string, number>()
  for (let code = 0x8140; code <= 0xfefe; code += 1) {
    const character = decoder.decode(Uint8Array.of(code >> 8, code & 0xff))
    if ([...character].length === 1 && character !== '\ufffd' && !codes.has(character)) codes.set(character, code)
  }
  return codes
}

/** @throws RangeError for a character that GBK does not have. */
export function gbkBytes(text: string): Buffer {
  table ??= turnedRound()
  const bytes: number[] = []
  for (const character of text) {
    const point = character.codePointAt(0)!
    const code = point < 0x80 ? point : table.get(character)
    if (code === undefined) throw new RangeError(`GBK has no ${character}`)
    bytes.push(...(code < 0x100 ? [code] : [code >> 8, code & 0xff]))
  }
  return Buffer.from(bytes)
}
