import { grouped } from '@lanepay/cloud/enrol/code.ts'
import { type OfferRefusal, offerCode } from '@lanepay/cloud/enrol/enrol.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { readOrTell } from './config.ts'
import { keptSecrets, Told } from './keep.ts'
import { openLiveData } from './live-data.ts'

const usage = 'lanepay enrol LOTNUMBER [--take-over]'

/** `lanepay enrol LOTNUMBER [--take-over]`: makes a one-time code by which a box becomes the lot's agent. */
export async function runEnrol(args: readonly string[]): Promise<void> {
  const takeOver = args.includes('--take-over')
  const [lot = '', ...more] = args.filter((arg) => arg !== '--take-over')
  if (!/^[1-9]\d{0,6}$/.test(lot) || more.length > 0)
    throw new Told(`${usage}\n  LOTNUMBER: 1 to 9999999, as in the lot's plan`)
  const settings = readOrTell()
  // The same key as the cloud processes have, or they would not know the code.
  const houseKey = Buffer.from(settings.houseKey ?? keptSecrets(settings.home).houseKey)
  const data = await openLiveData(settings)
  try {
    const made = await offerCode({ database: data.database, clock: systemClock, houseKey }, Number(lot), takeOver)
    if (!made.ok) throw new Told(refusalOf(lot, made.error))
    const { code, expiresAt } = made.value
    console.log(`${grouped(code)}  for lot ${lot}, works once, until ${new Date(expiresAt).toISOString()}`)
    console.log(`On the box at the lot: npm run lanepay -- agent enrol CLOUD-URL ${grouped(code)} agent.json`)
  } finally {
    await data.close()
  }
}

function refusalOf(lot: string, refusal: OfferRefusal): string {
  if (refusal.kind === 'lot-unknown')
    return `LOTNUMBER: a lot that is open here; open lot ${lot} first: npm run lanepay -- lot FILE`
  const { name, since } = refusal
  const which =
    name === null ? "with the secret in the lot's plan" : `"${name}", enrolled ${new Date(since ?? 0).toISOString()}`
  return `LOTNUMBER: a lot without an agent, and lot ${lot} has one (${which}).\n--take-over makes a code that ends it for good.`
}
