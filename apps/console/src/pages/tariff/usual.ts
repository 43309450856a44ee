import { type SimpleTariff, simpleTariff } from '@lanepay/domain/tariff/simple.ts'

/*
 * The usual price list as a form has it: free minutes, first hours, an hour, a cap a day, and another price by night. Whatever says more is
 * written as JSON.
 */

export type Usual = {
  readonly freeMinutes: number
  readonly firstHoursFen: readonly number[]
  readonly hourFen: number
  /** The most that 24 hours from the entry cost; null: there is no cap. */
  readonly dailyCapFen: number | null
  readonly night: {
    readonly from: string
    readonly to: string
    readonly hourFen: number
    readonly capFen: number | null
  } | null
  readonly leaveMinutes: number
  readonly notice: string
}
export const firstUsual: Usual = {
  ...{ freeMinutes: 15, firstHoursFen: [], hourFen: 500, dailyCapFen: 3000, night: null, leaveMinutes: 15, notice: '' },
}

/** What is left unsaid elsewhere is said: the free time includes its last minute, and a longer stay is priced from its entry. */
export function documentOf({ freeMinutes, night, dailyCapFen, notice, ...rest }: Usual): object {
  const told: SimpleTariff = {
    ...rest,
    ...(dailyCapFen === null ? {} : { dailyCapFen }),
    ...(notice === '' ? {} : { notice }),
  }
  const simple = simpleTariff(told)
  const { bands, cycle, ...plan } = simple.plans.all!
  const [day] = bands
  const byNight =
    night === null
      ? []
      : [
          {
            ...{ name: '夜间', from: night.from, to: night.to },
            ...(night.capFen === null ? {} : { cap: night.capFen }),
            steps: [{ to: null, every: 60, fen: night.hourFen }],
          },
        ]
  return {
    ...simple,
    plans: {
      all: {
        ...(freeMinutes === 0
          ? {}
          : // biome-ignore lint/suspicious/noThenProperty: the model's own word (tariffs.md 5.2)
            { free: { minutes: freeMinutes, edge: 'inclusive', then: 'count' } }),
        cycle,
        // A first hour comes once a day, and a unit ends where the night begins.
        ...(night === null ? {} : { ladderFrom: 'cycle', edge: 'cut' }),
        bands: [...byNight, day],
        ...plan,
      },
    },
  }
}

/** The form that says just what a document says; null where no form does. */
export function usualIn(document: unknown): Usual | null {
  const made = readUsual(document as Loose)
  return made !== null && sorted(documentOf(made)) === sorted(document) ? made : null
}

type LooseStep = { readonly to?: number | null; readonly fen?: number }
type LooseBand = {
  readonly from?: string
  readonly to?: string
  readonly cap?: number
  readonly steps?: readonly LooseStep[]
}
type Loose = {
  readonly plans?: {
    readonly all?: {
      readonly free?: { readonly minutes?: number }
      readonly bands?: readonly LooseBand[]
      readonly caps?: readonly { readonly fen?: number }[]
    }
  }
  readonly payment?: { readonly exitMinutes?: number }
  readonly notice?: string
} | null

function readUsual(document: Loose): Usual | null {
  const plan = document?.plans?.all
  const bands = Array.isArray(plan?.bands) ? (plan.bands as readonly LooseBand[]) : []
  const day = bands.at(-1)
  const night = bands.length === 2 ? bands[0] : undefined
  const steps = Array.isArray(day?.steps) ? (day.steps as readonly LooseStep[]) : []
  const nightFen = night?.steps?.[0]?.fen
  const hourFen = steps.at(-1)?.fen
  if (typeof hourFen !== 'number' || bands.length > 2) return null
  if (night && (typeof night.from !== 'string' || typeof night.to !== 'string' || typeof nightFen !== 'number'))
    return null
  const first = steps.slice(0, -1).map(({ fen }) => fen)
  if (!first.every((fen) => typeof fen === 'number')) return null
  return {
    ...{ freeMinutes: plan?.free?.minutes ?? 0, firstHoursFen: first, hourFen },
    dailyCapFen: plan?.caps?.[0]?.fen ?? null,
    night: night ? { from: night.from!, to: night.to!, hourFen: nightFen!, capFen: night.cap ?? null } : null,
    ...{ leaveMinutes: document?.payment?.exitMinutes ?? 15, notice: document?.notice ?? '' },
  }
}

/** As JSON with the members of every object in one order. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, part) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
