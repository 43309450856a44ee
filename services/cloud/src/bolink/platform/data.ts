import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { calls } from '@lanepay/lot-systems/bolink/platform.ts'
import { isBlocked } from '../../vehicle/store.ts'
import { takes } from '../park.ts'
import { type Computer, done, type Reply, type Services, service, texts } from '../service.ts'

/** Of the reasons that are printed (0, 1, 2 and 99) the one that is for none of them: our list is neither members nor the city's. */
const otherReason = 99

/**
 * What a vendor's cloud uploads by the one general call (bolink-protocol.md 8.1, `uploadData`): whether a plate may enter, by the lists kept
 * here, and whatever software which polls uploads of its own lists and doings, by the same names and fields.
 */
export function vendorData({
  database,
  clock,
  kept,
}: {
  readonly database: Database
  readonly clock: Clock
  /** What software which polls uploads of its lists, doings and pictures. */
  readonly kept: Services
}): Services {
  const mayEnter = async (from: Computer, plate: string | undefined): Promise<Reply> => {
    // Of a lot whose lists are not kept here nothing is known: no answer is made up.
    if (!takes(from.park, 'lists')) return { state: 0, errmsg: texts.notYet }
    if (!plate) return { state: 0, errmsg: `${texts.badData}: car_number` }
    const may = from.park.settings.parkCheckMay
    return {
      ...done,
      data: (await isBlocked(database.of(from.bucket), from, plate, clock.now()))
        ? { status: 1 - may, reason: otherReason, reason_msg: '黑名单车辆', share_status: 0 }
        : { status: may, reason: 0, reason_msg: '', share_status: 0 },
    }
  }
  return {
    uploadData: service(calls.uploadData, async (from, { service_name: name, car_number }, data) => {
      if (name === 'park_check') return mayEnter(from, car_number)
      const act = Object.hasOwn(kept, name) ? kept[name] : undefined
      return act ? act(from, data) : { state: 0, errmsg: texts.notYet }
    }),
  }
}
