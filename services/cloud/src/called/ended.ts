import type { CalledEvent } from '@lanepay/lot-systems/called.ts'
import type { Orders } from '../bolink/orders.ts'
import type { Called } from './settings.ts'

/**
 * Ends stays where nobody tells us of exits: whoever paid in an exit lane that opened has left through it, and whoever is inside anew
 * had left before. Who paid inside, or owed nothing, stays in our book until he comes again.
 */
export function untoldExits(options: {
  readonly orders: Orders
  readonly keep: (lot: Called, event: Extract<CalledEvent, { kind: 'left' }>) => Promise<void>
}) {
  const { orders, keep } = options
  const areTold = ({ system }: Called): boolean => system.abilities.includes('reports-exit')
  const left = (lot: Called, stay: string, plate: string, lane: string | null, leftAt: number) =>
    keep(lot, { kind: 'left', stay, plate, enteredAt: null, lane, leftAt })
  return {
    /** A person says that it has gone, and the software knows of nobody of its plate. */
    gone: (lot: Called, { stay, plate, lane }: { stay: string; plate: string; lane: string | null }, at: number) =>
      left(lot, stay, plate, lane, at),
    async paidIn(called: Called, lane: string, paid: { stay: string; plate: string }, at: number): Promise<void> {
      if (!areTold(called)) await left(called, paid.stay, paid.plate, lane, at)
    },
    /** A price of this stay was asked for: any other that the same plate left open is over. */
    async inside(called: Called, now: { stay: string; plate: string; enteredAt: number }): Promise<void> {
      if (areTold(called)) return
      for (const { order_id, entered_at } of await orders.allOfPlate(called, now.plate))
        if (order_id !== now.stay && Number(entered_at) < now.enteredAt)
          await left(called, order_id, now.plate, null, now.enteredAt)
    },
  }
}
export type UntoldExits = ReturnType<typeof untoldExits>
