import type { Band, Cap, Plan, Step, TariffDocument } from './document.ts'

/*
 * Steps 5 to 10 of tariffs.md 5.3, and the windows of 5.4, as they are printed there: unit by unit, with Temporal for the wall clock and no short
 * cut at all. The engine must agree with it to the fen; it shares no code with the engine.
 */
type Occurrence = { readonly band: Band; readonly fromS: number; readonly toS: number }

/** Null: the stay is longer than the plan's list of prices. Entry and exit in whole seconds. */
export function literalPrice(document: TariffDocument, plan: Plan, entryS: number, exitS: number): number | null {
  const { free, cycle, caps = [] } = plan
  const lengthS = exitS - entryS
  const freeS = (free?.minutes ?? 0) * 60
  const isFree = (s: number): boolean => free !== undefined && (s < freeS || (s === freeS && free.edge !== 'exclusive'))
  if (lengthS <= 0 || isFree(lengthS)) return 0
  const again = free?.again === true && cycle?.restart !== false && cycle !== null && cycle !== undefined
  const deductedS = free?.then === 'deduct' ? freeS : 0
  const startS = Math.min(exitS, again ? entryS : entryS + deductedS)
  const occurrences = occurrencesIn(document, plan, entryS, exitS)
  const edges = blockEdges(document, plan, entryS, exitS)
  const walked = (fromS: number, toS: number) => walkUnits(plan, occurrences, fromS, toS)

  const blocks = edges.slice(1).map((endS, index) => ({ startS: edges[index]!, endS }))
  const blockOf = (s: number): number => blocks.findIndex((block) => s >= block.startS && s < block.endS)
  const blockCap = (index: number): number =>
    Math.min(...caps.filter((cap) => cap.per === 'cycle' && limits(cap, index)).map(({ fen }) => fen))
  const cycleMinutes = !cycle ? Number.POSITIVE_INFINITY : cycle.from === 'entry' ? cycle.minutes : 1440
  const windows = windowsOf(caps)
  const smaller = windows.filter(([{ over }]) => over!.minutes <= cycleMinutes)
  const larger = windows.filter(([{ over }]) => over!.minutes > cycleMinutes)
  const within = (list: typeof windows, charges: readonly Charge[], fromS: number): readonly Charge[] =>
    list.reduce((left, window) => windowCapped(document, window, left, fromS, exitS), charges)

  let charges: readonly Charge[]
  if (cycle && cycle.restart !== false) {
    const ofBlocks: Charge[] = []
    for (const [index, block] of blocks.entries()) {
      const toS = Math.min(block.endS, exitS)
      let fromS = Math.max(block.startS, startS)
      if (again) {
        if (isFree(toS - block.startS)) continue
        fromS = Math.min(toS, block.startS + deductedS)
      }
      if (fromS >= toS) continue
      const units = walked(fromS, toS)
      if (!units) return null
      const left = within(
        smaller,
        bandsCapped(units, () => 0),
        block.startS,
      )
      ofBlocks.push({ atS: fromS, fen: Math.min(sumOf(left), blockCap(index)) })
    }
    charges = ofBlocks
  } else {
    const units = walked(startS, exitS)
    if (!units) return null
    const left = within(smaller, bandsCapped(units, blockOf), entryS)
    charges = cycle ? clamped(left, ({ atS }) => blockOf(atS), blockCap) : left
  }
  const total = sumOf(within(larger, charges, entryS))
  return Math.min(total, ...caps.filter(({ per }) => per === 'stay').map(({ fen }) => fen))
}

type Charge = { readonly atS: number; readonly fen: number }
type Unit = Charge & { readonly occurrence: Occurrence }

const sumOf = (charges: readonly Charge[]): number => charges.reduce((total, { fen }) => total + fen, 0)

const limits = ({ cycles }: Cap, index: number): boolean =>
  index + 1 >= (cycles?.[0] ?? 1) && index + 1 <= (cycles?.[1] ?? Number.POSITIVE_INFINITY)

/** Charges in their order, as long as what they belong to has not reached its cap; the rest is waived. */
function clamped<C extends Charge, Key>(charges: readonly C[], keyOf: (charge: C) => Key, capOf: (key: Key) => number) {
  const sums = new Map<Key, number>()
  return charges.map((charge) => {
    const key = keyOf(charge)
    const sum = sums.get(key) ?? 0
    const fen = Math.min(charge.fen, capOf(key) - sum)
    sums.set(key, sum + fen)
    return { ...charge, fen }
  })
}

/** Each occurrence inside a block up to its band's cap. */
function bandsCapped(units: readonly Unit[], blockOf: (s: number) => number): Charge[] {
  const keys = new Map<Occurrence, Map<number, { readonly cap: number }>>()
  const keyOf = ({ occurrence, atS }: Unit) => {
    const blocks = keys.get(occurrence) ?? new Map<number, { readonly cap: number }>()
    keys.set(occurrence, blocks)
    const block = blockOf(atS)
    const key = blocks.get(block) ?? { cap: occurrence.band.cap ?? Number.POSITIVE_INFINITY }
    blocks.set(block, key)
    return key
  }
  return clamped(units, keyOf, ({ cap }) => cap)
}

/** Caps over windows, the caps of one grid together, the smallest grid first. */
function windowsOf(caps: readonly Cap[]): [Cap, ...Cap[]][] {
  const grids: [Cap, ...Cap[]][] = []
  for (const cap of caps) {
    if (!cap.over) continue
    const { minutes, until } = cap.over
    const grid = grids.find(([{ over }]) => over!.minutes === minutes && over!.until === until)
    if (grid) grid.push(cap)
    else grids.push([cap])
  }
  return grids.sort(([a], [b]) => a.over!.minutes - b.over!.minutes)
}

function windowCapped(
  { timeZone }: TariffDocument,
  grid: readonly [Cap, ...Cap[]],
  charges: readonly Charge[],
  fromS: number,
  exitS: number,
): Charge[] {
  const { minutes, until } = grid[0].over!
  const edges = [fromS]
  for (let last = fromS; last < exitS; last = edges.at(-1)!) {
    let next = last + minutes * 60
    if (until !== undefined)
      for (let date = dateOf(last, timeZone).subtract({ days: 1 }); ; date = date.add({ days: 1 })) {
        const s = instantOf(date, until, timeZone)
        if (s <= last) continue
        next = Math.min(next, s)
        break
      }
    edges.push(next)
  }
  return clamped(
    charges,
    ({ atS }) => edges.findIndex((edge, index) => index > 0 && atS < edge) - 1,
    (index) => Math.min(...grid.filter((cap) => limits(cap, index)).map(({ fen }) => fen)),
  )
}

function walkUnits(plan: Plan, occurrences: readonly Occurrence[], startS: number, stayEndS: number): Unit[] | null {
  const units: Unit[] = []
  let p = startS
  while (p < stayEndS) {
    const occurrence = occurrences.find(({ fromS, toS }) => fromS <= p && p < toS)!
    const { band, toS: edgeAt } = occurrence
    const origin = plan.ladderFrom === 'band' ? Math.max(occurrence.fromS, startS) : startS
    const e = p - origin
    const steps: readonly Step[] = band.steps?.length ? band.steps : [{ to: null, every: null, fen: 0 }]
    const step = steps.find(({ to }) => to === null || e < to * 60)
    if (!step) return null
    const stepEnd = step.to === null ? Number.POSITIVE_INFINITY : origin + step.to * 60
    let end =
      step.every !== null
        ? p + step.every * 60
        : Number.isFinite(stepEnd)
          ? stepEnd
          : Number.isFinite(edgeAt)
            ? edgeAt
            : stayEndS
    const full = end
    end = Math.min(end, stepEnd)
    if (plan.edge !== 'carry') end = Math.min(end, edgeAt)
    const used = Math.min(stayEndS, end) - p
    const complete = end === full && stayEndS >= end
    const round = step.round ?? 'up'
    if (round === 'up' || complete || (typeof round === 'object' && used > round.drop * 60))
      units.push({ atS: p, occurrence, fen: step.fen })
    p = end
  }
  return units
}

const dateOf = (s: number, timeZone: string): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(s * 1000)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()

/** A local time that does not exist becomes the first instant after the gap; one that exists twice, its first. */
function instantOf(date: Temporal.PlainDate, time: string, timeZone: string): number {
  const local = time === '24:00' ? date.add({ days: 1 }).toPlainDateTime() : date.toPlainDateTime(time)
  const zoned = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' })
  const exists = zoned.toPlainDateTime().equals(local)
  return (exists ? zoned : zoned.getTimeZoneTransition('next')!).epochMilliseconds / 1000
}

function kindOf({ calendar = {} }: TariffDocument, date: Temporal.PlainDate): string {
  return calendar[date.toString()] ?? (date.dayOfWeek === 7 ? 'sunday' : date.dayOfWeek === 6 ? 'saturday' : 'workday')
}

function occurrencesIn(document: TariffDocument, plan: Plan, fromS: number, toS: number): Occurrence[] {
  const { timeZone } = document
  const last = plan.bands.at(-1)!
  if (plan.bands.length === 1) return [{ band: last, fromS: Number.NEGATIVE_INFINITY, toS: Number.POSITIVE_INFINITY }]
  const first = dateOf(fromS, timeZone).subtract({ days: 9 })
  const end = [
    ...Object.keys(document.calendar ?? {}).map((date) => Temporal.PlainDate.from(date)),
    dateOf(toS, timeZone),
  ]
    .sort(Temporal.PlainDate.compare)
    .at(-1)!
    .add({ days: 9 })
  const windows: Occurrence[] = []
  for (const band of plan.bands.slice(0, -1))
    for (let date = first; Temporal.PlainDate.compare(date, end) <= 0; date = date.add({ days: 1 })) {
      const kind = kindOf(document, date)
      const { days, from = '00:00', to = '24:00' } = band
      if (days && !days.includes(kind) && !(kind !== 'workday' && days.includes('nonworkday'))) continue
      const endDate = to !== '24:00' && to <= from ? date.add({ days: 1 }) : date
      windows.push({ band, fromS: instantOf(date, from, timeZone), toS: instantOf(endDate, to, timeZone) })
    }
  const edges = [...new Set(windows.flatMap((window) => [window.fromS, window.toS]))].sort((a, b) => a - b)
  const stretches: Occurrence[] = []
  for (const [index, edge] of edges.entries()) {
    const next = edges[index + 1]
    if (next === undefined) break
    const ruling = plan.bands.find((band) =>
      windows.some((one) => one.band === band && one.fromS <= edge && edge < one.toS),
    )
    const band = ruling ?? last
    const before = stretches.at(-1)
    if (before?.band === band) stretches[stretches.length - 1] = { ...before, toS: next }
    else stretches.push({ band, fromS: edge, toS: next })
  }
  if (stretches.length === 0) return [{ band: last, fromS: Number.NEGATIVE_INFINITY, toS: Number.POSITIVE_INFINITY }]
  // Before the first and after the last window there is only the band without condition.
  const [head, tail] = [stretches[0]!, stretches.at(-1)!]
  return [
    ...(head.band === last ? [] : [{ band: last, fromS: Number.NEGATIVE_INFINITY, toS: head.fromS }]),
    ...stretches.map((one) => ({
      ...one,
      ...(one === head && one.band === last ? { fromS: Number.NEGATIVE_INFINITY } : {}),
      ...(one === tail && (one.band === last || one.toS - one.fromS > 9 * 86_400)
        ? { toS: Number.POSITIVE_INFINITY }
        : {}),
    })),
    ...(tail.band === last ? [] : [{ band: last, fromS: tail.toS, toS: Number.POSITIVE_INFINITY }]),
  ]
}

function blockEdges({ timeZone }: TariffDocument, { cycle }: Plan, entryS: number, exitS: number): number[] {
  const edges = [entryS]
  if (!cycle) return [entryS, Number.POSITIVE_INFINITY]
  if (cycle.from === 'entry') while (edges.at(-1)! < exitS) edges.push(edges.at(-1)! + cycle.minutes * 60)
  else {
    let date = dateOf(entryS, timeZone).subtract({ days: 2 })
    while (edges.at(-1)! < exitS) {
      date = date.add({ days: 1 })
      const dayStart = instantOf(date, cycle.at ?? '00:00', timeZone)
      if (dayStart > entryS) edges.push(dayStart)
    }
  }
  return edges
}
