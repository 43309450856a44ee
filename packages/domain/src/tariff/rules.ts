import type { Band, Cap, Choice, Plan, TariffDocument, When } from './document.ts'
import type { TariffFault, TariffRule } from './parse.ts'
import { pointerTo } from './pointer.ts'
import { dayNumber, zoneNamed } from './zone.ts'

/** What a well-formed document can still get wrong between its parts. In the order of the document. */
export function brokenRules(document: TariffDocument): TariffFault[] {
  const faults: TariffFault[] = []
  const fault = (path: string, rule: TariffRule): number => faults.push({ path, rule })
  if (!isZone(document.timeZone)) fault('/timeZone', 'unknown-time-zone')
  for (const date of Object.keys(document.calendar ?? {}))
    if (dayNumber(date) === null) fault(`/calendar/${date}`, 'no-such-date')
  document.classes?.forEach(({ colours, kinds }, index, all) => {
    if (!colours && !kinds && index < all.length - 1) fault(`/classes/${index + 1}`, 'never-reached')
  })
  document.choose.forEach((choice, index) => {
    checkChoice(document, choice, `/choose/${index}`, fault)
    if (!choice.when && index < document.choose.length - 1) fault(`/choose/${index + 1}`, 'never-reached')
  })
  const { allowances = [], visits = {} } = document
  const names = new Set(document.choose.flatMap(({ plan, lowestOf = [] }) => [...lowestOf, ...(plan ? [plan] : [])]))
  for (const [name, plan] of Object.entries(document.plans)) {
    const path = `/plans/${pointerTo(name)}`
    checkPlan(plan, path, fault)
    const { cycle } = plan
    if (visits.window && names.has(name) && !(cycle?.from === 'entry' && cycle.minutes === visits.window.minutes))
      fault(`${path}/cycle`, 'not-the-visits-window')
  }
  allowances.forEach(({ when, firstMinutes, percent, by, per, times }, index) => {
    const path = `/allowances/${index}`
    if (when) checkWhen(document, when, `${path}/when`, fault)
    if ((firstMinutes === undefined) === (percent === undefined)) fault(path, 'first-minutes-or-percent')
    if (by !== undefined && firstMinutes === undefined) fault(`${path}/by`, 'without-first-minutes')
    if (times !== undefined && per !== 'day') fault(`${path}/times`, 'without-per-day')
  })
  return faults
}

type Fault = (path: string, rule: TariffRule) => void

function isZone(name: string): boolean {
  try {
    zoneNamed(name)
    return true
  } catch {
    return false
  }
}

function checkChoice(document: TariffDocument, choice: Choice, path: string, fault: Fault): void {
  const { when, plan, lowestOf, times } = choice
  if (when) checkWhen(document, when, `${path}/when`, fault)
  if ((plan === undefined) === (lowestOf === undefined)) fault(path, 'plan-or-lowest-of')
  if (plan !== undefined && !Object.hasOwn(document.plans, plan)) fault(`${path}/plan`, 'no-such-plan')
  lowestOf?.forEach((name, index) => {
    if (!Object.hasOwn(document.plans, name)) fault(`${path}/lowestOf/${index}`, 'no-such-plan')
  })
  if (!times || document.amountStep !== undefined) return
  const [by, over] = times
  const plans = [...(lowestOf ?? []), ...(plan ? [plan] : [])].filter((name) => Object.hasOwn(document.plans, name))
  const amounts = plans.flatMap((name) => amountsOf(document.plans[name]))
  if (amounts.some((fen) => (fen * by) % over !== 0)) fault(`${path}/times`, 'leaves-a-remainder')
}

const amountsOf = (plan: Plan | undefined): number[] =>
  plan
    ? [
        ...plan.bands.flatMap(({ cap = 0, steps = [] }) => [cap, ...steps.map(({ fen }) => fen)]),
        ...(plan.caps ?? []).map(({ fen }) => fen),
      ]
    : []

function checkWhen(document: TariffDocument, when: When, path: string, fault: Fault): void {
  checkWindow(when.entryFrom, when.entryTo, `${path}/entryFrom`, fault)
  if (when.visitAtLeast !== undefined && document.visitWindow === undefined)
    fault(`${path}/visitAtLeast`, 'without-visit-window')
  if (when.occupancyBelow !== undefined && when.occupancyBelow <= (when.occupancyAtLeast ?? 0))
    fault(`${path}/occupancyBelow`, 'empty-window')
}

/** From a time of day to the same one: nothing, or all day? */
function checkWindow(from: string | undefined, to: string | undefined, path: string, fault: Fault): void {
  if (from === '24:00' || (from ?? '00:00') === (to ?? '24:00') || to === '00:00') fault(path, 'empty-window')
}

function checkPlan(plan: Plan, path: string, fault: Fault): void {
  const { free, cycle, bands, caps = [] } = plan
  if (free?.again && (!cycle || cycle.restart === false)) fault(`${path}/free/again`, 'without-restart')
  if (cycle?.from === 'clock' && cycle.at === '24:00') fault(`${path}/cycle/at`, 'no-such-time')
  bands.forEach((band, index) => {
    checkBand(band, `${path}/bands/${index}`, fault)
    const always = !band.days && band.from === undefined && band.to === undefined
    if (always && index < bands.length - 1) fault(`${path}/bands/${index + 1}`, 'never-reached')
    if (!always && index === bands.length - 1) fault(`${path}/bands/${index}`, 'last-band-has-a-condition')
  })
  caps.forEach((cap, index) => {
    checkCap(plan, cap, `${path}/caps/${index}`, fault)
  })
}

function checkCap({ cycle }: Plan, { per, over, cycles }: Cap, path: string, fault: Fault): void {
  if ((per === undefined) === (over === undefined)) fault(path, 'per-or-over')
  if (per === 'cycle' && !cycle) fault(path, 'without-cycle')
  if (per === 'stay' && cycles) fault(`${path}/cycles`, 'without-cycle')
  if (cycles && cycles[1] !== null && cycles[1] < cycles[0]) fault(`${path}/cycles`, 'not-rising')
  if (!over || !cycle || cycle.restart === false) return
  // Every block is a stay of its own: a window lies inside one, or is made of several.
  const blockMinutes = cycle.from === 'entry' ? cycle.minutes : 1440
  const isWhole = cycle.from === 'entry' && over.until === undefined && over.minutes % blockMinutes === 0
  if (over.minutes > blockMinutes && !isWhole) fault(`${path}/over`, 'not-whole-cycles')
}

function checkBand({ from, to, steps = [] }: Band, path: string, fault: Fault): void {
  checkWindow(from, to, `${path}/from`, fault)
  steps.forEach((step, index) => {
    const before = index === 0 ? 0 : steps[index - 1]!.to
    const where = `${path}/steps/${index}`
    if (before === null) fault(where, 'never-reached')
    else if (step.to !== null && step.to <= before) fault(`${where}/to`, 'not-rising')
    const { round, every } = step
    if (typeof round === 'object' && every !== null && round.drop > every)
      fault(`${where}/round/drop`, 'longer-than-unit')
  })
}
