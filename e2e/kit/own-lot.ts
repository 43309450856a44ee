import { openSandbox, sandboxKey } from '@lanepay/lanepay/sandbox.ts'
import { chargingProgram } from '../../packages/lot-client/examples/charging-program.ts'
import { houseKey, type Road } from './road.ts'

/** The sandbox on this road, run by the example program of the client package, not started yet. */
export async function ownLot(road: Road) {
  const codes = await openSandbox(road.database, { houseKey, now: road.clock.now(), publicUrl: road.publicUrl })
  const program = chargingProgram({ address: road.publicUrl, key: sandboxKey, now: () => road.clock.now() })
  const code = (kind: 'entry' | 'prepay' | 'exit') =>
    codes
      .find((one) => one.kind === kind)!
      .path.split('/')
      .at(-1)!
  return { program, code }
}
