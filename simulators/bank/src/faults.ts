import { type FaultOf, FaultQueue } from '@lanepay/simulator-wire/fault-queue.ts'

/** What can go wrong on purpose, and what is seen of it from outside. */
export const faultKinds = {
  'pay-late': 'the next order stays `accepted` for `ms` on the clock (default a day) before it is paid',
  'pay-doubled': 'the next order is paid twice: it stands twice in its answers and in the statement',
  'pay-returned': "the next order is paid, and the payee's bank returns it `ms` later on the clock (default two days)",
  'pay-returned-twice': 'the same, and the return comes a second time an hour later, under a number of its own',
  'answer-5xx': 'the bank answers 502 and does nothing',
  'answer-lost': 'the call is carried out, and the connection ends without an answer',
  'answer-slow': 'the call is carried out at once, the answer comes `ms` later in real time (default 5 s)',
  'answer-amount': 'the answer names a fen more than what was paid',
  'answer-wrong-signature': 'the answer is right and its signature is by somebody else',
} as const satisfies Record<string, string>
export type FaultKind = keyof typeof faultKinds

export type Fault = FaultOf<FaultKind> & {
  /** Only at this call: `pay`, `query`, `returns`, `statement` or `balance`. */
  readonly call?: string
}

/** Faults that were asked for and did not happen yet. */
export class Faults extends FaultQueue<Fault, string> {
  constructor() {
    const rule = (call: unknown) => (typeof call === 'string' ? null : 'is a text')
    super({ kinds: faultKinds, only: { field: 'call', rule } })
  }
}
