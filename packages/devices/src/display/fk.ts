import { type Board, filledUp, type Words } from './board.ts'
import { crc16 } from './crc.ts'
import { gbk } from './gbk.ts'

/*
 * FK boards (lot-devices.md 4.2): AA 55, sequence 1..100, address, 00, command, 00, data length, data, CRC, AF. The CRC runs
 * over sequence to data and two more zero bytes, and goes high byte first.
 */
export type FkOptions = {
  /** Lines of the board, 1 to 4. */
  readonly lines?: number
  /** How long a shown line stands, 1 to 255; then the board goes back to its idle text. */
  readonly seconds?: number
}

const address = 0x64
const fourLines = 0x29
const voice = 0x22
const mostLine = 60
const red = 1
const green = 2

/**
 * What the board's chip has as a recording. Some codes are also ASCII signs or the letter c, so text is sent without any of
 * those.
 */
const phrases: readonly (readonly [words: string, code: readonly number[]])[] = [
  ['余额不足请充值', [0x23, 0x04]],
  ['请入场停车', [0x14]],
  ['欢迎光临', [0x01]],
  ['一路平安', [0x02]],
  ['人工确认', [0x1f]],
  ['欢迎回家', [0x27]],
  ['禁止通行', [0x2b]],
  ['一路顺风', [0x5f]],
  ['出入平安', [0x63]],
  ['请缴费', [0x0b]],
  ['已过期', [0x0f]],
  ['有效期', [0x12]],
  ['请通行', [0x28]],
]

/** One frame for the board. @throws RangeError when the data is longer than 255 bytes or the sequence not 1..100. */
export function fkFrame(sequence: number, command: number, data: Uint8Array): Buffer {
  if (data.length > 255) throw new RangeError(`an FK frame holds 255 bytes, got ${data.length}`)
  if (!(sequence >= 1 && sequence <= 100)) throw new RangeError(`an FK sequence is 1 to 100, got ${sequence}`)
  const body = Buffer.concat([Buffer.from([sequence, address, 0, command, 0, data.length]), data])
  const crc = crc16(Buffer.concat([body, Buffer.from([0, 0])]))
  return Buffer.concat([Buffer.from([0xaa, 0x55]), body, Buffer.from([crc >> 8, crc & 0xff, 0xaf])])
}

/** Words as the voice chip takes them: known phrases as their codes, the rest as GBK; at most 255 bytes. */
export function fkVoice(words: string): Buffer {
  const bytes: number[] = []
  let rest = words.normalize('NFKC').toUpperCase()
  while (rest !== '') {
    const { length, code } = spokenFirst(rest)
    if (bytes.length + code.length > 255) break
    bytes.push(...code)
    rest = rest.slice(length)
  }
  return Buffer.from(bytes)
}

/** How much of the text the next code speaks. Signs are not spoken: their bytes mean phrases. */
function spokenFirst(text: string): { readonly length: number; readonly code: readonly number[] } {
  const phrase = phrases.find(([words]) => text.startsWith(words))
  if (phrase) return { length: phrase[0].length, code: phrase[1] }
  const [character = ''] = text
  const code = [...gbk(character)]
  const isSign = code.length === 1 && !/[0-9A-Z]/.test(character)
  return { length: character.length, code: isSign ? [] : code }
}

/** The data of the command for all lines at once, red and green by turns as public senders do. */
export function fkLines(show: readonly string[], seconds: number): Buffer {
  return Buffer.concat(
    show.flatMap((text, i) => {
      const bytes = gbk(text, mostLine)
      return [Buffer.from([seconds, i % 2 === 0 ? red : green, bytes.length]), bytes]
    }),
  )
}

/** Text and voice for an FK board. What such a board answers is not known. */
export function fkBoard({ lines = 4, seconds = 60 }: FkOptions = {}): Board {
  let sequence = 0
  const frame = (command: number, data: Buffer): Buffer => {
    sequence = (sequence % 100) + 1
    return fkFrame(sequence, command, data)
  }
  return {
    frames: ({ show, say }: Words) => [
      ...(show ? [frame(fourLines, fkLines(filledUp(show, lines), seconds))] : []),
      ...(say ? [frame(voice, fkVoice(say))] : []),
    ],
    heard: () => null,
  }
}
