import { type FaultOf, FaultQueue } from '@lanepay/simulator-wire/fault-queue.ts'

/** What can go wrong on purpose, and what is seen of it from outside. */
export const faultKinds = {
  'notify-delay': 'the next notification leaves `ms` later on the clock (default a minute)',
  'notify-lose': 'the next notification never arrives, nor do its repeats',
  'notify-double': 'the next notification is sent twice at the same time',
  'notify-reorder': 'the next notification waits until one made after it has left (at most `ms`, default a minute)',
  'notify-forge':
    'before the next notification comes one with another amount, signed by a stranger under a good serial',
  'notify-tamper': 'before the next notification comes one whose ciphertext was changed: only the decryption can tell',
  'notify-replay':
    'the next notification, once accepted, is sent again byte for byte, `ms` later on the clock (default 0)',
  'notify-probe': 'the next notification carries WECHATPAY/SIGNTEST/ as signature; its repeat is good',
  'answer-5xx': 'the answer is 502 and nothing was done',
  'system-error': 'the answer is 500 SYSTEM_ERROR and nothing was done',
  'frequency-limited': 'the answer is 429 FREQUENCY_LIMITED and nothing was done',
  'error-after-pay': 'the wallet takes the money and tells the page that it failed',
  'error-after-create': 'the order is made and the answer is SYSTEM_ERROR',
  'error-after-close': 'the order is closed and the answer is SYSTEM_ERROR',
  'error-after-refund': 'the refund is accepted and the answer is SYSTEM_ERROR',
  'pay-no-money': 'a pay code is refused: its driver has no money (NOTENOUGH)',
  'pay-waits': 'a pay code is answered USERPAYING: the driver is asked for the password, and never answers',
  'pay-waits-then-paid': 'the same; the driver types the password `ms` later on the clock (default 10 s)',
  'pay-waits-then-fails': 'the same; the driver gives up `ms` later on the clock (default 10 s)',
  'error-after-code-pay': 'the money of a pay code is taken and the answer is SYSTEMERROR',
  'reverse-again': 'a reversal does nothing and is to be sent again (recall Y)',
  'error-after-reverse': 'the order is reversed and the answer is SYSTEMERROR with recall Y',
  'refund-done-and-refused': 'a refund is accepted and its answer refuses it (NO_AUTH)',
  'refund-not-enough': 'a refund is refused: the merchant has no money (NOT_ENOUGH)',
  'refund-abnormal': 'a refund is accepted and ends ABNORMAL',
  'refund-closed': 'a refund is accepted and ends CLOSED',
  'refund-slow': 'a refund stays in progress for `ms` on the clock (default an hour)',
  'share-slow': 'a share stays in progress for `ms` on the clock (default an hour)',
  'share-closed': 'a share is taken on and nobody gets anything: the payer is restricted',
  'receiver-abnormal': 'a share is taken on and its first receiver gets nothing (ACCOUNT_ABNORMAL)',
  'error-after-share': 'the share or release is taken on and the answer is SYSTEM_ERROR',
  'return-slow': 'a share given back stays in progress for `ms` on the clock (default an hour)',
  'return-fails': 'a share is not given back: the receiver has no money (BALANCE_NOT_ENOUGH)',
  'error-after-return': 'the return is taken on and the answer is SYSTEM_ERROR',
  'withdraw-slow': 'a withdrawal stays on its way for `ms` on the clock (default a day)',
  'withdraw-fails': 'a withdrawal fails; the money is in the balance again',
  'withdraw-returned': 'a withdrawal succeeds and the bank sends it back `ms` later on the clock (default two days)',
  'error-after-withdraw': 'the withdrawal is taken on and the answer is SYSTEM_ERROR',
  'transfer-at-once': 'a transfer waits for its receiver in the very answer that takes it on',
  'transfer-slow': 'a transfer stays PROCESSING for `ms` on the clock (default an hour)',
  'transfer-not-enough': 'a transfer is refused: the merchant has no money (NOT_ENOUGH)',
  'transfer-fails': 'a transfer is taken on and fails: its receiver is not verified (REAL_NAME_CHECK_FAIL)',
  'transfer-lingers': 'a transfer that its receiver takes stays TRANSFERING for `ms` on the clock (default a minute)',
  'error-after-take': 'the wallet takes a transfer and tells the page that it failed',
  'error-after-transfer': 'the transfer is taken on and the answer is SYSTEM_ERROR',
  'cancel-transfer-slow': 'a transfer stays CANCELING for `ms` on the clock (default an hour)',
  'error-after-cancel-transfer': 'the transfer is taken back and the answer is SYSTEM_ERROR',
  'applyment-half': 'an application is kept half (EDITTING) and the answer is SYSTEM_ERROR',
  'applyment-rejected': 'the review of an application ends REJECTED: the picture of an ID card is not clear',
  'error-after-applyment': 'the application is taken on and the answer is SYSTEM_ERROR',
  'card-refused': 'another settlement card is taken on and ends AUDIT_FAIL',
  'error-after-modify-settlement': 'another settlement card is taken on and the answer is SYSTEM_ERROR',
  'bill-not-ready': 'a bill is still being made, whatever the time (STATEMENT_CREATING)',
  'bill-none': 'there is no bill for that day (NO_STATEMENT_EXIST)',
  'bill-cut': 'the file of a bill ends in the middle',
  'bill-end-lost': 'the file is whole, the bill in it ends before its summary',
  'bill-row-lost': 'a bill lacks a row that its summary counts',
  'bill-mangled': 'a spreadsheet made 1.00100E+31 of the numbers of a bill',
  'bill-of-another': 'a bill is of another account',
  'bill-of-another-day': 'a bill is of another day',
  'bill-new-column': 'a bill has a column nobody knows',
  'bill-line-lost': 'a trade bill lacks a payment, and its summary knows nothing of it',
  'bill-line-twice': 'a trade bill has a payment twice, and its summary counts both',
  'bill-line-more': 'a trade bill says a fen more of a payment',
  'bill-fee-more': 'a trade bill says a fen more of a fee',
  'bill-line-reversed': 'a trade bill says that a payment was reversed',
  'bill-line-foreign': 'a trade bill has a payment under a number that is not ours',
  'flow-line-lost': 'a fund-flow bill lacks what one number moved',
  'flow-line-more': 'a fund-flow bill says a fen more of a movement',
  'flow-line-foreign': 'a fund-flow bill has a movement of nobody',
  'flow-line-again': 'a fund-flow bill tells what an earlier one has told, once more',
  'settlement-more': 'a daily settlement pays out a yuan more than there was',
  'settlement-returned': 'the bank sends a daily settlement back `ms` later on the clock (default two days)',
  'bill-changed': 'the file of a bill is not the one whose hash was told',
  'answer-slow': 'the request is carried out at once, the answer comes `ms` later in real time (default 5 s)',
  'answer-cut': 'the request is carried out, the connection ends in the middle of the answer',
  'answer-wrong-signature': 'the answer is right and its signature is by somebody else',
  'answer-probe': 'the answer is right and its signature is WECHATPAY/SIGNTEST/',
  'oauth-busy': 'the exchange of a code answers errcode -1; the code stays good',
} as const satisfies Record<string, string>
export type FaultKind = keyof typeof faultKinds

/** The calls of the API, by what they do. */
export const calls = [
  'create',
  'query',
  'close',
  'refund',
  'query-refund',
  'abnormal-refund',
  'certificates',
  'echo',
  'code-pay',
  'reverse',
  'receiver',
  'share',
  'query-share',
  'return',
  'balance',
  'withdraw',
  'query-withdrawal',
  'transfer',
  'query-transfer',
  'cancel-transfer',
  'bill',
  'bill-file',
  'media',
  'applyment',
  'query-applyment',
  'modify-settlement',
  'query-settlement',
  'bank-list',
] as const
export type Call = (typeof calls)[number]

export type Fault = FaultOf<FaultKind> & {
  /** For the kinds about answers: only to this call. */
  readonly call?: Call
}

/** Faults that were asked for and did not happen yet. */
export class Faults extends FaultQueue<Fault, Call> {
  constructor() {
    const rule = (call: unknown) => (calls.some((one) => one === call) ? null : `is one of ${calls.join(', ')}`)
    super({ kinds: faultKinds, only: { field: 'call', rule } })
  }
}
