/** A month card, or one of a quarter or a year, of one plate. Instants in ms. */
export type Permit = {
  readonly id: string
  readonly plate: string
  readonly from: number
  /** Its last second. */
  readonly until: number
  /** Until when that may still be made longer. */
  readonly renewableUntil: number
  /** Of one period, and what that costs. */
  readonly months: number
  readonly priceFen: number
  readonly phone: string | null
  /** It is good no longer than this, however much is paid. */
  readonly most: number | null
}
export type Renewal = {
  readonly payment: string
  readonly from: number
  readonly to: number
  readonly amountFen: number
}

/** Who stands in a lot without paying, and until when; by the lot's own clock. */
export function permitsOf(now: () => number) {
  const permits = new Map<string, Permit>()
  const renewals: (Renewal & { readonly plate: string })[] = []
  let number = 0
  return {
    isPermitted: (plate: string): boolean => now() <= (permits.get(plate)?.until ?? Number.NEGATIVE_INFINITY),
    permits: (): readonly Permit[] => [...permits.values()],
    permitOf: (plate: string): Permit | null => permits.get(plate) ?? null,
    /** A vehicle may stand here without paying until then; for so long after that it may still be made longer. */
    permit(plate: string, until: number, renewableMs = 0, sold: Partial<Permit> = {}): unknown {
      const usual = { months: 1, priceFen: 20_000, phone: null, most: null, from: until - 30 * 86_400_000 }
      const id = `1076${++number}`
      return permits.set(plate, { ...usual, ...sold, id, plate, until, renewableUntil: until + renewableMs })
    },
    /** Makes a permit longer, also one that has ended where that is allowed; false: it is too late. */
    renew(plate: string, until: number): boolean {
      const permit = permits.get(plate)
      if (permit === undefined || now() > permit.renewableUntil) return false
      permits.set(plate, { ...permit, until, renewableUntil: until + permit.renewableUntil - permit.until })
      return true
    },
    renewals: renewals as readonly (Renewal & { readonly plate: string })[],
    /** The same for a payment, whose number twice is one. */
    renewFor(plate: string, renewal: Renewal): boolean {
      if (renewals.some(({ payment }) => payment === renewal.payment)) return true
      if (!this.renew(plate, renewal.to)) return false
      renewals.push({ plate, ...renewal })
      return true
    },
  }
}
