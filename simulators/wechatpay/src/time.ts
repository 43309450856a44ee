import { endDueApplyments } from './applyments.ts'
import { endDueWaits } from './code-pay.ts'
import { endDueRefunds } from './money.ts'
import { settleDaily } from './settlements.ts'
import { endDueReturns, endDueShares } from './shares.ts'
import { moveDueTransfers } from './transfers.ts'
import { endDueWithdrawals } from './withdrawals.ts'
import type { Works } from './works.ts'

/** Everything that the clock alone brings about. */
export function passTime(works: Works, now: number): void {
  endDueWaits(works, now)
  endDueRefunds(works, now)
  endDueShares(works, now)
  endDueReturns(works, now)
  endDueWithdrawals(works, now)
  moveDueTransfers(works, now)
  endDueApplyments(works, now)
  settleDaily(works, now)
}
