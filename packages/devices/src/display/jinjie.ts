import { type Board, filledUp, type Words } from './board.ts'
import { crc16 } from './crc.ts'
import { gbk } from './gbk.ts'

/*
 * Jinjie / Kefa boards (lot-devices.md 4.3): address, version 0x64, packet number FF FF, command, data length, data, CRC low
 * byte first over all of it.
 */
export type JinjieOptions = {
  /** Lines of the board, 1 to 4. */
  readonly lines?: number
  readonly address?: number
  /** How a line comes and goes: 0x00 at once, 0x15 runs to the left without end (the worked example). */
  readonly mode?: number
  /** 1 (fast) to 32. */
  readonly speed?: number
  /** How long it stands before it goes, if it goes. */
  readonly staySeconds?: number
  readonly font?: number
  /** Red, green, blue, alpha; boards with one colour take red. */
  readonly colour?: readonly [number, number, number, number]
}

const version = 0x64
const temporaryText = 0x62
const voice = 0x30
const mostText = 255 - 19
const mostVoice = 254
/** Clear what is queued and speak now, or speak after what is being spoken: the worked example does the latter. */
const queueAndPlay = 1

/** One frame for the board. @throws RangeError when the data is longer than 255 bytes. */
export function jinjieFrame(command: number, data: Uint8Array, address = 0): Buffer {
  if (data.length > 255) throw new RangeError(`a Jinjie frame holds 255 bytes, got ${data.length}`)
  const covered = Buffer.concat([Buffer.from([address, version, 0xff, 0xff, command, data.length]), data])
  const crc = crc16(covered)
  return Buffer.concat([covered, Buffer.from([crc & 0xff, crc >> 8])])
}

/** The board's answer to a frame; null when the bytes are none, or damaged. */
export function readJinjieAnswer(bytes: Uint8Array): { readonly command: number; readonly accepted: boolean } | null {
  if (bytes.length !== 9 || bytes[1] !== version || bytes[5] !== 1) return null
  const crc = crc16(bytes.subarray(0, 7))
  if (bytes[7] !== (crc & 0xff) || bytes[8] !== crc >> 8) return null
  return { command: bytes[4]!, accepted: bytes[6] === 0 }
}

/** Text and voice for a Jinjie board. The defaults are the bytes of the protocol's own worked example. */
export function jinjieBoard(options: JinjieOptions = {}): Board {
  const { lines = 4, address = 0, mode = 0x15, speed = 1, staySeconds = 2, font = 3 } = options
  const { colour = [255, 0, 0, 0] } = options
  const line = (text: string, number: number): Buffer => {
    // A blank line is sent as one space: what the board makes of no text at all is not written anywhere.
    const bytes = gbk(text === '' ? ' ' : text, mostText)
    const head = [number, mode, speed, 0, staySeconds, mode, speed, font, 0, ...colour, 0, 0, 0, 0, bytes.length, 0]
    return jinjieFrame(temporaryText, Buffer.concat([Buffer.from(head), bytes]), address)
  }
  return {
    frames: ({ show, say }: Words) => [
      ...(show ? filledUp(show, lines).map(line) : []),
      ...(say ? [jinjieFrame(voice, Buffer.concat([Buffer.from([queueAndPlay]), gbk(say, mostVoice)]), address)] : []),
    ],
    heard(bytes) {
      const answer = readJinjieAnswer(bytes)
      return (
        answer && `board ${answer.accepted ? 'accepted' : 'refused'} 0x${answer.command.toString(16).padStart(2, '0')}`
      )
    },
  }
}
