import { BandClock } from './band-clock.ts'
import { usualClasses } from './choose.ts'
import { DayKinds } from './day-kinds.ts'
import type { Allowance, Band, Cap, Choice, Plan, Step, TariffDocument, VehicleClass, When } from './document.ts'
import { pointerTo } from './pointer.ts'
import { Rhythm } from './rhythm.ts'
import type { WindowProgram } from './windows.ts'
import { daySeconds, timeOfDayS, type Zone, zoneNamed } from './zone.ts'

/*
 * The tariff as the engine walks it: seconds for minutes, numbers for words, defaults filled in. Compiled once when a
 * document is parsed; nothing here changes what it means.
 */
const never = Number.POSITIVE_INFINITY

/** A ladder as columns, one entry a step. */
export type Ladder = {
  /** Elapsed seconds at which the step ends; Infinity: never. */
  readonly toS: readonly number[]
  /** Length of a unit; 0: one unit without length of its own. */
  readonly everyS: readonly number[]
  readonly fen: readonly number[]
  /** An incomplete unit is charged when more than this is used: -1 always (up), Infinity never (down). */
  readonly slackS: readonly number[]
}

export type BandProgram = {
  readonly name: string
  /** Where the document says it, as a JSON pointer. */
  readonly path: string
  readonly capFen: number
  readonly ladder: Ladder
  /** The ladder from its second step on: what a new stay "without first step" pays (tariffs.md 6.2). */
  readonly afterFirst: Ladder
}

export type PlanProgram = {
  readonly name: string
  /** Where the document says it, as a JSON pointer. */
  readonly path: string
  /** Longest stay that is free, in seconds, the edge settled: D <= freeS is free. -1: none. */
  readonly freeS: number
  /** Where pricing begins after the free time: 0 (it counts), or the free time (it is deducted). */
  readonly deductS: number
  readonly freeAgain: boolean
  readonly cycle: 'none' | 'entry' | 'clock'
  readonly cycleS: number
  readonly cycleAtS: number
  readonly restart: boolean
  /** Blocks are of no consequence: they neither restart anything nor cap it. */
  readonly blockless: boolean
  /** Cap of block 1, 2 ...; the last entry is that of all later blocks. */
  readonly blockCaps: readonly number[]
  readonly stayCapFen: number
  /** Caps over windows up to the length of the cycle, and over longer ones: in the order in which they are applied. */
  readonly windows: { readonly smaller: readonly WindowProgram[]; readonly larger: readonly WindowProgram[] }
  readonly ladderFromBand: boolean
  readonly carry: boolean
  readonly bands: readonly BandProgram[]
  /** Null: one band for all time. */
  readonly clock: BandClock | null
  /** After so many seconds a ladder that runs from the stay's start is in its last step, in whatever band. */
  readonly settledS: number
  /** How full blocks, or the bands of a stay without blocks, repeat themselves. */
  readonly rhythm: Rhythm
  /** Seconds after which a walk that is not cut into stays of their own finds itself in the same place; 0: never. */
  readonly periodS: number
  /** After so many full blocks of a cycle that restarts the next ones cost the same again; 0: too late to be of use. */
  readonly blocksPerRound: number
}

export type Condition = {
  readonly vehicle: readonly string[] | null
  readonly days: readonly string[] | null
  readonly fromS: number
  readonly toS: number
  readonly visitAtLeast: number
  /** In percent, half-open; null: however full the lot is. */
  readonly occupancy: { readonly atLeast: number; readonly below: number } | null
}
export type ChoiceProgram = {
  readonly path: string
  readonly when: Condition | null
  readonly plans: readonly PlanProgram[]
  readonly times: number
  readonly over: number
  readonly addFen: number
}
export type AllowanceProgram = {
  readonly when: Condition | null
  readonly firstS: number
  readonly shift: boolean
  /** With the first so many visits of a day; Infinity: with every visit. */
  readonly visitsOfDay: number
  readonly percent: number
  readonly stack: boolean
}

export type Program = {
  readonly zone: Zone
  readonly kinds: DayKinds
  readonly resolution: 'second' | 'minuteDown' | 'minuteUp'
  readonly classes: readonly VehicleClass[]
  readonly choices: readonly ChoiceProgram[]
  readonly visitWindow: 'day' | '24h'
  readonly windowS: number | null
  readonly resumeS: number | null
  readonly exitS: number
  readonly newStay: { readonly fromGraceEnd: boolean; readonly freeAgain: boolean; readonly firstAgain: boolean } | null
  readonly couponMinutes: 'shortenEnd' | 'shiftStart' | 'value'
  readonly allowances: readonly AllowanceProgram[]
  readonly nested: 'outerClockStops' | 'both' | 'innerOnly' | 'outerOnly'
  readonly transitS: number
  readonly passS: number
  readonly coveredSeparate: boolean
  readonly amountStep: number
  readonly currency: string
}

/** Minutes to leave after paying when the document is silent: what most notices grant (tariffs.md 2.7). */
export const usualExitMinutes = 15

/** @throws when the document breaks `rules.ts`. */
export function compile(document: TariffDocument): Program {
  const zone = zoneNamed(document.timeZone)
  const kinds = new DayKinds(document.calendar ?? {})
  const plans = new Map(
    Object.entries(document.plans).map(([name, plan]) => [name, compilePlan(name, plan, zone, kinds)]),
  )
  const { payment = {}, visits = {}, nested = {} } = document
  return {
    zone,
    kinds,
    resolution: document.resolution ?? 'second',
    classes: document.classes ?? usualClasses,
    choices: document.choose.map((choice, index) => compileChoice(choice, `/choose/${index}`, plans)),
    visitWindow: document.visitWindow ?? '24h',
    windowS: visits.window ? visits.window.minutes * 60 : null,
    resumeS: visits.resumeWithinMinutes === undefined ? null : visits.resumeWithinMinutes * 60,
    exitS: (payment.exitMinutes ?? usualExitMinutes) * 60,
    newStay:
      payment.overstay === 'newStay'
        ? {
            fromGraceEnd: payment.from === 'graceEnd',
            freeAgain: payment.freeAgain === true,
            firstAgain: payment.firstAgain === true,
          }
        : null,
    couponMinutes: document.couponMinutes ?? 'shortenEnd',
    allowances: (document.allowances ?? []).map(compileAllowance),
    nested: nested.mode ?? 'outerClockStops',
    transitS: (nested.transitMinutes ?? 0) * 60,
    passS: (nested.passMinutes ?? 0) * 60,
    coveredSeparate: document.covered === 'separate',
    amountStep: document.amountStep ?? 1,
    currency: document.currency ?? 'CNY',
  }
}

function compilePlan(name: string, plan: Plan, zone: Zone, kinds: DayKinds): PlanProgram {
  const { free, cycle } = plan
  const path = `/plans/${pointerTo(name)}`
  const bands = plan.bands.map((band, index) => compileBand(band, `${path}/bands/${index}`))
  const restart = cycle ? cycle.restart !== false : false
  const blockCaps = capsByBlock(plan)
  const cycleS = cycle?.from === 'entry' ? cycle.minutes * 60 : daySeconds
  const uncapped = blockCaps.every((cap) => cap === never) && bands.every(({ capFen }) => capFen === never)
  const blockless = !cycle || (!restart && uncapped)
  const rhythm = rhythmOf(plan, cycleS, zone, kinds)
  return {
    name,
    path,
    freeS: free ? free.minutes * 60 - (free.edge === 'exclusive' ? 1 : 0) : -1,
    deductS: free?.then === 'deduct' ? free.minutes * 60 : 0,
    freeAgain: free?.again === true && restart,
    cycle: cycle ? cycle.from : 'none',
    cycleS,
    cycleAtS: cycle?.from === 'clock' ? timeOfDayS(cycle.at ?? '00:00') : 0,
    restart,
    blockless,
    blockCaps,
    stayCapFen: Math.min(never, ...(plan.caps ?? []).filter(({ per }) => per === 'stay').map(({ fen }) => fen)),
    windows: windowsOf(plan.caps ?? [], cycle ? cycleS : never),
    ladderFromBand: plan.ladderFrom === 'band',
    carry: plan.edge === 'carry',
    bands,
    clock: bands.length > 1 ? new BandClock(plan.bands, zone, kinds) : null,
    settledS: Math.max(0, ...bands.flatMap(({ ladder }) => ladder.toS).filter((toS) => toS !== never)),
    rhythm,
    periodS: restart || blockless ? rhythm.seconds : roundOf(cycleS, rhythm.seconds) * cycleS,
    blocksPerRound: restart ? roundOf(cycleS, rhythm.seconds) : 0,
  }
}

function rhythmOf({ bands, cycle, caps = [] }: Plan, cycleS: number, zone: Zone, kinds: DayKinds): Rhythm {
  const byTheClock = cycle?.from === 'clock' || caps.some(({ over }) => over?.until !== undefined)
  if (bands.length === 1 && !byTheClock) return new Rhythm(cycleS, null, null)
  const weekly = bands.some(({ days }) => days)
  return new Rhythm(weekly ? 7 * daySeconds : daySeconds, zone, weekly ? kinds : null)
}

function roundOf(cycleS: number, rhythmS: number): number {
  for (let round = 1; round <= 400; round++) if ((round * cycleS) % rhythmS === 0) return round
  return 0
}

const capsByBlock = (plan: Plan): number[] => capsByNumber((plan.caps ?? []).filter(({ per }) => per === 'cycle'))

/** Smallest windows first; of one length in the document's order. */
function windowsOf(caps: readonly Cap[], cycleS: number): PlanProgram['windows'] {
  const grids = new Map<string, Cap[]>()
  for (const cap of caps)
    if (cap.over) {
      const grid = `${cap.over.minutes} ${cap.over.until ?? ''}`
      grids.set(grid, [...(grids.get(grid) ?? []), cap])
    }
  const windows = [...grids.values()]
    .map((same) => {
      const { minutes, until } = same[0]!.over!
      return {
        lengthS: minutes * 60,
        untilS: until === undefined ? null : timeOfDayS(until),
        caps: capsByNumber(same),
      }
    })
    .sort((a, b) => a.lengthS - b.lengthS)
  return {
    smaller: windows.filter(({ lengthS }) => lengthS <= cycleS),
    larger: windows.filter(({ lengthS }) => lengthS > cycleS),
  }
}

/** The cap of block or window 1, 2 ...; the last one is that of all later ones. */
function capsByNumber(caps: readonly Cap[]): number[] {
  const edges = caps.flatMap(({ cycles }) => [cycles?.[0] ?? 1, (cycles?.[1] ?? 0) + 1])
  return Array.from({ length: Math.max(1, ...edges) }, (_, index) =>
    Math.min(
      never,
      ...caps
        .filter(({ cycles }) => index + 1 >= (cycles?.[0] ?? 1) && index + 1 <= (cycles?.[1] ?? never))
        .map(({ fen }) => fen),
    ),
  )
}

const freeTime: Step = { to: null, every: null, fen: 0 }

function compileBand(band: Band, path: string): BandProgram {
  const steps = band.steps?.length ? band.steps : [freeTime]
  const [first, ...rest] = steps
  const skipped = first!.to ?? 0
  return {
    name: band.name ?? '',
    path,
    capFen: band.cap ?? never,
    ladder: compileLadder(steps),
    afterFirst: compileLadder(
      rest.length > 0 ? rest.map((step) => ({ ...step, to: step.to === null ? null : step.to - skipped })) : steps,
    ),
  }
}

const compileLadder = (steps: readonly Step[]): Ladder => ({
  toS: steps.map(({ to }) => (to === null ? never : to * 60)),
  everyS: steps.map(({ every }) => (every === null ? 0 : every * 60)),
  fen: steps.map(({ fen }) => fen),
  slackS: steps.map(({ round = 'up' }) => (round === 'up' ? -1 : round === 'down' ? never : round.drop * 60)),
})

function compileChoice(choice: Choice, path: string, plans: ReadonlyMap<string, PlanProgram>): ChoiceProgram {
  const [times, over] = choice.times ?? [1, 1]
  return {
    path,
    when: choice.when ? compileWhen(choice.when) : null,
    plans: (choice.lowestOf ?? [choice.plan ?? '']).map((name) => {
      const plan = plans.get(name)
      if (!plan) throw new Error(`no plan ${name}`)
      return plan
    }),
    times,
    over,
    addFen: choice.addFen ?? 0,
  }
}

const compileWhen = (when: When): Condition => ({
  vehicle: when.vehicle === undefined ? null : [when.vehicle].flat(),
  days: when.days ?? null,
  fromS: timeOfDayS(when.entryFrom ?? '00:00'),
  toS: timeOfDayS(when.entryTo ?? '24:00'),
  visitAtLeast: when.visitAtLeast ?? 1,
  occupancy:
    when.occupancyAtLeast === undefined && when.occupancyBelow === undefined
      ? null
      : { atLeast: when.occupancyAtLeast ?? 0, below: when.occupancyBelow ?? never },
})

const compileAllowance = (allowance: Allowance): AllowanceProgram => ({
  when: allowance.when ? compileWhen(allowance.when) : null,
  firstS: (allowance.firstMinutes ?? 0) * 60,
  shift: allowance.by === 'shift',
  visitsOfDay: allowance.per === 'day' ? (allowance.times ?? 1) : never,
  percent: allowance.percent ?? 100,
  stack: allowance.stack === true,
})
