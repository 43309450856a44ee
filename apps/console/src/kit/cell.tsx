import type { Cell, Column } from '@lanepay/cloud/report/api.ts'
import type { ReactNode } from 'react'
import type { Language } from './language.ts'
import { Money, Plate, Time } from './shown.tsx'

/** A value of a list as a person reads it, by what its column says it is. */
export function cellOf({ kind, words }: Column, cell: Cell, language: Language): ReactNode {
  if (cell === null || cell === '') return ''
  switch (kind) {
    case 'fen':
      return <Money fen={Number(cell)} />
    case 'instant':
      return <Time at={Number(cell)} />
    case 'plate':
      return <Plate plate={String(cell)} />
    case 'day':
      return <span className="lp-number lp-nowrap">{cell}</span>
    case 'number':
      return <span className="lp-number">{cell}</span>
    default:
      return words?.[cell]?.[language] ?? String(cell)
  }
}
/** Figures stand to the right. */
export const isFigure = ({ kind }: Column): boolean => kind === 'fen' || kind === 'count'
