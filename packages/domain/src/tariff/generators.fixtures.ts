import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import type { Instant } from '../types.ts'
import type { Band, Cap, Choice, Plan, Step, TariffDocument } from './document.ts'
import { parseTariff, priceStay, type Stay, type Tariff } from './tariff.ts'

/** The tariff of a document that must be right. */
export function tariffFor(document: unknown): Tariff {
  const parsed = parseTariff(document)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return parsed.value
}

/** "2025-03-05T10:00+08:00" as an instant. */
export const at = (text: string): Instant => Date.parse(text) as Instant
export const later = (from: Instant, seconds: number): Instant => (from + seconds * 1000) as Instant

/** Price of [from, from + seconds). */
export const priceOf = (tariff: Tariff, from: Instant, seconds: number, more: Partial<Stay> = {}): number =>
  priceStay(tariff, { enteredAt: from, at: later(from, seconds), ...more })

type Published = {
  readonly id: string
  readonly timeZone: string
  readonly currency: string
  readonly calendar?: Record<string, string>
  readonly model: Pick<TariffDocument, 'plans' | 'choose'>
  readonly cases: readonly { readonly vehicle: string }[]
}

/** The published price lists of the project's vectors, with a class of vehicle each of them knows. */
export const published: readonly {
  readonly id: string
  readonly document: TariffDocument
  readonly vehicle: string
}[] = (
  JSON.parse(readFileSync(new URL('../../../../conformance/vectors/tariffs.json', import.meta.url), 'utf8')) as {
    readonly tariffs: readonly Published[]
  }
).tariffs.map(({ id, timeZone, currency, calendar, model, cases }) => ({
  id,
  document: { timeZone, currency, ...(calendar ? { calendar } : {}), ...model },
  vehicle: cases[0]!.vehicle,
}))

export const minute = 60
export const hour = 3600
export const day = 86_400

const timeOfDay = fc
  .integer({ min: 0, max: 95 })
  .map(
    (quarter) => `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`,
  )

const anyRound: fc.Arbitrary<Step['round'] & {}> = fc.oneof(
  { arbitrary: fc.constant('up' as const), weight: 4 },
  fc.constant('down' as const),
  fc.integer({ min: 0, max: 10 }).map((drop) => ({ drop })),
)
const anyEvery = fc.constantFrom<(number | null)[]>(10, 13, 15, 30, 60, 90, 120, 480, null)

/** Steps of non-negative price, the last without end. */
export const anySteps: fc.Arbitrary<Step[]> = fc
  .array(fc.record({ length: fc.integer({ min: 1, max: 30 }), every: anyEvery, fen: anyFen(), round: anyRound }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((parts) => {
    let to = 0
    return parts.map(({ length, every, fen, round }, index) => {
      to += length * 10
      return { to: index === parts.length - 1 ? null : to, every, fen, round }
    })
  })

function anyFen(): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 40 }).map((units) => units * 50)
}
const cap = anyFen().map((fen) => fen * 3)

const anyDays = fc.uniqueArray(fc.constantFrom('workday', 'nonworkday', 'saturday', 'sunday', 'holiday'), {
  minLength: 1,
  maxLength: 2,
})
const anyWindow = fc
  .tuple(timeOfDay, timeOfDay)
  .filter(([from, to]) => from !== to && to !== '00:00')
  .map(([from, to]) => ({ from, to }))
const anyBand: fc.Arbitrary<Band> = fc
  .record({
    window: fc.option(anyWindow, { nil: undefined, freq: 6 }),
    days: fc.option(anyDays, { nil: undefined, freq: 2 }),
    cap: fc.option(cap, { nil: undefined, freq: 2 }),
    steps: anySteps,
  })
  .map(({ window, days, cap, steps }) => ({
    ...(window ?? (days ? {} : { from: '08:00', to: '20:00' })),
    ...(days ? { days } : {}),
    ...(cap === undefined ? {} : { cap }),
    steps,
  }))

const anyFree = fc.record({
  minutes: fc.integer({ min: 0, max: 120 }),
  edge: fc.constantFrom('inclusive' as const, 'exclusive' as const),
  // biome-ignore lint/suspicious/noThenProperty: the model's own word (tariffs.md 5.2)
  then: fc.constantFrom('count' as const, 'deduct' as const),
})
const anyCycle: fc.Arbitrary<Plan['cycle'] & {}> = fc.oneof(
  fc.record({
    from: fc.constant('entry' as const),
    minutes: fc.constantFrom(1440, 1440, 720, 2880, 1000, 420),
    restart: fc.boolean(),
  }),
  fc.record({
    from: fc.constant('clock' as const),
    at: fc.constantFrom('00:00', '04:00', '01:30'),
    restart: fc.boolean(),
  }),
)
/** Caps of cycles and stays: what they limit lies one inside the other. */
export const nestedCaps: fc.Arbitrary<Plan['caps'] & {}> = fc.array(
  fc.oneof(
    { arbitrary: fc.record({ per: fc.constant('cycle' as const), fen: cap }), weight: 2 },
    fc
      .record({ fen: cap, first: fc.integer({ min: 1, max: 3 }), more: fc.option(fc.integer({ min: 0, max: 2 })) })
      .map(({ fen, first, more }) => ({
        per: 'cycle' as const,
        fen,
        cycles: [first, more === null ? null : first + more] as [number, number | null],
      })),
    cap.map((fen) => ({ per: 'stay' as const, fen: fen * 5 })),
  ),
  { maxLength: 3 },
)
/** Caps over windows of their own, which need not lie inside one another. */
export const anyWindowCap = fc
  .record({
    minutes: fc.constantFrom(60, 210, 420, 720, 720, 1440, 2880),
    until: fc.option(fc.constantFrom('00:00', '24:00', '02:30', '18:00'), { nil: undefined }),
    fen: cap,
    first: fc.integer({ min: 1, max: 2 }),
  })
  .map(({ minutes, until, fen, first }) => ({
    over: { minutes, ...(until === undefined ? {} : { until }) },
    fen,
    ...(first === 1 ? {} : { cycles: [first, null] as [number, null] }),
  }))
export const anyCaps: fc.Arbitrary<Plan['caps'] & {}> = fc
  .tuple(
    nestedCaps,
    fc.oneof({ arbitrary: fc.constant([]), weight: 2 }, fc.array(anyWindowCap, { minLength: 1, maxLength: 2 })),
  )
  .map(([nested, windows]) => [...nested, ...windows])

/** Without a window that ends at a time of day. */
export const untimedCaps = anyCaps.map((caps) => caps.filter(({ over }) => over?.until === undefined))

/** Whether a plan with this cycle may have this cap (rules.ts). */
function fits({ per, over }: Cap, cycle: (Plan['cycle'] & {}) | null): boolean {
  if (!over) return per === 'stay' || cycle !== null
  if (!cycle || cycle.restart === false) return true
  const blockMinutes = cycle.from === 'entry' ? cycle.minutes : 1440
  const isWhole = cycle.from === 'entry' && over.until === undefined && over.minutes % blockMinutes === 0
  return over.minutes <= blockMinutes || isWhole
}

/** Any plan whose ladders have no end; `few` narrows it to what a law is about. */
export const anyPlan = (few: Partial<Record<keyof Plan, fc.Arbitrary<unknown>>> = {}): fc.Arbitrary<Plan> =>
  fc
    .record({
      free: fc.option(anyFree, { nil: undefined }),
      again: fc.boolean(),
      cycle: fc.option(anyCycle, { freq: 3 }),
      ladderFrom: fc.constantFrom('cycle' as const, 'band' as const),
      edge: fc.constantFrom('cut' as const, 'cut' as const, 'carry' as const),
      bands: fc
        .tuple(fc.array(anyBand, { maxLength: 3 }), anySteps, fc.option(cap, { nil: undefined, freq: 2 }))
        .map(([bands, steps, most]) => [...bands, most === undefined ? { steps } : { steps, cap: most }]),
      caps: anyCaps,
      ...few,
    })
    .map((given) => {
      const { free, again, cycle, caps, ...rest } = given as Plan & { again: boolean }
      const restarts = cycle && cycle.restart !== false
      return {
        ...rest,
        ...(free ? { free: { ...free, ...(again && restarts ? { again: true } : {}) } } : {}),
        ...(cycle ? { cycle } : {}),
        caps: (caps ?? []).filter((cap) => fits(cap, cycle ?? null)),
      }
    })

/** A zone without clock changes, one of an hour, one of half an hour, one that changes at midnight. */
export const anyZone = fc.constantFrom('Asia/Shanghai', 'Europe/London', 'Australia/Lord_Howe', 'America/Asuncion')

const anyCalendar = fc.dictionary(
  fc
    .integer({ min: 0, max: 40 })
    .map((n) => new Date(Date.UTC(2024, 1, 20) + n * 9 * day * 1000).toISOString().slice(0, 10)),
  fc.constantFrom('holiday', 'workday', 'sunday'),
  { maxKeys: 6 },
)

/** One plan for everybody, as a document. */
export const onePlan = (plan: Plan, more: Partial<TariffDocument> = {}): TariffDocument => ({
  timeZone: 'Asia/Shanghai',
  choose: [{ plan: 'p' } as Choice],
  plans: { p: plan },
  ...more,
})

export const anyDocument = (plan: fc.Arbitrary<Plan> = anyPlan()): fc.Arbitrary<TariffDocument> =>
  fc
    .record({ plan, timeZone: anyZone, calendar: fc.option(anyCalendar, { nil: undefined }) })
    .map(({ plan, timeZone, calendar }) => onePlan(plan, { timeZone, ...(calendar ? { calendar } : {}) }))

/** Instants where something happens: midnights, month and year ends, 29 February, clock changes of the zones above. */
const hotSpots = [
  '2024-02-28T16:00:00Z',
  '2024-02-29T16:00:00Z',
  '2024-12-31T16:00:00Z',
  '2025-01-31T16:00:00Z',
  '2025-03-30T01:00:00Z',
  '2025-10-26T01:00:00Z',
  '2024-10-26T23:00:00Z',
  '2025-04-05T15:00:00Z',
  '2024-10-05T15:30:00Z',
  '2024-03-24T03:00:00Z',
  '2024-10-06T04:00:00Z',
  '2025-03-05T02:00:00Z',
].map((text) => Date.parse(text) / 1000)

const nudge = fc.oneof(
  fc.constantFrom(-1, 0, 1),
  fc.integer({ min: -48, max: 48 }).map((n) => n * 900),
  fc.integer({ min: -2 * day, max: 2 * day }),
)
/** Entries within a second, a quarter of an hour or a few days of where something happens. */
export const anyEntry: fc.Arbitrary<Instant> = fc
  .tuple(fc.constantFrom(...hotSpots), nudge, fc.constantFrom(0, 0, 0, 400))
  .map(([s, more, ms]) => ((s + more) * 1000 + ms) as Instant)

/** Lengths in seconds: none, one second, around quarters of an hour and whole days, up to 40 days. */
export const anyLength = (most = 40 * day): fc.Arbitrary<number> =>
  fc
    .oneof(
      fc.constantFrom(0, 1, day - 1, day, day + 1, 40 * day),
      fc.tuple(fc.integer({ min: 0, max: 200 }), fc.constantFrom(-1, 0, 1)).map(([n, more]) => n * 900 + more),
      fc.integer({ min: 0, max: 3 * day }),
      fc.integer({ min: 0, max: most }),
    )
    .map((seconds) => Math.min(Math.max(0, seconds), most))
