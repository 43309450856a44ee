import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { fen } from '@lanepay/domain/money.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { down } from '@lanepay/lot-systems/bolink/down.ts'
import { writeMessage } from '@lanepay/lot-systems/bolink/fields.ts'
import { calls } from '@lanepay/lot-systems/bolink/platform.ts'
import type { CashChanges, OfferRefusal } from '../../cash-change/cash-change.ts'
import { changeRange } from '../../cash-change/decide.ts'
import { inTurn } from '../../server/in-turn.ts'
import type { Outbox } from '../outbox.ts'
import type { Parks } from '../park.ts'
import { type Reply, type Services, service, texts } from '../service.ts'
import { seconds } from '../words.ts'
import { badNotifyUrl, isTradeNo, mayNotify } from './money.ts'
import { type ChangeToTell, noteChangeTold, selectChangesToTell, selectOperatorOfLot } from './store.ts'

/**
 * Cash change (bolink-protocol.md 6.13): the vendor's cloud asks for a link under a number of its own, and hears by `recharge` that it
 * waits in the driver's wallet, and what became of it. The same number is the same link.
 */
export function vendorChange(options: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly outbox: Outbox
  readonly parks: Parks
  readonly changes: Pick<CashChanges, 'offer'>
}): { readonly services: Services; round(): Promise<void> } {
  const { database, clock, newId, outbox, parks, changes } = options

  const tell = async (row: ChangeToTell): Promise<void> => {
    const lot: LotKey = { bucket: row.bucket, lotId: row.lot_id }
    const park = await parks.ofLot(lot)
    if (!park) return
    const [state, errmsg] = told[row.state]
    const body = writeMessage(down.recharge, {
      ...{ service_name: 'recharge', union_id: park.unionId, park_id: park.parkId, trade_no: row.asked_as },
      ...{ recharge_money: fen(row.amount_fen), state, recharge_channel: 0 },
      ...{ recharge_time: seconds(row.ended_at ?? clock.now()), remark: '现金找零', errmsg },
    })
    const message = { service: 'recharge', answeredBy: [`change:${row.asked_as}`], orderId: null, localId: null, body }
    // Each state is a message of its own, and the next one waits for the one before (selectChangesToTell).
    await database.of(lot.bucket).transaction(async (tx) => {
      const id = newId()
      const noted = await tx.query(noteChangeTold, [lot.bucket, lot.lotId, row.id, row.state, id])
      if (noted.length > 0) await outbox.tellWithin(tx, lot, { ...message, id }, park.settings)
    })
    outbox.wake(lot)
  }

  return {
    services: {
      getWxRedPacketUrlNew: service(calls.getWxRedPacketUrlNew, async (from, said): Promise<Reply> => {
        const { trade_no: tradeNo, amount: amountFen } = said
        const refused = (errmsg: string): Reply => ({ state: 0, trade_no: tradeNo, errmsg })
        const { changeUpToFen, changeDayUpToFen, changeHours, changeUrlMember } = from.park.settings
        if (changeUpToFen === 0) return refused(texts.notYet)
        if (!isTradeNo(tradeNo)) return refused(`${texts.badData}: trade_no`)
        const { leastFen, mostFen } = changeRange
        if (amountFen < leastFen || amountFen > Math.min(mostFen, changeUpToFen))
          return refused(`${texts.badData}: amount`)
        if (!mayNotify(said.notify_url, from.park)) return refused(badNotifyUrl)
        const [lot] = await database
          .of(from.bucket)
          .query<{ operator_id: string }>(selectOperatorOfLot, [from.bucket, from.lotId])
        const offered = await changes.offer(from, {
          ...{ askedAs: tradeNo, askedBy: `vendor ${from.park.unionId}`, operatorId: lot!.operator_id, amountFen },
          ...{ lastsHours: changeHours, dayUpToFen: changeDayUpToFen, notifyUrl: said.notify_url || null },
        })
        if (!offered.ok) return refused(refusals[offered.error])
        return { state: 1, trade_no: tradeNo, [changeUrlMember]: offered.value.url, errmsg: '' }
      }),
    },
    async round() {
      for (const { db, buckets } of database.nodes)
        await inTurn(await db.query<ChangeToTell>(selectChangesToTell, [buckets]), tell)
    },
  }
}

/** As `recharge` says it: 0 failed, 1 sent, 2 taken, 3 returned. */
const told = {
  failed: [0, '找零发送失败'],
  sent: [1, '已发送，待领取'],
  taken: [2, '已领取'],
  returned: [3, '未领取，已退回'],
} as const satisfies Readonly<Record<ChangeToTell['state'], readonly [number, string]>>
const refusals = {
  'not-possible': '该车场的收款账户不支持找零',
  'not-enough-held': '账户余额不足',
  'over-the-day': '超过当日找零限额',
  'number-used': 'error:订单号已使用',
} as const satisfies Readonly<Record<OfferRefusal, string>>
