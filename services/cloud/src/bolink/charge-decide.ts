/** How a charge of a record stands, with the payment that it has come to. */
export type Standing = {
  readonly id: string
  readonly payType: string
  /** Under which a vendor's cloud asked for it. */
  readonly tradeNo: string | null
  readonly askedAt: number
  readonly answered: number | null
  /** Nothing is left to be told of it. */
  readonly isOver: boolean
  /** Null: it has come to no order. */
  readonly payment: {
    readonly id: string
    readonly state: string
    /** Its channel is still asked about it. */
    readonly isAsked: boolean
    /** What is left of it, without what goes back. */
    readonly leftFen: number
    /** When it goes back by rule; null: it does not. */
    readonly goesBackAt: number | null
  } | null
}
/** An exit that a lot wants charged now: the same `id` is the same request. */
export type Asked = { readonly id: string; readonly totalFen: number; readonly tradeNo: string | null }

export type Turn =
  /** As it was answered before, where that is over; else it is charged. `over`: of the one before it nothing is to be had any more. */
  | { readonly act: 'charge'; readonly over: Standing | null }
  /** It is paid for by this one. */
  | { readonly act: 'paid'; readonly by: Standing }
  /** No, for certain, and no money is asked for. */
  | {
      readonly act: 'no'
      readonly because: 'failed' | 'unclear' | 'paid-otherwise'
      readonly over: Standing | null
    }
  /** The lot hears what became of the one before. */
  | { readonly act: 'wait' }
  /** The one before is being answered at this moment. */
  | { readonly act: 'look' }
  /** Its time is over: whatever its channel says later, it pays for nothing. */
  | { readonly act: 'take-back'; readonly charge: Standing }

/** Before it is told of an order that is not paid: so long an upload may take to be answered itself. */
export const answersWithinMs = 15_000

/** `taken-back`: not paid for the lot, whatever its channel makes of it, which is not certain yet. */
type Money = 'none' | 'open' | 'taken-back' | 'not-paid' | 'goes-back' | 'paid'
function moneyOf({ payment }: Standing, now: number): Money {
  switch (payment?.state) {
    case undefined:
      return 'none'
    case 'created':
    case 'pending':
      return 'open'
    case 'closed':
      return payment!.isAsked ? 'taken-back' : 'not-paid'
    case 'unapplied':
      return 'goes-back'
    default: {
      const { leftFen, goesBackAt } = payment!
      return leftFen === 0 || (goesBackAt !== null && goesBackAt <= now) ? 'goes-back' : 'paid'
    }
  }
}

/**
 * What is done about an exit that is to be charged, by all charges of its record so far: never a second payment while one is not certain, nor
 * where one has been paid that the lot has not taken; and no 2 any more when the time of the one before is over (bolink-protocol.md 4.2). Pure.
 */
export function turnOf(charges: readonly Standing[], asked: Asked, now: number, chargeSeconds: number): Turn {
  const charge = { act: 'charge', over: null } as const
  const money = (one: Standing) => moneyOf(one, now)
  const isLate = (one: Standing) => now - one.askedAt >= chargeSeconds * 1000
  const pays = (one: Standing) =>
    money(one) === 'paid' && one.tradeNo === asked.tradeNo && one.payment!.leftFen >= asked.totalFen

  const own = charges.find(({ id }) => id === asked.id)
  if (own?.isOver) return charge
  const before =
    own ??
    charges.find(({ isOver }) => !isOver) ??
    charges.find((one) => ['open', 'taken-back'].includes(money(one))) ??
    // Whose answer may be lost: the lot asks at once for the same again, with the driver's next code.
    charges.find((one) => pays(one) && !isLate(one))
  if (!before) return charge

  const isInHand = before.answered === null && now - before.askedAt < answersWithinMs
  const unclear = { act: 'no', because: 'unclear', over: null } as const
  // Of another number of a vendor's nothing would be told later.
  const waits: Turn = before.tradeNo === asked.tradeNo ? { act: 'wait' } : unclear
  const goesOn: Turn = own ? charge : isInHand ? { act: 'look' } : waits
  switch (money(before)) {
    case 'paid':
      return pays(before) ? { act: 'paid', by: before } : { act: 'no', because: 'paid-otherwise', over: null }
    case 'not-paid':
    case 'goes-back':
      return own ? { act: 'no', because: 'failed', over: own } : { act: 'charge', over: before }
    case 'none':
      return own || isInHand ? goesOn : { act: 'charge', over: before }
    case 'open':
      return before.isOver || isLate(before) ? { act: 'take-back', charge: before } : goesOn
    case 'taken-back':
      if (!before.isOver && !isLate(before)) return goesOn
      return own ? { act: 'no', because: 'failed', over: own } : unclear
  }
}
