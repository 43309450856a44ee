import type { Witness } from './walk.ts'
import type { Stretches } from './windows.ts'

/** Units that begin one after the other and cost the same each. */
export type Charge = { readonly atS: number; readonly everyS: number; readonly units: number; readonly fen: number }

/**
 * Writes down what a walk charges and when, caps of bands already taken off, so that windows which the walk knows nothing
 * of can be capped afterwards. A cap waives what comes last under it: what was charged before stands, however long the
 * stay goes on, and that is why staying longer never costs less.
 */
export class ChargeWriter implements Witness {
  readonly #charges: Charge[] = []
  readonly #next: Witness | null

  /** Passes on to the next witness what it hears of units and bands; blocks are not yet what they will be. */
  constructor(next: Witness | null) {
    this.#next = next
  }

  get charges(): readonly Charge[] {
    return this.#charges
  }

  units(piece: Parameters<Witness['units']>[0]): void {
    const { fromS, toS, units, fen } = piece
    if (fen > 0) this.#charges.push({ atS: fromS, everyS: (toS - fromS) / units, units, fen: fen / units })
    this.#next?.units(piece)
  }

  free(fromS: number, toS: number): void {
    this.#next?.free(fromS, toS)
  }

  cap(...[per, fromS, toS, capFen, fen, of]: Parameters<Witness['cap']>): void {
    this.#waive(-fen)
    this.#next?.cap(per, fromS, toS, capFen, fen, of)
  }

  block(): void {}

  /** The walk tells of a cap when the occurrence ends, so that the last charges are its own. */
  #waive(fen: number): void {
    for (let left = fen; left > 0; ) {
      const last = this.#charges.pop()!
      const charged = last.units * last.fen
      if (charged > left) this.#charges.push(...kept(last, charged - left))
      left -= Math.min(left, charged)
    }
  }
}

/** The first units of a charge, up to this amount; a part of a unit is left as a unit of its own. */
function kept({ atS, everyS, units, fen }: Charge, amountFen: number): Charge[] {
  const whole = Math.min(units, Math.floor(amountFen / fen))
  const rest = amountFen - whole * fen
  return [
    ...(whole > 0 ? [{ atS, everyS, units: whole, fen }] : []),
    ...(rest > 0 && whole < units ? [{ atS: atS + whole * everyS, everyS, units: 1, fen: rest }] : []),
  ]
}

export const sumOf = (charges: readonly Charge[]): number =>
  charges.reduce((total, { units, fen }) => total + units * fen, 0)

type Tell = (index: number, fromS: number, toS: number, fullFen: number, cappedFen: number) => void

/** What is left of charges when each stretch costs at most its cap. A unit belongs to the stretch in which it begins. */
export function withinCaps(
  charges: readonly Charge[],
  stretches: Stretches,
  startS: number,
  endS: number,
  tell: Tell | null,
): Charge[] {
  const left: Charge[] = []
  let index = 0
  let fromS = startS
  let toS = stretches.end(0)
  let full = 0
  let used = 0
  const close = (): void => tell?.(index, fromS, Math.min(toS, endS), full, used)
  for (const { everyS, fen, ...charge } of charges) {
    let { atS, units } = charge
    while (units > 0) {
      while (atS >= toS) {
        close()
        index++
        fromS = toS
        toS = stretches.end(index)
        full = 0
        used = 0
      }
      const within = everyS > 0 ? Math.min(units, Math.ceil((toS - atS) / everyS)) : units
      const asked = within * fen
      const given = Math.min(asked, stretches.cap(index) - used)
      if (given > 0) left.push(...kept({ atS, everyS, units: within, fen }, given))
      full += asked
      used += given
      atS += within * everyS
      units -= within
    }
  }
  close()
  return left
}
