import { fen, toYuan } from '@lanepay/domain/money.ts'

/* The money of a parking record as its lot's software says it, and the sums of a time. Pure; in fen. */

/** What an exit says of money, by the names of the protocol (bolink-protocol.md 4.2). */
export type ExitMoney = {
  readonly pay_type: string
  /** To settle now. */
  readonly total: number
  readonly amount_receivable?: number
  readonly reduce_amount?: number
  readonly electronic_prepay?: number
  readonly electronic_pay?: number
  readonly cash_prepay?: number
  readonly cash_pay?: number
}

/** The gross amount; where only what is settled now is told, with what was taken off before. */
export const grossOf = ({
  total,
  amount_receivable,
  reduce_amount,
  electronic_prepay,
  cash_prepay,
}: Omit<ExitMoney, 'pay_type'>): number =>
  amount_receivable ?? total + (reduce_amount ?? 0) + (electronic_prepay ?? 0) + (cash_prepay ?? 0)

/** What is kept of it. Cash is what it says that it took; where it says only how it was settled, what was to be settled. */
export const figuresOf = (exit: ExitMoney) => ({
  how: exit.pay_type,
  receivableFen: kept(grossOf(exit)),
  cashFen: kept((exit.cash_pay ?? (exit.pay_type === 'cash' ? exit.total : 0)) + (exit.cash_prepay ?? 0)),
  reducedFen: kept(exit.reduce_amount ?? 0),
})
/** Nobody's stay costs more: what is beyond is a slip of the software, and must not keep its exit from being taken. */
const kept = (amount: number): number => Math.min(Math.max(amount, 0), 2_000_000_000)

/** A record of a time that is asked for. Instants in ms. */
export type BookedStay = {
  readonly order_id: string
  readonly plate: string
  readonly entered_at: number
  readonly left_at: number | null
  /** Paid by phone, by our own book. */
  readonly paid_fen: number
  readonly owed_when_left_fen: number | null
  readonly exit_how: string | null
  readonly receivable_fen: number | null
  readonly cash_fen: number | null
  readonly reduced_fen: number | null
}

/** A record that has not told its gross amount is counted with what is known of it. */
export const receivableOf = (stay: BookedStay): number =>
  stay.receivable_fen ?? stay.paid_fen + (stay.cash_fen ?? 0) + (stay.owed_when_left_fen ?? 0)

export type Sums = {
  readonly count: number
  readonly receivableFen: number
  readonly paidFen: number
  readonly cashFen: number
  readonly reducedFen: number
  /** Left without paying. */
  readonly owedFen: number
}
/** What these records come to. */
export const sumsOf = (stays: readonly BookedStay[]): Sums => {
  const sum = (of: (stay: BookedStay) => number) => stays.reduce((total, stay) => total + of(stay), 0)
  return {
    count: stays.length,
    receivableFen: sum(receivableOf),
    paidFen: sum(({ paid_fen }) => paid_fen),
    cashFen: sum(({ cash_fen }) => cash_fen ?? 0),
    reducedFen: sum(({ reduced_fen }) => reduced_fen ?? 0),
    owedFen: sum(({ owed_when_left_fen }) => owed_when_left_fen ?? 0),
  }
}

export const yuan = (amount: number): string => toYuan(fen(amount))
