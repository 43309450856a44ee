import type { Fen } from '@lanepay/domain/types.ts'
import type { Posting } from '@lanepay/ledger/post.ts'
import type { SharedPaymentRow } from './store.ts'

/*
 * What a share moves in the books (packages/ledger/README.md). The platform's own part is its fee, which the payment gave it:
 * it is not owed once more, and what of it is not paid out stays its own.
 */
type Entries = Posting['entries']
type Amount = { readonly party: string; readonly amountFen: Fen }
type Payment = Pick<SharedPaymentRow, 'channel' | 'operator_id'>

const isPlatform = ({ party }: Amount): boolean => party === '0'
const ofParty = (one: Amount, { channel }: Payment, amountFen: number): Entries[number] => ({
  kind: isPlatform(one) ? 'platform-fee' : 'partner-payable',
  party: one.party,
  channel,
  amountFen,
})
const sum = (amounts: readonly Amount[]): number => amounts.reduce((total, { amountFen }) => total + amountFen, 0)

/** The channel has paid these parts out. */
export const paidOut = (payment: Payment, parts: readonly Amount[]): Entries =>
  parts.length === 0
    ? []
    : [
        ...parts.map((part) => ofParty(part, payment, -part.amountFen)),
        { kind: 'channel-clearing', party: '0', channel: payment.channel, amountFen: sum(parts) },
      ]

/** These parts were not paid out, and are the operator's now. */
export function leftToOperator(payment: Payment, parts: readonly Amount[]): Entries {
  const owed = parts.filter((part) => !isPlatform(part))
  if (owed.length === 0) return []
  return [
    ...owed.map((part) => ofParty(part, payment, -part.amountFen)),
    { kind: 'operator-payable', party: payment.operator_id, channel: payment.channel, amountFen: sum(owed) },
  ]
}

/** A part that was paid out is back with the operator, or with the platform whose fee it was. */
export const cameBack = (payment: Payment, part: Amount): Entries => [
  { kind: 'channel-clearing', party: '0', channel: payment.channel, amountFen: -part.amountFen },
  isPlatform(part)
    ? ofParty(part, payment, part.amountFen)
    : { kind: 'operator-payable', party: payment.operator_id, channel: payment.channel, amountFen: part.amountFen },
]
