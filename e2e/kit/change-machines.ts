import assert from 'node:assert/strict'
import { startVendorCloud } from '@lanepay/simulator-charging-software/vendor-cloud.ts'
import type { Road } from './road.ts'
import { vendorLots } from './vendor-lots.ts'

/** What each machine owes, as the call says it. */
export const owed = '2.01'

/** A vendor's cloud whose lots on this road, numbered from here, have machines without coins. */
export async function changeMachines(road: Road, numberedFrom: number) {
  const cloud = await startVendorCloud({
    ...{ address: () => road.publicUrl, unionId: '200208', key: '8403A41ED5EF20BC', clock: road.clock },
    tariff: { hourFen: 500, leaveMinutes: 15 },
  })
  const vendor = vendorLots(road, cloud, numberedFrom)
  let numbers = 0
  return {
    close: () => cloud.close(),
    /** A lot whose operator has what one stay of five yuan left at the channel, and its machine. */
    async aMachine(settings: object = { changeUpToFen: 10_000 }) {
      const lot = await vendor.aLot({ bolink: { settings } })
      await cloud.enter(lot.parkId, `粤C1${lot.number}`, 'A1')
      await vendor.pays(lot, `pays at ${lot.number}`, 'prepay', `粤C1${lot.number}`)
      await lot.told()
      const trade_no = `12309129031216179374697${String(++numbers).padStart(4, '0')}`
      return {
        ...lot,
        trade_no,
        ask: (amount = owed) =>
          cloud.call('getWxRedPacketUrlNew', { park_id: lot.parkId, amount, timestemp: ++numbers, trade_no }),
        /** What the vendor's cloud has heard, by its states. */
        recharges: () =>
          lot.heard('recharge').map(({ fields }) => {
            assert.deepEqual([fields.trade_no, String(fields.recharge_money)], [trade_no, owed])
            return fields.state
          }),
        /** What the operator has, and what is on its way to drivers. */
        async moved() {
          const rows = await road.rows<{ kind: string; fen: string }>(
            `select kind::text, balance_fen as fen from account
              where lot_id = $1 and kind in ('operator-payable', 'change-in-flight') order by kind`,
            [lot.number],
          )
          return Object.fromEntries(rows.map(({ kind, fen }) => [kind, Number(fen)]))
        },
      }
    },
  }
}
export type ChangeMachines = Awaited<ReturnType<typeof changeMachines>>
