import { fen } from '@lanepay/domain/money.ts'
import type { Id } from '@lanepay/domain/types.ts'
import { nestedDown } from '@lanepay/lot-systems/bolink/down.ts'
import { type Message, type Table, writeMessage } from '@lanepay/lot-systems/bolink/fields.ts'
import { type Operation, operationOf, type Renewal, type RowSays, rowOf } from '../vehicle/rows.ts'
import type { Settled } from './settings.ts'
import { rowServices, seconds } from './words.ts'

/* One row of a lot's lists in the words of the protocol (bolink-protocol.md 7.2, 7.3). Pure. */

/** `operate_type`. */
const operateType: Readonly<Record<Operation, number>> = { add: 1, change: 2, delete: 3, 'change-validity': 4 }

export type RowMessage = { readonly service: string; readonly answeredBy: readonly string[]; readonly body: string }

/**
 * How the software's answer names the message: by its own number where it sends that back; else by the row, and what was done to it where it
 * says so, by which a late second answer to the same done before cannot be told from the first to this.
 */
export const namesOfAnswer = (
  key: string,
  said: { readonly operate_type?: number; readonly message_uuid?: string },
): string[] => {
  if (said.message_uuid) return [`uuid:${said.message_uuid}`]
  return [said.operate_type === undefined ? `row:${key}` : `row:${key}:${said.operate_type}`]
}

/**
 * What brings a row of which the software has said `told` to `sent`; one that goes is named by what it was. `name`: by which the software
 * knows it. `id`: the message's own number. Instants in ms.
 */
export function rowMessage(
  row: {
    readonly name: string
    /** A plate, where the row is of a vehicle. */
    readonly key: string
    readonly told: string | null
    readonly sent: string | null
    /** What was last said of it. */
    readonly said: string
    readonly made_at: number
  },
  about: { readonly parkId: string; readonly id: Id; readonly now: number } & Pick<Settled, 'replacesCards'>,
): RowMessage {
  const { parkId, id, now, replacesCards } = about
  const operation = operationOf(row.told, row.sent)
  const operate_type = operateType[operation]
  const says = rowOf(row.said)
  return {
    service: rowServices[says.kind],
    answeredBy: [
      ...namesOfAnswer(row.name, {}),
      ...namesOfAnswer(row.name, { operate_type }),
      ...namesOfAnswer(row.name, { message_uuid: id }),
    ],
    body: bodyOf(says, {
      ...{ ...row, operate_type, park_id: parkId, create_time: seconds(row.made_at), now: seconds(now) },
      message_uuid: id,
      replaces: replacesCards && operation === 'add',
    }),
  }
}

/** `pay_type` of a card's payment is free text (7.3). */
const payTypes: Readonly<Record<Renewal['as'], string>> = {
  ...{ cash: '现金', transfer: '转账', wechatpay: '微信支付', alipay: '支付宝', zldpay: '合作钱包' },
}

/** What was paid for a card, in the same words: how much, by what, and which time it is for; months are not said, so that nothing is added twice. */
export function renewalMessage(id: Id, paid: Renewal, parkId: string): RowMessage {
  const { card, plates, from, until, paidAt, paidFen, as, tradeNo = id } = paid
  return {
    ...{ service: 'month_pay_sync', answeredBy: [`pay:${tradeNo}`] },
    body: nested('month_pay_sync', {
      ...{ trade_no: tradeNo, card_id: card, pay_time: seconds(paidAt), amount_receivable: fen(paidFen) },
      ...{
        amount_pay: fen(paidFen),
        pay_type: payTypes[as],
        collector: 'lanepay',
        car_number: plates.join(','),
        park_id: parkId,
      },
      // Its last second, as the card itself says it.
      ...{ start_time: seconds(from), end_time: seconds(until - 1), resume: '' },
    }),
  }
}

function bodyOf(
  says: RowSays,
  about: {
    readonly name: string
    readonly key: string
    readonly operate_type: number
    readonly park_id: string
    readonly create_time: number
    readonly now: number
    readonly message_uuid: string
    readonly replaces: boolean
  },
): string {
  const { name, key, operate_type, park_id, create_time, now, message_uuid, replaces } = about
  const usual = { operate_type, park_id, message_uuid }
  switch (says.kind) {
    case 'product':
      return nested('month_card_sync', {
        ...{ ...usual, price: fen(says.monthFen), update_time: now, name: says.name, describe: '', create_time },
        ...{ package_id: name, period: '月', car_type: '' },
      })
    case 'card':
      return nested('month_member_sync', {
        ...{ ...usual, card_id: name, pid: says.product, car_number: says.plates.join(','), create_time },
        // Its last second: software that reads days takes its last day for one of the card.
        ...{ begin_time: seconds(says.from), end_time: seconds(says.until - 1), update_time: now },
        // What was paid is noted here and in no book; whose it is stays here.
        ...{ price: fen(0), amount_receivable: fen(0), name: says.card, tel: '', address: '', remark: '' },
        ...{ p_lot: '', channel_id: '' },
        ...(replaces ? { force_update: 1 } : {}),
      })
    case 'free':
      return nested('white_list_sync', {
        ...{ ...usual, car_number: key, remark: says.note, car_location: '', user_name: '', mobile: '' },
        ...{ b_time: says.from === null ? create_time : seconds(says.from), end_type: says.until === null ? 1 : 0 },
        e_time: says.until === null ? 0 : seconds(says.until - 1),
      })
    case 'blocked':
      return nested('blackuser_sync', {
        ...{ ...usual, resume: says.note, car_number: key, create_time, black_uuid: name, operator: 'lanepay' },
      })
  }
}

function nested<Service extends keyof typeof nestedDown>(
  service: Service,
  data: Message<(typeof nestedDown)[Service]>,
): string {
  return `{"data":${writeMessage(nestedDown[service] as Table, data as Message<Table>)},"service_name":"${service}"}`
}
