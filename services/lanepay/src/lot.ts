import { codeToken } from '@lanepay/cloud/code/token.ts'
import { type LotPlan, parseLotPlan, provision } from '@lanepay/cloud/lot/provision.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { readOrTell, readPlanOrTell } from './config.ts'
import { keptSecrets, Told } from './keep.ts'
import { openData } from './parts.ts'

/** `lanepay lot FILE`: opens the lot of a JSON plan, or brings it to the plan, and prints its codes. */
export async function runLot([file]: readonly string[]): Promise<void> {
  const settings = readOrTell()
  const plan = readPlanOrTell(file, 'lanepay lot FILE', parseLotPlan)
  const byBank = plan.accounts.findIndex(({ payout }) => payout === 'bank')
  if (byBank >= 0 && settings.channels === 'real')
    throw new Told(
      `${file} cannot work:\n  /accounts/${byBank}/payout: "bank" is a simulated bank; it pays where LANEPAY_CHANNELS=simulated`,
    )
  const houseKey = settings.houseKey ?? keptSecrets(settings.home).houseKey
  const data = await openData(settings, systemClock)
  try {
    await provision(data.database, plan, systemClock.now(), Buffer.from(houseKey))
  } finally {
    await data.close()
  }
  for (const code of codesOf(plan, settings.publicUrl ?? `http://localhost:${settings.httpPort}`, houseKey))
    console.log(`${code.kind.padEnd(8)}${code.name}\t${code.url}`)
}

/** Every code that hangs in a lot: one to pay inside, one at each lane for each of its directions. */
export function codesOf(plan: Pick<LotPlan, 'bucket' | 'number' | 'lanes'>, publicUrl: string, houseKey: string) {
  const key = Buffer.from(houseKey)
  const code = (kind: 'entry' | 'prepay' | 'exit', laneId: number, name: string) => ({
    kind,
    laneId,
    name,
    url: `${publicUrl}/p/${codeToken({ bucket: plan.bucket, lotId: plan.number, kind, laneId, serial: 0 }, key)}`,
  })
  return [
    code('prepay', 0, '场内预支付'),
    ...plan.lanes.flatMap((lane) =>
      (lane.direction === 'both' ? (['entry', 'exit'] as const) : [lane.direction]).map((kind) =>
        code(kind, lane.id, lane.name),
      ),
    ),
  ]
}
