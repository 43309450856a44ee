import type { PriceStep, Tariff } from '@lanepay/domain/tariff/tariff.ts'
import { priceText } from '@lanepay/domain/tariff/told/price-text.ts'
import { type Language, sayings, upToText } from '@lanepay/domain/tariff/told/words.ts'

/** The price by length of stay as people read it: up to so long, so much. */
export function tableText(tariff: Tariff, steps: readonly PriceStep[], language: Language): string {
  const rows = steps.map(({ toS, fen }) => [
    upToText(toS, language),
    fen === 0 ? sayings.free[language] : priceText(fen, tariff, language),
  ])
  return columns([[sayings.length[language], sayings.amount[language]], ...rows])
}

/** For spreadsheets: the last second of each step and its price in fen; no price where the list has none. */
export const tableCsv = (steps: readonly PriceStep[]): string =>
  ['up_to_seconds,up_to_minutes,price_fen', ...steps.map(({ toS, fen }) => `${toS},${toS / 60},${fen ?? ''}`)].join(
    '\n',
  )

/** Rows of two columns under one another; characters of Chinese take two places. */
function columns(rows: readonly (readonly string[])[]): string {
  const width = Math.max(...rows.map(([first = '']) => widthOf(first)))
  return rows
    .map(([first = '', second = '']) => `${first}${' '.repeat(width - widthOf(first) + 2)}${second}`)
    .join('\n')
}

const widthOf = (told: string): number => [...told].reduce((sum, one) => sum + (one > '\u2e7f' ? 2 : 1), 0)
