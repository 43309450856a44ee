import { isDeepStrictEqual } from 'node:util'
import {
  type Coupon,
  NotPriceable,
  parseTariff,
  priceStay,
  quoteStay,
  type Stay,
  type Tariff,
} from '@lanepay/domain/tariff/tariff.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { type Check, type Checks, passed, type Verdict } from '../check.ts'

/*
 * Holds the tariff engine against `vectors/tariffs.json`: one vector is one stay of a published price list, or one case
 * of what surrounds a tariff. The list's `model` and the case's `rule` make the document; nothing is priced here.
 */

type Fields = Readonly<Record<string, unknown>>
type Paid = { readonly at: string; readonly fen: number }
type Earlier = { readonly entry: string; readonly exit: string; readonly paidFen: number }
type Inner = { readonly lot: string; readonly entry: string; readonly exit: string }
type Pass = { readonly from: string; readonly to: string }

const told = ['id', 'why', 'published', 'expectedFen', 'tariff', 'rule']
const asked = ['vehicle', 'entry', 'exit', 'paid', 'earlier', 'coupons', 'inner', 'covered']

/** Where in a document each setting of tariffs.md section 6 is said. */
const settings: Readonly<Record<string, (value: unknown) => Fields>> = {
  exitMinutes: (exitMinutes) => ({ payment: { exitMinutes } }),
  overstay: (overstay) => ({ payment: { overstay } }),
  from: (from) => ({ payment: { from } }),
  freeAgain: (freeAgain) => ({ payment: { freeAgain } }),
  firstAgain: (firstAgain) => ({ payment: { firstAgain } }),
  couponMinutes: (couponMinutes) => ({ couponMinutes }),
  amountStep: (amountStep) => ({ amountStep }),
  allowance: (allowance) => ({ allowances: [allowance] }),
  nested: (mode) => ({ nested: { mode } }),
  transitMinutes: (transitMinutes) => ({ nested: { transitMinutes } }),
  passMinutes: (passMinutes) => ({ nested: { passMinutes } }),
  resumeWithinMinutes: (resumeWithinMinutes) => ({ visits: { resumeWithinMinutes } }),
  covered: (covered) => ({ covered }),
}

function instant(text: unknown): Instant {
  const ms = Date.parse(String(text))
  if (Number.isNaN(ms)) throw new TypeError(`${String(text)} is not an instant`)
  return ms as Instant
}

function entryNamed(file: Fields, id: unknown): Fields {
  const entry = (file.tariffs as readonly Fields[]).find((one) => one.id === id)
  if (!entry) throw new TypeError(`the file has no tariff ${String(id)}`)
  return entry
}

function documentOf(entry: Fields, rule: Fields): Fields {
  const { timeZone, currency, calendar, model } = entry
  const document: Record<string, unknown> = {
    timeZone,
    currency,
    ...(calendar ? { calendar } : {}),
    ...(model as Fields),
  }
  for (const [name, value] of Object.entries(rule)) {
    const said = settings[name]?.(value)
    if (!said) throw new TypeError(`the rule ${name} is not known`)
    for (const [key, part] of Object.entries(said)) {
      const before = document[key]
      document[key] = typeof part === 'object' && !Array.isArray(part) ? { ...(before as Fields), ...part } : part
    }
  }
  return document
}

function tariffNamed(file: Fields, id: unknown, rule: Fields): Tariff {
  const parsed = parseTariff(documentOf(entryNamed(file, id), rule))
  if (parsed.ok) return parsed.value
  throw new TypeError(`tariff ${String(id)}: ${parsed.error.map(({ path, rule }) => `${path} ${rule}`).join(', ')}`)
}

function couponOf(coupon: Fields): Coupon {
  return (coupon.kind === 'until' ? { ...coupon, at: instant(coupon.at) } : coupon) as Coupon
}

function stayOf(vector: Fields, file: Fields): Stay {
  const { vehicle, entry, exit, paid = [], earlier = [], coupons = [], inner = [], covered = [] } = vector
  return {
    enteredAt: instant(entry),
    at: instant(exit),
    ...(vehicle === undefined ? {} : { vehicleClass: String(vehicle) }),
    payments: (paid as readonly Paid[]).map(({ at, fen }) => ({ paidAt: instant(at), amountFen: fen })),
    earlier: (earlier as readonly Earlier[]).map((visit) => ({
      enteredAt: instant(visit.entry),
      leftAt: instant(visit.exit),
      paidFen: visit.paidFen,
    })),
    coupons: (coupons as readonly Fields[]).map(couponOf),
    inner: (inner as readonly Inner[]).map((stay) => ({
      tariff: tariffNamed(file, stay.lot, {}),
      enteredAt: instant(stay.entry),
      leftAt: instant(stay.exit),
    })),
    covered: (covered as readonly Pass[]).map(({ from, to }) => ({ from: instant(from), to: instant(to) })),
  }
}

/** What is due at the exit; and the quote's lines, and the price asked for alone, must both say the price. */
const stayCheck: Check = (vector, file): Verdict => {
  const strange = Object.keys(vector).filter((name) => !told.includes(name) && !asked.includes(name))
  if (strange.length > 0) throw new TypeError(`the case says ${strange.join(', ')}, which is not known`)
  const tariff = tariffNamed(file, vector.tariff, (vector.rule ?? {}) as Fields)
  const stay = stayOf(vector, file)
  try {
    const { dueFen, priceFen, lines } = quoteStay(tariff, stay)
    const linesFen = lines.reduce((total, { amountFen }) => total + amountFen, 0)
    const expected = { dueFen: vector.expectedFen, linesFen: priceFen, priceAloneFen: priceFen }
    const actual = { dueFen, linesFen, priceAloneFen: priceStay(tariff, stay) }
    return isDeepStrictEqual(expected, actual) ? passed : { passed: false, expected, actual }
  } catch (error) {
    if (!(error instanceof NotPriceable)) throw error
    return { passed: false, expected: vector.expectedFen, actual: error.message }
  }
}

/** One check for the stays of the price lists, one for `mechanics`: the same engine, asked the same way. */
export const tariffChecks: Checks = { stay: stayCheck, mechanics: stayCheck }
