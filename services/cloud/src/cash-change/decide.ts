/*
 * Cash change that a driver takes into a wallet (bolink-protocol.md 6.13, 8.1 `getWxRedPacketUrlNew`): decided here, done in cash-change.ts.
 */

/** offered: nobody has begun. giving: a driver has, and the channel is asked. sent: it waits in the driver's wallet. The rest is over. */
export type ChangeState = 'offered' | 'giving' | 'sent' | 'taken' | 'returned' | 'failed'
export const isOver = (state: ChangeState): boolean => state === 'taken' || state === 'returned' || state === 'failed'

/** Why it is the operator's again, in `because`, where nobody began in time, and where nothing arrived; every other reason is the channel's. */
export const notTakenInTime = 'nobody took it in time'
export const neverHad = 'the channel never had it'

/** What the protocol lets a link be of, in fen. */
export const changeRange = { leastFen: 100, mostFen: 10_000 } as const

export type Change = {
  readonly state: ChangeState
  /** As the channel knows the driver who began. */
  readonly payee: string | null
  readonly expiresAt: number
}

/**
 * Whether this driver may take it now. Who began goes on, also after the link has ended: his wallet may have it already. Null: yes.
 */
export function refusalToTake(change: Change, payee: string, now: number): 'over' | 'anothers' | null {
  if (change.payee !== null && change.payee !== payee) return 'anothers'
  if (isOver(change.state)) return 'over'
  return change.state === 'offered' && now >= change.expiresAt ? 'over' : null
}

/** What a driver sees of it. */
export function shownTo(
  change: Change,
  payee: string | null,
  now: number,
): 'open' | 'waiting' | 'sending' | 'taken' | 'anothers' | 'over' {
  if (change.payee !== null && change.payee !== payee) return 'anothers'
  switch (change.state) {
    case 'offered':
      return now < change.expiresAt ? 'open' : 'over'
    case 'giving':
      return 'sending'
    case 'sent':
      return 'waiting'
    case 'taken':
      return 'taken'
    default:
      return 'over'
  }
}
