import type { Database, Statement } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { Command, CommandResult } from '@lanepay/lot-link/messages.ts'
import { nestedDown } from '@lanepay/lot-systems/bolink/down.ts'
import { writeMessage } from '@lanepay/lot-systems/bolink/fields.ts'
import { answers } from '@lanepay/lot-systems/bolink/up.ts'
import type { Happened } from './happened.ts'
import { deleteMessage } from './message-store.ts'
import type { Orders } from './orders.ts'
import type { Outbox } from './outbox.ts'
import type { Parks } from './park.ts'
import { answerOf, done, type Services } from './service.ts'
import { seconds } from './words.ts'

type Close = Extract<Command, { kind: 'close' }>

const selectStay: Statement = {
  name: 'select-stay-to-close-at-bolink-lot',
  text: `
  select plate, entered_at, paid_fen from session
   where bucket = $1 and lot_id = $2 and id = $3 and state in ('inside', 'leaving')`,
}
const selectClose: Statement = {
  name: 'select-close-of-bolink-stay',
  text: `select body from lot_command where bucket = $1 and lot_id = $2 and id = $3 and kind = 'close'`,
}

/** Of sixteen digits at most, as in the printed message: the software reads it as a number. */
const syncIdOf = (id: string): number => Number(BigInt(id) % 9_000_000_000_000_000n)

/**
 * Stays of which a person says that the vehicle has gone (bolink-protocol.md 7.4, `order_zero_balance`): the lot's software settles its record
 * without money, and only when it says so the stay ends here.
 */
export function closingStays(options: {
  readonly database: Database
  readonly clock: Clock
  readonly orders: Orders
  readonly happened: Happened
  readonly outbox: Outbox
  readonly parks: Parks
  readonly onResult: (lot: LotKey, result: CommandResult) => Promise<void>
}): { tell(lot: LotKey, id: Id, command: Close): Promise<void>; readonly answers: Services } {
  const { database, clock, orders, happened, outbox, parks, onResult } = options
  const answered = answerOf(answers.order_zero_balance, async (from, said) => {
    const message = await outbox.sent(from, 'order_zero_balance', [`sync:${said.sync_id}`])
    if (!message) return done // answered before, or never sent to this lot
    const key = [from.bucket, from.lotId]
    const db = database.of(from.bucket)
    const [row] = await db.query<{ body: Close }>(selectClose, [...key, message.id])
    const isDone = said.state === 1
    // Before the stay ends: asked for again in between, it would be refused as one that has ended.
    await onResult(from, {
      ...{ id: numberOf('command', from, message.id as Id), at: clock.now() },
      ...(isDone ? { state: 'done' } : { state: 'refused', because: said.errmsg || 'refused' }),
    })
    const [stay] =
      row && isDone ? await db.query<{ plate: string; entered_at: number }>(selectStay, [...key, row.body.session]) : []
    // The exit may have been uploaded first: then it ended as that says.
    if (row && stay) {
      const { lane, leftAt = clock.now() } = row.body
      const exit = { order_id: message.order_id!, car_number: stay.plate, in_time: seconds(stay.entered_at), lane }
      await happened.left(from, { ...exit, out_time: seconds(leftAt), pay_type: 'free', total: 0 })
    }
    await db.query(deleteMessage, [...key, message.id])
    return done
  })

  return {
    async tell(lot, id, command) {
      const park = await parks.ofLot(lot)
      const order = await orders.ofSession(lot, command.session)
      const [stay] = await database
        .of(lot.bucket)
        .query<{ plate: string; entered_at: number; paid_fen: number }>(selectStay, [
          ...[lot.bucket, lot.lotId, command.session],
        ])
      const now = clock.now()
      // Its vendor's cloud has no word for it (8.2), and of a lot that another platform runs nothing is sent.
      const isHeard = park !== null && park.callUrl === null && !park.settings.beside
      if (!isHeard || !order || !stay) {
        const because = isHeard ? 'session-ended' : 'unsupported'
        await onResult(lot, { id: command.id, at: now, state: isHeard ? 'refused' : 'unsupported', because })
        return
      }
      const sync_id = syncIdOf(id)
      const data = writeMessage(nestedDown.order_zero_balance, {
        ...{ out_time: seconds(command.leftAt ?? now), in_time: seconds(stay.entered_at), operate_type: 2 },
        // Nothing is collected by it; what was paid by phone before was prepaid.
        ...{ cash_pay: fen(0), cash_prepay: fen(0), ele_pay: fen(0), ele_prepay: fen(stay.paid_fen) },
        ...{ car_number: stay.plate, park_id: park.parkId, sync_id, order_id: order.order_id },
      })
      const body = `{"data":${data},"service_name":"${park.settings.closesBy}"}`
      const message = { id, service: 'order_zero_balance', answeredBy: [`sync:${sync_id}`], body }
      await outbox.tell(lot, { ...message, orderId: order.order_id, localId: null }, park.settings)
    },
    answers: {
      order_zero_balance: answered,
      completezero_order: answered,
    },
  }
}
