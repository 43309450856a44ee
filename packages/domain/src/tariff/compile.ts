import type { Band, Plan, Step, Tariff, TariffDocument } from './tariff.ts'
import { dayNumber, daySeconds, timeOfDayS, weekdayOf, type Zone, zoneNamed } from './zone.ts'

/*
 * The tariff as the engine walks it: seconds instead of minutes, sets instead of lists, defaults filled in, and the bands
 * of each local day worked out once. Nothing here changes what a tariff means; it is kept per document in a weak map.
 */
export type Ladder = readonly Rung[]
export type Rung = {
  readonly index: number
  readonly step: Step
  /** Seconds of elapsed time at which the step ends; Infinity: never. */
  readonly toS: number
  readonly everyS: number | null
  readonly fen: number
  readonly round: 'up' | 'down' | 'drop'
  readonly dropS: number
}
export type TimedBand = {
  readonly index: number
  readonly name: string
  readonly cap: number
  readonly ladder: Ladder
  /** What an overstay without "first step again" pays by: the last step, from its first minute on. */
  readonly lastOnly: Ladder
}
/** A stretch of the wall clock, in epoch seconds, with the band that is in force. */
export type Stretch = { readonly startS: number; readonly endS: number; readonly band: TimedBand }
export type CompiledCycle =
  | { readonly from: 'entry'; readonly lengthS: number; readonly restart: boolean }
  | { readonly from: 'clock'; readonly atS: number; readonly restart: boolean }
export type CompiledPlan = {
  readonly id: string
  readonly free: {
    readonly s: number
    readonly inclusive: boolean
    readonly deduct: boolean
    readonly again: boolean
  } | null
  readonly cycle: CompiledCycle | null
  readonly ladderFromBand: boolean
  readonly carry: boolean
  readonly zone: Zone
  readonly bands: readonly TimedBand[]
  /** One band for all time. */
  readonly only: TimedBand | null
  /** The bands of one local day, in order, without gaps. */
  readonly stretchesOf: (day: number) => readonly Stretch[]
  readonly cycleCaps: readonly { readonly fen: number; readonly first: number; readonly last: number }[]
  readonly stayCap: number
}
export type Compiled = {
  readonly document: TariffDocument
  readonly zone: Zone
  readonly plans: ReadonlyMap<string, CompiledPlan>
  readonly kindOf: (day: number) => string
}

const compiled = new WeakMap<TariffDocument, Compiled>()

export function compile(tariff: Tariff): Compiled {
  let known = compiled.get(tariff)
  if (!known) {
    known = build(tariff)
    compiled.set(tariff, known)
  }
  return known
}

/** `nonworkday` in a list matches every kind but `workday`. */
export const daysHold = (days: readonly string[], kind: string): boolean =>
  days.includes(kind) || (kind !== 'workday' && days.includes('nonworkday'))

function build(document: TariffDocument): Compiled {
  const zone = zoneNamed(document.timeZone)
  const calendar = new Map(Object.entries(document.calendar ?? {}).map(([date, kind]) => [dayNumber(date), kind]))
  const kindOf = (day: number): string => {
    const weekday = weekdayOf(day)
    return calendar.get(day) ?? (weekday === 6 ? 'sunday' : weekday === 5 ? 'saturday' : 'workday')
  }
  const plans = new Map(Object.entries(document.plans).map(([id, plan]) => [id, buildPlan(id, plan, zone, kindOf)]))
  return { document, zone, plans, kindOf }
}

function buildPlan(id: string, plan: Plan, zone: Zone, kindOf: (day: number) => string): CompiledPlan {
  const { free, cycle } = plan
  const bands = plan.bands.map(buildBand)
  return {
    id,
    free: free
      ? {
          s: free.minutes * 60,
          inclusive: free.edge !== 'exclusive',
          deduct: free.then === 'deduct',
          again: free.again === true,
        }
      : null,
    cycle: !cycle
      ? null
      : cycle.from === 'entry'
        ? { from: 'entry', lengthS: cycle.minutes * 60, restart: cycle.restart !== false }
        : { from: 'clock', atS: timeOfDayS(cycle.at ?? '00:00') ?? 0, restart: cycle.restart !== false },
    ladderFromBand: plan.ladderFrom === 'band',
    carry: plan.edge === 'carry',
    zone,
    bands,
    only: bands.length === 1 ? bands[0]! : null,
    stretchesOf: stretchesOf(plan.bands, bands, zone, kindOf),
    cycleCaps: (plan.caps ?? [])
      .filter(({ per }) => per === 'cycle')
      .map(({ fen, cycles }) => ({ fen, first: cycles?.[0] ?? 1, last: cycles?.[1] ?? Number.POSITIVE_INFINITY })),
    stayCap: Math.min(
      Number.POSITIVE_INFINITY,
      ...(plan.caps ?? []).filter(({ per }) => per === 'stay').map(({ fen }) => fen),
    ),
  }
}

const freeStep: Step = { to: null, every: null, fen: 0 }

function buildBand(band: Band, index: number): TimedBand {
  const steps = band.steps?.length ? band.steps : [freeStep]
  const ladder = steps.map(buildRung)
  return {
    index,
    name: band.name ?? '',
    cap: band.cap ?? Number.POSITIVE_INFINITY,
    ladder,
    lastOnly: [{ ...ladder.at(-1)!, toS: Number.POSITIVE_INFINITY }],
  }
}

const buildRung = (step: Step, index: number): Rung => ({
  index,
  step,
  toS: step.to === null ? Number.POSITIVE_INFINITY : step.to * 60,
  everyS: step.every === null ? null : step.every * 60,
  fen: step.fen,
  round: typeof step.round === 'object' ? 'drop' : (step.round ?? 'up'),
  dropS: typeof step.round === 'object' ? step.round.drop * 60 : 0,
})

const keptDays = 5_000

function stretchesOf(
  rules: readonly Band[],
  bands: readonly TimedBand[],
  zone: Zone,
  kindOf: (day: number) => string,
): (day: number) => readonly Stretch[] {
  const windows = rules.map(({ days, from, to }) => {
    const fromS = timeOfDayS(from ?? '00:00') ?? 0
    const toS = timeOfDayS(to ?? '24:00') ?? daySeconds
    return { days, fromS, toS, always: !days && from === undefined && to === undefined }
  })
  const windowOn = (index: number, day: number): [number, number] | null => {
    const { days, fromS, toS } = windows[index]!
    if (days && !daysHold(days, kindOf(day))) return null
    // Equal times are a whole day; 24:00 is the next day's midnight, whatever the clock does there.
    const nextDay = toS <= fromS || toS === daySeconds
    return [zone.instantOf(day, fromS), zone.instantOf(nextDay ? day + 1 : day, toS === daySeconds ? 0 : toS)]
  }
  const work = (day: number): Stretch[] => {
    const startS = zone.instantOf(day, 0)
    const endS = zone.instantOf(day + 1, 0)
    const open = windows.flatMap(({ always }, index) =>
      always ? [] : [windowOn(index, day - 1), windowOn(index, day)].map((window) => ({ index, window })),
    )
    const edges = [startS, endS]
    for (const { window } of open) if (window) edges.push(...window.filter((at) => at > startS && at < endS))
    edges.sort((a, b) => a - b)
    const stretches: Stretch[] = []
    for (let i = 0; i + 1 < edges.length; i++) {
      const from = edges[i]!
      const to = edges[i + 1]!
      if (from === to) continue
      // `open` is in the order of the bands, and the last band is always there.
      const index =
        open.find(({ window }) => window && window[0] <= from && from < window[1])?.index ?? bands.length - 1
      const before = stretches.at(-1)
      const band = bands[index]!
      if (before?.band === band) stretches[stretches.length - 1] = { ...before, endS: to }
      else stretches.push({ startS: from, endS: to, band })
    }
    return stretches
  }
  const kept = new Map<number, readonly Stretch[]>()
  return (day) => {
    let stretches = kept.get(day)
    if (!stretches) {
      if (kept.size >= keptDays) kept.clear()
      stretches = work(day)
      kept.set(day, stretches)
    }
    return stretches
  }
}
