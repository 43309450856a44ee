import Type, { type Static } from 'typebox'
import type { Result } from '../result.ts'
import { err, ok } from '../result.ts'
import type { Instant } from '../types.ts'
import type { Tariff } from './compiled.ts'
import { formFaults, parseTariff, type TariffFault } from './parse.ts'
import { quoteStay } from './quote.ts'
import type { Stay, StayQuote } from './stay.ts'

/*
 * A change of tariff (tariffs.md 4, no. 21): versions, each with the instant from which it counts and what becomes of the
 * cars that are inside then. Old versions are kept, because old stays are priced by them.
 */
const Version = Type.Object(
  {
    /** With its offset, so that nobody has to guess a zone. */
    from: Type.String({ maxLength: 40, description: 'the instant from which it counts, as 2026-01-01T00:00:00+08:00' }),
    carsInside: Type.Optional(
      Type.Enum(['old', 'new'], {
        description:
          'old (the default): the version in force at their entry prices their whole stay; new: this one does, from this instant on',
      }),
    ),
    tariff: Type.Unknown({ description: 'urn:lanepay:tariff' }),
  },
  { additionalProperties: false },
)
export const ScheduleDocument = Type.Object(
  { versions: Type.Array(Version, { minItems: 1, maxItems: 1000 }) },
  { additionalProperties: false, title: 'Versions of a parking tariff' },
)
export type ScheduleDocument = Static<typeof ScheduleDocument>

/** Versions in the order in which they came into force. */
export type Schedule = readonly {
  readonly from: Instant
  readonly carsInside: 'old' | 'new'
  readonly tariff: Tariff
}[]

/** Checks a list of versions; every fault of every tariff in it, with its place in the whole document. */
export function parseSchedule(document: unknown): Result<Schedule, TariffFault[]> {
  const faults = formFaults(ScheduleDocument, document)
  if (faults.length > 0) return err(faults)
  const schedule: Schedule[number][] = []
  for (const [index, { from, carsInside = 'old', tariff }] of (document as ScheduleDocument).versions.entries()) {
    const path = `/versions/${index}`
    const parsed = parseTariff(tariff)
    if (!parsed.ok)
      faults.push(...parsed.error.map((fault) => ({ path: `${path}/tariff${fault.path}`, rule: fault.rule })))
    const fromMs = isInstant.test(from) ? Date.parse(from) : Number.NaN
    if (Number.isNaN(fromMs)) faults.push({ path: `${path}/from`, rule: 'no-such-instant' })
    else if (fromMs <= (schedule.at(-1)?.from ?? Number.NEGATIVE_INFINITY))
      faults.push({ path: `${path}/from`, rule: 'not-rising' })
    else if (parsed.ok) schedule.push({ from: fromMs as Instant, carsInside, tariff: parsed.value })
  }
  return faults.length > 0 ? err(faults) : ok(schedule)
}

const isInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/

/**
 * The version that prices a stay, asked at an instant: the one in force at the entry, or the latest one since that took the
 * cars inside with it. The first version also prices those who came in before it.
 */
export function tariffFor(schedule: Schedule, enteredAt: Instant, at: Instant): Tariff {
  const version = schedule.findLast(
    ({ from, carsInside }, index) => index === 0 || from <= enteredAt || (carsInside === 'new' && from <= at),
  )
  if (!version) throw new RangeError('a schedule has at least one version')
  return version.tariff
}

/**
 * `quoteStay` by the version that prices the stay. An answer never stands beyond an instant at which another version takes
 * over, and the time to leave that a payment has bought stands whatever the price has become since.
 * @throws NotPriceable as `quoteStay` does.
 */
export function quoteBySchedule(schedule: Schedule, stay: Stay): StayQuote {
  const { enteredAt, at, payments = [] } = stay
  const tariff = tariffFor(schedule, enteredAt, at)
  const quote = quoteStay(tariff, stay)
  const next = schedule.find(({ from, carsInside }) => from > at && from > enteredAt && carsInside === 'new')
  const lastBefore = next ? ((Math.ceil(next.from / 1000) * 1000 - 1000) as Instant) : quote.holdsUntil
  const holdsUntil = Math.min(lastBefore, quote.holdsUntil) as Instant
  let leaveBy = quote.leaveBy ?? (0 as Instant)
  for (const { paidAt } of payments) {
    const then = tariffFor(schedule, enteredAt, paidAt)
    if (paidAt > at || then === tariff) continue
    const before = payments.filter((payment) => payment.paidAt <= paidAt)
    const bought = quoteStay(then, { ...stay, at: paidAt, payments: before }).leaveBy
    if (bought !== null && bought > leaveBy) leaveBy = bought
  }
  if (leaveBy <= (quote.leaveBy ?? 0) || Math.floor(at / 1000) * 1000 > leaveBy) return { ...quote, holdsUntil }
  const holds = quote.dueFen > 0 ? leaveBy : Math.max(leaveBy, holdsUntil)
  return { ...quote, dueFen: 0, leaveBy, holdsUntil: holds as Instant }
}
