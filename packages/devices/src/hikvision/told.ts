import type { LaneRead } from '../lane-device.ts'
import { compareNames, type RememberedPlate } from './plates.ts'

/*
 * The camera's memory names its records by `picName`, its alerts by `UUID`, and nothing joins the two but the plate and the
 * second. What was told under one id must not come again under another: it would be a second vehicle.
 */

const remembered = 2_000
const momentOf = (plateText: string, takenAt: number | null): string =>
  `${takenAt === null ? '' : Math.floor(takenAt / 1000)}/${plateText}`

/** The ids of what was told over this connection. */
export class Told {
  readonly #ids = new Map<string, readonly string[]>()

  add({ plateText, takenAt, recordId }: LaneRead): void {
    const moment = momentOf(plateText, takenAt)
    const ids = this.#ids.get(moment) ?? []
    if (ids.includes(recordId)) return
    this.#ids.set(moment, [...ids, recordId])
    const [oldest] = this.#ids.keys()
    if (this.#ids.size > remembered && oldest !== undefined) this.#ids.delete(oldest)
  }

  /** Remembered plates, in their order, each under the id it was told under, or else its own name. */
  named(plates: readonly RememberedPlate[]): readonly { readonly plate: RememberedPlate; readonly recordId: string }[] {
    const passed = new Map<string, number>()
    return plates.map((plate) => {
      const moment = momentOf(plate.plateText, plate.takenAt)
      const before = passed.get(moment) ?? 0
      passed.set(moment, before + 1)
      return { plate, recordId: this.#ids.get(moment)?.[before] ?? plate.picName }
    })
  }
}

const isName = (recordId: string): boolean => /^\d{15,40}$/.test(recordId)
/**
 * The second at which a record was taken, 14 digits. A `picName` begins with it; † so does a `UUID` in every capture that was
 * seen, with milliseconds behind it.
 */
const secondIn = (recordId: string): string | null => /^(20\d{12})\d{3}/.exec(recordId)?.[1] ?? null

/** The name to ask after, so that all of that record's second come as well; 0, and with it all there is, where it says none. */
export function nameBefore(after: string | null): string {
  const second = after === null ? null : secondIn(after)
  if (after === null || second === null) return '0'
  const digits = isName(after) ? after.length - second.length : 4
  return String(BigInt(second + '0'.repeat(digits)) - 1n)
}

/**
 * Whether a remembered plate came after a record that was told over an earlier connection. Of its own second all are taken: told
 * twice a stored record is noise, not told at all it is a vehicle missing.
 */
export function isAfter({ picName, takenAt }: RememberedPlate, after: string | null): boolean {
  if (after === null) return true
  if (isName(after)) return compareNames(picName, after) > 0
  const second = secondIn(after)
  if (second === null) return true
  const [, year, month, day, hour, minute, s] = /^(....)(..)(..)(..)(..)(..)$/.exec(second) ?? []
  return takenAt >= Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${s}+08:00`)
}
