import type { Clock } from '@lanepay/domain/clock.ts'
import { fen, parseYuan, toYuan } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Fen, Instant } from '@lanepay/domain/types.ts'
import type { ChannelError } from '../channel.ts'
import type { WithdrawalOrder, WithdrawalState, Withdrawals } from '../withdrawals.ts'
import { bankClient, type Json, unclear } from './client.ts'
import type { BankSettings } from './settings.ts'

/**
 * Payouts by a simulated bank, for demonstrations (docs/withdrawals.md). The only thing this adapter can: no driver pays by it. The
 * wire is simulators/bank/README.md.
 */
export function bankPayouts(settings: BankSettings, deps: { readonly clock: Clock }): Withdrawals {
  const client = bankClient(settings, deps)
  const { account } = settings
  return {
    balance: async () => {
      const answer = await client('balance', { account })
      if (!answer.ok) return answer
      const available = yuanIn(answer.value.available)
      if (answer.value.code !== 'OK') return err(refusalOf(answer.value))
      return available === null ? malformed('available') : ok({ availableFen: available, pendingFen: fen(0) })
    },
    withdraw: async (_, order) => {
      const { withdrawalNumber, amountFen, bankMemo, payee } = order
      if (payee?.kind !== 'bank-card') return err(noCard(order))
      const { cardNumber, name, owner, bank, branch } = payee
      const answer = await client('pay', {
        ...{ account, orderNumber: withdrawalNumber, amount: toYuan(amountFen), purpose: bankMemo },
        payee: { number: cardNumber, name, owner, bank, ...(branch === undefined ? {} : { branch }) },
      })
      if (!answer.ok) return answer
      return answer.value.code === 'OK' ? readOrder(withdrawalNumber, answer.value) : err(refusalOf(answer.value))
    },
    query: async (_, withdrawalNumber) => {
      const answer = await client('query', { orderNumber: withdrawalNumber })
      if (!answer.ok) return answer
      if (answer.value.code === 'NO_ORDER') return ok({ state: 'unknown' })
      return answer.value.code === 'OK' ? readOrder(withdrawalNumber, answer.value) : err(refusalOf(answer.value))
    },
  }
}

/**
 * What the bank says of one order. One that stands there twice is the sum of both: nobody asked for that, and the one who compares
 * it with what was asked for says so.
 */
function readOrder(orderNumber: string, answer: Json): Result<WithdrawalState, ChannelError> {
  if (answer.orderNumber !== orderNumber) return malformed('orderNumber')
  const read = (Array.isArray(answer.transfers) ? (answer.transfers as readonly Json[]) : []).map(readTransfer)
  const [first] = read
  if (!first || read.includes(null)) return malformed('transfers')
  if (first.state !== 'paid') return ok(first)
  const paid = read.flatMap((one) => (one?.state === 'paid' ? [one.amountFen] : []))
  return ok({ ...first, amountFen: fen(paid.reduce<number>((sum, amount) => sum + amount, 0)) })
}

/** Null for what cannot be read; a word that is not known waits. */
function readTransfer(transfer: Json): WithdrawalState | null {
  const { state, bankNumber, reason } = transfer
  const amountFen = yuanIn(transfer.amount)
  if (typeof bankNumber !== 'string' || amountFen === null) return null
  switch (state) {
    case 'paid': {
      const at = typeof transfer.paidAt === 'string' ? Date.parse(transfer.paidAt) : Number.NaN
      return { state, channelNo: bankNumber, amountFen, paidAt: Number.isNaN(at) ? null : (at as Instant) }
    }
    case 'returned':
      return { state, channelNo: bankNumber, code: 'RETURNED', message: `return ${String(transfer.returnNumber)}` }
    case 'failed':
      return { state, code: String(reason), message: 'the bank did not pay' }
    default: // accepted, and whatever is added next year
      return { state: 'pending' }
  }
}

/** `FIELD` and `NO_RIGHT` are said of a question before anything is done; the other codes are of an order that is there. */
function refusalOf({ code, message }: Json): ChannelError {
  const said = { code: String(code), message: String(message).slice(0, 200) }
  if (code === 'NUMBER_USED') return { kind: 'number-used', code: 'NUMBER_USED' }
  if (code === 'FIELD' || code === 'NO_RIGHT') return { kind: 'refused', ...said, alarm: true }
  return { kind: 'unclear', ...said }
}

const noCard = ({ payee }: Pick<WithdrawalOrder, 'payee'>): ChannelError => ({
  ...{ kind: 'refused', code: 'PAYEE', alarm: true },
  message: `order.payee: a bank pays to a bank card, not to ${payee?.kind ?? 'nobody'}`,
})
const malformed = (field: string) => unclear('MALFORMED_ANSWER', `${field} is missing, or not what it should be`)

function yuanIn(value: unknown): Fen | null {
  const amount = typeof value === 'string' ? parseYuan(value) : null
  return amount?.ok ? amount.value : null
}
