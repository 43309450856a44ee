/** What can go wrong on purpose, and what is seen of it from outside. */
export const faultKinds = {
  'push-delay': 'the next plate result leaves `ms` later (default 15 s), those behind it wait',
  'push-lose': 'the next plate result never arrives, nor does the camera keep it',
  'push-double': 'the next plate result is sent twice at the same time',
  'push-reorder':
    'the next plate result waits until one taken later has been answered (at most `ms`, default a minute)',
  'push-store': 'the next plate result is kept as a stored record and comes later',
  'answer-lose': 'the next plate result arrives and its answer does not: it is sent again',
  'gate-silent': 'the camera closes the contact and the arm does not move',
} as const satisfies Record<string, string>
export type FaultKind = keyof typeof faultKinds

export type Fault = {
  readonly kind: FaultKind
  /** So many times, then never again. */
  readonly times: number
  /** For the kinds that wait: milliseconds of real time. */
  readonly ms?: number
}

/** Faults that were asked for and did not happen yet. */
export class Faults {
  #waiting: readonly Fault[] = []

  /** @throws RangeError naming the field and its rule. */
  add({ kind, times, ms }: Fault): void {
    if (!Object.hasOwn(faultKinds, kind)) throw new RangeError(`kind is one of ${Object.keys(faultKinds).join(', ')}`)
    if (!Number.isSafeInteger(times) || times < 1) throw new RangeError('times is a whole number from 1')
    if (ms !== undefined && !(Number.isSafeInteger(ms) && ms >= 0 && ms < 2 ** 31))
      throw new RangeError('ms is a whole number of milliseconds from 0')
    this.#waiting = [...this.#waiting, { kind, times, ...(ms === undefined ? {} : { ms }) }]
  }

  /** Uses one of this kind up, if there is one. */
  take(kind: FaultKind): Fault | null {
    const found = this.#waiting.find((one) => one.kind === kind)
    if (!found) return null
    this.#waiting = this.#waiting.flatMap((one) =>
      one !== found ? [one] : one.times > 1 ? [{ ...one, times: one.times - 1 }] : [],
    )
    return found
  }

  /** Forgets all of them, or those of one kind. */
  clear(kind?: FaultKind): void {
    this.#waiting = kind === undefined ? [] : this.#waiting.filter((one) => one.kind !== kind)
  }

  list(): readonly Fault[] {
    return this.#waiting
  }
}
