import type { Board, Words } from './board.ts'

/*
 * Saifeimu boards (lot-devices.md 4.4): CA AC, length as u32 low byte first, sequence, JSON in UTF-8, XOR of the JSON bytes.
 * Line breaks inside strings go over the wire as they are, against the JSON rule.
 */
export type SaifeimuOptions = {
  /** Lines of the board, 1 to 4. */
  readonly lines?: number
}

/** One frame for the board; the sequence is one byte. */
export function saifeimuFrame(sequence: number, action: Readonly<Record<string, unknown>>): Buffer {
  const json = Buffer.from(JSON.stringify(action).replaceAll('\\n', '\n'))
  const head = Buffer.from([0xca, 0xac, 0, 0, 0, 0, sequence])
  head.writeUInt32LE(json.length, 2)
  return Buffer.concat([head, json, Buffer.from([json.reduce((sum, byte) => sum ^ byte, 0)])])
}

/** Only what a screen can draw: a control character, or a backslash before an n, would change the frame's meaning. */
const plain = (text: string): string => text.replace(/[\p{Cc}\\"]/gu, ' ')

/** Text and voice for a Saifeimu board, both in one frame. `|` parts the words to be spoken. What it answers is not known. */
export function saifeimuBoard({ lines = 4 }: SaifeimuOptions = {}): Board {
  let sequence = -1
  return {
    frames({ show, say }: Words) {
      if (!show && !say) return []
      sequence = (sequence + 1) % 256
      const action = {
        actionName: 'directTextsDisplay',
        ...(show ? { pureTextsDisplay: show.slice(0, lines).map(plain).join('\n') } : {}),
        ...(say ? { voiceText: plain(say) } : {}),
      }
      return [saifeimuFrame(sequence, action)]
    },
    heard: () => null,
  }
}
