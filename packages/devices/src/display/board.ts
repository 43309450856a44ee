import type { Instant } from '@lanepay/domain/types.ts'

/** What a board is to show and say. Absent leaves it as it is. */
export type Words = { readonly show?: readonly string[]; readonly say?: string }

/** A board's word for one frame. */
export type BoardAnswer = {
  readonly accepted: boolean
  /** In words for a log. */
  readonly what: string
  /** So many of the bytes that came in are over with it. */
  readonly length: number
}

/** A display board on a serial line. */
export type Board = {
  /** The frames to send, in this order. Lines beyond those the board has are left out. */
  frames(words: Words): readonly Buffer[]
  /** What the board's own bytes mean, in words for a log; null when they are none of its frames. */
  heard(bytes: Uint8Array): string | null
  /** What is known of its answers; absent where nothing is. */
  readonly answers?: {
    /** No answer has more bytes: what is further back and is none yet never becomes one. */
    readonly longest: number
    /** The first answer in what came in so far, cut anywhere; null while there is none. */
    firstIn(bytes: Uint8Array): BoardAnswer | null
    /** A frame that is answered and changes nothing on the display. */
    ask(): Buffer
  }
  /** The frame that sets its clock; absent where it has none, or none that is known. */
  readonly clock?: (at: Instant) => Buffer
}

/** Exactly `lines` lines: what is not said now must not stay from the car before. */
export const filledUp = (show: readonly string[], lines: number): readonly string[] =>
  Array.from({ length: lines }, (_, i) => show[i] ?? '')
