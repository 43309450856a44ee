import type { Table } from './fields.ts'

/*
 * Protocols beside the lot protocol: of third parties that want something of a lot (bolink-protocol.md 9), of car owners' platforms and
 * wallets (third-party-wallets.md), and of the closed SDK. Their messages are read and written here; what is done on them is said in
 * docs/charging-software.md.
 */

/** What third parties call to act on a lot: Base64 of `{"data":…,"sign":…}`, signed by the lot's own key. `comid` is the vendor's number. */
export const cloudCalls = {
  getparkempty: { comid: 'id', union_id: 'id', query_time: 'number?' },
  dolock: { comid: 'id', union_id: 'id', car_number: 'id', lock_status: 'number' },
  getchannels: { comid: 'id', union_id: 'id', query_time: 'number?' },
  handlewhitecar: {
    comid: 'id',
    union_id: 'id',
    car_number: 'id',
    operate_type: 'number',
    b_time: 'number?',
    e_time: 'number?',
    end_type: 'number?',
    user_name: 'text?',
    remark: 'text?',
    mobile: 'text?',
    car_location: 'text?',
  },
  monthrecord: {
    comid: 'id',
    union_id: 'id',
    trade_no: 'id',
    card_id: 'id',
    pay_time: 'number',
    amount_receivable: 'yuan-text?',
    amount_pay: 'yuan-text',
    pay_type: 'text?',
    collector: 'text?',
    buy_month: 'number?',
    car_number: 'text?',
    begin_time: 'number?',
    end_time: 'number?',
    resume: 'text?',
  },
  prepayorder: {
    park_id: 'id',
    union_id: 'id',
    car_number: 'id',
    prepay: 'yuan-text',
    order_id: 'id',
    query_order_no: 'id?',
    trade_no: 'id',
    prepay_type: 'number?',
    pay_channel: 'number?',
    pay_time: 'number',
    remark: 'text?',
  },
  getticket: { comid: 'id', union_id: 'id', shop_id: 'id', type: 'id', time: 'number?' },
  getmonthcarprice: {
    comid: 'id',
    union_id: 'id',
    start_time: 'number',
    card_id: 'id',
    months: 'number',
    pid: 'id?',
  },
} as const satisfies Readonly<Record<string, Table>>

/** What car owners' platforms and wallets call. */
export const ownerCalls = {
  queryparks: { lng: 'text', lat: 'text', distance: 'number', union_id: 'id' },
  queryparkbyid: { com_id: 'id', union_id: 'id' },
  prepay: {
    prepay: 'yuan-text',
    park_union_id: 'id?',
    user_id: 'id',
    union_id: 'id',
    park_id: 'id',
    trade_no: 'id?',
    plate_number: 'id',
    attach: 'json?',
    order_id: 'id',
    pay_time: 'number?',
  },
  adduser: { user_id: 'id', union_id: 'id', plate_number: 'id', nosence_pay: 'number' },
  updateuser: {
    user_id: 'id',
    union_id: 'id',
    plate_number: 'id',
    type: 'number',
    nosence_pay: 'number?',
    new_plate_number: 'id?',
  },
  quercarorder: { union_id: 'id', plate_number: 'id' },
  /** What of it says which part of what is over is not published: named as in platform mode (bolink-protocol.md 8.1). */
  queryorders: {
    plate_number: 'id',
    union_id: 'id',
    start_time: 'number?',
    end_time: 'number?',
    page: 'number?',
    size: 'number?',
  },
  bolinkunifiedcarplat: {
    park_id: 'id',
    park_union_id: 'id?',
    amount: 'yuan-text',
    order_id: 'id',
    plate_number: 'id',
    trade_no: 'id',
    channel: 'id?',
    pay_type: 'number?',
  },
  confirmCoupon: {
    coupon_amount: 'yuan-text',
    order_id: 'id',
    plate_number: 'id',
    trade_no: 'id',
    park_union_id: 'id',
    total: 'yuan-text',
    park_id: 'id',
  },
  quercurrorder: { order_id: 'id?', plate_number: 'id?', park_id: 'id?', union_id: 'id', delay_time: 'number?' },
} as const satisfies Readonly<Record<string, Table>>

/** What we tell car owners' platforms. */
export const toOwners = {
  'in-notice': {
    address: 'text',
    area_id: 'number?',
    com_id: 'id-number',
    operate_time: 'number',
    order_id: 'id',
    park_id: 'id',
    park_name: 'text',
    park_union_id: 'id-number',
    plate_number: 'id',
    rand: 'id',
    start_time: 'number',
    time_temp: 'number',
  },
  'out-notice': {
    address: 'text',
    area_id: 'number?',
    com_id: 'id-number',
    end_time: 'number',
    money: 'yuan-text-short',
    operate_time: 'number',
    order_id: 'id',
    park_id: 'id',
    park_union_id: 'id-number',
    pay_type: 'number',
    pay_union_id: 'number?',
    plate_number: 'id',
    rand: 'id',
    time_temp: 'number',
    trade_no: 'id',
    user_id: 'id?',
  },
  'prepay-result': {
    attach: 'json?',
    com_id: 'id-number',
    order_id: 'id',
    plate_number: 'id',
    prepay_result: 'number',
    rand: 'id',
    trade_no: 'id',
    prepay: 'yuan',
    union_id: 'id-number',
  },
  'nosense-pay': {
    com_id: 'id-number',
    user_id: 'id',
    plate_number: 'id',
    in_time: 'number',
    out_time: 'number',
    order_id: 'id',
    total: 'yuan-text-short',
    service_fee: 'yuan-text-short',
    money: 'yuan-text-short',
    poundage: 'yuan-text-short',
    duration: 'number',
    free_out_time: 'number',
    trade_no: 'id',
    remark: 'text',
    state: 'number',
    rand: 'number',
  },
} as const satisfies Readonly<Record<string, Table>>
export const ownerAnswers = {
  'in-notice': { order_id: 'id', state: 'number', errmsg: 'text?' },
} as const satisfies Readonly<Record<string, Table>>

/** Where a driver's browser is sent to pay at a wallet, members in their order: money with two decimals, the plate encoded twice. */
export const thirdPayUrl = (
  address: string,
  said: {
    readonly trade_no: string
    readonly money: string
    readonly plate_number: string
    readonly callback_url: string
    readonly cancel_url: string
    readonly rand: string
    readonly sign: string
  },
): string => {
  const { trade_no, money, plate_number, ...rest } = said
  const members = Object.entries({ trade_no, money, plate_number: encodeURIComponent(plate_number), ...rest })
  return `${address}?${members.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`
}

/** What charging software says to its SDK: it never comes over the wire, but says what the software knows. */
export const sdk = {
  init: {
    union_id: 'id',
    ukey: 'id',
    park_id: 'id',
    bolink_addr: 'text',
    bport: 'number',
    local_id: 'id',
    log_show: 'number?',
    set_params: 'json?',
  },
} as const satisfies Readonly<Record<string, Table>>
