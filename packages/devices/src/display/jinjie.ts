import type { Instant } from '@lanepay/domain/types.ts'
import { type Board, type BoardAnswer, filledUp, type Words } from './board.ts'
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
  /** † The order of the two bytes of the year in the clock: not stated publicly, little as for text lengths. */
  readonly yearOrder?: 'little' | 'big'
}

const version = 0x64
const temporaryText = 0x62
const voice = 0x30
const stopVoice = 0x31
const setClock = 0x05
const mostText = 255 - 19
const mostVoice = 254
/** The longest answer that is known, to a connection, has 10 bytes of data. */
const mostAnswer = 64
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

/**
 * The first answer in what came in. On a serial line frames are cut and joined at will, and noise comes between them, so whatever
 * is no undamaged frame is passed over.
 */
export function jinjieAnswerIn(bytes: Uint8Array): BoardAnswer | null {
  for (let at = 0; at + 9 <= bytes.length; at += 1) {
    if (bytes[at + 1] !== version || bytes[at + 2] !== 0xff || bytes[at + 3] !== 0xff) continue
    const length = 8 + bytes[at + 5]!
    const frame = bytes.subarray(at, at + length)
    if (length < 9 || length > 8 + mostAnswer || frame.length < length) continue
    const crc = crc16(frame.subarray(0, length - 2))
    if (frame[length - 2] !== (crc & 0xff) || frame[length - 1] !== crc >> 8) continue
    const accepted = frame[6] === 0
    return { accepted, what: inWords(frame[4]!, accepted), length: at + length }
  }
  return null
}

const inWords = (command: number, accepted: boolean): string =>
  `board ${accepted ? 'accepted' : 'refused'} 0x${command.toString(16).padStart(2, '0')}`

const chinaAheadMs = 8 * 3_600_000

/** Sets the board's clock, to Chinese time: year in two bytes, month, day, weekday (Sunday 0 †), hour, minute, second. */
export function jinjieClock(at: Instant, { address = 0, yearOrder = 'little' }: JinjieOptions = {}): Buffer {
  const local = new Date(at + chinaAheadMs)
  const year = local.getUTCFullYear()
  const years = yearOrder === 'little' ? [year & 0xff, year >> 8] : [year >> 8, year & 0xff]
  const date = [local.getUTCMonth() + 1, local.getUTCDate(), local.getUTCDay()]
  const time = [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()]
  return jinjieFrame(setClock, Buffer.from([...years, ...date, ...time]), address)
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
      return answer && inWords(answer.command, answer.accepted)
    },
    answers: {
      longest: 8 + mostAnswer,
      firstIn: jinjieAnswerIn,
      ask: () => jinjieFrame(stopVoice, Buffer.alloc(0), address),
    },
    clock: (at) => jinjieClock(at, options),
  }
}
