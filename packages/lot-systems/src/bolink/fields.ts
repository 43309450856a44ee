import { fen, parseYuan } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Fen } from '@lanepay/domain/types.ts'

/*
 * A message is a table of its fields, in the order in which we write them; one table reads and writes (bolink-protocol.md 1, 10).
 *
 *   id           trimmed text: an identifier or a plate; a number is taken for its digits
 *   id-number    the same, written as a number where it is one
 *   text         as it is
 *   json         any value, kept as its JSON text and written as that
 *   number       whole
 *   yuan         money, written as a number with one decimal at least: 0.0, 6.5, 0.04
 *   yuan-short   written as a number as short as can be: 0, 6.5, 0.04
 *   yuan-cents   written as a number with two decimals: 3.00
 *   yuan-text    written as text with two decimals
 *   yuan-text-short   written as text with one decimal at least
 */
type As =
  | 'id'
  | 'id-number'
  | 'text'
  | 'json'
  | 'number'
  | 'yuan'
  | 'yuan-short'
  | 'yuan-cents'
  | 'yuan-text'
  | 'yuan-text-short'
export type Field = As | `${As}?`
/** A list of objects, each by a table of its own. */
export type Rows = { readonly rows: Readonly<Record<string, Field>> }
export type Table = Readonly<Record<string, Field | Rows>>

type Value<F> = F extends `id${string}` | `text${string}` | `json${string}`
  ? string
  : F extends `number${string}`
    ? number
    : F extends `yuan${string}`
      ? Fen
      : F extends { readonly rows: infer R }
        ? readonly Message<R>[]
        : never
type Optional<T> = { [K in keyof T]: T[K] extends `${string}?` ? K : never }[keyof T]
/** What a table's message says; money in fen. */
export type Message<T> = { readonly [K in Exclude<keyof T, Optional<T>>]: Value<T[K]> } & {
  readonly [K in Optional<T>]?: Value<T[K]>
}
export type FieldError = { readonly field: string; readonly because: 'missing' | 'malformed' }

/** Misspelt members that printed examples have. */
const misspelt: Readonly<Record<string, string>> = {
  In_time: 'in_time',
  parkId: 'park_id',
  caed_id: 'card_id',
  tader_no: 'trade_no',
  timestemp: 'time_temp',
}

/** Reads what a table asks for out of what was parsed; members that nobody knows are normal, and passed over. */
export function readMessage<T extends Table>(
  table: T,
  unchecked: Readonly<Record<string, unknown>>,
): Result<Message<T>, FieldError> {
  const given = new Map(Object.entries(unchecked).map(([name, value]) => [misspelt[name] ?? name.trim(), value]))
  const message: Record<string, unknown> = {}
  for (const [field, form] of Object.entries(table)) {
    const value = given.get(field)
    if (typeof form === 'object') {
      if (!Array.isArray(value)) return err({ field, because: value === undefined ? 'missing' : 'malformed' })
      const rows = value.map((row: unknown) => readMessage(form.rows, Object(row) as Record<string, unknown>))
      const wrong = rows.find((row) => !row.ok)
      if (wrong && !wrong.ok) return err({ field: `${field}.${wrong.error.field}`, because: wrong.error.because })
      message[field] = rows.map((row) => (row.ok ? row.value : null))
      continue
    }
    const as = form.replace('?', '') as As
    if (value === undefined || value === null || (value === '' && !as.startsWith('id') && as !== 'text')) {
      if (form.endsWith('?')) continue
      return err({ field, because: 'missing' })
    }
    const read = readValue(as, value)
    if (read === null) return err({ field, because: 'malformed' })
    message[field] = read
  }
  return ok(message as Message<T>)
}

function readValue(as: As, value: unknown): string | number | null {
  if (as === 'json') return JSON.stringify(value).includes('\\u0000') ? null : JSON.stringify(value)
  if (typeof value !== 'string' && typeof value !== 'number') return null
  const text = String(value)
  if (text.includes('\u0000')) return null
  if (as === 'text') return text
  if (as === 'id' || as === 'id-number') return text.trim()
  if (as === 'number') return /^-?\d{1,16}(\.0+)?$/.test(text.trim()) ? Number(text) : null
  const amount = parseYuan(typeof value === 'number' ? withoutNoise(value) : text.trim().replace(/元$/, ''))
  return amount.ok ? amount.value : null
}

/** Software that reckons in yuan writes 0.30000000000000004: what is a cent but for the last digits of such a number is that cent. */
function withoutNoise(yuan: number): string {
  const cents = Math.round(yuan * 100)
  return Number.isSafeInteger(cents) && Math.abs(yuan * 100 - cents) < 1e-6 ? (cents / 100).toFixed(2) : String(yuan)
}

/** Writes a message as its table orders it, byte for byte as the printed ones. */
export function writeMessage<T extends Table>(table: T, message: Message<T>): string {
  const said = message as Readonly<Record<string, unknown>>
  const members = Object.entries(table).flatMap(([field, form]) =>
    said[field] === undefined ? [] : [`${JSON.stringify(field)}:${writeValue(form, said[field])}`],
  )
  return `{${members.join(',')}}`
}

function writeValue(form: Field | Rows, value: unknown): string {
  if (typeof form === 'object')
    return `[${(value as Message<Rows['rows']>[]).map((row) => writeMessage(form.rows, row)).join(',')}]`
  switch (form.replace('?', '') as As) {
    case 'id':
    case 'text':
      return JSON.stringify(value)
    case 'id-number':
      return /^[1-9]\d{0,14}$/.test(String(value)) ? String(value) : JSON.stringify(value)
    case 'number':
    case 'json':
      return String(value)
    case 'yuan-text':
      return JSON.stringify(cents(fen(Number(value))))
    case 'yuan-text-short':
      return JSON.stringify(cents(fen(Number(value))).replace(/0$/, ''))
    case 'yuan-cents':
      return cents(fen(Number(value)))
    case 'yuan':
      return cents(fen(Number(value))).replace(/0$/, '')
    case 'yuan-short':
      return cents(fen(Number(value))).replace(/\.?0{1,2}$/, '')
  }
}

/** Negative amounts are nobody's to send: what is given back has a sign of its own (`account_type`). */
function cents(amount: Fen): string {
  if (amount < 0) throw new RangeError(`an amount on the wire is not negative, got ${amount} fen`)
  return `${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, '0')}`
}
