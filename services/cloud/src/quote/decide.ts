import type { QuoteAnswer, QuoteLine } from '@lanepay/lot-link/messages.ts'

/** What the cloud knows of the stay beside the lot's own answer. */
export type KnownStay = { readonly paidFen: number; readonly leaveBy: number | null }

export type Judged = {
  readonly state: 'owed' | 'overdue' | 'nothing-owed' | 'already-paid'
  readonly paidFen: number
  readonly owedFen: number
  readonly leaveBy: number | null
  readonly lines: readonly QuoteLine[]
}

/**
 * What the driver owes now. The lot prices the stay; what was paid is the larger of what the lot holds and what we hold,
 * because a clearance may still be on its way to the lot. While a clearance stands nothing is owed.
 */
export function judge(answer: QuoteAnswer, known: KnownStay, now: number): Judged {
  const paidFen = Math.max(answer.paidFen, known.paidFen)
  const leaveBy = laterOf(answer.leaveBy ?? null, known.leaveBy)
  const price = answer.lines.filter((line) => line.kind !== 'paid')
  const lines: QuoteLine[] =
    paidFen === 0 ? price : [...price, { kind: 'paid', text: { 'zh-CN': '已付', en: 'Paid' }, amountFen: -paidFen }]
  const rest = Math.max(0, answer.priceFen - paidFen)
  if (leaveBy !== null && now <= leaveBy) return { state: 'already-paid', paidFen, owedFen: 0, leaveBy, lines }
  if (rest === 0) return { state: 'nothing-owed', paidFen, owedFen: 0, leaveBy: null, lines }
  return { state: leaveBy === null ? 'owed' : 'overdue', paidFen, owedFen: rest, leaveBy, lines }
}

const laterOf = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b)
