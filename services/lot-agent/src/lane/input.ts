import type { LaneInput } from '@lanepay/devices/lane-device.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { CommandResult } from '@lanepay/lot-link/messages.ts'
import { endOpening, isOvertaken } from '../gate/openings.ts'
import type { Lot } from '../lot.ts'
import type { LanePlan } from '../plan.ts'
import { vacate } from './vacate.ts'

/** A loop or the arm changed: who stands where, and whether an order was followed. Runs inside a turn. */
export function hearInput(lot: Lot, lane: LanePlan, input: LaneInput, now: Instant): readonly CommandResult[] {
  const { store } = lot
  const standing = store.occupancy(lane.id)
  const last = standing ? store.openingOf(standing.number) : null
  const opening = last && !isOvertaken(lot, last) ? last : null
  if (input.input === lane.inputs.armOpen) {
    if (input.on && !store.armIsUp(lane.id) && (!opening || opening.state === 'ordered'))
      store.log({ kind: 'unordered-opening', at: now, lane: lane.id })
    store.setArm(lane.id, input.on)
  }
  if (!standing) return []
  switch (input.input) {
    case lane.inputs.armOpen:
      return input.on && opening && opening.state !== 'ordered' ? endOpening(lot, opening.id, 'opened', now) : []
    case lane.inputs.underArm:
      // Under an arm that is up for another, or was opened by hand: it goes through all the same.
      if (input.on && ((opening && opening.state !== 'ordered') || store.armIsUp(lane.id)))
        store.setPosition(lane.id, 'under-arm')
      if (!input.on && standing.position === 'under-arm') vacate(lot, standing, 'through', now)
      return []
    case lane.inputs.loop:
      if (input.on) {
        // Back on the loop it came from: it has not gone anywhere.
        if (standing.position === 'off-loop') store.setPosition(lane.id, 'at-camera')
        return []
      }
      if (standing.position !== 'at-camera') return []
      if (opening?.state !== 'opened' && opening?.state !== 'told' && !store.armIsUp(lane.id))
        vacate(lot, standing, 'back', now)
      else if (lane.inputs.underArm === null) vacate(lot, standing, 'through', now)
      else store.setPosition(lane.id, 'off-loop') // between the loops, on its way through or back
      return []
    default:
      return []
  }
}
