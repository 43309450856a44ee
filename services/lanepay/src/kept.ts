import { keptOf } from '@lanepay/cloud/bolink/keeping.ts'
import { selectAskedParks } from '@lanepay/cloud/bolink/platform/store.ts'
import { selectBucketOfLot } from '@lanepay/cloud/lot/store.ts'
import { readOrTell } from './config.ts'
import { keptSecrets, Told } from './keep.ts'
import { openLiveData } from './live-data.ts'

/**
 * `lanepay kept LOTNUMBER [KIND]`: what a connected lot's software has said of its lists and doings, one a line, as JSON. `kept asked`: the
 * lots that vendors' clouds ask to have opened, and that are not.
 */
export async function runKept([number, kind]: readonly string[]): Promise<void> {
  const isAsked = number === 'asked'
  const lotId = Number(number)
  if (!isAsked && (!Number.isInteger(lotId) || lotId < 1)) throw new Told('lanepay kept LOTNUMBER [KIND]')
  const settings = readOrTell()
  const data = await openLiveData(settings)
  try {
    if (isAsked) {
      for (const row of await data.database.reference.query(selectAskedParks, [])) console.log(JSON.stringify(row))
      return
    }
    const [found] = await data.database.reference.query<{ bucket: number }>(selectBucketOfLot, [lotId])
    if (!found) throw new Told('LOTNUMBER: a lot that is open here')
    const houseKey = Buffer.from(settings.houseKey ?? keptSecrets(settings.home).houseKey)
    for (const row of await keptOf(data.database, houseKey, { bucket: found.bucket, lotId }, kind ?? null))
      console.log(JSON.stringify(row))
  } finally {
    await data.close()
  }
}
