import { must } from '../refused.ts'
import type { Effect } from './board.ts'
import { gbkText, modbus } from './serial.ts'

/* A Jinjie board (lot-devices.md 4.3): DA 64 FF FF CMD DL DATA CRC_lo CRC_hi. */

const otherCommands = [0x00, 0x02, 0x05, 0x07, 0x0a, 0x0c, 0x0d, 0x0f, 0x1a, 0x1e, 0x31, 0x67, 0x68, 0x6e]

export function takeJinjie(frame: Buffer): Effect {
  must(frame.length >= 8, 'frame', 'has at least 8 bytes')
  must(frame[0] === 0, 'address', 'is 00')
  must(frame.readUIntBE(1, 3) === 0x64ffff, 'head', 'is 64 FF FF')
  const [command, length] = [frame[4]!, frame[5]!]
  must(frame.length === 8 + length, 'DL', 'is the number of data bytes')
  must(frame.readUInt16LE(6 + length) === modbus(frame.subarray(0, 6 + length)), 'CRC', 'fits, low byte first')
  const data = frame.subarray(6, 6 + length)
  const reply = answerTo(command)
  if (command === 0x62) return { ...temporaryText(data), reply }
  if (command === 0x30) return { ...voice(data), reply }
  must(otherCommands.includes(command), 'CMD', 'is a command of the board')
  return { lines: [], say: null, reply }
}

function answerTo(command: number): Buffer {
  const answer = Buffer.from([0, 0x64, 0xff, 0xff, command, 1, 0, 0, 0])
  answer.writeUInt16LE(modbus(answer.subarray(0, 7)), 7)
  return answer
}

function temporaryText(data: Buffer): Omit<Effect, 'reply'> {
  must(data.length >= 19, '62', 'has 19 bytes before the text')
  const line = data[0]!
  must(line <= 3, '62 line', 'is 0 to 3')
  must(data[2]! >= 1 && data[2]! <= 32, '62 enter speed', 'is 1 to 32')
  must(data.readUInt16LE(17) === data.length - 19, '62 text length', 'is that of the text, low byte first')
  return { lines: [[line, gbkText(data.subarray(19), '62 text').trimEnd()]], say: null }
}

function voice(data: Buffer): Omit<Effect, 'reply'> {
  must(data.length >= 1 && data[0]! <= 2, '30 option', 'is 0 to 2')
  const words = gbkText(data.subarray(1), '30 text')
  return { lines: [], say: data[0] === 0 ? null : words }
}
