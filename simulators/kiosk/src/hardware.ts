/**
 * The metal of a kiosk: a bill and coin acceptor, coin hoppers, a cash box and the tray. What it holds and what its counters say
 * stays when the power goes. Amounts in whole fen.
 */
export function hardware(options: {
  readonly hoppers: readonly { readonly fen: number; readonly count: number }[]
  readonly takes: readonly number[]
  /** Already in the cash box. */
  readonly boxFen?: number
}) {
  const hoppers = options.hoppers.map(({ fen, count }) => ({ fen, count, isStuck: false }))
  /** Put in and still to be given back as it is, by a cancel. */
  let held: number[] = []
  let boxFen = options.boxFen ?? 0
  let jamsAfter = Number.POSITIVE_INFINITY
  const accepted: number[] = []
  let dispensedFen = 0
  const out = (fen: number): number => {
    dispensedFen += fen
    jamsAfter -= 1
    return fen
  }
  const heldFen = () => held.reduce((sum, fen) => sum + fen, 0)
  return {
    takes: options.takes,
    /** As its sensors say: one that is stuck looks as full as it was. */
    hoppers: () => hoppers.map(({ fen, count }) => ({ fen, count })),
    /** Every piece it ever swallowed, by its own counter. */
    accepted: (): readonly number[] => accepted,
    /** Everything that ever fell into the tray. */
    dispensedFen: () => dispensedFen,
    insideFen: () => hoppers.reduce((sum, { fen, count }) => sum + fen * count, 0) + boxFen + heldFen(),
    accept(fen: number): void {
      accepted.push(fen)
      held.push(fen)
    },
    /** The purchase is paid: what is held falls into the hopper of its kind, or into the box. */
    stack(): void {
      for (const fen of held) {
        const hopper = hoppers.find((one) => one.fen === fen)
        if (hopper) hopper.count += 1
        else boxFen += fen
      }
      held = []
    },
    /** One more piece of what is to be paid out, the largest that fits; or why none comes. */
    dispense(leftFen: number): number | 'jam' | 'hopper-empty' {
      if (jamsAfter <= 0) return 'jam'
      const back = held.filter((fen) => fen <= leftFen).toSorted((a, b) => b - a)[0]
      if (back !== undefined) {
        held.splice(held.indexOf(back), 1)
        return out(back)
      }
      const hopper = hoppers
        .filter(({ fen, count, isStuck }) => fen <= leftFen && count > 0 && !isStuck)
        .toSorted((a, b) => b.fen - a.fen)[0]
      if (!hopper) return 'hopper-empty'
      hopper.count -= 1
      return out(hopper.fen)
    },
    jamAfter: (pieces: number) => {
      jamsAfter = pieces
    },
    /** It gives nothing any more, though its sensor says otherwise. */
    stick: (fen: number) => {
      for (const hopper of hoppers) if (hopper.fen === fen) hopper.isStuck = true
    },
    /** Somebody opened it, and put right what was wrong. */
    repair: () => {
      jamsAfter = Number.POSITIVE_INFINITY
      for (const hopper of hoppers) hopper.isStuck = false
    },
    /** Somebody took all of it out, and counted it; the hoppers are filled as they were told. */
    empty(refill: readonly { readonly fen: number; readonly count: number }[]): number {
      const countedFen = this.insideFen()
      held = []
      boxFen = 0
      for (const hopper of hoppers) hopper.count = refill.find(({ fen }) => fen === hopper.fen)?.count ?? 0
      return countedFen
    },
  }
}
export type Hardware = ReturnType<typeof hardware>
