import type { LotPlan } from '@lanepay/cloud/lot/provision.ts'
import { provision } from '@lanepay/cloud/lot/provision.ts'
import { openSandbox, sandboxKey } from '@lanepay/lanepay/sandbox.ts'
import { chargingProgram } from '../../packages/lot-client/examples/charging-program.ts'
import { codesOfPlan } from './codes.ts'
import { houseKey, lotPlan, type Road } from './road.ts'

/** On a clock that never shows one instant twice, as that of a slow machine: nothing may rest on two looks at it being the same. */
const run = (road: Road, key: { readonly name: string; readonly secret: string }) => {
  let looks = 0
  return chargingProgram({ address: road.publicUrl, key, now: () => road.clock.now() + ++looks })
}

/** The sandbox on this road, run by the example program of the client package, not started yet. */
export async function ownLot(road: Road) {
  const codes = await openSandbox(road.database, { houseKey, now: road.clock.now(), publicUrl: road.publicUrl })
  const code = (kind: 'entry' | 'prepay' | 'exit') =>
    codes
      .find((one) => one.kind === kind)!
      .path.split('/')
      .at(-1)!
  return { program: run(road, sandboxKey), code }
}

/** A lot of the road's operator whose software has said that it does not know who stands at its exit; run by the same program. */
export async function blindLot(road: Road, number: number) {
  const { agentSecret: _, ...rest } = lotPlan
  const secret = 'secret-of-a-lot-that-is-blind-at-its-exit'
  const plan: LotPlan = {
    ...rest,
    number,
    lanes: [
      { id: 1, name: '入口', direction: 'entry' },
      { id: 2, name: '出口', direction: 'exit' },
    ],
    own: { keys: [{ name: 'a', secret }], cannot: ['quotes-by-lane'] },
  }
  await provision(road.database, plan, road.clock.now(), Buffer.from(houseKey))
  const code = codesOfPlan(road, plan)
  return { number, program: run(road, { name: `${rest.bucket}-${number}-a`, secret }), code }
}
