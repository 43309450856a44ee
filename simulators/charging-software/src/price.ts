/** One parking record of this lot. Money in fen, times in ms. */
export type Record = {
  readonly orderId: string
  readonly plate: string
  readonly enteredAt: number
  readonly lane: string
  /** Paid by phone, as we were told, by the number of the payment. */
  readonly paid: Map<string, number>
  paidAt: number | null
}

export type Price = { readonly grossFen: number; readonly paidFen: number; readonly owedFen: number }

/** So much for each hour begun, and so many minutes to leave after paying. */
export type Tariff = { readonly hourFen: number; readonly leaveMinutes: number }

/** What is owed at this instant: nothing while there is time to leave, then the difference. */
export function priceOf(record: Record, { hourFen, leaveMinutes }: Tariff, now: number): Price {
  const grossFen = Math.max(1, Math.ceil((now - record.enteredAt) / 3_600_000)) * hourFen
  const paidFen = [...record.paid.values()].reduce((sum, one) => sum + one, 0)
  const mayLeave = record.paidAt !== null && now <= record.paidAt + leaveMinutes * 60_000
  return { grossFen, paidFen, owedFen: mayLeave ? 0 : Math.max(0, grossFen - paidFen) }
}
