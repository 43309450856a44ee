import type { QuoteLine, Stay, StayQuote, Tariff } from '@lanepay/domain/tariff/tariff.ts'
import { statementOf } from '@lanepay/domain/tariff/tariff.ts'
import { priceText } from '@lanepay/domain/tariff/told/price-text.ts'
import { type Language, lengthText, sayings } from '@lanepay/domain/tariff/told/words.ts'
import type { Instant } from '@lanepay/domain/types.ts'

/** A quote line by line, with the place in the list that made each, so that a driver and a judge can follow it. */
export function explained(
  tariff: Tariff,
  stay: Stay,
  quote: StayQuote,
  language: Language,
  inForceFrom: Instant | null = null,
): string {
  const local = (instant: Instant): string => localText(instant, tariff.document.timeZone)
  const money = (fen: number): string => priceText(fen, tariff, language)
  const lengthS = Math.max(0, Math.floor(stay.at / 1000) - Math.floor(stay.enteredAt / 1000))
  const lines = statementOf(tariff, stay, quote).map((line) => lineText(line, local, money, language))
  const amountWidth = Math.max(0, ...lines.map(({ amount }) => amount.length))
  const when = (instant: Instant | null, what: keyof typeof sayings): string[] =>
    instant === null ? [] : [`${sayings[what][language]}: ${local(instant)}`]
  return [
    ...when(inForceFrom, 'version'),
    `${local(stay.enteredAt)} - ${local(stay.at)} (${lengthText(lengthS, language)})`,
    ...lines.map(({ amount, told }) => `  ${amount.padStart(amountWidth)}  ${told}`),
    `${sayings.price[language]}: ${money(quote.priceFen)}`,
    `${sayings.due[language]}: ${money(quote.dueFen)}`,
    ...(quote.refundFen > 0 ? [`${sayings.refund[language]}: ${money(quote.refundFen)}`] : []),
    ...when(quote.leaveBy, 'leaveBy'),
    ...when(quote.holdsUntil, 'holdsUntil'),
  ].join('\n')
}

function lineText(
  { text, from, to, rule, amountFen }: QuoteLine,
  local: (instant: Instant) => string,
  money: (fen: number) => string,
  language: Language,
) {
  const span = [from, to].flatMap((instant) => (instant === undefined ? [] : [local(instant)]))
  const when = span.length === 2 && span[0] === span[1] ? span[0] : span.join(' - ')
  const place = rule === undefined ? '' : `  [${rule}]`
  return { amount: money(amountFen), told: `${text[language]}${when ? `  ${when}` : ''}${place}` }
}

/** An instant on the lot's own clock; seconds only where there are any. */
export function localText(instant: Instant, timeZone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(instant / 1000) * 1000).toZonedDateTimeISO(timeZone)
  const time = local.toPlainTime().toString({ smallestUnit: local.second === 0 ? 'minute' : 'second' })
  return `${local.toPlainDate().toString()} ${time}`
}
