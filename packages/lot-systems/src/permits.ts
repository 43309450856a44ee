import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelName, Fen } from '@lanepay/domain/types.ts'
import { type Static, Type } from 'typebox'
import type { Operation } from './called.ts'

/*
 * Month cards, and those of a quarter, half a year or a year, that a called system keeps itself (lot-devices.md 6.2). What it sells by
 * count, or as money, is no time and is left out.
 */

/** One that a plate is on. Instants in ms. */
export type Permit = {
  /** As the system calls it; nobody else reads it. */
  readonly permit: string
  readonly plates: readonly string[]
  readonly product: string
  /** Its last second; null: it does not say. */
  readonly until: number | null
  /** The last second that it may be good for, however much is paid; null: it says none. */
  readonly most: number | null
  /** Months of one period. */
  readonly months: number
  /** Of one period; or of so many together, where those alone are sold; null: what its kind costs (`tariffs`). */
  readonly price: Fen | Readonly<Record<string, Fen>> | null
  /** What it is sold as, where `tariffs` has it. */
  readonly kind: string | null
  /** Of its holder, who is known by its end; null: none is noted. */
  readonly phone: string | null
  /** What else a renewal must name, in the system's own words. */
  readonly names: Readonly<Record<string, string>>
}
export type PermitTariff = { readonly kind: string; readonly name: string; readonly price: Fen }

/** What a price of a permit is of, and what the system is told of it when that is paid. */
export type PermitTerms = Pick<Permit, 'permit' | 'until' | 'names'> & {
  readonly periods: number
  /** Of all periods. */
  readonly months: number
  /** The first and the last second that are paid for. */
  readonly from: number
  readonly to: number
}
export type Renewed = PermitTerms & {
  /** Which one of its plates it was found by. */
  readonly plate: string
  /** The trade number: the same payment is told under the same one. */
  readonly payment: string
  readonly channel: ChannelName
  readonly amountFen: Fen
  readonly paidAt: number
}
export type Permits<S> = {
  /** Pure: those that this plate is on; of one that nobody knows, none. */
  readonly find: Operation<S, { readonly plate: string }, readonly Permit[]>
  /** Pure: what each kind costs for a period; left out: a permit says it itself. */
  readonly tariffs?: Operation<S, null, readonly PermitTariff[]>
  /** Makes one longer; the same payment is one renewal. */
  readonly renew: Operation<S, Renewed, null>
  /**
   * A renewal has no number there: before it is told (again) the permit is looked at, and one that is good until then has it. Left out: told
   * twice under its number it is one.
   */
  readonly unnumbered?: true
}

/** Of a lot whose permits may be made longer after they have ended: for so many days, and from when on. */
export const LateRenewal = Type.Object(
  {
    days: Type.Integer({ minimum: 1, maximum: 366 }),
    /** `end`: without a gap. `payment`: from the day on which it is paid. */
    from: Type.Union([Type.Literal('end'), Type.Literal('payment')]),
  },
  { additionalProperties: false },
)
export type LateRenewal = Static<typeof LateRenewal>

const dayMs = 86_400_000
const dayAtBeijing = (at: number): number => Math.floor((at + 8 * 3_600_000) / dayMs)
/** Whether it has ended, longer ago than its lot lets it be made longer. */
export function isEndedForGood(until: number | null, now: number, late: LateRenewal | undefined): boolean {
  if (until === null || now <= until) return false
  return late === undefined || dayAtBeijing(now) - dayAtBeijing(until) > late.days
}

/** What so many periods cost together; null: so many are not sold, or nobody says what they cost. */
export function priceOfPeriods(
  { price, kind }: Pick<Permit, 'price' | 'kind'>,
  periods: number,
  tariffs: readonly PermitTariff[],
): number | null {
  const one = price ?? tariffs.find((tariff) => tariff.kind === kind)?.price ?? null
  const fen = one === null || typeof one === 'number' ? (one ?? 0) * periods : (one[periods] ?? 0)
  // What costs nothing is no matter of a driver's.
  return fen > 0 ? fen : null
}

/** Whether a permit is as when its renewal was priced, has it already, or has become another meanwhile. */
export function standingOf(
  found: readonly Permit[],
  terms: Pick<PermitTerms, 'permit' | 'until' | 'to'>,
): Result<'as-priced' | 'has-it', 'gone' | 'changed'> {
  const now = found.find(({ permit }) => permit === terms.permit)
  if (now === undefined) return err('gone')
  if (now.until !== null && now.until >= terms.to) return ok('has-it')
  return now.until === terms.until ? ok('as-priced') : err('changed')
}
