import type { PlateColour } from '@lanepay/domain/types.ts'
import type { CalledEvent } from '../called.ts'
import { instantOf, type Members, textOf } from '../values.ts'

const colours: Readonly<Record<string, PlateColour>> = {
  ...{ 蓝: 'blue', 黄: 'yellow', 白: 'white', 黑: 'black', 绿: 'green', 黄绿: 'yellow-green' },
}
const colourOf = (said: unknown): PlateColour => colours[textOf(said)?.replace(/色$/, '') ?? ''] ?? 'unknown'

/**
 * An entry or exit as Fujica's software (富士) pushes it (lot-devices.md 5.7); null: without what names a stay, its vehicle and when it came.
 * A record has no number of an order: `ParkingId` names the stay, and without it the plate and its entry. Times are China's,
 * without a zone. Of an exit's lane the name is not published: `OutLaneId`, as the entry's is called.
 */
export function fujicaEvent(said: Members): CalledEvent | null {
  const [plate, enteredAt, leftAt] = [textOf(said.TokenNo), instantOf(said.InTime), instantOf(said.OutTime)]
  if (plate === null || enteredAt === null) return null
  const stay = textOf(said.ParkingId) ?? `${plate}@${Math.floor(enteredAt / 1000)}`
  if (leftAt !== null) return { kind: 'left', stay, plate, enteredAt, lane: textOf(said.OutLaneId), leftAt }
  const lane = textOf(said.InLaneId)
  return { kind: 'entered', stay, plate, colour: colourOf(said.PlateColor), lane, enteredAt }
}
