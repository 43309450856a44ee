import { codePlaces } from '@lanepay/cloud/code/places.ts'
import { codeUrl, printedCode } from '@lanepay/cloud/code/printed.ts'
import type { CodeKind } from '@lanepay/cloud/code/token.ts'
import { PlanRefused } from '@lanepay/cloud/lot/belongs.ts'
import { type LotPlan, parseLotPlan, provision } from '@lanepay/cloud/lot/provision.ts'
import type { Database } from '@lanepay/database/database.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { cannotWork, readOrTell, readPlanOrTell } from './config.ts'
import { keptSecrets, Told } from './keep.ts'
import { openLiveData } from './live-data.ts'
import { runLotCheck } from './lot-check.ts'

/** `lanepay lot FILE`: opens the lot of a JSON plan, or brings it to the plan, and prints its codes. */
export async function runLot([file, ...rest]: readonly string[]): Promise<void> {
  if (file === 'check') return runLotCheck(rest)
  const settings = readOrTell()
  const plan = readPlanOrTell(file, 'lanepay lot FILE', parseLotPlan)
  const byBank = plan.accounts.findIndex(({ payout }) => payout === 'bank')
  if (byBank >= 0 && settings.channels === 'real')
    throw new Told(
      `${file} cannot work:\n  /accounts/${byBank}/payout: "bank" is a simulated bank; it pays where LANEPAY_CHANNELS=simulated`,
    )
  const houseKey = settings.houseKey ?? keptSecrets(settings.home).houseKey
  const data = await openLiveData(settings)
  const publicUrl = settings.publicUrl ?? `http://localhost:${settings.httpPort}`
  try {
    await provision(data.database, plan, systemClock.now(), Buffer.from(houseKey)).catch((error) => {
      throw error instanceof PlanRefused ? new Told(cannotWork(file!, error.mistakes)) : error
    })
    for (const code of await hangingCodes(data.database, plan, publicUrl, houseKey))
      console.log(`${code.kind.padEnd(8)}${code.name}\t${code.url}`)
    for (const field of leftFromExample(plan, ''))
      console.error(`${field}: still as in the example, which everybody can read. Put your own in its place.`)
  } finally {
    await data.close()
  }
}

/** The fields of a plan in which a key of docs/examples was left. */
function leftFromExample(value: unknown, field: string): readonly string[] {
  if (typeof value === 'string') return /replace-with-/i.test(value) ? [field] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, of]) => leftFromExample(of, `${field}/${name}`))
}

type CodesOf = Pick<LotPlan, 'bucket' | 'number' | 'lanes'>
type NamedCode = { readonly kind: CodeKind; readonly laneId: number; readonly name: string; readonly url: string }

/** The first code of every place of a lot: what hangs there as long as none was replaced. */
export function codesOf(plan: CodesOf, publicUrl: string, houseKey: string): readonly NamedCode[] {
  const house = { publicUrl, houseKey: Buffer.from(houseKey) }
  return placesOf(plan).map(({ name, ...place }) => {
    const code = { bucket: plan.bucket, lotId: plan.number, ...place, serial: 0 }
    return { ...place, name, url: codeUrl(house, code) }
  })
}

/** What hangs in a lot now; a place whose code was revoked has none. */
export async function hangingCodes(
  database: Database,
  plan: CodesOf,
  publicUrl: string,
  houseKey: string,
): Promise<readonly NamedCode[]> {
  const house = { publicUrl, houseKey: Buffer.from(houseKey) }
  const lot = { bucket: plan.bucket, lotId: plan.number }
  const codes = await Promise.all(
    placesOf(plan).map(async ({ name, ...place }) => ({ ...(await printedCode(database, lot, place)), name })),
  )
  return codes
    .filter(({ state }) => state === 'live')
    .map((code) => ({ kind: code.kind, laneId: code.laneId, name: code.name, url: codeUrl(house, code) }))
}

const placesOf = ({ lanes }: CodesOf) =>
  codePlaces(lanes.map(({ id, direction }) => ({ lane_id: id, direction }))).map((place) => ({
    ...{ ...place, name: lanes.find(({ id }) => id === place.laneId)?.name ?? '场内预支付' },
  }))
