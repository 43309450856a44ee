import assert from 'node:assert/strict'
import type { VendorCloud } from '@lanepay/simulator-charging-software/vendor-cloud.ts'
import { connectedLot } from './connected-lot.ts'
import type { Road } from './road.ts'
import { until } from './until.ts'

export type VendorLot = Awaited<ReturnType<ReturnType<typeof vendorLots>['aLot']>>

/** Lots on this road whose vendor's cloud is called, numbered from here, and drivers who pay at them. */
export function vendorLots(road: Road, cloud: VendorCloud, numberedFrom: number) {
  let lots = numberedFrom
  return {
    async aLot(settings: Parameters<typeof connectedLot>[2] = {}) {
      const number = ++lots
      const bolink = { callUrl: `${cloud.url}/calls`, ...settings.bolink }
      const { code } = await connectedLot(road, number, { bolink })
      const parkId = `park-${number}`
      const heard = (service: string) =>
        cloud.heard.filter(
          ({ service: named, fields }) => named === service && (fields.park_id ?? fields.comid) === parkId,
        )
      const states = async () =>
        (await road.rows<{ state: string }>('select state from session where lot_id = $1 order by id', [number])).map(
          ({ state }) => state,
        )
      const told = (payments = 1) =>
        until('the vendor has answered', async () => {
          const rows = await road.rows<{ state: string }>('select state from clearance where lot_id = $1', [number])
          return rows.length === payments && rows.every(({ state }) => state === 'opened' || state === 'done')
        })
      return { number, code, parkId, heard, states, told }
    },
    async pays(
      lot: { readonly code: (kind: 'entry' | 'prepay' | 'exit') => string },
      driver: string,
      kind: 'prepay' | 'exit',
      plate?: string,
    ): Promise<string> {
      const phone = road.phone(driver)
      await phone.scan(`${road.publicUrl}/p/${lot.code(kind)}`)
      const quote = await phone.quote(lot.code(kind), plate)
      assert.equal(quote.status, 200, JSON.stringify(quote.body))
      const sheet = await phone.pay(lot.code(kind), quote.body.quote!)
      await phone.payInWallet(sheet.body.sheet)
      await road.paymentIs(phone, sheet.body.payment, 'paid')
      return sheet.body.payment
    },
  }
}
