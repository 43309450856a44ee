import type { LaneEars, LaneRead, LaneSays } from '@lanepay/devices/lane-device.ts'

/**
 * Ears for a camera whose protocol numbers nothing, so that it can be held to the list, which counts records by the lane's own
 * numbers: a record is known by some word of its own, whose number the simulator tells, or is in it.
 */
export function numbered(
  ears: LaneEars,
  wordIn: (read: LaneRead) => string | undefined,
  numberIn?: (word: string) => number,
): { readonly hearing: LaneEars; readonly numberedBy: (word: string, number: number) => void } {
  const numbers = new Map<string, number>()
  return {
    numberedBy: (word, number) => void numbers.set(word, number),
    hearing: {
      ...ears,
      says(said: LaneSays) {
        if (said.kind !== 'read') return ears.says(said)
        const word = wordIn(said) ?? ''
        ears.says({ ...said, recordId: String(numberIn?.(word) ?? numbers.get(word)) })
      },
    },
  }
}
