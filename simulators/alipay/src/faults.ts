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
  'refund-no-balance': 'a refund is refused: the seller has no money',
  'answer-slow': 'the request is carried out at once, the answer comes `ms` later in real time (default 5 s)',
  'answer-cut': 'the request is carried out, the connection ends in the middle of the answer',
  'answer-wrong-signature': 'the answer is right and its signature is by somebody else',
  'answer-second-root': 'behind the signed member the answer repeats it, unsigned and with another content',
} as const satisfies Record<string, string>
export type FaultKind = keyof typeof faultKinds

export type Fault = {
  readonly kind: FaultKind
  /** So many times, then never again. */
  readonly times: number
  /** For the kinds that wait. */
  readonly ms?: number
  /** Only answers to this method, e.g. `alipay.trade.refund`. */
  readonly method?: string
}

/** Faults that were asked for and did not happen yet. In memory: a restart is a cure. */
export class Faults {
  #waiting: Fault[] = []

  /** @throws RangeError naming the field and its rule. */
  add(fault: Fault): void {
    if (!Object.hasOwn(faultKinds, fault.kind))
      throw new RangeError(`kind is one of ${Object.keys(faultKinds).join(', ')}`)
    if (!Number.isSafeInteger(fault.times) || fault.times < 1) throw new RangeError('times is a whole number from 1')
    if (fault.ms !== undefined && (!Number.isSafeInteger(fault.ms) || fault.ms < 0))
      throw new RangeError('ms is a whole number of milliseconds from 0')
    if (fault.method !== undefined && typeof fault.method !== 'string') throw new RangeError('method is a text')
    const { kind, times, ms, method } = fault
    this.#waiting.push({
      kind,
      times,
      ...(ms === undefined ? {} : { ms }),
      ...(method === undefined ? {} : { method }),
    })
  }

  /** Uses one of this kind up, if there is one. */
  take(kind: FaultKind, method?: string): Fault | null {
    const found = this.#waiting.find((one) => one.kind === kind && (one.method === undefined || one.method === method))
    if (!found) return null
    this.#waiting = this.#waiting.flatMap((one) =>
      one !== found ? [one] : one.times > 1 ? [{ ...one, times: one.times - 1 }] : [],
    )
    return found
  }

  clear(): void {
    this.#waiting = []
  }

  list(): readonly Fault[] {
    return this.#waiting
  }
}
