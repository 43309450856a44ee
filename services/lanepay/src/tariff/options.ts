import { parseYuan } from '@lanepay/domain/money.ts'
import type { Coupon, InnerStay, Payment } from '@lanepay/domain/tariff/tariff.ts'
import { type Language, sayings } from '@lanepay/domain/tariff/told/words.ts'
import { type Instant, type PlateColour, plateColours } from '@lanepay/domain/types.ts'
import { Told } from '../keep.ts'
import { type ListFile, listOfArea, tariffOrTell } from './read.ts'

/*
 * What is written after `lanepay tariff ...`, checked once. Every function throws `Told` with the option, what was written
 * and how it is to be written.
 */
const wrong = (option: string, written: string, how: keyof typeof sayings, language: Language): Told =>
  new Told(`${option} ${written}: ${sayings[how][language]}`)

/** `2026-01-31T08:30`, on the lot's own clock, or with an offset. */
export function instantIn(option: string, written: string, timeZone: string, language: Language): Instant {
  const [, local, offset] = /^(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:\d{2})?$/.exec(written) ?? []
  try {
    const instant =
      local === undefined
        ? undefined
        : offset === undefined
          ? Temporal.PlainDateTime.from(local.replace(' ', 'T')).toZonedDateTime(timeZone).toInstant()
          : Temporal.Instant.from(`${local.replace(' ', 'T')}${offset}`)
    if (instant) return instant.epochMilliseconds as Instant
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  throw wrong(option, written, 'notAnInstant', language)
}

/** `90m`, `36h`, `7d` in seconds; at most a year. */
export function lengthIn(option: string, written: string, language: Language): number {
  const [, number, unit] = /^(\d{1,6})([mhd])$/.exec(written) ?? []
  const seconds = Number(number) * { m: 60, h: 3600, d: 86_400 }[unit as 'm' | 'h' | 'd']
  if (seconds > 0 && seconds <= 366 * 86_400) return seconds
  throw wrong(option, written, 'notALength', language)
}

export function colourIn(option: string, written: string, language: Language): PlateColour {
  const colour = plateColours.find((one) => one === written)
  if (colour) return colour
  throw wrong(option, `${written} (${plateColours.join(', ')})`, 'notAColour', language)
}

export function percentIn(option: string, written: string, language: Language): number {
  if (/^\d{1,3}$/.test(written) && Number(written) <= 100) return Number(written)
  throw wrong(option, written, 'notAPercent', language)
}

function fenIn(option: string, written: string, language: Language): number {
  const fen = parseYuan(written)
  if (fen.ok && fen.value >= 0) return fen.value
  throw wrong(option, written, 'notMoney', language)
}

/** `TIME=12.50` */
export function paymentIn(option: string, written: string, timeZone: string, language: Language): Payment {
  const [time = '', amount = ''] = written.split('=')
  return { paidAt: instantIn(option, time, timeZone, language), amountFen: fenIn(option, amount, language) }
}

/** `AREA=TIME/TIME`, of areas of the plan in this file. */
export function insideIn(
  option: string,
  written: string,
  timeZone: string,
  language: Language,
  file: ListFile,
): InnerStay {
  const [, name, from, to] = /^([^=]+)=([^/]+)\/([^/]+)$/.exec(written) ?? []
  if (name === undefined || from === undefined || to === undefined) throw wrong(option, written, 'notInside', language)
  const [enteredAt, leftAt] = [from, to].map((time) => instantIn(option, time, timeZone, language)) as [
    Instant,
    Instant,
  ]
  if (file.areas === null) throw wrong(option, written, 'noSuchArea', language)
  const tariff = tariffOrTell(listOfArea(file, name, language), language, enteredAt, leftAt)
  return { name, tariff, enteredAt, leftAt }
}

/** `minutes:60`, `percent:50`, `amount:5.00`, `whole`, `until:TIME` */
export function couponIn(option: string, written: string, timeZone: string, language: Language): Coupon {
  const at = written.indexOf(':')
  const [kind, value] = at < 0 ? [written, ''] : [written.slice(0, at), written.slice(at + 1)]
  if (kind === 'whole' && at < 0) return { kind }
  if (kind === 'minutes' && /^\d{1,6}$/.test(value)) return { kind, minutes: Number(value) }
  if (kind === 'percent') return { kind, pay: percentIn(option, value, language) }
  if (kind === 'amount') return { kind, fen: fenIn(option, value, language) }
  if (kind === 'until') return { kind, at: instantIn(option, value, timeZone, language) }
  throw wrong(option, written, 'notACoupon', language)
}
