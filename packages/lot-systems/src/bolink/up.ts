import type { Table } from './fields.ts'

/* What a lot sends of itself (bolink-protocol.md 2.3, 4, 7). Required is what we cannot do without; tables say more. */

const period = { begin_time: 'number', end_time: 'number', page_number: 'number?' } as const

export const up = {
  login: { union_id: 'id', park_id: 'id', local_id: 'id?' },
  in_park: {
    car_number: 'id',
    in_time: 'number',
    order_id: 'id',
    empty_plot: 'number?',
    uid: 'id?',
    in_channel_id: 'id?',
    park_id: 'id?',
    car_type: 'text?',
    c_type: 'text?',
    license_color: 'number?',
    car_cost_type: 'number?',
  },
  out_park: {
    car_number: 'id',
    in_time: 'number',
    out_time: 'number',
    order_id: 'id',
    empty_plot: 'number?',
    pay_type: 'id',
    auth_code: 'id?',
    total: 'yuan-text',
    amount_receivable: 'yuan-text?',
    electronic_prepay: 'yuan-text?',
    electronic_pay: 'yuan-text?',
    cash_prepay: 'yuan-text?',
    cash_pay: 'yuan-text?',
    reduce_amount: 'yuan-text?',
    in_channel_id: 'id?',
    out_channel_id: 'id?',
    license_color: 'number?',
    out_uid: 'id?',
  },
  /** Left first, pays later. */
  laterpay_order_upload: {
    order_id: 'id',
    car_number: 'id',
    in_channel_id: 'id?',
    in_time: 'number',
    out_channel_id: 'id?',
    end_time: 'number',
    amount_receivable: 'yuan-text?',
    price: 'yuan-text',
    uuid: 'id',
    license_color: 'number?',
  },
  query_escape: { car_number: 'id', park_id: 'id', union_id: 'id' },
  code_url: { type: 'number', channel_id: 'id?', change: 'number?' },
  query_order: { order_id: 'id', time_temp: 'number', car_number: 'id?', pay_type: 'id?', pay_scene: 'id?' },
  query_inpark: { car_number: 'id', query_time: 'number' },
  query_blpay: period,
  check_account: { ...period, type: 'number?' },
  query_park_dailyorder: { start_time: 'number?', end_time: 'number?' },
  work_record: { uuid: 'id', user_id: 'id', state: 'number', start_time: 'number?', end_time: 'number?' },
  upload_liftrod: {
    liftrod_id: 'id',
    operate: 'number',
    channel_id: 'id',
    user_id: 'id',
    reason: 'text?',
    car_number: 'id?',
    order_id: 'id?',
    create_time: 'number?',
  },
  upload_collector: { user_id: 'id', name: 'text', operate_type: 'number', create_time: 'number?' },
  upload_gate: { channel_id: 'id', passname: 'text', passtype: 'number', operate_type: 'number', device_no: 'id?' },
  upload_duration_info: { car_number: 'id', order_id: 'id', start_charge_seq: 'id', out_time: 'number' },
} as const satisfies Readonly<Record<string, Table>>

/** Newer deployments drop the underscore of two services (bolink-protocol.md 2.1); both are meant, and echoed as received. */
export const spelling = { inpark: 'in_park' } as const

/** What a lot answers to what went down (bolink-protocol.md 2.6, 5). */
export const answers = {
  query_price: {
    state: 'number',
    errmsg: 'text?',
    park_id: 'id?',
    order_id: 'id?',
    price: 'yuan-text?',
    total: 'yuan-text?',
    duration: 'number?',
    free_out_time: 'number?',
    query_time: 'number?',
    query_order_no: 'id?',
    in_time: 'number?',
    car_number: 'id?',
  },
  prepay_order: { state: 'number', order_id: 'id', prepay: 'yuan-text', errmsg: 'text?' },
  nolicence_in_park: { state: 'number', errmsg: 'text?', car_number: 'id', timetemp: 'number?' },
  outpark: { state: 'number', order_id: 'id', trade_no: 'id', errmsg: 'text?' },
  refund: { state: 'number', trade_no: 'id', errmsg: 'text?' },
  escape_order: { state: 'number', trade_no: 'id', errmsg: 'text?' },
  operate_liftrod: {
    state: 'number',
    channel_id: 'id',
    operate: 'number',
    liftrod_id: 'id?',
    errmsg: 'text?',
  },
  white_list_sync: { state: 'number', car_number: 'id', operate_type: 'number', errmsg: 'text?' },
  prepay_card_sync: { state: 'number', card_id: 'id', operate_type: 'number', errmsg: 'text?' },
} as const satisfies Readonly<Record<string, Table>>
