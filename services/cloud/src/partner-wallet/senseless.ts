import type { FindWallet } from '@lanepay/channels/zldpay/wallet.ts'
import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { Settle } from '../payment/settle.ts'
import type { LotsOfWallets } from './lots.ts'
import type { walletPayments } from './payments.ts'
import { insertWalletPayment, selectPlate, selectWalletPayment, type WalletPaymentRow } from './store.ts'

/** Whose wallet pays for a plate without being asked. */
export type Payer = { readonly unionId: string; readonly userId: string }

/** Partners' wallets as they pay for vehicles without any act of their drivers (third-party-wallets.md A.4, 5). */
export type Payers = {
  /** Who pays for this plate at this lot; null: nobody does. Undefined: nobody is charged so at this lot at all. */
  of(lot: LotKey, plate: string): Promise<Payer | null | undefined>
  /**
   * Charges an exit that a lot's own software has us charge, at the price that it asks for. The same `id` is one charge, however often it
   * is asked for. `waiting`: there is an order, and what the wallet made of it is not certain yet.
   */
  charge(
    lot: LotKey,
    payer: Payer,
    exit: { readonly id: string; readonly session: string; readonly plate: string; readonly lane: number | null },
  ): Promise<{ readonly state: 'paid' | 'waiting' | 'declined'; readonly because?: string }>
  /** Nobody waits for this order any more: a wallet that says later that it has paid it has paid nobody, unless it was faster. */
  close(lot: LotKey, payment: Id): Promise<void>
}

/** So long whoever wrote a charge down has it in hand, and nobody else. */
const inHandMs = 60_000

export function payersOf(options: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly lots: LotsOfWallets
  readonly walletOf: FindWallet
  readonly payments: Pick<ReturnType<typeof walletPayments>, 'goOn' | 'giveUp'>
  readonly settle: Pick<Settle, 'heard'>
}): Payers {
  const { database, clock, newId, lots, walletOf, payments, settle } = options
  return {
    async of(lot, plate) {
      const unionId = (await lots.areAny()) ? (await lots.of(lot))?.wallet : null
      if (unionId == null || (await walletOf(unionId))?.noticeUrl == null) return undefined
      const [owner] = await database.reference.query<{ user_id: string; senseless: boolean }>(selectPlate, [
        plate,
        unionId,
      ])
      return owner?.senseless ? { unionId, userId: owner.user_id } : null
    },
    async charge({ bucket, lotId }, { unionId, userId }, { id, session, plate, lane }) {
      const db = database.of(bucket)
      const key = [bucket, lotId, unionId, 'senseless', id]
      const now = clock.now()
      const [isOurs] = await db.query(insertWalletPayment, [
        ...[
          ...key,
          newId(),
          session,
          plate,
          lane,
          null,
          userId,
          null,
          instantOut(now),
          instantOut(now + inHandMs),
          null,
        ],
      ])
      const row = async () => (await db.query<WalletPaymentRow>(selectWalletPayment, key))[0]!
      if (isOurs) {
        await payments.goOn(await row())
        // Without an order there is nothing that anybody could hear of later.
        if ((await row()).payment_id === null) await payments.giveUp(await row(), 'no-order')
      }
      const { outcome, because } = await row()
      if (outcome === null) return { state: 'waiting' }
      return outcome === 'applied' ? { state: 'paid' } : { state: 'declined', because: because ?? '' }
    },
    async close(lot, payment) {
      await settle.heard({ kind: 'trade', ...lot, id: payment }, { state: 'closed' })
    },
  }
}
