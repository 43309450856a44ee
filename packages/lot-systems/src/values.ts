import { fen, parseYuan } from '@lanepay/domain/money.ts'
import type { Fen } from '@lanepay/domain/types.ts'
import { parseJson } from './raw.ts'

/*
 * Values as vendors of charging software send them: a number today, its text tomorrow, JSON in a text, four ways to write a time
 * (lot-devices.md 6.4). Each reader answers null where nothing of its kind is there; nothing is guessed.
 */
export type Members = Readonly<Record<string, unknown>>

/** An object, or the JSON text of one. */
export function objectOf(value: unknown): Members | null {
  if (typeof value === 'string') {
    try {
      return objectOf(parseJson(value))
    } catch {
      return null
    }
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : null
}

/** The objects of an array; what is none among them is left out. Empty where there is no array. */
export const objectsOf = (value: unknown): readonly Members[] =>
  Array.isArray(value) ? value.map(objectOf).filter((one) => one !== null) : []
/** The objects of a list, or of the JSON text of one; null: it is none. */
export function listOf(value: unknown): readonly Members[] | null {
  if (typeof value === 'string') {
    try {
      return listOf(parseJson(value))
    } catch {
      return null
    }
  }
  if (!Array.isArray(value)) return null
  const items = value.map(objectOf)
  return items.every((item) => item !== null) ? items : null
}

/** Trimmed, never empty; a number is taken for its digits. */
export function textOf(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null
  const text = String(value).trim()
  return text === '' || text.includes('\u0000') ? null : text
}

export function wholeOf(value: unknown): number | null {
  const text = textOf(value)
  return text !== null && /^-?\d{1,15}$/.test(text) ? Number(text) : null
}

/** Money that is sent in fen. */
export function fenOf(value: unknown): Fen | null {
  const whole = wholeOf(value)
  return whole === null ? null : fen(whole)
}

/** Money that is sent in yuan, by its decimals; more than two of them are refused. */
export function fenOfYuan(value: unknown): Fen | null {
  const text = textOf(value)
  const amount = text === null ? null : parseYuan(text.replace(/元$/, ''))
  return amount?.ok ? amount.value : null
}

/** What a bill says was paid before; and what the whole is made of, where it says that too. */
export const madeOf = (
  totalFen: Fen | null,
  discountFen: Fen | null,
  paidFen: Fen | null,
): { readonly paidFen?: Fen; readonly made?: { readonly totalFen: Fen; readonly discountFen: Fen } } =>
  paidFen === null
    ? {}
    : {
        paidFen: fen(Math.max(0, paidFen)),
        ...(totalFen === null || discountFen === null ? {} : { made: { totalFen, discountFen } }),
      }

const aheadMs = 8 * 3_600_000
/** Epoch seconds have ten digits, milliseconds thirteen. */
const leastMs = 100_000_000_000
const written = /^(\d{4})-?(\d{2})-?(\d{2})[ T]?(\d{2}):?(\d{2}):?(\d{2})(\.\d+)?(Z|[+-]\d{2}:?\d{2})?$/

/** An instant in ms: epoch seconds or milliseconds, or a time as people write it, in China where no zone is said. */
export function instantOf(value: unknown): number | null {
  const text = textOf(value)
  if (text === null) return null
  if (/^\d{10,13}$/.test(text)) return Number(text) < leastMs ? Number(text) * 1000 : Number(text)
  const parts = written.exec(text)
  if (!parts) return null
  const [, year, month, day, hour, minute, second, part = '', zone = '+08:00'] = parts
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${part.slice(0, 4)}${zone}`)
  return Number.isNaN(ms) ? null : ms
}

/** `2026-06-01 10:45:00`, by China's clock, seconds rounded down. */
export const chinaTime = (ms: number): string => new Date(ms + aheadMs).toISOString().slice(0, 19).replace('T', ' ')
