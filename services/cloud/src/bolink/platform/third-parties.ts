import { cloudCalls } from '@lanepay/lot-systems/bolink/neighbours.ts'
import type { LotSystem } from '@lanepay/lot-systems/lot-system.ts'
import { done, type Services, service, texts } from '../service.ts'

/**
 * What third parties may do with a lot (bolink-protocol.md 9), signed with the lot's own key. Of their interface one call is served: a
 * vehicle is held inside, and let go again. The lot itself must have done it before it is answered as done.
 */
export const thirdParties = ({ lockVehicle }: Required<Pick<LotSystem, 'lockVehicle'>>): Services => ({
  dolock: service(cloudCalls.dolock, async (from, { comid, car_number, lock_status }) => {
    if (comid !== from.park.parkId) return { state: 0, errmsg: texts.unknownPark }
    if (lock_status !== 0 && lock_status !== 1) return { state: 0, errmsg: `${texts.badData}: lock_status` }
    const said = await lockVehicle(from, { plate: car_number, locked: lock_status === 1 })
    if (said.ok) return { ...done, car_number, lock_status }
    const { error } = said
    const why = error.kind === 'offline' ? texts.noAnswer : error.because === 'no-session' ? texts.notInside : ''
    return { state: 0, errmsg: why || (error.kind === 'refused' && error.detail) || texts.notYet, car_number }
  }),
})
