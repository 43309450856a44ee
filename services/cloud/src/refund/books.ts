import type { Posting } from '@lanepay/ledger/post.ts'
import type { LockedRefund } from './store.ts'

/*
 * What each step of a refund posts (packages/ledger). Whose money it is does not change between its steps: a payment that counts
 * for nothing stays so until it has gone back, and what a person asked for took its parts when it was asked.
 */

type Entries = Posting['entries']
type Moved = Pick<LockedRefund, 'amount_fen' | 'platform_fee_fen' | 'payment_state' | 'operator_id' | 'channel'>

const without = (entries: Entries): Entries => entries.filter(({ amountFen }) => amountFen !== 0)

/** From whoever received the money: nobody yet, or the operator and the platform. */
const givers = ({ amount_fen, platform_fee_fen, payment_state, operator_id, channel }: Moved, sign: 1 | -1): Entries =>
  payment_state === 'unapplied'
    ? [{ kind: 'unapplied-receipts', party: operator_id, channel, amountFen: sign * amount_fen }]
    : [
        { kind: 'platform-fee', party: '0', channel, amountFen: sign * platform_fee_fen },
        { kind: 'operator-payable', party: operator_id, channel, amountFen: sign * (amount_fen - platform_fee_fen) },
      ]
const inFlight = ({ amount_fen, operator_id, channel }: Moved, sign: 1 | -1): Entries[number] => ({
  ...{ kind: 'refund-in-flight', party: operator_id, channel, amountFen: sign * amount_fen },
})

export const entriesWhenAsked = (refund: Moved): Entries => without([...givers(refund, -1), inFlight(refund, 1)])
export const entriesWhenFailed = (refund: Moved): Entries => without([inFlight(refund, -1), ...givers(refund, 1)])
export const entriesWhenDone = (refund: Moved): Entries => [
  inFlight(refund, -1),
  { kind: 'channel-clearing', party: '0', channel: refund.channel, amountFen: refund.amount_fen },
]
