import { plateKind } from '@lanepay/domain/plate.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { usualClasses } from '@lanepay/domain/tariff/choose.ts'
import { coveredBy } from '@lanepay/domain/tariff/passes.ts'
import { parseSchedule, quoteBySchedule, type Schedule, tariffFor } from '@lanepay/domain/tariff/schedule.ts'
import type { InnerStay, StayQuote, TariffDocument, TariffFault } from '@lanepay/domain/tariff/tariff.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { PriceStay, StayToPrice } from '../lot.ts'
import type { AreaPlan } from '../plan.ts'
import type { Cover } from '../rules/cover.ts'

/** What of an area's plan its price depends on. */
export type AreaTariff = Pick<AreaPlan, 'name' | 'tariff' | 'listsHold'>
type Area = { readonly schedule: Schedule; readonly listsHold: boolean }

/**
 * Prices by a price list or its versions (packages/domain/tariff/schedule.ts), and by those of areas inside the lot. Every fault
 * of all of them at once, each with its place: in the list itself, or below `/areas/INDEX/tariff`.
 */
export function pricesBy(
  tariff: unknown,
  areas: readonly AreaTariff[] = [],
): Result<PriceStay, readonly TariffFault[]> {
  const lot = parsedList(tariff)
  const faults = lot.ok ? [] : [...lot.error]
  const inner = new Map<string, Area>()
  for (const [index, { name, tariff, listsHold = true }] of areas.entries()) {
    const area = parsedList(tariff)
    if (area.ok) inner.set(name, { schedule: area.value, listsHold })
    else faults.push(...area.error.map(({ path, rule }) => ({ path: `/areas/${index}/tariff${path}`, rule })))
  }
  return lot.ok && faults.length === 0 ? ok(pricing(lot.value, inner)) : err(faults)
}

/** One price list has always been in force. */
function parsedList(tariff: unknown): Result<Schedule, readonly TariffFault[]> {
  if (typeof tariff === 'object' && tariff !== null && 'versions' in tariff) return parseSchedule(tariff)
  const parsed = parseSchedule({ versions: [{ from: '2000-01-01T00:00:00Z', tariff }] })
  // The installer wrote the price list, not the list of versions around it.
  return parsed.ok
    ? parsed
    : err(parsed.error.map(({ path, rule }) => ({ path: path.replace('/versions/0/tariff', ''), rule })))
}

const pricing = (schedule: Schedule, areas: ReadonlyMap<string, Area>): PriceStay =>
  Object.assign(priceOf(schedule, areas), {
    classes: (now: Instant) => [
      ...new Set(
        [schedule, ...[...areas.values()].map((area) => area.schedule)].flatMap((one) =>
          classesIn(tariffFor(one, now, now).document),
        ),
      ),
    ],
  })

const priceOf =
  (schedule: Schedule, areas: ReadonlyMap<string, Area>) =>
  ({
    enteredAt,
    at,
    plate,
    colour,
    vehicleClass,
    occupancyPercent,
    cover,
    payments,
    coupons,
    parts,
    earlier,
  }: StayToPrice) => {
    const tariff = tariffFor(schedule, enteredAt, at)
    const whole = ({ from, to, windows }: Cover): readonly { from: Instant; to: Instant }[] =>
      windows
        ? coveredBy(
            tariff,
            { windows: windows.map(({ days, ...window }) => ({ ...window, ...(days ? { days } : {}) })) },
            from,
            to,
          )
        : [{ from, to }]
    const covered = cover.flatMap(whole)
    // An area that the plan no longer has is the lot's own ground.
    const inner = parts.flatMap(({ area: name, occupancyPercent, ...part }): InnerStay[] => {
      const area = areas.get(name)
      if (!area) return []
      return [
        {
          ...part,
          name,
          tariff: tariffFor(area.schedule, part.enteredAt, part.leftAt),
          ...(occupancyPercent === null ? {} : { occupancyPercent }),
          ...(area.listsHold ? { covered } : {}),
        },
      ]
    })
    const quote = quoteBySchedule(schedule, {
      enteredAt,
      at,
      plateColour: colour,
      plateKind: plateKind(plate),
      payments,
      ...(vehicleClass === null ? {} : { vehicleClass }),
      ...(occupancyPercent === null ? {} : { occupancyPercent }),
      ...(coupons.length === 0 ? {} : { coupons }),
      ...(looksBack(tariff.document) ? { earlier: earlier() } : {}),
      ...(covered.length === 0 ? {} : { covered }),
      ...(inner.length === 0 ? {} : { inner }),
    })
    return { ...lessPaidBefore(quote, payments), leaveMinutes: tariff.leaveMinutes }
  }

/** A stay that goes on with an earlier visit was paid for in part with that one, by another session (tariffs.md 6.4). */
function lessPaidBefore(
  { priceFen, paidFen, lines }: StayQuote,
  payments: StayToPrice['payments'],
): Pick<ReturnType<PriceStay>, 'priceFen' | 'lines'> {
  const beforeFen = Math.min(priceFen, paidFen - payments.reduce((sum, { amountFen }) => sum + amountFen, 0))
  if (beforeFen === 0) return { priceFen, lines }
  const text = { 'zh-CN': '此前已付', en: 'Paid for earlier visits' }
  return { priceFen: priceFen - beforeFen, lines: [...lines, { kind: 'paid', text, amountFen: -beforeFen }] }
}

/** Every class that a plate stands for or a condition names, where the price depends on any; else none. */
function classesIn({ choose, allowances = [], classes }: TariffDocument): readonly string[] {
  const named = [...choose, ...allowances].flatMap(({ when }) => when?.vehicle ?? [])
  if (named.length === 0) return []
  const all = [...new Set([...(classes ?? usualClasses).flatMap(({ as }) => as), ...named])]
  return all.length > 1 ? all : []
}

/** Whether a price list looks at earlier visits: for their number, for coming back soon, for a window over several. */
const looksBack = ({ visits, choose, allowances = [] }: TariffDocument): boolean =>
  visits !== undefined ||
  choose.some(({ when }) => when?.visitAtLeast !== undefined) ||
  allowances.some(({ per, when }) => per === 'day' || when?.visitAtLeast !== undefined)
