import type { Channel, PaymentState } from '@lanepay/channels/channel.ts'
import type { Database } from '@lanepay/database/database.ts'
import { type HouseNumber, numberOf } from '@lanepay/domain/numbers.ts'
import type { ChannelName, Id } from '@lanepay/domain/types.ts'
import type { Alarms } from '../alarm/alarm.ts'
import { type Clear, type ClearingOutcome, disbeliefs } from '../clearing/clear.ts'
import type { Accounts } from './accounts.ts'
import { closePayment, type DueRow } from './store.ts'

export type Channels = Readonly<Partial<Record<ChannelName, Channel>>>
export type Settled = 'paid' | 'unapplied' | 'closed' | 'pending' | 'disbelieved'

/** Acts on what a channel says of one of our payments: by query, by closing, by notification, there is one way. */
export type Settle = {
  /** Takes a believed word of the channel. Paid goes to clearing; closed ends the payment; the rest waits. */
  heard(number: HouseNumber, state: PaymentState): Promise<Settled>
  /** Asks the channel now; past its time the order is closed. */
  ask(payment: DueRow, now: number): Promise<Settled>
  /** Closes an open order at the channel, unless the driver was faster. */
  close(payment: Pick<DueRow, 'bucket' | 'lot_id' | 'id' | 'channel' | 'account_id'>): Promise<Settled>
}

export function settling(options: {
  readonly database: Database
  readonly channels: Channels
  readonly accounts: Accounts
  readonly clear: Clear
  readonly alarms: Alarms
}): Settle {
  const { database, channels, accounts, clear, alarms } = options
  const at = async (payment: Pick<DueRow, 'bucket' | 'lot_id' | 'id' | 'channel' | 'account_id'>) => {
    const channel = channels[payment.channel]
    const account = await accounts.byId(payment.account_id)
    if (!channel || !account)
      throw new Error(`payment ${payment.id} was made through ${payment.channel}, which is not configured now`)
    const number: HouseNumber = { kind: 'trade', bucket: payment.bucket, lotId: payment.lot_id, id: payment.id as Id }
    return { channel, merchant: account.merchant, number, tradeNumber: numberOf('trade', number, number.id) }
  }
  const end = async (number: HouseNumber): Promise<Settled> => {
    await database.of(number.bucket).query(closePayment, [number.bucket, number.lotId, number.id])
    return 'closed'
  }
  const heard: Settle['heard'] = async (number, state) => {
    if (state.state === 'closed') return end(number)
    if (state.state !== 'paid') return 'pending'
    const outcome: ClearingOutcome = await clear({ number, facts: state.paid })
    if (!(disbeliefs as readonly string[]).includes(outcome)) return outcome === 'unapplied' ? 'unapplied' : 'paid'
    if (outcome !== 'not-found')
      await alarms.raise(number, { kind: 'payment-disbelieved', payment: number.id, because: outcome })
    return 'disbelieved'
  }
  const close: Settle['close'] = async (payment) => {
    const { channel, merchant, number, tradeNumber } = await at(payment)
    const closed = await channel.close(merchant, tradeNumber)
    if (closed.ok) return end(number)
    if (closed.error.kind === 'already-paid') {
      const state = await channel.query(merchant, tradeNumber)
      return state.ok ? heard(number, state.value) : 'pending'
    }
    // Refused for good: there is nothing at the channel that anybody could pay.
    return closed.error.kind === 'refused' ? end(number) : 'pending'
  }
  return {
    heard,
    close,
    ask: async (payment, now) => {
      const { channel, merchant, number, tradeNumber } = await at(payment)
      const state = await channel.query(merchant, tradeNumber)
      const over = now > payment.expires_at
      if (state.ok && (state.value.state === 'paid' || state.value.state === 'closed'))
        return heard(number, state.value)
      if (!over) return 'pending'
      // An order the channel never heard of may still be on its way there: it is closed at the channel as well.
      return close(payment)
    },
  }
}
