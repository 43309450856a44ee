/** How often one call may be made (wechat-pay.md 3.4): so many within one second of the clock. In memory. */
export class Rates {
  readonly #counts = new Map<string, { readonly second: number; readonly count: number }>()

  /** Counts one call, and says whether it is within the limit. */
  allows(call: string, perSecond: number, now: number): boolean {
    const second = Math.floor(now / 1_000)
    const known = this.#counts.get(call)
    const count = known?.second === second ? known.count + 1 : 1
    this.#counts.set(call, { second, count })
    return count <= perSecond
  }
}
