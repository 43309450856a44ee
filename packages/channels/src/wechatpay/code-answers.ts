import { fen } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { ChannelError, PaidFacts, PaymentState } from '../channel.ts'
import type { CodeState, Decline, Reversal } from '../pay-code.ts'
import { type Account, accountKeyOf } from './account.ts'
import { bareCode, channelErrorOf } from './errors.ts'
import { meaningOf } from './meaning.ts'
import { malformedAnswer } from './order.ts'
import { afterMicropay, afterReverse } from './v2-answer.ts'
import type { V2Fields } from './v2-sign.ts'

/* What the v2 interfaces say of one code payment (wechat-pay.md 11.2, 22.2). Every answer here was verified. */

/** Codes without underscores. Nothing was taken; the driver shows another code or pays otherwise. */
const declines: Readonly<Record<string, Decline>> = {
  AUTHCODEEXPIRE: 'stale-code',
  AUTHCODEERROR: 'stale-code',
  AUTHCODEINVALID: 'bad-code',
  NOTENOUGH: 'short-of-money',
  NOTSUPORTCARD: 'card-not-accepted',
  BUYERMISMATCH: 'other-payer',
  TRADEERROR: 'refused',
  RULELIMIT: 'refused',
  ACCOUNTERROR: 'refused',
}

/** A failure that the driver can do something about; `null` for every other one. */
export function declineOf(code: string | null, message: string): CodeState | null {
  const because = code === null ? undefined : declines[bareCode(code)]
  return because ? { state: 'declined', because, code: code ?? '', message } : null
}

type Asked = { readonly account: Account; readonly tradeNumber: string }

/** The answer of `/pay/micropay`. */
export function readMicropay(asked: Asked, fields: V2Fields): Result<CodeState, ChannelError> {
  switch (afterMicropay(fields)) {
    case 'paid': {
      const paid = readPaid(asked, fields)
      return paid.ok ? ok({ state: 'paid', paid: paid.value }) : paid
    }
    case 'poll':
      return ok({ state: 'pending' })
    default: {
      const declined = declineOf(fields.err_code ?? null, messageOf(fields))
      return declined ? ok(declined) : err(v2ErrorOf(fields))
    }
  }
}

/** The answer of `/pay/orderquery`. */
export function readOrderquery(asked: Asked, fields: V2Fields): Result<PaymentState, ChannelError> {
  if (fields.result_code !== 'SUCCESS')
    return fields.err_code && bareCode(fields.err_code) === 'ORDERNOTEXIST'
      ? ok({ state: 'unknown-order' })
      : err(v2ErrorOf(fields))
  if (fields.out_trade_no !== asked.tradeNumber) return malformedAnswer('the answer is about another order')
  const state = meaningOf(fields.trade_state)
  if (state !== 'paid') return ok({ state })
  const paid = readPaid(asked, fields)
  return paid.ok ? ok({ state, paid: paid.value }) : paid
}

/** The answer of `/secapi/pay/reverse`: only a plain yes is one, and in the password window it did not happen (11.3). */
export function readReverse(fields: V2Fields): Result<Reversal, ChannelError> {
  if (afterReverse(fields) === 'reversed') return ok({ state: 'reversed' })
  const again = fields.recall === 'Y' || fields.result_code === 'SUCCESS' || fields.err_code === 'USERPAYING'
  if (again) return ok({ state: 'not-yet', code: fields.err_code ?? 'RECALL' })
  return err(v2ErrorOf(fields))
}

function readPaid({ account, tradeNumber }: Asked, fields: V2Fields): Result<PaidFacts, ChannelError> {
  const { total_fee = '', transaction_id, time_end = '', fee_type, out_trade_no } = fields
  if (out_trade_no !== tradeNumber) return malformedAnswer('the answer is about another order')
  if (!/^[1-9]\d{0,9}$/.test(total_fee)) return malformedAnswer('total_fee is not whole fen')
  if (!transaction_id) return malformedAnswer('transaction_id is missing')
  const paidAt = readV2Time(time_end)
  if (paidAt === null) return malformedAnswer('time_end is not a time')
  return ok({
    tradeNumber,
    accountKey: accountKeyOf(account),
    amountFen: fen(Number(total_fee)),
    currency: fee_type || 'CNY',
    channelTradeNo: transaction_id,
    paidAt,
    payer: fields.openid || fields.sub_openid || null,
  })
}

/** The same classes as v3's, whose codes are spelt otherwise. A failure without a code says nothing about the money. */
export const v2ErrorOf = (fields: V2Fields): ChannelError =>
  channelErrorOf({ status: 400, code: fields.err_code || null, message: messageOf(fields), requestNumber: null })

const messageOf = (fields: V2Fields): string => fields.err_code_des?.slice(0, 200) ?? ''

/** `yyyyMMddHHmmss`, Beijing time. */
export function readV2Time(text: string): Instant | null {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text)
  if (!parts) return null
  const [, year, month, date, hour, minute, second] = parts
  const ms = Date.parse(`${year}-${month}-${date}T${hour}:${minute}:${second}+08:00`)
  return Number.isNaN(ms) ? null : (ms as Instant)
}

export const writeV2Time = (at: Instant): string =>
  new Date(at + 8 * 3_600_000).toISOString().replace(/\D/g, '').slice(0, 14)
