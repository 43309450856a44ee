import type { RefusalCode } from './answer.ts'
import type { Reply } from './api.ts'
import type { Order } from './book.ts'
import { type CodeRefusal, payByCode, reverseOrder } from './code-pay.ts'
import type { Knock } from './door.ts'
import type { Call } from './faults.ts'
import { checkFields, type Fields, readTime, writeTime } from './fields.ts'
import { stateOf, stateTexts } from './orders.ts'
import { refundCourse } from './refund-course.ts'
import { applyRefund } from './refunds.ts'
import { randomHex, randomText } from './sealing.ts'
import { passTime } from './time.ts'
import { micropayFields, orderqueryFields, reverseFields, v2RefundFields } from './v2-fields.ts'
import { readV2, signV2, type V2Fields, writeV2 } from './v2-wire.ts'
import type { Works } from './works.ts'

/* The older XML interfaces of code pay (wechat-pay.md 11.2). A client certificate is not asked for: that is TLS's work. */

type Said = V2Fields
type Asked = { readonly fields: V2Fields; readonly now: number }
type Route = { readonly call: Call; readonly fields: Fields; readonly act: (works: Works, asked: Asked) => Said }

const failed = (err_code: string, err_code_des: string, more: V2Fields = {}): Said => ({
  result_code: 'FAIL',
  err_code,
  err_code_des,
  ...more,
})

/** The same refusals under the names they have here. */
const v2Names: Readonly<Partial<Record<CodeRefusal['code'], string>>> = {
  NOT_ENOUGH: 'NOTENOUGH',
  ORDER_PAID: 'ORDERPAID',
  ORDER_CLOSED: 'ORDERCLOSED',
  ORDER_REVERSED: 'ORDERREVERSED',
  SYSTEM_ERROR: 'SYSTEMERROR',
}
const refusedBy = ({ code, message }: CodeRefusal, more: V2Fields = {}): Said =>
  failed(v2Names[code] ?? code, message, more)

/** Five minutes from the request (wechat-pay.md 24), less what it may have been on its way. */
const leastTimeMs = 4 * 60_000

function micropay(works: Works, { fields, now }: Asked): Said {
  const expires = fields.time_expire === undefined ? null : readV2Time(fields.time_expire)
  if (fields.time_expire !== undefined && (expires === null || expires < now + leastTimeMs))
    return failed('PARAM_ERROR', 'time_expire时间过短，刷卡至少5分钟')
  const done = payByCode(works, {
    world: works.mode,
    code: fields.auth_code ?? '',
    now,
    content: {
      ...(works.mode === 'direct'
        ? { appid: fields.appid ?? '', mchid: fields.mch_id ?? '' }
        : {
            sp_appid: fields.appid ?? '',
            sp_mchid: fields.mch_id ?? '',
            ...(fields.sub_appid === undefined ? {} : { sub_appid: fields.sub_appid }),
            sub_mchid: fields.sub_mch_id ?? '',
          }),
      description: fields.body ?? '',
      out_trade_no: fields.out_trade_no ?? '',
      ...(fields.attach === undefined ? {} : { attach: fields.attach }),
      ...(fields.profit_sharing === 'Y' ? { settle_info: { profit_sharing: true } } : {}),
      ...(fields.device_info === undefined ? {} : { scene_info: { device_id: fields.device_info } }),
      amount: { total: Number(fields.total_fee), currency: 'CNY' },
      payer: {},
    },
  })
  return 'refusal' in done ? refusedBy(done.refusal) : { result_code: 'SUCCESS', ...describePaid(done.order) }
}

function describePaid({ content, tradeNumber, paid, byCode }: Order): V2Fields {
  if (!paid) return { out_trade_no: tradeNumber, total_fee: String(content.amount.total) }
  const total = String(content.amount.total)
  return {
    openid: content.payer.openid ?? content.payer.sp_openid ?? '',
    is_subscribe: 'N',
    trade_type: byCode ? 'MICROPAY' : 'JSAPI',
    bank_type: paid.bankType,
    fee_type: 'CNY',
    total_fee: total,
    settlement_total_fee: total,
    cash_fee: total,
    cash_fee_type: 'CNY',
    coupon_fee: '0',
    transaction_id: paid.transactionId,
    out_trade_no: tradeNumber,
    attach: content.attach ?? '',
    time_end: writeTime(paid.at).replace(/\D/g, '').slice(0, 14),
  }
}

/** By either number, and of the merchant who asks. */
function find({ book }: Works, fields: V2Fields): Order | undefined {
  const order =
    fields.transaction_id === undefined
      ? book.get('order', fields.out_trade_no ?? '')
      : book.orderOfTransaction(fields.transaction_id)
  return order?.content.sub_mchid === fields.sub_mch_id ? order : undefined
}
const noNumber = (fields: V2Fields): Said | null =>
  fields.transaction_id === undefined && fields.out_trade_no === undefined
    ? failed('LACK_PARAMS', '缺少参数：transaction_id或out_trade_no')
    : null

function orderquery(works: Works, { fields, now }: Asked): Said {
  const order = find(works, fields)
  if (!order) return noNumber(fields) ?? failed('ORDERNOTEXIST', '订单不存在')
  const state = stateOf(works.book, order, now)
  return {
    result_code: 'SUCCESS',
    trade_state: state,
    trade_state_desc: stateTexts[state],
    ...describePaid(order),
  }
}

function reverse(works: Works, { fields, now }: Asked): Said {
  const missing = noNumber(fields)
  if (missing) return missing
  if (works.faults.take('reverse-again')) return failed('SYSTEMERROR', '系统超时', { recall: 'Y' })
  const done = reverseOrder(works, find(works, fields), now)
  if ('refusal' in done) return refusedBy(done.refusal, { recall: 'N' })
  if (works.faults.take('error-after-reverse')) return failed('SYSTEMERROR', '系统超时', { recall: 'Y' })
  return { result_code: 'SUCCESS', recall: 'N' }
}

/** The refund of 12.1 in other words. */
function refund(works: Works, { fields, now }: Asked): Said {
  const missing = noNumber(fields)
  if (missing) return missing
  const body = {
    ...(fields.sub_mch_id === undefined ? {} : { sub_mchid: fields.sub_mch_id }),
    ...(fields.transaction_id === undefined
      ? { out_trade_no: fields.out_trade_no }
      : { transaction_id: fields.transaction_id }),
    out_refund_no: fields.out_refund_no,
    ...(fields.refund_desc === undefined ? {} : { reason: fields.refund_desc }),
    ...(fields.notify_url === undefined ? {} : { notify_url: fields.notify_url }),
    amount: { refund: Number(fields.refund_fee), total: Number(fields.total_fee), currency: 'CNY' },
  }
  const answer = applyRefund(works, body, now, () => refundCourse(works), 'v2')
  if (answer.status >= 300) {
    const { code, message } = answer.body as { readonly code: RefusalCode; readonly message: string }
    return failed(
      code === 'NOT_ENOUGH' ? 'NOTENOUGH' : code === 'RESOURCE_NOT_EXISTS' ? 'ORDERNOTEXIST' : code,
      message,
    )
  }
  if (works.faults.take('error-after-refund')) return failed('SYSTEMERROR', '系统超时')
  const said = answer.body as Readonly<Record<string, string>>
  return {
    result_code: 'SUCCESS',
    transaction_id: said.transaction_id ?? '',
    out_trade_no: said.out_trade_no ?? '',
    out_refund_no: said.out_refund_no ?? '',
    refund_id: said.refund_id ?? '',
    refund_fee: fields.refund_fee ?? '',
    total_fee: fields.total_fee ?? '',
    cash_fee: fields.total_fee ?? '',
  }
}

export const v2Routes: Readonly<Record<string, Route>> = {
  '/pay/micropay': { call: 'code-pay', fields: micropayFields, act: micropay },
  '/pay/orderquery': { call: 'query', fields: orderqueryFields, act: orderquery },
  '/secapi/pay/reverse': { call: 'reverse', fields: reverseFields, act: reverse },
  '/secapi/pay/refund': { call: 'refund', fields: v2RefundFields, act: refund },
}

/** One request of the older interfaces: its bytes, its sign, its fields, the call, what is to go wrong, the sign over it. */
export function answerV2(works: Works, path: string, knock: Knock): Reply {
  const now = works.clock.now()
  passTime(works, now)
  const route = v2Routes[path]
  if (!route) return write({ return_code: 'FAIL', return_msg: '请求的接口不存在' })
  if (knock.method !== 'POST') return write({ return_code: 'FAIL', return_msg: 'REQUIRE_POST_METHOD' })
  const fields = readV2(knock.body)
  if (typeof fields === 'string') return write({ return_code: 'FAIL', return_msg: fields })
  const type = fields.sign_type ?? 'MD5'
  if (fields.mch_id !== works.account().mchid) return write({ return_code: 'FAIL', return_msg: 'MCHID_NOT_EXIST' })
  if (works.codePay !== 'v2') return write({ return_code: 'FAIL', return_msg: '商户号该产品权限未开通' })
  if (signV2(fields, works.account().apiV2Key, type) !== fields.sign)
    return write({ return_code: 'FAIL', return_msg: '签名错误' })
  const { faults } = works
  if (faults.take('answer-5xx', route.call)) return badGateway
  const said =
    befallen(works, route.call) ?? checkShape(works, route, fields) ?? afterwards(works, route, { fields, now })
  const slow = faults.take('answer-slow', route.call)
  const whole: V2Fields = {
    return_code: 'SUCCESS',
    return_msg: 'OK',
    ...whoseOf(fields),
    nonce_str: randomText(16),
    ...said,
  }
  const wrong = faults.take('answer-wrong-signature', route.call) ?? faults.take('answer-probe', route.call)
  const sign = wrong ? randomHex(64) : signV2(whole, works.account().apiV2Key, type)
  return write(
    { ...whole, sign },
    { waitMs: slow ? (slow.ms ?? 5_000) : 0, cut: faults.take('answer-cut', route.call) !== null },
  )
}

function befallen({ faults }: Works, call: Call): Said | null {
  if (faults.take('system-error', call)) return failed('SYSTEMERROR', '系统超时')
  return faults.take('frequency-limited', call) ? failed('FREQUENCY_LIMITED', '频率超限') : null
}

function afterwards(works: Works, { call, act }: Route, asked: Asked): Said {
  const said = act(works, asked)
  const isDone = call === 'code-pay' && said.result_code === 'SUCCESS'
  return isDone && works.faults.take('error-after-code-pay') ? failed('SYSTEMERROR', '系统超时') : said
}

/** Fields first, then who asks for whom. */
function checkShape(works: Works, { fields: rules }: Route, fields: V2Fields): Said | null {
  const refusal = checkFields(rules, { ...fields }, 'body')
  if (refusal) {
    const { field, value } = refusal.body.detail as { readonly field: string; readonly value: string }
    const isMissing = value === '' && fields[field.slice(1)] === undefined
    return failed(isMissing ? 'LACK_PARAMS' : 'PARAM_ERROR', refusal.body.message)
  }
  const { appid, subMerchants } = works.account()
  if (fields.appid !== appid) return failed('APPID_MCHID_NOT_MATCH', 'appid和mch_id不匹配')
  if (works.mode === 'direct')
    return fields.sub_mch_id === undefined ? null : failed('PARAM_ERROR', '普通商户不能传sub_mch_id')
  if (fields.sub_mch_id === undefined) return failed('LACK_PARAMS', '缺少参数：sub_mch_id')
  const sub = subMerchants.find(({ mchid }) => mchid === fields.sub_mch_id)
  if (!sub) return failed('PARAM_ERROR', '服务商与子商户没有受理关系')
  if (fields.sub_appid !== undefined && fields.sub_appid !== sub.appid)
    return failed('APPID_MCHID_NOT_MATCH', 'sub_appid和sub_mch_id不匹配')
  return null
}

const whoseOf = (fields: V2Fields): V2Fields =>
  Object.fromEntries(
    ['appid', 'mch_id', 'sub_appid', 'sub_mch_id'].flatMap((name) =>
      fields[name] === undefined ? [] : [[name, fields[name]]],
    ),
  )

const write = (fields: V2Fields, how: { waitMs?: number; cut?: boolean } = {}): Reply => ({
  status: 200,
  headers: { 'Content-Type': 'text/xml; charset=utf-8' },
  body: writeV2(fields),
  waitMs: how.waitMs ?? 0,
  cut: how.cut ?? false,
})
const badGateway: Reply = {
  status: 502,
  headers: { 'Content-Type': 'text/html' },
  body: '<html><head><title>502 Bad Gateway</title></head></html>',
  waitMs: 0,
  cut: false,
}

function readV2Time(text: string): number | null {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text)
  return parts && readTime(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}:${parts[6]}+08:00`)
}
