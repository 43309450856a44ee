import { saidKinds } from '@lanepay/cloud/bolink/api.ts'
import { keptOf } from '@lanepay/cloud/bolink/keeping.ts'
import { selectAskedParks } from '@lanepay/cloud/bolink/platform/store.ts'
import { selectBucketOfLot } from '@lanepay/cloud/lot/store.ts'
import { readOrTell } from './config.ts'
import { keptSecrets, Told } from './keep.ts'
import { openLiveData } from './live-data.ts'

const usage = `lanepay kept LOTNUMBER [KIND]
lanepay kept asked: lots that vendors' clouds ask to have opened, and that are not
  KIND: one of ${saidKinds.join(', ')}; left out, all of them`

/**
 * `lanepay kept LOTNUMBER [KIND]`: what a connected lot's software has said of its lists and doings, one a line, as JSON. `kept asked`: the
 * lots that vendors' clouds ask to have opened, and that are not.
 */
export async function runKept([number, kind, ...more]: readonly string[]): Promise<void> {
  const isAsked = number === 'asked'
  const lotId = Number(number)
  const isKind = kind === undefined || (!isAsked && saidKinds.some((one) => one === kind))
  if ((!isAsked && (!Number.isInteger(lotId) || lotId < 1)) || !isKind || more.length > 0) throw new Told(usage)
  const settings = readOrTell()
  const data = await openLiveData(settings)
  try {
    if (isAsked) {
      return say(await data.database.reference.query(selectAskedParks, []), 'no lot is asked for')
    }
    const [found] = await data.database.reference.query<{ bucket: number }>(selectBucketOfLot, [lotId])
    if (!found) throw new Told('LOTNUMBER: a lot that is open here')
    const houseKey = Buffer.from(settings.houseKey ?? keptSecrets(settings.home).houseKey)
    const rows = await keptOf(data.database, houseKey, { bucket: found.bucket, lotId }, kind ?? null)
    say(rows, `its software has said nothing of ${kind ?? 'its lists'} yet`)
  } finally {
    await data.close()
  }
}

/** To whoever reads along, not into what is read, that there is nothing. */
function say(rows: readonly unknown[], nothing: string): void {
  for (const row of rows) console.log(JSON.stringify(row))
  if (rows.length === 0) console.error(nothing)
}
