import { usualClasses } from './choose.ts'
import type { Band, Choice, Plan, Step, TariffDocument } from './document.ts'
import { pointerTo } from './pointer.ts'
import { timeOfDayS } from './zone.ts'

/**
 * What a document without a mistake may still mean otherwise than its author thinks (tariffs.md 4, 7 and 8): things left
 * unsaid that are read one way here, prices nobody may be owed, ways of parking that pay. None of it is wrong by itself.
 */
export type TariffTrap = { readonly path: string; readonly trap: Trap }
export type Trap =
  | ('list-ends' | 'not-for-everybody' | 'unknown-day-kind' | 'unknown-class' | 'unused-plan' | 'minute-of-nobody')
  | ('days-without-calendar' | 'free-edge-unsaid' | 'free-then-unsaid' | 'ladder-unsaid' | 'edge-unsaid')
  | ('cap-below-first-unit' | 'later-cycles-uncapped' | 'new-stay-without-cap' | 'leaving-pays' | 'no-notice')

/** Every trap in a document that `parseTariff` takes, in the order of the document. */
export function trapsIn(document: TariffDocument): TariffTrap[] {
  const traps: TariffTrap[] = []
  const found = (path: string, trap: Trap): number => traps.push({ path, trap })
  choiceTraps(document, found)
  const used = new Set(document.choose.flatMap(({ plan, lowestOf = [] }) => [...lowestOf, ...(plan ? [plan] : [])]))
  for (const [name, plan] of Object.entries(document.plans)) {
    const path = `/plans/${pointerTo(name)}`
    if (!used.has(name)) found(path, 'unused-plan')
    else planTraps(document, plan, path, found)
  }
  if (document.notice === undefined) found('/notice', 'no-notice')
  return traps
}

type Found = (path: string, trap: Trap) => void

function choiceTraps(document: TariffDocument, found: Found): void {
  const { choose, allowances = [], classes = usualClasses, calendar } = document
  const byPlate = new Set(classes.flatMap(({ as }) => as))
  const conditions = [
    ...choose.map(({ when }, index) => ({ when, path: `/choose/${index}/when` })),
    ...allowances.map(({ when }, index) => ({ when, path: `/allowances/${index}/when` })),
  ]
  for (const { when, path } of conditions) {
    const named = [when?.vehicle ?? []].flat()
    if (named.some((name) => !byPlate.has(name))) found(`${path}/vehicle`, 'unknown-class')
    dayTraps(document, when?.days, `${path}/days`, found)
  }
  const bands = Object.values(document.plans).flatMap((plan) => plan.bands)
  const byDay = [...conditions.map(({ when }) => when?.days), ...bands.map(({ days }) => days)].some((days) => days)
  if (byDay && Object.keys(calendar ?? {}).length === 0) found('/calendar', 'days-without-calendar')
  if (!choose.some(isForAll)) found(`/choose/${choose.length - 1}/when`, 'not-for-everybody')
}

const isForAll = ({ when }: Choice): boolean => when === undefined || Object.keys(when).length === 0

/** A kind that is neither a weekday's nor in the calendar is no day at all. */
function dayTraps({ calendar = {} }: TariffDocument, days: Band['days'], path: string, found: Found): void {
  const known = ['workday', 'saturday', 'sunday', 'nonworkday', ...Object.values(calendar)]
  days?.forEach((kind, index) => {
    if (!known.includes(kind)) found(`${path}/${index}`, 'unknown-day-kind')
  })
}

function planTraps(document: TariffDocument, plan: Plan, path: string, found: Found): void {
  const { free, bands, cycle, caps = [] } = plan
  const { visits = {}, payment = {} } = document
  if (free && free.minutes > 0) {
    if (free.edge === undefined) found(`${path}/free/edge`, 'free-edge-unsaid')
    if (free.then === undefined) found(`${path}/free/then`, 'free-then-unsaid')
  }
  if (bands.length > 1) {
    const hasUnits = bands.some(({ steps = [] }) => steps.some(({ every, fen }) => every !== null && fen > 0))
    if (plan.edge === undefined && hasUnits) found(`${path}/edge`, 'edge-unsaid')
    if (plan.ladderFrom === undefined && bands.some(({ steps = [] }) => steps.length > 1))
      found(`${path}/ladderFrom`, 'ladder-unsaid')
  }
  bands.forEach((band, index) => {
    bandTraps(document, bands, band, `${path}/bands/${index}`, found)
  })
  const first = Math.max(0, ...bands.map(({ steps = [] }) => steps[0]?.fen ?? 0))
  caps.forEach((cap, index) => {
    if (cap.fen < first) found(`${path}/caps/${index}/fen`, 'cap-below-first-unit')
  })
  const ofCycles = caps.filter(({ per }) => per === 'cycle')
  if (ofCycles.length > 0 && ofCycles.every(({ cycles }) => cycles && cycles[1] !== null))
    found(`${path}/caps`, 'later-cycles-uncapped')
  if (payment.overstay === 'newStay' && !(cycle && ofCycles.length > 0)) found(`${path}/caps`, 'new-stay-without-cap')
  const isFree = free !== undefined && free.minutes > 0
  if (visits.resumeWithinMinutes === undefined && (isFree || bands.some(({ steps = [] }) => rises(steps))))
    found('/visits/resumeWithinMinutes', 'leaving-pays')
}

function bandTraps(
  document: TariffDocument,
  bands: readonly Band[],
  { days, from, to, steps = [] }: Band,
  path: string,
  found: Found,
): void {
  dayTraps(document, days, `${path}/days`, found)
  if (steps.length > 0 && steps.at(-1)!.to !== null) found(`${path}/steps/${steps.length - 1}/to`, 'list-ends')
  // 08:00-11:59 and 12:00-18:00: ends are not included, so that the minute between belongs to the band of the rest.
  const next = to === undefined ? Number.NaN : (timeOfDayS(to) + 60) % 86_400
  if (from !== undefined && bands.some((other) => other.from !== undefined && timeOfDayS(other.from) === next))
    found(`${path}/to`, 'minute-of-nobody')
}

/** Whether a later step costs more a minute than an earlier one, as far as units say. */
function rises(steps: readonly Step[]): boolean {
  const rates = steps.flatMap(({ every, fen }) => (every === null ? [] : [fen / every]))
  return rates.some((rate, index) => index > 0 && rate > rates[index - 1]!)
}
