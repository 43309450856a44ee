import type { Board } from './display/board.ts'
import { type FkOptions, fkBoard } from './display/fk.ts'
import { type JinjieOptions, jinjieBoard } from './display/jinjie.ts'
import { type SaifeimuOptions, saifeimuBoard } from './display/saifeimu.ts'

export type { Board, BoardAnswer, Words } from './display/board.ts'

export type BoardOptions =
  | ({ readonly protocol: 'jinjie' } & JinjieOptions)
  | ({ readonly protocol: 'fk' } & FkOptions)
  | ({ readonly protocol: 'saifeimu' } & SaifeimuOptions)

/** The board that speaks the named protocol (lot-devices.md 4.2 to 4.4). */
export function boardOf(options: BoardOptions): Board {
  switch (options.protocol) {
    case 'jinjie':
      return jinjieBoard(options)
    case 'fk':
      return fkBoard(options)
    case 'saifeimu':
      return saifeimuBoard(options)
  }
}
