import type { Clock } from '@lanepay/domain/clock.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import type { Command, CommandResult } from '@lanepay/lot-link/messages.ts'
import { type LotError, mayAskAgain } from '@lanepay/lot-systems/lot-system.ts'
import type { Orders } from '../bolink/orders.ts'
import type { UntoldExits } from './ended.ts'
import type { OfVehicle } from './lately.ts'
import type { Prices } from './prices.ts'
import type { Called } from './settings.ts'

type Close = Extract<Command, { kind: 'close' }>

/**
 * Stays of which a person says that the vehicle has gone. The software settles nothing for it; it is asked whether it knows better, by the
 * price of the plate: only where nobody of this plate is inside, or whoever is came later, the stay ends here. No answer is none: the order
 * is told again until its time is over.
 */
export function closingStays(options: {
  readonly clock: Clock
  readonly orders: Orders
  readonly exits: UntoldExits
  readonly calledOf: (lot: LotKey) => Promise<Called>
  readonly ofStay: (lot: LotKey, session: string) => Promise<{ readonly of: OfVehicle } | null>
  readonly priceOf: Prices['plain']
  readonly channelOf: (lot: LotKey, lane: number) => Promise<string | null>
  readonly onResult: (lot: LotKey, result: CommandResult) => Promise<void>
}): (lot: LotKey, command: Close) => Promise<void> {
  const { clock, orders, exits, calledOf, ofStay, priceOf, channelOf, onResult } = options
  return async (lot, { id, session, lane, leftAt = clock.now() }) => {
    const now = clock.now()
    const refuse = (because: string) => onResult(lot, { id, at: now, state: 'refused', because })
    const called = await calledOf(lot)
    const asked = await ofStay(lot, session)
    if (asked === null || asked.of.stay === null) return refuse('no-session')
    const { stay, plate } = asked.of
    const open = (await orders.allOfPlate(lot, plate)).find(({ session_id }) => session_id === session)
    // It has left meanwhile, or ended when this was told before.
    if (open === undefined) return onResult(lot, { id, at: now, state: 'done' })
    if (leftAt < open.entered_at) return refuse('left-before-entered')
    if (leftAt > now) return refuse('left-after-now')
    const { read } = await priceOf(called, asked.of, null)
    if (read.ok) {
      if (read.value.stay === stay) return refuse('still-inside')
    } else {
      if (mayAskAgain(read.error)) return
      const { because } = read.error as Extract<LotError, { kind: 'refused' }>
      if (because !== 'no-session') return refuse(because)
    }
    await exits.gone(called, { stay, plate, lane: await channelOf(lot, lane) }, leftAt)
    await onResult(lot, { id, at: now, state: 'done' })
  }
}
