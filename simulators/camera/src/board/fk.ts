import { must } from '../refused.ts'
import type { Effect } from './board.ts'
import { gbkText, modbus } from './serial.ts'

/* An FK board (lot-devices.md 4.2): AA 55 seq 64 00 CMD 00 LEN DATA CRC_hi CRC_lo AF; its answers are not known. */

export function takeFk(frame: Buffer): Effect {
  must(frame.length >= 11, 'frame', 'has at least 11 bytes')
  must(frame.readUInt16BE(0) === 0xaa55 && frame.at(-1) === 0xaf, 'frame', 'begins AA 55 and ends AF')
  must(frame[2]! >= 1 && frame[2]! <= 100, 'seq', 'is 1 to 100')
  must(frame[3] === 0x64 && frame[4] === 0 && frame[6] === 0, 'head', 'is 64 00 CMD 00')
  const length = frame[7]!
  must(frame.length === 11 + length, 'LEN', 'is the number of data bytes')
  const covered = Buffer.concat([frame.subarray(2, 8 + length), Buffer.alloc(2)])
  must(frame.readUInt16BE(8 + length) === modbus(covered), 'CRC', 'fits, high byte first')
  const data = frame.subarray(8, 8 + length)
  const command = frame[5]!
  if (command === 0x29) return { lines: linesIn(data), say: null, reply: null }
  if (command === 0x22) return { lines: [], say: spoken(data), reply: null }
  must([0x25, 0x26, 0xf0].includes(command), 'CMD', 'is a command of the board')
  return { lines: [], say: null, reply: null }
}

function linesIn(data: Buffer): Effect['lines'] {
  const lines: (readonly [number, string])[] = []
  let at = 0
  while (at < data.length) {
    must(lines.length < 4, '29', 'has at most 4 lines')
    must(data.length >= at + 3, '29', 'has seconds, colour and length for each line')
    must(data[at + 1] === 1 || data[at + 1] === 2, '29 colour', 'is 1 or 2')
    const end = at + 3 + data[at + 2]!
    must(end <= data.length, '29 length', 'is that of the text')
    lines.push([lines.length, gbkText(data.subarray(at + 3, end), '29 text')])
    at = end
  }
  return lines
}

/** The recordings of the chip; what is longer comes first. */
const recordings: readonly (readonly [code: string, words: string])[] = [
  ['7e182802', '支付成功请通行'],
  ['7f19', '临'],
  ['2304', '余额不足请充值'],
  ['01', '欢迎光临'],
  ['02', '一路平安'],
  ['0b', '请缴费'],
  ['0f', '已过期'],
  ['12', '有效期'],
  ['14', '请入场停车'],
  ['1f', '人工确认'],
  ['27', '欢迎回家'],
  ['28', '请通行'],
  ['2b', '禁止通行'],
  ['5f', '一路顺风'],
  ['63', '出入平安'],
]

function spoken(data: Buffer): string {
  const words: string[] = []
  let rest = data.toString('hex')
  while (rest !== '') {
    const byte = Number.parseInt(rest.slice(0, 2), 16)
    const recording = recordings.find(([code]) => rest.startsWith(code))
    const isCharacter = /[0-9A-Z]/.test(String.fromCharCode(byte))
    must(recording !== undefined || isCharacter || byte > 0x80, '22', 'has phrases, digits, capitals and GBK')
    const length = recording ? recording[0].length : byte > 0x80 ? 4 : 2
    words.push(recording ? recording[1] : gbkText(Buffer.from(rest.slice(0, length), 'hex'), '22 text'))
    rest = rest.slice(length)
  }
  return words.join('')
}
