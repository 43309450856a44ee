import type { Database } from '@lanepay/database/database.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import { err, ok } from '@lanepay/domain/result.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { down } from '@lanepay/lot-systems/bolink/down.ts'
import { readMessage, writeMessage } from '@lanepay/lot-systems/bolink/fields.ts'
import { answers } from '@lanepay/lot-systems/bolink/up.ts'
import type { SoftwareCards } from '../renewal/software.ts'
import { type KeptSealed, namesOf } from './keeping.ts'
import { selectSoftwareCards } from './keeping-store.ts'
import type { Outbox } from './outbox.ts'
import type { Park, Parks } from './park.ts'
import { payChannel, seconds } from './words.ts'

/**
 * Month cards of software that polls, which keeps them itself: it says what so many months cost, and is told what was paid until it has
 * answered (bolink-protocol.md 5.7). In platform mode the vendor's cloud asks for its cards to be paid instead.
 */
export function softwareCards(options: {
  readonly database: Database
  readonly newId: () => Id
  readonly houseKey: Uint8Array
  readonly outbox: Pick<Outbox, 'ask' | 'tell'>
  readonly parks: Parks
}): SoftwareCards {
  const { database, newId, houseKey, outbox, parks } = options
  /** Null: it keeps none that we could make longer. */
  const pollingPark = async (lot: LotKey): Promise<Park | null> => {
    const park = await parks.ofLot(lot)
    return park === null || park.callUrl !== null || park.settings.beside ? null : park
  }

  return {
    /** As they were last said. */
    async ofPlate(lot, plate) {
      if (!(await pollingPark(lot))) return ok([])
      const rows = await database
        .of(lot.bucket)
        .query<KeptSealed & { product: string | null; period: string | null }>(selectSoftwareCards, [
          lot.bucket,
          lot.lotId,
          JSON.stringify([plate]),
        ])
      return ok(
        rows.map((row) => {
          const { plates, product, until } = row.body as { plates: string[]; product?: string; until?: number }
          const phone = namesOf(houseKey, lot, row)?.phone
          return {
            ...{ key: row.key, plates, product: row.product ?? '', productKey: product ?? null, until: until ?? null },
            ...{ period: row.period, periodFen: null },
            phone: typeof phone === 'string' && phone !== '' ? phone : null,
          }
        }),
      )
    },

    async price(lot, { key, plates, productKey }, { months, startAt }) {
      const park = await pollingPark(lot)
      if (!park) return err({ kind: 'refused', detail: 'it keeps no cards of its own' })
      const id = newId()
      const tradeNo = numberOf('command', lot, id)
      const said = await outbox.ask(
        lot,
        {
          ...{ id, service: 'query_prodprice', answeredBy: [`trade:${tradeNo}`], orderId: null, localId: null },
          body: writeMessage(down.query_prodprice, {
            ...{ service_name: 'query_prodprice', trade_no: tradeNo, comid: park.parkId, card_id: key },
            ...{ months: String(months), start_time: String(seconds(startAt)), car_number: plates.join(',') },
            ...(productKey === null ? {} : { pid: productKey }),
          }),
        },
        park.settings,
      )
      if (!said.ok) return said
      const read = readMessage(answers.query_prodprice, said.value)
      if (!read.ok) return err({ kind: 'refused', detail: read.error.field })
      const { state, price, errmsg, cloud_notice } = read.value
      // Anything but 0 is: make it longer yourself. It is the software's card, and nobody here can.
      const isOurs = (cloud_notice ?? 0) !== 0 && park.settings.cloudNotice === 'refused'
      if (state !== 1 || price === undefined || price <= 0 || isOurs)
        return err({ kind: 'refused', detail: errmsg?.trim() || `state ${state}` })
      return ok({ priceFen: price, time: {}, startAt, lotTradeNo: read.value.trade_no, permit: null })
    },

    async tell(lot, paid) {
      const park = await pollingPark(lot)
      if (!park) throw new Error(`lot ${lot.lotId} keeps no cards of its own any more`)
      const tradeNo = numberOf('trade', lot, paid.payment)
      await outbox.tell(
        lot,
        {
          ...{ id: paid.payment, service: 'monthcard_pay', answeredBy: [`trade:${tradeNo}`] },
          // One card's payments go one after another.
          ...{ orderId: `card:${paid.key}`, localId: null },
          body: writeMessage(down.monthcard_pay, {
            ...{ service_name: 'monthcard_pay', park_id: park.parkId, card_id: paid.key, months: paid.months },
            ...{ start_time: seconds(paid.startAt!), car_number: paid.plate, trade_no: tradeNo },
            ...{ out_trade_no: paid.lotTradeNo!, pay_money: fen(paid.amountFen), pay_time: seconds(paid.paidAt) },
            ...{ pay_channel: payChannel[paid.channel], fee: fen(paid.channelFeeFen), account_type: 1 },
            ...{ arrive_money: fen(paid.amountFen - paid.channelFeeFen), remark: `月卡续费 ${paid.plate}` },
          }),
        },
        park.settings,
      )
    },
  }
}
