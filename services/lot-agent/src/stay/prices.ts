import { plateKind } from '@lanepay/domain/plate.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { usualClasses } from '@lanepay/domain/tariff/choose.ts'
import { coveredBy } from '@lanepay/domain/tariff/passes.ts'
import { parseSchedule, quoteBySchedule, type Schedule, tariffFor } from '@lanepay/domain/tariff/schedule.ts'
import type { TariffDocument, TariffFault } from '@lanepay/domain/tariff/tariff.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { PriceStay, StayToPrice } from '../lot.ts'
import type { Cover } from '../rules/cover.ts'

/** Prices by a price list with its versions (packages/domain/tariff/schedule.ts); every fault of it at once. */
export function pricesBy(schedule: unknown): Result<PriceStay, readonly TariffFault[]> {
  const parsed = parseSchedule(schedule)
  return parsed.ok ? ok(pricing(parsed.value)) : err(parsed.error)
}

/** Prices by one price list that has always been in force. */
export const pricesByTariff = (tariff: unknown): Result<PriceStay, readonly TariffFault[]> => {
  const parsed = pricesBy({ versions: [{ from: '2000-01-01T00:00:00Z', tariff }] })
  // The installer wrote the price list, not the list of versions around it.
  return parsed.ok
    ? parsed
    : err(parsed.error.map(({ path, rule }) => ({ path: path.replace('/versions/0/tariff', ''), rule })))
}

const pricing = (schedule: Schedule): PriceStay =>
  Object.assign(priceOf(schedule), {
    classes: (now: Instant) => classesIn(tariffFor(schedule, now, now).document),
  })

const priceOf =
  (schedule: Schedule) =>
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
    const { priceFen, lines } = quoteBySchedule(schedule, {
      enteredAt,
      at,
      plateColour: colour,
      plateKind: plateKind(plate),
      payments,
      ...(vehicleClass === null ? {} : { vehicleClass }),
      ...(occupancyPercent === null ? {} : { occupancyPercent }),
      ...(coupons.length === 0 ? {} : { coupons }),
      ...(looksBack(tariff.document) ? { earlier: earlier() } : {}),
      ...(cover.length === 0 ? {} : { covered: cover.flatMap(whole) }),
    })
    return { priceFen, lines, leaveMinutes: tariff.leaveMinutes }
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
