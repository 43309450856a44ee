import { parseYuan } from '@lanepay/domain/money.ts'
import type { Fen } from '@lanepay/domain/types.ts'

/** A call that is not as the README says: refused with the field and its rule, before anything is looked at. */
export class Refused extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export type Fields = Readonly<Record<string, unknown>>
const wrong = (field: string, rule: string): never => {
  throw new Refused('FIELD', `${field}: ${rule}`)
}

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** @throws Refused where there is a field that nobody knows. */
export function only(fields: Fields, known: readonly string[], of = ''): void {
  for (const name of Object.keys(fields))
    if (!known.includes(name)) wrong(`${of}${name}`, 'is not a field of this call')
}

/** @throws Refused where it is not a text of this form. */
export function text(fields: Fields, name: string, form: RegExp, rule: string, of = ''): string {
  const value = fields[name]
  return typeof value === 'string' && form.test(value) ? value : wrong(`${of}${name}`, rule)
}

/** @throws Refused where it is not yuan with two decimals, above nothing. */
export function yuan(fields: Fields, name: string): Fen {
  const written = text(fields, name, /^\d{1,12}\.\d{2}$/, 'yuan with two decimals, like 12.00')
  const amount = parseYuan(written)
  return amount.ok && amount.value > 0 ? amount.value : wrong(name, 'more than 0.00')
}
