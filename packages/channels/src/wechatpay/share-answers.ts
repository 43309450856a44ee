import { fen } from '@lanepay/domain/money.ts'
import { ok, type Result } from '@lanepay/domain/result.ts'
import type { Fen } from '@lanepay/domain/types.ts'
import type { ChannelError } from '../channel.ts'
import type { ShareAsked, ShareNotice, SharePartState, ShareReturnState, ShareState } from '../shares.ts'
import { channelErrorOf, type Failure } from './errors.ts'
import { asObject, type Json, textOf, wholeOf } from './json.ts'
import { malformedAnswer } from './order.ts'
import { parseTime } from './time.ts'

/**
 * Reads a share or a release (wechat-pay.md 14.3 to 14.5): the answers of apply and query alike. Finished with a part that
 * is not, it is not finished. An answer about another request decides nothing.
 */
export function readShare(asked: ShareAsked, answer: Json): Result<ShareState, ChannelError> {
  if (answer.out_order_no !== asked.shareNumber || answer.transaction_id !== asked.channelTradeNo)
    return malformedAnswer('the answer is about another share')
  const told = answer.receivers ?? []
  if (!Array.isArray(told)) return malformedAnswer('receivers is no list')
  const parts: SharePartState[] = []
  for (const one of told) {
    const part = readPart(asObject(one) ?? {})
    if (part === null) return malformedAnswer('a receiver without account or amount')
    parts.push(part)
  }
  const isOver = answer.state === 'FINISHED' && parts.every(({ state }) => state !== 'pending')
  return ok({ state: isOver ? 'finished' : 'pending', channelShareNo: textOf(answer.order_id), parts })
}

function readPart(told: Json): SharePartState | null {
  const account = textOf(told.account)
  const amount = wholeOf(told.amount)
  if (account === null || amount === null) return null
  const part = { account, amountFen: fen(amount) }
  switch (told.result) {
    case 'SUCCESS':
      return { ...part, state: 'done', doneAt: parseTime(told.finish_time) }
    case 'CLOSED':
      return { ...part, state: 'failed', code: textOf(told.fail_reason) ?? 'CLOSED' }
    default: // PENDING and whatever is added next year
      return { ...part, state: 'pending' }
  }
}

/** 14.6. */
export function readReturn(
  asked: { readonly returnNumber: string; readonly shareNumber: string },
  answer: Json,
): Result<ShareReturnState, ChannelError> {
  if (answer.out_return_no !== asked.returnNumber || answer.out_order_no !== asked.shareNumber)
    return malformedAnswer('the answer is about another return')
  switch (answer.result) {
    case 'SUCCESS': {
      const amount = wholeOf(answer.amount)
      if (amount === null) return malformedAnswer('amount is not whole fen')
      return ok({ state: 'done', amountFen: fen(amount), doneAt: parseTime(answer.finish_time) })
    }
    case 'FAILED':
      return ok({ state: 'failed', code: textOf(answer.fail_reason) ?? 'FAILED' })
    default:
      return ok({ state: 'pending' })
  }
}

export function readRest(channelTradeNo: string, answer: Json): Result<Fen, ChannelError> {
  const rest = wholeOf(answer.unsplit_amount)
  if (rest === null || answer.transaction_id !== channelTradeNo)
    return malformedAnswer('unsplit_amount of this payment is missing')
  return ok(fen(rest))
}

export function readLimit(subMchid: string, answer: Json): Result<number, ChannelError> {
  const limit = wholeOf(answer.max_ratio)
  if (limit === null || limit > 10_000 || answer.sub_mchid !== subMchid)
    return malformedAnswer('max_ratio of this operator is missing')
  return ok(limit)
}

/**
 * What a refused call of this family asks for (14.7). A payment under a minute old, or not settled yet, is refused with a
 * code that says everything and nothing; only its text tells, and it is worth the same number again.
 */
export function shareErrorOf(failure: Failure): ChannelError {
  const error = channelErrorOf(failure)
  const isTooEarly = error.kind === 'refused' && failure.status === 400 && failure.message.includes('处理中')
  return isTooEarly ? { kind: 'unclear', code: error.code, message: error.message } : error
}

export const isShareEvent = (event: string): boolean =>
  event === 'PROFITSHARING.SUCCESS' || event === 'PROFITSHARING.RETURN'

/** 14.7; `null` when a fact is missing that a notice is worth nothing without. */
export function readShareNotice(event: string, facts: Json): ShareNotice | null {
  const receiver = asObject(facts.receiver)
  const account = textOf(receiver?.account)
  const amount = wholeOf(receiver?.amount)
  const at = parseTime(facts.success_time)
  const [shareNumber, channelShareNo, channelTradeNo] = [facts.out_order_no, facts.order_id, facts.transaction_id].map(
    textOf,
  )
  if (!account || amount === null || at === null || !shareNumber || !channelShareNo || !channelTradeNo) return null
  const way = event === 'PROFITSHARING.SUCCESS' ? 'came' : 'taken-back'
  return { way, shareNumber, channelShareNo, channelTradeNo, account, amountFen: fen(amount), at }
}
