import type { V2Fields } from './v2-sign.ts'

/** What to do next after an answer about a code pay (wechat-pay.md 11.3). `ask`: query until it is known. */
export type V2Next = 'paid' | 'poll' | 'ask' | 'failed' | 'reverse-again' | 'reversed'

const unknown = ['SYSTEMERROR', 'BANKERROR']

/** Reads the answer of `/pay/micropay` whose signature held. Only both codes `SUCCESS` are paid. */
export function afterMicropay(fields: V2Fields): V2Next {
  if (fields.return_code !== 'SUCCESS') return 'ask'
  if (fields.result_code === 'SUCCESS') return 'paid'
  if (fields.err_code === 'USERPAYING') return 'poll'
  if (!fields.err_code || unknown.includes(fields.err_code)) return 'ask'
  return fields.err_code === 'ORDERPAID' ? 'ask' : 'failed'
}

/** Reads the answer of `/secapi/pay/reverse`: done only with `SUCCESS` and `recall` `N`, else the same call again. */
export const afterReverse = (fields: V2Fields): V2Next =>
  fields.return_code === 'SUCCESS' && fields.result_code === 'SUCCESS' && fields.recall === 'N'
    ? 'reversed'
    : 'reverse-again'
