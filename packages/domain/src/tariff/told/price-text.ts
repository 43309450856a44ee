import { moneyText, type Tariff } from '../tariff.ts'
import { type Language, sayings } from './words.ts'

/** An amount in the money of its list; what the list has no price for, in words. */
export const priceText = (fen: number | null, { document }: Tariff, language: Language): string =>
  fen === null ? sayings.beyond[language] : moneyText(fen, document.currency ?? 'CNY')
