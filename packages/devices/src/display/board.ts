/** What a board is to show and say. Absent leaves it as it is. */
export type Words = { readonly show?: readonly string[]; readonly say?: string }

/** A display board on a serial line. */
export type Board = {
  /** The frames to send, in this order. Lines beyond those the board has are left out. */
  frames(words: Words): readonly Buffer[]
  /** What the board's own bytes mean, in words for a log; null when they are none of its frames. */
  heard(bytes: Uint8Array): string | null
}

/** Exactly `lines` lines: what is not said now must not stay from the car before. */
export const filledUp = (show: readonly string[], lines: number): readonly string[] =>
  Array.from({ length: lines }, (_, i) => show[i] ?? '')
