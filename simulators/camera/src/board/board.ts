import { takeFk } from './fk.ts'
import { takeJinjie } from './jinjie.ts'
import { takeSaifeimu } from './saifeimu.ts'

export const boardNames = ['jinjie', 'fk', 'saifeimu'] as const
export type BoardName = (typeof boardNames)[number]

/** What one frame does to a board. */
export type Effect = {
  /** Lines by their number, top 0. */
  readonly lines: readonly (readonly [line: number, text: string])[]
  readonly say: string | null
  /** What the board sends back. */
  readonly reply: Buffer | null
}

/** What the board makes of the bytes of one frame. @throws Refused when they are none, or damaged. */
export function takeFrame(board: BoardName, bytes: Buffer): Effect {
  switch (board) {
    case 'jinjie':
      return takeJinjie(bytes)
    case 'fk':
      return takeFk(bytes)
    case 'saifeimu':
      return takeSaifeimu(bytes)
  }
}
