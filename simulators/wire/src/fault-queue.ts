/** Something that is to go wrong. */
export type FaultOf<Kind extends string> = {
  readonly kind: Kind
  /** So many times, then never again. */
  readonly times: number
  /** For the kinds that wait: milliseconds. */
  readonly ms?: number
}

type Rules<One extends FaultOf<string>> = {
  /** Every kind there is. */
  readonly kinds: Readonly<Record<One['kind'], string>>
  readonly longestMs?: number
  /** The field that keeps a fault for one occasion; without it the fault befalls the first that comes. */
  readonly only?: {
    readonly field: keyof One & string
    /** Says what the field must be, or null when it is. */
    readonly rule: (value: unknown) => string | null
  }
}

/** Faults that were asked for and did not happen yet. In memory: a restart is a cure. */
export class FaultQueue<One extends FaultOf<string>, Occasion = never> {
  readonly #rules: Rules<One>
  #waiting: readonly One[] = []

  constructor(rules: Rules<One>) {
    this.#rules = rules
  }

  /** @throws RangeError naming the field and its rule. */
  add(fault: One): void {
    const { kinds, longestMs = Number.MAX_SAFE_INTEGER, only } = this.#rules
    const { kind, times, ms } = fault
    if (!Object.hasOwn(kinds, kind)) throw new RangeError(`kind is one of ${Object.keys(kinds).join(', ')}`)
    if (!Number.isSafeInteger(times) || times < 1) throw new RangeError('times is a whole number from 1')
    if (ms !== undefined && !(Number.isSafeInteger(ms) && ms >= 0 && ms <= longestMs))
      throw new RangeError('ms is a whole number of milliseconds from 0')
    const occasion = only && fault[only.field]
    const broken = only && occasion !== undefined ? only.rule(occasion) : null
    if (broken !== null) throw new RangeError(`${only?.field} ${broken}`)
    const kept = {
      kind,
      times,
      ...(ms === undefined ? {} : { ms }),
      ...(only && occasion !== undefined ? { [only.field]: occasion } : {}),
    }
    this.#waiting = [...this.#waiting, kept as One]
  }

  /** Uses one of this kind up, if there is one for this occasion. */
  take(kind: One['kind'], occasion?: Occasion): One | null {
    const field = this.#rules.only?.field
    const fits = (one: One) => field === undefined || one[field] === undefined || one[field] === occasion
    const found = this.#waiting.find((one) => one.kind === kind && fits(one))
    if (!found) return null
    this.#waiting = this.#waiting.flatMap((one) =>
      one !== found ? [one] : one.times > 1 ? [{ ...one, times: one.times - 1 }] : [],
    )
    return found
  }

  /** Forgets all of them, or those of one kind. */
  clear(kind?: One['kind']): void {
    this.#waiting = kind === undefined ? [] : this.#waiting.filter((one) => one.kind !== kind)
  }

  list(): readonly One[] {
    return this.#waiting
  }
}
