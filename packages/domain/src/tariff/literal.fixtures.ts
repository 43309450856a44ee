import type { Band, Plan, Step, TariffDocument } from './document.ts'

/*
 * Steps 5 to 10 of tariffs.md 5.3 as they are printed there: unit by unit, with Temporal for the wall clock and no short
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

  const blocks = edges.slice(1).map((endS, index) => ({ startS: edges[index]!, endS, fen: 0 }))
  if (cycle && cycle.restart !== false) {
    for (const block of blocks) {
      const toS = Math.min(block.endS, exitS)
      let fromS = Math.max(block.startS, startS)
      if (again) {
        if (isFree(toS - block.startS)) continue
        fromS = Math.min(toS, block.startS + deductedS)
      }
      if (fromS >= toS) continue
      const units = walked(fromS, toS)
      if (!units) return null
      block.fen = bandsCapped(units)
    }
  } else {
    const units = walked(startS, exitS)
    if (!units) return null
    for (const block of blocks)
      block.fen = bandsCapped(units.filter(({ atS }) => atS >= block.startS && atS < block.endS))
  }
  let total = 0
  blocks.forEach(({ fen }, index) => {
    const mine = caps.filter(
      ({ per, cycles }) =>
        per === 'cycle' && index + 1 >= (cycles?.[0] ?? 1) && index + 1 <= (cycles?.[1] ?? Number.POSITIVE_INFINITY),
    )
    total += Math.min(fen, ...mine.map((cap) => cap.fen))
  })
  return Math.min(total, ...caps.filter(({ per }) => per === 'stay').map(({ fen }) => fen))
}

type Unit = { readonly atS: number; readonly occurrence: Occurrence; readonly fen: number }

function bandsCapped(units: readonly Unit[]): number {
  const sums = new Map<Occurrence, number>()
  for (const { occurrence, fen } of units) sums.set(occurrence, (sums.get(occurrence) ?? 0) + fen)
  return [...sums].reduce((total, [{ band }, sum]) => total + Math.min(sum, band.cap ?? sum), 0)
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
