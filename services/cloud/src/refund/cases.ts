import type { ChannelName } from '@lanepay/domain/types.ts'

/*
 * What a channel's word about a refund that did not go through means to the person who reads the alarm (wechat-pay.md 12 and
 * 22.1, alipay.md 7.11): one name, one thing to do.
 */
export const refundCases = {
  'not-enough-money': 'the merchant account is short: top it up, the refund is sent again by itself under its number',
  'receipt-kept-back':
    'a part of its receipt waits for a person: leave it to the operator with lanepay share leave, and it is sent again by itself',
  'dead-card':
    "the driver's card takes no money: on the channel's platform send it to another card; it is heard here when it is done",
  'closed-by-channel': 'the channel gave the refund up and the money is back: ask for it again with lanepay refund',
  'too-late': 'the channel takes no refunds of this payment any more: pay the driver back by transfer, outside',
  'payer-gone': "the driver's account takes no money: ask the driver where to, and pay it by transfer, outside",
  'whole-only': 'the channel gives this payment back whole or not at all: ask for the whole with lanepay refund',
  'shares-in-the-way':
    'a part of it was shared and does not come back: take the share back first, or let the operator pay it',
  'not-as-booked':
    "the channel knows this payment or what is left of it otherwise: compare with the channel's platform before anything else",
  'no-right-at-channel':
    "the merchant account may not refund: look at its contract and rights on the channel's platform",
  'by-hand-at-wallet':
    'a partner’s wallet takes no refunds over its protocol: have the partner give it back, or pay the driver by transfer, outside',
  'said-otherwise-later':
    'the channel reports money given back that it had refused: no second refund, post it by hand after comparing with its bill',
  unknown: "refund it on the channel's platform, and tell us of this code",
} as const
export type RefundCase = keyof typeof refundCases

const ofWechatPay: Readonly<Record<string, RefundCase>> = {
  NOTENOUGH: 'not-enough-money',
  ABNORMAL: 'dead-card',
  CLOSED: 'closed-by-channel',
  TRADEOVERDUE: 'too-late',
  USERACCOUNTABNORMAL: 'payer-gone',
  INVALIDREQUEST: 'not-as-booked',
  PARAMERROR: 'not-as-booked',
  RESOURCENOTEXISTS: 'not-as-booked',
  ORDERNOTEXIST: 'not-as-booked',
  NOAUTH: 'no-right-at-channel',
  MCHNOTEXISTS: 'no-right-at-channel',
}
const ofAlipay: Readonly<Record<string, RefundCase>> = {
  SELLERBALANCENOTENOUGH: 'not-enough-money',
  REASONTRADEBEENFREEZEN: 'not-enough-money',
  TRADEHASFINISHED: 'too-late',
  TRADENOTALLOWREFUND: 'too-late',
  BUYERERROR: 'payer-gone',
  BUYERNOTEXIST: 'payer-gone',
  USERNOTMATCHERR: 'payer-gone',
  REFUNDACCOUNTNOTEXIST: 'payer-gone',
  NOTALLOWPARTIALREFUND: 'whole-only',
  ONLINETRADEVOUCHERNOTALLOWREFUND: 'whole-only',
  ALLOCAMOUNTVALIDATEERROR: 'shares-in-the-way',
  REFUNDROYALTYPAYEEACCOUNTNOTEXIST: 'shares-in-the-way',
  REFUNDALLOCUNAUTHLIMIT: 'shares-in-the-way',
  TRADENOTEXIST: 'not-as-booked',
  TRADEHASCLOSE: 'not-as-booked',
  TRADESTATUSERROR: 'not-as-booked',
  REASONTRADESTATUSINVALID: 'not-as-booked',
  REASONILLEGALSTATUS: 'not-as-booked',
  REFUNDAMTNOTEQUALTOTAL: 'not-as-booked',
  REFUNDFEEERROR: 'not-as-booked',
  REASONTRADEREFUNDFEEERR: 'not-as-booked',
  DISCORDANTREPEATREQUEST: 'not-as-booked',
  INVALIDPARAMETER: 'not-as-booked',
  ACCESSFORBIDDEN: 'no-right-at-channel',
}
const tables: Readonly<Record<ChannelName, Readonly<Record<string, RefundCase>>>> = {
  wechatpay: ofWechatPay,
  alipay: ofAlipay,
  zldpay: { NOREFUNDCALL: 'by-hand-at-wallet' },
}

/** Codes are spelt with and without underscores and prefixes. */
export const caseOf = (channel: ChannelName, code: string): RefundCase =>
  tables[channel][
    code
      .replace(/^(ACQ|AQC|isv|isp|aop)\./, '')
      .replaceAll('_', '')
      .toUpperCase()
  ] ?? 'unknown'

/** What an alarm says: the case, the channel's own word, and what to do. */
export const caseSays = (one: RefundCase, code: string): string => `${one} (${code}): ${refundCases[one]}`
