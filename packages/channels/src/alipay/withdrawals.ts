import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelError } from '../channel.ts'
import type { WithdrawalOrder, WithdrawalState, Withdrawals } from '../withdrawals.ts'
import type { Account } from './account.ts'
import type { Client, Unanswered } from './client.ts'
import type { About } from './shares.ts'
import {
  balanceRequest,
  products,
  readBalance,
  readTransfer,
  readTransferQuery,
  transferQueryRequest,
  transferRequest,
} from './transfer.ts'
import { saysNoOrder, transferErrorOf } from './transfer-errors.ts'

/** Payouts from an account's balance (alipay.md 10.3, 10.4): for applications in certificate mode only. */
export const withdrawalsOver = (client: Client, about: About): Withdrawals => ({
  balance: (merchant) =>
    about(merchant, async (account) => {
      const answer = await client(balanceRequest(account))
      return answer.ok ? readBalance(answer.value) : err(errorOf(answer.error))
    }),
  withdraw: (merchant, order) => about(merchant, (account) => withdraw(client, account, order)),
  query: (merchant, withdrawalNumber) => about(merchant, (account) => query(client, account, withdrawalNumber)),
})

async function withdraw(
  client: Client,
  account: Account,
  order: WithdrawalOrder,
): Promise<Result<WithdrawalState, ChannelError>> {
  const request = transferRequest(account, order)
  if (!request.ok) return request
  const answer = await client(request.value)
  return answer.ok ? readTransfer(order, answer.value) : err(errorOf(answer.error))
}

/** Alipay finds a payout by our number only under the product it was made with, and there are two: it is asked for both. */
async function query(
  client: Client,
  account: Account,
  withdrawalNumber: string,
): Promise<Result<WithdrawalState | { readonly state: 'unknown' }, ChannelError>> {
  for (const product of products) {
    const answer = await client(transferQueryRequest(account, withdrawalNumber, product))
    if (answer.ok) return readTransferQuery(withdrawalNumber, answer.value)
    if (answer.error.kind !== 'failure' || !saysNoOrder(answer.error.failure)) return err(errorOf(answer.error))
  }
  return ok({ state: 'unknown' })
}

const errorOf = (unanswered: Unanswered): ChannelError =>
  unanswered.kind === 'unclear' ? unanswered.error : transferErrorOf(unanswered.failure)
