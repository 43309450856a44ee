import { type LotPlan, provision } from '@lanepay/cloud/lot/provision.ts'
import { codesOf } from '@lanepay/lanepay/lot.ts'
import { chargingProgram } from '../../packages/lot-client/examples/charging-program.ts'
import { houseKey, lotPlan, type Road } from './road.ts'

const secret = 'the-secret-of-a-lot-in-the-tests-01'

/** A lot on this road that is run by the example program of the client package, not started yet. */
export async function ownLot(road: Road, number: number) {
  const { agentSecret: _, ...rest } = lotPlan
  const plan: LotPlan = { ...rest, number, own: { keys: [{ name: 'a', secret }] } }
  await provision(road.database, plan, road.clock.now(), Buffer.from(houseKey))
  const program = chargingProgram({
    address: road.publicUrl,
    key: { name: `${plan.bucket}-${number}-a`, secret },
    now: () => road.clock.now(),
  })
  const codes = codesOf(plan, road.publicUrl, houseKey)
  const code = (kind: 'entry' | 'prepay' | 'exit') =>
    codes
      .find((one) => one.kind === kind)!
      .url.split('/')
      .at(-1)!
  return { number, program, code }
}
