import type { ChannelError } from '../channel.ts'

/** An answer with an error status. It may come unsigned, so it decides on repeating and asking, never on "paid" (5.1). */
export type Failure = {
  readonly status: number
  /** As sent, `null` when the body was none of WeChat Pay's (a proxy's page, say). */
  readonly code: string | null
  readonly message: string
  /** The number at the end of `Request-ID` (wechat-pay.md 22.3). */
  readonly requestNumber: string | null
  /** Of `PARAM_ERROR`: the field that is to blame, and what is wrong with it (3.2). */
  readonly detail?: { readonly field: string; readonly issue: string }
}

type Class = 'unclear' | 'already-paid' | 'number-used' | 'refused' | 'refused-alarm'

/** Spelling differs between generations of the API: `SYSTEM_ERROR` is `SYSTEMERROR` (3.2). */
export const bareCode = (code: string): string => code.replaceAll('_', '').toUpperCase()

/** Codes without underscores. What is not listed is refused with an alarm: somebody should look at it once. */
const classOfCode: Readonly<Record<string, Class>> = {
  ORDERPAID: 'already-paid',
  OUTTRADENOUSED: 'number-used',
  ORDERCLOSED: 'number-used',
  ORDERREVERSED: 'number-used',
  SYSTEMERROR: 'unclear',
  BANKERROR: 'unclear',
  BIZERRNEEDRETRY: 'unclear',
  USERPAYING: 'unclear',
  FREQUENCYLIMITED: 'unclear',
  FREQUENCYLIMIT: 'unclear',
  FREQUENCYLIMITEXCEED: 'unclear',
  RATELIMITEXCEED: 'unclear',
  RATELIMITEXCEEDED: 'unclear',
  RULELIMIT: 'refused',
  TRADEERROR: 'refused',
  ACCOUNTERROR: 'refused',
  NOTENOUGH: 'refused',
  ORDERNOTEXIST: 'refused',
  ORDERNOTEXISTS: 'refused',
  RESOURCENOTEXIST: 'refused',
  RESOURCENOTEXISTS: 'refused',
  REFUNDNOTEXIST: 'refused',
  REFUNDNOTEXISTS: 'refused',
  USERACCOUNTABNORMAL: 'refused',
  TRADEOVERDUE: 'refused',
}
/** Wrong input of ours in spite of a 500 (22.1): repeating it would never help. */
const wrongInputWith500 = ['OPENIDMISMATCH', 'INVALIDTRANSACTIONID']

/** `INVALID_REQUEST` says everything and nothing; these numbers say which (22.3). */
const classOfRequestNumber: Readonly<Record<string, Class>> = {
  268449538: 'already-paid',
  268498689: 'already-paid',
  268498688: 'number-used', // same number, other content
  268447914: 'number-used', // order expired
  268447840: 'unclear', // rate limit
}

function classOf({ status, code, requestNumber }: Failure): Class {
  if (code === null) return 'unclear' // whoever wrote this, it was not WeChat Pay's judgement on our request
  const bare = bareCode(code)
  if (status === 429) return 'unclear'
  if (status >= 500) {
    if (wrongInputWith500.includes(bare)) return 'refused-alarm'
    return classOfCode[bare] === 'already-paid' ? 'already-paid' : 'unclear'
  }
  if (status < 400) return 'unclear'
  if (bare === 'INVALIDREQUEST' && requestNumber) return classOfRequestNumber[requestNumber] ?? 'refused-alarm'
  return classOfCode[bare] ?? 'refused-alarm'
}

/** What a caller may do about an error answer (wechat-pay.md 3.3, 22.1). */
export function channelErrorOf(failure: Failure): ChannelError {
  const code = failure.code ?? `HTTP_${failure.status}`
  const kind = classOf(failure)
  switch (kind) {
    case 'already-paid':
      return { kind }
    case 'number-used':
      return { kind, code }
    case 'unclear':
      return { kind, code, message: failure.message }
    case 'refused':
    case 'refused-alarm':
      return { kind: 'refused', code, message: failure.message, alarm: kind === 'refused-alarm' }
  }
}

/** A new number for a refund in doubt would pay twice, so "number used" stops there with an alarm (12.2, 22.1). */
export function refundErrorOf(failure: Failure): ChannelError {
  const error = channelErrorOf(failure)
  if (error.kind === 'unclear' || error.kind === 'refused') return error
  const code = failure.code ?? `HTTP_${failure.status}`
  return { kind: 'refused', code, message: failure.message, alarm: true }
}

/** Likewise of a transfer, which a new number would give twice; and here it is our own account that is short of money. */
export function transferErrorOf(failure: Failure): ChannelError {
  const error = refundErrorOf(failure)
  return error.kind === 'refused' && saysNotEnough(failure) ? { ...error, alarm: true } : error
}

const is = (failure: Failure, ...codes: readonly string[]): boolean =>
  failure.status < 500 && failure.code !== null && codes.includes(bareCode(failure.code))

/** By its code, not by a bare 404: that may be a wrong path or a foreign page. */
export const saysUnknown = (failure: Failure): boolean =>
  is(failure, 'ORDERNOTEXIST', 'ORDERNOTEXISTS', 'RESOURCENOTEXIST', 'RESOURCENOTEXISTS', 'REFUNDNOTEXISTS') ||
  (is(failure, 'INVALIDREQUEST') && failure.requestNumber === '268512771')
/** Transfers are unknown in another word, which a wrong path would share (wechat-pay.md does not know them, †). */
export const saysNotFound = (failure: Failure): boolean => saysUnknown(failure) || is(failure, 'NOTFOUND')
export const saysClosed = (failure: Failure): boolean => is(failure, 'ORDERCLOSED')
export const saysNotEnough = (failure: Failure): boolean => is(failure, 'NOTENOUGH')
