import { must, Refused } from '../refused.ts'
import type { Effect } from './board.ts'

/* A Saifeimu board (lot-devices.md 4.4): CA AC, length low byte first, sequence, JSON, XOR; its answers are not known. */

export function takeSaifeimu(frame: Buffer): Effect {
  must(frame.length >= 8, 'frame', 'has at least 8 bytes')
  must(frame.readUInt16BE(0) === 0xcaac, 'frame', 'begins CA AC')
  const length = frame.readUInt32LE(2)
  must(frame.length === 8 + length, 'length', 'is that of the JSON, low byte first')
  const json = frame.subarray(7, 7 + length)
  const check = json.reduce((sum, byte) => sum ^ byte, 0)
  must(frame.at(-1) === check, 'XOR', 'fits')
  const action = actionIn(json)
  must(action.actionName === 'directTextsDisplay', 'actionName', 'is directTextsDisplay')
  const { pureTextsDisplay: texts, voiceText: voice } = action
  must(texts === undefined || typeof texts === 'string', 'pureTextsDisplay', 'is text')
  must(voice === undefined || typeof voice === 'string', 'voiceText', 'is text')
  // Only as many lines as come are written, so the board is cleared with each text.
  const lines = texts === undefined ? [] : [0, 1, 2, 3].map((line) => [line, texts.split('\n')[line] ?? ''] as const)
  return { lines, say: voice?.replaceAll('|', '') ?? null, reply: null }
}

function actionIn(json: Buffer): Record<string, unknown> {
  try {
    // Line breaks inside strings come as they are, which JSON itself forbids.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json).replaceAll('\n', '\\n'))
  } catch {
    throw new Refused('JSON', 'is JSON in UTF-8')
  }
}
