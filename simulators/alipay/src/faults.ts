import { type FaultOf, FaultQueue } from '@lanepay/simulator-wire/fault-queue.ts'

/** What can go wrong on purpose, and what is seen of it from outside. */
export const faultKinds = {
  'notify-delay': 'the next notification leaves `ms` later on the clock (default a minute)',
  'notify-lose': 'the next notification never arrives, nor do its repeats',
  'notify-double': 'the next notification is sent twice at the same time',
  'notify-reorder': 'the next notification waits until one made after it has left (at most `ms`, default a minute)',
  'notify-forge': 'a message signed by a stranger, with another amount, comes before the next notification',
  'notify-replay': 'the next notification, once accepted, is sent again byte for byte',
  'answer-5xx': 'the gateway answers 502 and does nothing',
  'error-after-pay': 'the wallet takes the money and tells the page 6004, outcome unknown',
  'error-after-create': 'the trade is made and the answer is ACQ.SYSTEM_ERROR',
  'error-after-close': 'the trade is closed and the answer is ACQ.SYSTEM_ERROR',
  'error-after-refund': 'the money goes back and the answer is ACQ.SYSTEM_ERROR',
  'refund-unseen': 'the money goes back and the answer says that none moved (fund_change N): only a query tells',
  'error-after-settle': 'the shares are taken on and the answer is ACQ.SYSTEM_ERROR',
  'settle-waits': 'asynchronous shares stay in process, for ever or `ms` on the clock',
  'settle-then-fails': 'asynchronous shares are in process and fail `ms` later on the clock (default 10 s)',
  'error-after-transfer': 'the payout is taken on and the answer is SYSTEM_ERROR',
  'transfer-waits': 'a payout stays in process (DEALING), for ever or `ms` on the clock',
  'transfer-fails': 'a payout is in process and fails `ms` later on the clock (default 10 s); the money is back then',
  'transfer-returned': 'a payout succeeds and the bank returns it `ms` later on the clock (default two days)',
  'refund-done-and-refused': 'the money goes back and the answer refuses it (BUYER_ERROR)',
  'refund-no-balance': 'a refund is refused: the seller has no money',
  'pay-no-money': 'a pay code is refused: its driver has no money',
  'pay-waits': 'a pay code is answered 10003: the driver is asked for the password, and never answers',
  'pay-waits-then-paid': 'the same; the driver types the password `ms` later on the clock (default 10 s)',
  'pay-waits-then-fails': 'the same; the driver gives up `ms` later on the clock (default 10 s)',
  'cancel-again': 'a cancel does nothing and is to be sent again (retry_flag Y)',
  'bill-not-ready': 'a bill does not exist yet, whatever the time',
  'bill-cut': 'the archive of a bill ends in the middle',
  'bill-end-lost': 'the archive is whole, the bill in it ends before its last line',
  'bill-row-lost': 'a bill lacks a row that its totals count',
  'bill-mangled': 'a spreadsheet made 1.00100E+31 of the numbers of a bill',
  'bill-of-another': 'a bill is of another account',
  'bill-of-another-day': 'a bill is of another day',
  'bill-new-column': 'a bill has a column nobody knows',
  'bill-line-lost': 'a trade bill lacks a payment, and its totals know nothing of it',
  'bill-line-twice': 'a trade bill has a payment twice, and its totals count both',
  'bill-line-more': 'a trade bill says a fen more of a payment',
  'bill-fee-more': 'a trade bill says a fen more of a fee',
  'bill-line-foreign': 'a trade bill has a payment under a number that is not ours',
  'flow-line-lost': "an account's bill lacks what one number moved",
  'flow-line-more': "an account's bill says a fen more of a movement",
  'flow-line-foreign': "an account's bill has a movement of nobody",
  'flow-line-again': "an account's bill tells what an earlier one has told, once more",
  'settlement-more': 'a daily settlement pays out a yuan more than there was',
  'settlement-returned': 'the bank sends a daily settlement back `ms` later on the clock (default two days)',
  'answer-20000': 'the request is carried out, the answer is 20000 isp.unknow-error',
  'answer-slow': 'the request is carried out at once, the answer comes `ms` later in real time (default 5 s)',
  'answer-cut': 'the request is carried out, the connection ends in the middle of the answer',
  'answer-wrong-signature': 'the answer is right and its signature is by somebody else',
  'answer-second-root': 'behind the signed member the answer repeats it, unsigned and with another content',
} as const satisfies Record<string, string>
export type FaultKind = keyof typeof faultKinds

export type Fault = FaultOf<FaultKind> & {
  /** Only answers to this method, e.g. `alipay.trade.refund`. */
  readonly method?: string
}

/** Faults that were asked for and did not happen yet. */
export class Faults extends FaultQueue<Fault, string> {
  constructor() {
    const rule = (method: unknown) => (typeof method === 'string' ? null : 'is a text')
    super({ kinds: faultKinds, only: { field: 'method', rule } })
  }
}
