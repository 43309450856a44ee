import { type Damage, damaged } from './bill-table.ts'

/** No cell of a bill comes near this; a file without line ends must not fill the memory. */
const longestLine = 64 * 1024

/** Thrown inside the reading of a bill only, and turned into a value at its end. */
export class DamagedBill extends Error {
  readonly damage: Damage
  constructor(damage: Damage) {
    super(damage.detail)
    this.damage = damage
  }
}

/**
 * The lines of a bill, as many at a time as a piece of the file completes: UTF-8 with or without byte-order mark, LF or
 * CRLF. @throws DamagedBill for bytes that are no UTF-8 and for a line without end.
 */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  for await (const piece of bytes) {
    const lines = (rest + decoded(decoder, piece)).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > longestLine) throw broken(`a line of more than ${longestLine} characters`)
    if (lines.length > 0) yield lines.map(withoutReturn)
  }
  const last = rest + decoded(decoder, null)
  if (last !== '') yield [withoutReturn(last)]
}

function decoded(decoder: TextDecoder, piece: Uint8Array | null): string {
  try {
    return piece === null ? decoder.decode() : decoder.decode(piece, { stream: true })
  } catch (error) {
    if (error instanceof TypeError) throw broken(piece === null ? 'it ends inside a character' : 'not UTF-8')
    throw error
  }
}

const broken = (detail: string) =>
  new DamagedBill(damaged(detail.startsWith('it ends') ? 'cut' : 'bad-row', null, detail).error)
const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line)
