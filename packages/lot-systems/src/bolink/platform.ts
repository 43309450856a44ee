import { down, nestedDown } from './down.ts'
import type { Table } from './fields.ts'

/*
 * Platform mode (bolink-protocol.md 8): the vendor's cloud calls ours and ours calls it, over HTTPS. Bodies are `{"data":{…},"sign":S}`,
 * answers are plain. What one says of a stay or a payment is the same as in HTTP mode (up.ts, down.ts), in other clothes.
 */

/** A payment that the vendor's cloud has made a number for: the lot prices it, or says what it is. */
const toPay = {
  title: 'text?',
  park_id: 'id',
  order_id: 'id?',
  car_number: 'id?',
  amount: 'yuan-text?',
  in_time: 'number?',
  trade_no: 'id',
  pay_type: 'number?',
  channel: 'id?',
  auth_code: 'id?',
  description: 'text?',
  notify_url: 'text?',
  out_channel_id: 'id?',
  is_separate_accounts: 'number?',
} as const

/** What the vendor's cloud calls, by the last part of the path (8.1). Required is what we cannot do without. */
export const calls = {
  addpark: {
    park_id: 'id',
    name: 'text',
    address: 'text',
    city_id: 'id?',
    phone: 'text?',
    lng: 'text?',
    lat: 'text?',
    total_plot: 'number?',
    union_id: 'id?',
    price_desc: 'text?',
    remark: 'text?',
  },
  getqrcodecloud: { park_id: 'id', type: 'number', channel_id: 'id?', create: 'number?', change: 'number?' },
  addorder: {
    car_number: 'id',
    in_time: 'number',
    order_id: 'id',
    park_id: 'id',
    in_channel_id: 'id?',
    license_color: 'id?',
    remark: 'text?',
  },
  updateorder: {
    park_id: 'id',
    car_number: 'id',
    in_time: 'number?',
    out_time: 'number',
    pay_type: 'id',
    total: 'yuan-text',
    order_id: 'id',
    auth_code: 'id?',
    out_channel_id: 'id?',
    out_uid: 'id?',
    license_color: 'id?',
  },
  queryorders: {
    park_id: 'id?',
    order_id: 'id?',
    car_number: 'id?',
    start_time: 'number?',
    end_time: 'number?',
    page: 'number?',
    size: 'number?',
  },
  queryOrderState: { park_id: 'id', order_id: 'id?', car_number: 'id?', query_type: 'number?', trade_no: 'id?' },
  refund: {
    park_id: 'id',
    trade_no: 'id',
    refund_money: 'yuan-text',
    refund_reason: 'text?',
    notify_url: 'text?',
  },
  bolinkparkpay: { ...toPay, order_id: 'id', car_number: 'id', amount: 'yuan-text' },
  bolinkescapePay: { ...toPay, order_id: 'id' },
  paymonthcard: {
    park_id: 'id',
    amount: 'yuan-text',
    trade_no: 'id',
    notify_url: 'text?',
    card_id: 'id?',
    car_number: 'text',
    attach: 'json?',
    pay_channel: 'id?',
    is_separate_accounts: 'number?',
  },
  queryescape: { car_number: 'id', park_id: 'id' },
  uploadData: { service_name: 'id', park_id: 'id', car_number: 'id?' },
  uploaddurationinfo: {
    park_id: 'id',
    platform_id: 'id?',
    car_number: 'id',
    start_charge_seq: 'id',
    calculation_method: 'number?',
    duration: 'text?',
    reduce_amount: 'yuan-text?',
    out_time: 'number',
  },
  // The time is spelled `timestemp` in the page.
  getWxRedPacketUrlNew: { amount: 'yuan-text', park_id: 'id', trade_no: 'id', notify_url: 'text?' },
  addInvoiceOrder: {
    money: 'yuan-text',
    park_id: 'id',
    plate_number: 'id',
    order_id: 'id',
    pay_time: 'number',
  },
  openInvoice: {
    type: 'number',
    money: 'yuan-text',
    open_type: 'number?',
    notify_url: 'text?',
    buyer_name: 'text',
    invoice_order_no: 'id',
    park_id: 'id?',
  },
  queryOpenInvoiceStatus: { type: 'number', invoice_order_no: 'id', park_id: 'id?' },
  invoiceInfo: { type: 'number' },
  'community-pass-record': { name: 'text', time: 'text', pass_type: 'id', gate_name: 'text?', aisle_name: 'text?' },
} as const satisfies Readonly<Record<string, Table>>
export type CallName = keyof typeof calls

/** What we answer to a call, where it is printed. */
export const callReplies = {
  addpark: { park_id: 'id', state: 'number', errmsg: 'text?' },
  getqrcodecloud: { state: 'number', code_url: 'text?', type: 'number', channel_id: 'id?', errmsg: 'text' },
  refund: { state: 'number', trade_no: 'id', errmsg: 'text' },
} as const satisfies Readonly<Record<string, Table>>

/** What we call the vendor's cloud with (8.2). `service_name` is there so that one address may take them all. */
export const toVendor = {
  query_price: down.query_price,
  nolicence_in_park: {
    car_number: 'id',
    service_name: 'id',
    park_id: 'id',
    union_id: 'id-number',
    timetemp: 'number',
    channel_id: 'id',
  },
  // Where the vendor has made the number of the payment, ours goes along, and what it said of it.
  prepay_order: { ...down.prepay_order, out_trade_no: 'id?', description: 'text?' },
  outpark: { ...down.outpark, out_trade_no: 'id?', description: 'text?' },
  refund: { ...down.refund, out_trade_no: 'id?' },
  recharge: down.recharge,
  operate_liftrod: down.operate_liftrod,
  /** What one who escaped owed was paid by a driver who asked for it himself. */
  repair: {
    account_type: 'number',
    arrive_money: 'yuan',
    service_name: 'id',
    fee: 'yuan',
    errmsg: 'text',
    remark: 'text',
    pay_time: 'number',
    total: 'yuan',
    car_number: 'id',
    trade_no: 'id',
    pay_channel: 'number',
    pay_type: 'id',
    state: 'number',
    order_id: 'id',
    park_id: 'id',
  },
  /** The same, where the vendor's cloud asked for it under a number of its own (`trade_no`); ours is `out_trade_no`. */
  plat_escape_order: {
    amount: 'yuan',
    trade_no: 'id',
    park_id: 'id',
    out_trade_no: 'id',
    openid: 'text?',
    pay_platform_fee: 'text',
    state: 'number',
    receipt_amount: 'text',
    service_name: 'id?',
    description: 'text?',
    pay_time: 'number?',
  },
  monthcard_pay: {
    state: 'number',
    amount: 'yuan',
    trade_no: 'id',
    out_trade_no: 'id',
    card_id: 'id?',
    attach: 'json?',
    pay_time: 'number',
    park_id: 'id',
    service_name: 'id',
  },
  notice_car_owner: {
    union_id: 'id-number',
    park_id: 'id',
    order_id: 'id',
    car_number: 'id',
    is_union_user: 'number',
    rand: 'id',
    service_name: 'id?',
  },
  get_inpark_image: { comid: 'id', type: 'id', orderid: 'id', service_name: 'id?' },
  // Named by no page of this mode: for clouds that take what software which polls does, by the same fields (5.8, 7).
  deliver_ticket: down.deliver_ticket,
  lock_car: { ...down.lock_car, park_id: 'id' },
  month_card_sync: { ...nestedDown.month_card_sync, service_name: 'id' },
  month_member_sync: { ...nestedDown.month_member_sync, service_name: 'id' },
  month_pay_sync: { ...nestedDown.month_pay_sync, service_name: 'id' },
  white_list_sync: { ...nestedDown.white_list_sync, service_name: 'id' },
  blackuser_sync: { ...nestedDown.blackuser_sync, service_name: 'id' },
} as const satisfies Readonly<Record<string, Table>>

const took = { state: 'number', errmsg: 'text?', trade_no: 'id?', order_id: 'id?' } as const
/** What it must answer, where it says less than a lot does (up.ts): the call itself says what it is about. */
export const vendorAnswers = {
  ...{ prepay_order: took, outpark: took, refund: took, operate_liftrod: took, repair: took, plat_escape_order: took },
  ...{ recharge: took, monthcard_pay: took, notice_car_owner: took, deliver_ticket: took, lock_car: took },
  ...{
    month_card_sync: took,
    month_member_sync: took,
    month_pay_sync: took,
    white_list_sync: took,
    blackuser_sync: took,
  },
} as const satisfies Readonly<Partial<Record<keyof typeof toVendor, Table>>>

/** The older book (`parkapi`) has flat bodies with the sign in them; read and written here, and not served (8). */
export const olderBook = {
  addorder: {
    order_id: 'id',
    plate_number: 'id',
    start_time: 'number',
    empty_plot: 'number?',
    record_time: 'number?',
    park_id: 'id',
    union_id: 'id',
  },
  query_price: {
    car_number: 'id?',
    service_name: 'id',
    order_id: 'id?',
    park_id: 'id',
    pay_scene: 'number',
    out_channel_id: 'id?',
  },
  prepay_order: {
    car_number: 'id',
    service_name: 'id',
    prepay: 'yuan',
    prepay_type: 'number',
    pay_channel: 'number',
    order_id: 'id',
    query_order_no: 'id?',
    park_id: 'id',
    trade_no: 'id',
    query_time: 'number',
  },
} as const satisfies Readonly<Record<string, Table>>
