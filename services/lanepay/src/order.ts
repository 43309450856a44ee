import { selectBucketOfLot } from '@lanepay/cloud/lot/store.ts'
import { parseOrder } from '@lanepay/cloud/lot-order/decide.ts'
import { orderLot } from '@lanepay/cloud/lot-order/order.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { readOrTell, readPlanOrTell } from './config.ts'
import { Told } from './keep.ts'
import { openLiveData } from './live-data.ts'

const usage = 'lanepay order LOTNUMBER FILE'
/** Apart from the cloud processes, which count from 0. */
const nodeNumber = 1022

/** `lanepay order LOTNUMBER FILE`: tells a lot its lists, its price list, or that a stay is to be put right. */
export async function runOrder([lot = '', file, ...more]: readonly string[]): Promise<void> {
  if (!/^[1-9]\d{0,6}$/.test(lot) || more.length > 0)
    throw new Told(`${usage}\n  LOTNUMBER: 1 to 9999999, as in the lot's plan`)
  const settings = readOrTell()
  const order = readPlanOrTell(file, usage, parseOrder)
  const data = await openLiveData(settings)
  try {
    const [row] = await data.database.reference.query<{ bucket: number }>(selectBucketOfLot, [Number(lot)])
    if (!row) throw new Told(`LOTNUMBER: a lot that is open here; open lot ${lot} first: npm run lanepay -- lot FILE`)
    const newId = idMaker(() => systemClock.now(), nodeNumber)
    const key = { bucket: row.bucket, lotId: Number(lot) }
    const number = await orderLot({ database: data.database, clock: systemClock, newId }, key, order)
    console.log(`${number}  ${order.kind} for lot ${lot}; a worker tells the lot until it answers`)
  } finally {
    await data.close()
  }
}
