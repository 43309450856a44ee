import { tidyPlate } from '@lanepay/domain/plate.ts'
import type { Table } from '@lanepay/lot-systems/bolink/fields.ts'
import { lists as tables } from '@lanepay/lot-systems/bolink/up.ts'

/** A message as it was read. */
export type Said = Readonly<Record<string, string | number | undefined>>
export type Kept = {
  readonly table: Table
  /** What it is here. */
  readonly kind: string
  /** The member that names one of them, echoed in the answer. */
  readonly key: string
  /** What it says, in our words; what nobody has said is left out. Money in fen, times in ms. */
  readonly body: (said: Said) => Readonly<Record<string, unknown>>
  /** Names and telephone numbers: kept sealed. */
  readonly names?: (said: Said) => Readonly<Record<string, unknown>>
  /** Of what it has to have said before, or must not have: else it is refused (7.1, 7.2). Left out: it may say it at any time. */
  readonly needs?: (said: Said) => Need | null
}
/**
 * `stands`: such a one must be there, of lanes in the plan at least; `said`: it must have been said, and may have gone; `new`: it must never
 * have been.
 */
export type Need = {
  readonly kind: string
  readonly key: string
  readonly is: 'stands' | 'said' | 'new'
  readonly errmsg: string
}

const ms = (seconds: string | number | undefined) => (seconds === undefined ? undefined : Number(seconds) * 1000)
const listOf = (text: string | number | undefined): string[] =>
  String(text ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')

/**
 * What charging software says of its own lists and doings (bolink-protocol.md 7), by the service that says it: kept under our
 * words and shown. It decides at its own lot; what more is made of it here stands in docs/charging-software.md.
 */
export const lists: Readonly<Record<string, Kept>> = {
  upload_collector: {
    ...{ table: tables.upload_collector, kind: 'staff', key: 'user_id' },
    body: (said) => ({ since: ms(said.create_time), changedAt: ms(said.update_time) }),
    names: (said) => ({ name: said.name }),
  },
  work_record: {
    ...{ table: tables.work_record, kind: 'shift', key: 'uuid' },
    needs: (said) => ({ kind: 'staff', key: String(said.user_id), is: 'said', errmsg: '收费员不存在' }),
    body: (said) => ({
      ...{ person: said.user_id, booth: said.work_station_uuid },
      ...(said.state === 1 ? { endedAt: ms(said.end_time) } : { startedAt: ms(said.start_time) }),
    }),
  },
  park_log: {
    ...{ table: tables.park_log, kind: 'log', key: 'log_id' },
    body: (said) => ({ person: said.user_id, at: ms(said.operate_time), text: said.content, remark: said.remark }),
  },
  upload_gate: {
    ...{ table: tables.upload_gate, kind: 'lane', key: 'channel_id' },
    // One that is added may be there already, and is overwritten.
    needs: (said) =>
      said.operate_type === 2
        ? { kind: 'lane', key: String(said.channel_id), is: 'stands', errmsg: '通道不存在' }
        : null,
    // Other numbers than what goes down has (7.2).
    body: (said) => ({
      name: said.passname,
      direction: { 0: 'entry', 1: 'exit', 2: 'both' }[Number(said.passtype)] ?? 'unknown',
      device: said.device_no,
    }),
  },
  upload_car_type: {
    ...{ table: tables.upload_car_type, kind: 'vehicle-class', key: 'car_type_id' },
    body: (said) => ({ name: said.name, order: said.sort }),
  },
  upload_price: {
    ...{ table: tables.upload_price, kind: 'price', key: 'price_id' },
    body: (said) => ({ vehicleClass: said.car_type, text: said.describe, changedAt: ms(said.update_time) }),
  },
  upload_blackuser: {
    ...{ table: tables.upload_blackuser, kind: 'blocked', key: 'black_uuid' },
    body: (said) => ({
      ...{ plate: tidyPlate(String(said.car_number)), by: said.operator, since: ms(said.create_time) },
      because: said.resume,
    }),
  },
  upload_month_card: {
    ...{ table: tables.upload_month_card, kind: 'month-product', key: 'package_id' },
    body: (said) => ({
      ...{ name: said.name, priceFen: said.price, vehicleClass: said.car_type, period: said.period },
      text: said.describe,
    }),
  },
  upload_month_member: {
    ...{ table: tables.upload_month_member, kind: 'month-card', key: 'card_id' },
    body: (said) => ({
      ...{ plates: listOf(said.car_number), from: ms(said.begin_time), until: ms(said.end_time) },
      ...{ product: said.pid === 'null' ? undefined : said.pid, space: said.p_lot, paidFen: said.price },
      ...{ owedFen: said.amount_receivable, lanes: said.channel_id === '-1' ? [] : listOf(said.channel_id) },
      ...{ everyLane: said.channel_id === undefined || said.channel_id === '' },
    }),
    names: (said) => ({ name: said.name, phone: said.tel, address: said.address, remark: said.remark }),
  },
  month_pay_record: {
    ...{ table: tables.month_pay_record, kind: 'month-payment', key: 'trade_no' },
    body: (said) => ({
      ...{ card: said.card_id, paidAt: ms(said.pay_time), paidFen: said.amount_pay, owedFen: said.amount_receivable },
      ...{ how: said.pay_type, by: said.collector, periods: said.buy_month, plates: listOf(said.car_number) },
      ...{ from: ms(said.start_time), until: ms(said.limit_time) },
    }),
  },
  upload_liftrod: {
    ...{ table: tables.upload_liftrod, kind: 'gate', key: 'liftrod_id' },
    body: (said) => ({
      ...{ lane: said.channel_id, moved: said.operate === 0 ? 'up' : 'down', person: said.user_id },
      ...{ because: reasonOf(said), plate: said.car_number, record: said.order_id, at: ms(said.create_time) },
    }),
  },
  upload_invoice: {
    ...{ table: tables.upload_invoice, kind: 'invoice', key: 'order_id' },
    body: (said) => ({ plate: said.plate_number, paidFen: said.money, paidAt: ms(said.pay_time) }),
  },
  upload_confirm_order: {
    ...{ table: tables.upload_confirm_order, kind: 'match', key: 'event_id' },
    needs: (said) => ({ kind: 'match', key: String(said.event_id), is: 'new', errmsg: '事件已存在' }),
    body: (said) => ({ plate: said.car_number, lane: said.channel_id, at: ms(said.upload_time) }),
  },
  upload_duration_info: {
    ...{ table: tables.upload_duration_info, kind: 'charging', key: 'start_charge_seq' },
    body: (said) => ({ plate: said.car_number, record: said.order_id, until: ms(said.out_time) }),
  },
  upload_ticket_deduction: {
    ...{ table: tables.upload_ticket_deduction, kind: 'coupon-used', key: 'ticket_id' },
    body: (said) => ({
      ...{ plate: said.car_number, shop: said.shop_name, record: said.order_id, at: ms(said.use_time) },
      reducedFen: said.deduction_amount,
    }),
  },
}

/** Who moves a gate says why by a text, by a number of its own, or not at all. */
export function reasonOf(said: Said): string | undefined {
  const text = String(said.resume ?? '').trim()
  if (text !== '') return text
  const number = String(said.reason ?? '').trim()
  return number === '' ? undefined : `原因 ${number}`
}
