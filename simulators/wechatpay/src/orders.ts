import type { Account } from './account.ts'
import { type Answer, answered, badField, doneSilently, numbers, refused } from './answer.ts'
import type { Book, Order, OrderContent } from './book.ts'
import { checkFields, readTime, writeTime } from './fields.ts'
import { askFields, orderFields, tradeNumberRule } from './order-fields.ts'
import { randomHex } from './sealing.ts'

/** What the pages of the API work on. */
export type World = {
  readonly book: Book
  /** Answers with the account as it is now: keys rotate, sub-merchants join. */
  readonly account: () => Account
  readonly mode: 'direct' | 'partner'
}

const sevenDaysMs = 7 * 86_400_000
export const prepayLivesMs = 2 * 3_600_000

/** What the order counts as at this instant (wechat-pay.md 9.3). */
export function stateOf(book: Book, order: Order, now: number): Order['state'] | 'REFUND' {
  if (order.state === 'SUCCESS') {
    return book.refundsOf(order.tradeNumber).some(({ status }) => status !== 'CLOSED') ? 'REFUND' : 'SUCCESS'
  }
  return order.state === 'NOTPAY' && now >= order.expiresAt ? 'CLOSED' : order.state
}

/** The appid under whose openid the order was made: the page that pays must be of the same account. */
export function payingAccount(content: OrderContent): { readonly appid: string; readonly openid: string } {
  const { payer } = content
  if (payer.sub_openid !== undefined) return { appid: content.sub_appid!, openid: payer.sub_openid }
  return { appid: content.sp_appid ?? content.appid!, openid: payer.sp_openid ?? payer.openid! }
}

/** The caller speaks in a world it has no right in: partner calls by a direct merchant, or the reverse. */
export function wrongWorld(world: World, called: 'direct' | 'partner'): Answer | null {
  return world.mode === called ? null : refused('NO_AUTH', '商户号该产品权限未开通，请前往商户平台>产品中心检查后重试')
}

/** Own number, and in partner mode a sub-merchant of ours: the rules of wechat-pay.md 1. */
export function checkMerchants(world: World, given: Record<string, unknown>, place: 'body' | 'query'): Answer | null {
  const { mchid: own, subMerchants } = world.account()
  const field = world.mode === 'direct' ? 'mchid' : 'sp_mchid'
  if (given[field] !== undefined && given[field] !== own) {
    return badField(place, `/${field}`, given[field], '商户号与签名商户号不一致')
  }
  if (world.mode === 'direct') return null
  const sub = given.sub_mchid
  if (sub === undefined) return badField(place, '/sub_mchid', sub, '子商户号未传', { number: numbers.subMchidMissing })
  if (sub === own) {
    return refused('INVALID_REQUEST', '子商户号与服务商商户号不能相同', { number: numbers.subMchidIsOwn })
  }
  if (!subMerchants.some(({ mchid }) => mchid === sub)) {
    return refused('INVALID_REQUEST', '服务商与子商户没有受理关系', { number: numbers.noPartnerRelation })
  }
  return null
}

/** `POST /v3/pay[/partner]/transactions/jsapi`: a fresh handle on a new or an identical order (wechat-pay.md 8). */
export function createOrder(world: World, called: 'direct' | 'partner', body: unknown, now: number): Answer {
  const shape =
    wrongWorld(world, called) ??
    missingNumbers(called, body) ??
    checkFields(orderFields[called], body, 'body') ??
    checkMerchants(world, body as Record<string, unknown>, 'body')
  if (shape) return shape
  const content = body as OrderContent
  const { book } = world
  const known = book.get('order', content.out_trade_no)
  if (known) {
    // A number is unique over all sub-merchants of a service provider (wechat-pay.md 1).
    if (known.byCode || known.content.sub_mchid !== content.sub_mchid)
      return refused('OUT_TRADE_NO_USED', '商户订单号重复')
    const state = stateOf(book, known, now)
    if (state === 'SUCCESS' || state === 'REFUND') {
      return refused('ORDER_PAID', '该订单已支付', { number: numbers.alreadyPaid })
    }
    if (state === 'CLOSED') return refused('ORDER_CLOSED', '该订单已关闭', { number: numbers.orderExpired })
    if (canonical(known.content) !== canonical(content)) {
      return refused('INVALID_REQUEST', '请求重入时，参数与首次请求时不一致', { number: numbers.otherContent })
    }
  } else {
    const refusal = checkAccounts(world, content) ?? checkDeadline(content, now)
    if (refusal) return refusal
    book.put('order', content.out_trade_no, {
      tradeNumber: content.out_trade_no,
      world: called,
      content,
      createdAt: now,
      expiresAt: content.time_expire === undefined ? now + sevenDaysMs : readTime(content.time_expire)!,
      state: 'NOTPAY',
    })
  }
  const stamp = writeTime(now).replace(/\D/g, '').slice(0, 14)
  const id = `wx${stamp}${randomHex(20).toLowerCase()}`
  book.put('prepay', id, { id, tradeNumber: content.out_trade_no, at: now })
  return answered({ prepay_id: id })
}

/** Two absences have numbers of their own (wechat-pay.md 22.3). */
function missingNumbers(called: 'direct' | 'partner', body: unknown): Answer | null {
  if (body === null || typeof body !== 'object') return null
  const given = body as { sub_mchid?: unknown; payer?: unknown }
  if (called === 'partner' && given.sub_mchid === undefined) {
    return badField('body', '/sub_mchid', '', '此字段为必填项', { label: '子商户号', number: numbers.subMchidMissing })
  }
  const payer = given.payer
  if (payer !== null && typeof payer === 'object' && !Array.isArray(payer) && Object.keys(payer).length === 0) {
    const field = called === 'direct' ? '/payer/openid' : '/payer/sp_openid'
    return badField('body', field, '', '必填性规则校验失败，此字段为必填项', {
      label: '用户标识',
      number: numbers.openidMissing,
    })
  }
  return null
}

function checkAccounts(world: World, content: OrderContent): Answer | null {
  const account = world.account()
  const { payer } = content
  if ((content.sp_appid ?? content.appid) !== account.appid) {
    return refused('APPID_MCHID_NOT_MATCH', '商户号和appid不匹配，请检查后再试', { number: numbers.appidNotBound })
  }
  if (payer.sp_openid !== undefined && payer.sub_openid !== undefined) {
    return badField('body', '/payer', payer, 'sp_openid与sub_openid二选一')
  }
  if (payer.sub_openid !== undefined && content.sub_appid === undefined) {
    return badField('body', '/sub_appid', '', '传sub_openid时，sub_appid必填', { label: '子商户应用ID' })
  }
  const sub = account.subMerchants.find(({ mchid }) => mchid === content.sub_mchid)
  if (content.sub_appid !== undefined && content.sub_appid !== sub?.appid) {
    return refused('APPID_MCHID_NOT_MATCH', '子商户号和sub_appid不匹配，请检查后再试', {
      number: numbers.appidNotBound,
    })
  }
  const { appid, openid } = payingAccount(content)
  if (world.book.get('openid', openid)?.appid !== appid) {
    return refused('PARAM_ERROR', 'appid和openid不匹配', {
      detail: { field: '/payer', value: openid, issue: 'appid和openid不匹配', location: 'body' },
    })
  }
  return null
}

function checkDeadline(content: OrderContent, now: number): Answer | null {
  if (content.time_expire === undefined || readTime(content.time_expire)! > now) return null
  return badField('body', '/time_expire', content.time_expire, '交易结束时间不能早于当前时间', {
    label: '交易结束时间',
  })
}

/** The same content in whatever order its keys came. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

export const stateTexts = {
  NOTPAY: '订单未支付',
  USERPAYING: '需要用户输入支付密码',
  PAYERROR: '支付失败',
  REVOKED: '订单已撤销',
  SUCCESS: '支付成功',
  CLOSED: '订单已关闭',
  REFUND: '订单发生过退款',
} as const

/** wechat-pay.md 9.2: the answer of the query and the plaintext of the notification. */
export function describeOrder(book: Book, order: Order, now: number): Record<string, unknown> {
  const { content, paid } = order
  const state = stateOf(book, order, now)
  const numbersOf = ['appid', 'mchid', 'sp_appid', 'sp_mchid', 'sub_appid', 'sub_mchid'] as const
  const whose = Object.fromEntries(
    numbersOf.flatMap((name) => (content[name] === undefined ? [] : [[name, content[name]]])),
  )
  const shared = {
    ...whose,
    out_trade_no: order.tradeNumber,
    trade_state: state,
    trade_state_desc: stateTexts[state],
    attach: content.attach ?? '',
    promotion_detail: [],
    ...(content.scene_info?.device_id === undefined ? {} : { scene_info: { device_id: content.scene_info.device_id } }),
  }
  if (!paid || state === 'REVOKED')
    return { ...shared, amount: { total: content.amount.total, currency: 'CNY' }, payer: {} }
  return {
    ...shared,
    transaction_id: paid.transactionId,
    trade_type: order.byCode ? 'MICROPAY' : 'JSAPI',
    bank_type: paid.bankType,
    success_time: writeTime(paid.at),
    payer: content.payer,
    amount: {
      total: content.amount.total,
      payer_total: content.amount.total,
      currency: 'CNY',
      payer_currency: 'CNY',
    },
  }
}

/** The order if it exists and is of this merchant, else the refusal that says so. */
export function findOrder(
  world: World,
  called: 'direct' | 'partner',
  order: Order | undefined,
  given: Record<string, unknown>,
  place: 'body' | 'query',
): Order | { readonly refusal: Answer } {
  const shape =
    wrongWorld(world, called) ?? checkFields(askFields[called], given, place) ?? checkMerchants(world, given, place)
  if (shape) return { refusal: shape }
  if (!order) return { refusal: refused('ORDER_NOT_EXIST', '订单不存在', { number: numbers.orderUnknown }) }
  if (order.content.sub_mchid !== given.sub_mchid) {
    return { refusal: refused('ORDER_NOT_EXIST', '订单不存在', { number: numbers.notThisSubMerchants }) }
  }
  return order
}

export const badTradeNumber = (number: string): Answer | null =>
  number.length < 6 || number.length > 32 || tradeNumberRule(number) !== null
    ? badField('path', '/out_trade_no', number, '商户订单号格式不正确', { label: '商户订单号' })
    : null

/** `GET .../transactions/out-trade-no/{number}` */
export function queryByTradeNumber(
  world: World,
  called: 'direct' | 'partner',
  number: string,
  query: Record<string, unknown>,
  now: number,
): Answer {
  const bad = badTradeNumber(number)
  if (bad) return bad
  const found = findOrder(world, called, world.book.get('order', number), query, 'query')
  return 'refusal' in found ? found.refusal : answered(describeOrder(world.book, found, now))
}

/** `GET .../transactions/id/{transaction_id}`: paid orders only, others have no such number yet. */
export function queryByTransaction(
  world: World,
  called: 'direct' | 'partner',
  transactionId: string,
  query: Record<string, unknown>,
  now: number,
): Answer {
  const found = findOrder(world, called, world.book.orderOfTransaction(transactionId), query, 'query')
  return 'refusal' in found ? found.refusal : answered(describeOrder(world.book, found, now))
}

/** `POST .../out-trade-no/{number}/close`; may be repeated, refused once paid (wechat-pay.md 9.5). */
export function closeOrder(
  world: World,
  called: 'direct' | 'partner',
  number: string,
  body: unknown,
  now: number,
): Answer {
  const bad = badTradeNumber(number)
  if (bad) return bad
  if (body === null || typeof body !== 'object' || Array.isArray(body)) {
    return badField('body', '/', body, '数据类型不正确，应为对象')
  }
  const found = findOrder(world, called, world.book.get('order', number), body as Record<string, unknown>, 'body')
  if ('refusal' in found) return found.refusal
  if (found.byCode)
    return refused('INVALID_REQUEST', '付款码支付订单不能关单，请使用撤销接口', { number: numbers.reverseInstead })
  const state = stateOf(world.book, found, now)
  if (state === 'SUCCESS' || state === 'REFUND') {
    return refused('ORDER_PAID', '该订单已支付，不能关闭', { number: numbers.alreadyPaid })
  }
  if (state === 'NOTPAY') world.book.put('order', number, { ...found, state: 'CLOSED', closedAt: now })
  return doneSilently
}
