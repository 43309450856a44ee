/*
 * Display boards take GBK and Node only decodes it, so the table is turned round once, when the first text is shown.
 */
let table: ReadonlyMap<string, number> | undefined

function turnedRound(): ReadonlyMap<string, number> {
  const decoder = new TextDecoder('gbk')
  const codes = new Map<string, number>()
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    const trails = Array.from({ length: 0xfe - 0x40 + 1 }, (_, i) => 0x40 + i).filter((trail) => trail !== 0x7f)
    // A line feed after each pair keeps a pair that is no character from swallowing its neighbour.
    const characters = decoder.decode(Uint8Array.from(trails.flatMap((trail) => [lead, trail, 0x0a]))).split('\n')
    for (const [i, character] of characters.entries())
      if (character.length === 1 && isWritten(character) && !codes.has(character))
        codes.set(character, lead * 256 + trails[i]!)
  }
  return codes
}

/** Not the replacement character, nor one of the private area that a board has no picture of. */
const isWritten = (character: string): boolean => character < '\ue000' || (character > '\uf8ff' && character < '\ufff0')

function bytesOf(character: string): readonly number[] {
  const point = character.codePointAt(0)!
  if (point < 0x20 || point === 0x7f) return [0x20]
  if (point < 0x7f) return [point]
  table ??= turnedRound()
  const code = table.get(character)
  return code === undefined ? [0x3f] : [code >> 8, code & 0xff]
}

/**
 * Text as GBK bytes, at most `most` of them, cut between characters. A control character becomes a space, a character GBK
 * does not have a question mark.
 */
export function gbk(text: string, most: number = Number.POSITIVE_INFINITY): Buffer {
  const bytes: number[] = []
  for (const character of text.normalize('NFC')) {
    const next = bytesOf(character)
    if (bytes.length + next.length > most) break
    bytes.push(...next)
  }
  return Buffer.from(bytes)
}
