import { endWish } from '@lanepay/cloud/bolink/platform/invoices.ts'
import { selectBucketOfLot } from '@lanepay/cloud/lot/store.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { readOrTell } from './config.ts'
import { keptSecrets, Told } from './keep.ts'
import { openLiveData } from './live-data.ts'
import { typed } from './typed.ts'

const usage = 'lanepay invoice LOTNUMBER NUMBER --issued INVOICE-NUMBER | --refused WHY --by NAME'
const text = { type: 'string' } as const
/** Whoever gives a command on the server itself, by the name that he says. */
const server = { staffId: null, role: 'server', address: '', lookId: null } as const
/** Apart from the cloud processes, which count from 0. */
const nodeNumber = 1013

/**
 * `lanepay invoice LOTNUMBER NUMBER`: says what became of an invoice that a vendor's cloud wants (`lanepay kept LOTNUMBER invoice-wish`): made,
 * under its number, or not, and why. The vendor's cloud hears it when it asks.
 */
export async function runInvoice(args: readonly string[]): Promise<void> {
  const { values, positionals } = typed(args, { issued: text, refused: text, by: text }, usage)
  const [lotNumber = '', number = '', ...more] = positionals
  const { issued, refused, by = '' } = values
  const because = (issued ?? refused ?? '').trim()
  const isOne = (issued === undefined) !== (refused === undefined)
  if (!/^[1-9]\d{0,6}$/.test(lotNumber) || number === '' || more.length > 0 || !isOne || by.trim() === '')
    throw new Told(usage)
  if (because === '' || because.length > 200) throw new Told(`${usage}\n  INVOICE-NUMBER, WHY: 1 to 200 characters`)
  const settings = readOrTell()
  const { database, close } = await openLiveData(settings)
  try {
    const lotId = Number(lotNumber)
    const [found] = await database.reference.query<{ bucket: number }>(selectBucketOfLot, [lotId])
    if (!found) throw new Told('LOTNUMBER: a lot that is open here')
    const newId = idMaker(() => systemClock.now(), nodeNumber)
    const houseKey = Buffer.from(settings.houseKey ?? keptSecrets(settings.home).houseKey)
    const state = issued === undefined ? 'refused' : 'issued'
    const ended = await endWish(
      { database, clock: systemClock, newId, houseKey },
      { bucket: found.bucket, lotId },
      ...([number, { state, because }, { ...server, account: by.trim() }] as const),
    )
    if (ended === 'unknown')
      throw new Told('NUMBER: an invoice that is wanted here (lanepay kept LOTNUMBER invoice-wish)')
    if (ended === 'ended-otherwise') throw new Told(`invoice ${number}: something else was said of it before`)
    console.log(`invoice ${number}: ${state}`)
  } finally {
    await close()
  }
}
