/** What was met on the way: a run in which nothing of a kind happened has proven nothing of it. */
export type Met = ReturnType<typeof nothingMet>

export const nothingMet = () => ({
  paidByPhone: 0,
  twoPhones: 0,
  paidAfterClose: 0,
  cashAndPhone: 0,
  noticesAstray: 0,
  /** By what the lot was told in the end. */
  scanned: {} as Record<string, number>,
  codesAstray: {} as Record<string, number>,
  cash: 0,
  /** Taken less given back. */
  cashFen: 0,
  cashGivenBack: 0,
  shifts: 0,
  shiftsOverOrShort: 0,
  refundsAsked: 0,
  withdrawalsAtOnce: 0,
  /** By what the bank did. */
  withdrawals: {} as Record<string, number>,
  clocksWrong: 0,
  billsNotWhole: 0,
  killsPlanned: 0,
})
