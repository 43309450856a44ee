import { randomInt } from 'node:crypto'
import { toYuan } from '@lanepay/domain/money.ts'
import type { Fen, Instant } from '@lanepay/domain/types.ts'
import { beijing } from './beijing.ts'
import { type Biz, isObject, required, requiredYuan, text, wrong, yuan } from './fields.ts'
import { balanceOf } from './flows.ts'
import { type Call, type Method, type Said, tradeOf } from './methods.ts'
import type { Works } from './money.ts'
import { refuseTrade } from './refusal.ts'
import { relationOf } from './relation-methods.ts'
import { distributableFen, frozenFen, type Settlement, type Share, stateOf } from './shares.ts'
import type { Trade } from './trade.ts'

/* `alipay.trade.order.settle` and the questions about it (alipay.md 9.2). */

const limits = { sync: { requests: 50, receivers: 5 }, async: { requests: 300, receivers: 50 } } as const
/** How long Alipay takes over what it does not answer at once. */
const asyncTakesMs = 2_000

type Asked = {
  readonly shares: readonly Share[]
  readonly mode: Settlement['mode']
  readonly unfreezes: Settlement['unfreezes']
}

const settle: Method = (works, call) => {
  const { book, clock } = works
  const now = clock.now()
  const outRequestNo = required(call.biz, 'out_request_no', 64)
  required(call.biz, 'trade_no', 64)
  const trade = tradeOf(works, call)
  const { trade_no, royalty_parameters, royalty_mode, extend_params } = call.biz
  const content = JSON.stringify({ trade_no, royalty_parameters, royalty_mode, extend_params })
  const known = settlementOf(works, call.caller.pid, trade.tradeNo, outRequestNo)
  if (known && known.content !== content) return refuseTrade('DISCORDANT_REPEAT_REQUEST', '重复请求参数不一致')
  if (known) return { trade_no: trade.tradeNo, settle_no: known.settleNo }
  const asked = readAsked(works, call, trade)
  checkTrade(works, trade, asked)
  const settlement: Settlement = {
    settleNo: newSettleNo(works),
    outRequestNo,
    tradeNo: trade.tradeNo,
    pid: call.caller.pid,
    content,
    at: now,
    ...asked,
  }
  book.keepSettlement(settlement)
  if (works.faults.take('error-after-settle')) return refuseTrade('SYSTEM_ERROR', '系统繁忙')
  return { trade_no: trade.tradeNo, settle_no: settlement.settleNo }
}

const settlementOf = ({ book }: Works, pid: string, tradeNo: string, outRequestNo: string): Settlement | undefined =>
  book.settled({ tradeNo }).find((one) => one.pid === pid && one.outRequestNo === outRequestNo)

function readAsked(works: Works, call: Call, trade: Trade): Asked {
  const { biz } = call
  const mode = text(biz, 'royalty_mode', 64) ?? 'sync'
  if (mode !== 'sync' && mode !== 'async') return wrong('royalty_mode', '取值为 sync 或 async')
  const unfreezes = unfreezing(biz)
  const list = biz.royalty_parameters ?? []
  if (!Array.isArray(list)) return wrong('royalty_parameters', '必须是数组')
  if (list.length === 0 && unfreezes === 0) return wrong('royalty_parameters', '不能为空')
  if (list.length > limits[mode].receivers) return wrong('royalty_parameters', `不能超过${limits[mode].receivers}个`)
  const doneAt = end(works, mode)
  const shares = list.map((one: unknown) => {
    if (!isObject(one)) return wrong('royalty_parameters', '元素必须是对象')
    return { ...readShare(works, call, trade, one), ...doneAt }
  })
  return { mode, unfreezes, shares }
}

function unfreezing(biz: Biz): Settlement['unfreezes'] {
  const extend = biz.extend_params ?? {}
  if (!isObject(extend)) return wrong('extend_params', '必须是对象')
  const finish = text(extend, 'royalty_finish', 5)
  const part = yuan(extend, 'royalty_finish_amount')
  if (finish !== 'true') return part === null ? (0 as Fen) : wrong('royalty_finish', '必须为 true')
  return part ?? 'all'
}

type End = Pick<Share, 'doneAt' | 'failed'>

function end({ clock, faults }: Works, mode: Asked['mode']): End {
  const now = clock.now()
  if (mode === 'sync') return { doneAt: now, failed: null }
  const later = (ms: number) => (now + ms) as Instant
  const fails = faults.take('settle-then-fails')
  if (fails) {
    const failed = { code: 'ROYALTY_RECEIVER_ACCOUNT_NOT_CERTIFY', description: '收款方账户未实名认证' }
    return { doneAt: later(fails.ms ?? 10_000), failed }
  }
  const waits = faults.take('settle-waits')
  if (waits) return { doneAt: waits.ms === undefined ? null : later(waits.ms), failed: null }
  return { doneAt: later(asyncTakesMs), failed: null }
}

function readShare(works: Works, { caller }: Call, trade: Trade, biz: Biz): Omit<Share, 'doneAt' | 'failed'> {
  const kind = text(biz, 'royalty_type', 32) ?? 'transfer'
  if (kind !== 'transfer' && kind !== 'replenish') return wrong('royalty_type', '取值为 transfer 或 replenish')
  const out = text(biz, 'trans_out', 28)
  if (out !== null && out !== trade.sellerId) return refuseTrade('MUST_ALLOC_FROM_ROOT_ACCOUNT', '必须从收款账户分出')
  const type = required(biz, 'trans_in_type', 64)
  if (type === 'cardAliasNo') return refuseTrade('SETTLE_TO_CARD_NOT_SUPPORT', '不支持分账到卡')
  const transIn = required(biz, 'trans_in', 28)
  const relation = relationOf(works, caller.pid, type, transIn)
  if (!relation) return refuseTrade('ROYALTY_RECEIVER_INVALID', '分账收款方非法，未绑定分账关系')
  if (relation.userId === trade.sellerId) return refuseTrade('ROYALTY_ACCOUNTS_EQUAL', '分账收付款方相同')
  const name = text(biz, 'trans_in_name', 64)
  const person = works.book.people.get(relation.userId)
  if (name !== null && person && person.name !== name)
    return refuseTrade('ROYALTY_ACCOUNT_NAME_NOT_MATCH', '分账收款方姓名不匹配')
  text(biz, 'desc', 1_000)
  return {
    detailId: newNumber(works.clock.now()),
    kind,
    transInType: relation.type,
    transIn,
    userId: relation.userId,
    amountFen: amountOf(biz, trade),
  }
}

function amountOf(biz: Biz, trade: Trade): Fen {
  const percent = biz.amount_percentage
  if (percent === undefined) return requiredYuan(biz, 'amount')
  if (typeof percent !== 'number' || !Number.isInteger(percent) || percent < 1 || percent > 100)
    return wrong('amount_percentage', '取值为 1 到 100 的整数')
  return Math.floor((trade.totalFen * percent) / 100) as Fen
}

function checkTrade({ book, clock }: Works, trade: Trade, asked: Asked): void {
  const now = clock.now()
  const before = book.settled(trade)
  if (trade.state !== 'paid') refuseTrade('TRADE_STATUS_ERROR', '交易状态不合法')
  if (before.some(({ unfreezes }) => unfreezes === 'all')) refuseTrade('ALREADY_FINISH_ALLOC', '分账已完结')
  // There is no code for it that anybody wrote down (assumed).
  if (before.filter(({ mode }) => mode === asked.mode).length >= limits[asked.mode].requests)
    wrong('out_request_no', `单笔交易分账次数不能超过${limits[asked.mode].requests}`)
  const total = asked.shares.reduce((sum, { amountFen }) => sum + amountFen, 0)
  if (total > distributableFen(trade, before, now)) refuseTrade('ALLOC_AMOUNT_VALIDATE_ERROR', '分账金额超过可分账余额')
  const { availableFen } = balanceOf(book, trade.sellerId, now)
  if (total > availableFen + frozenFen(trade, before, now))
    refuseTrade('TXN_RESULT_ACCOUNT_BALANCE_NOT_ENOUGH', '付款账户余额不足')
}

const settleQuery: Method = (works, call) => {
  const settleNo = text(call.biz, 'settle_no', 64)
  const found =
    settleNo === null
      ? settlementOf(
          works,
          call.caller.pid,
          required(call.biz, 'trade_no', 64),
          required(call.biz, 'out_request_no', 64),
        )
      : works.book.settlements.get(settleNo)
  // What the real side says of a number it never heard is not written down (assumed).
  if (!found || found.pid !== call.caller.pid) return refuseTrade('TRADE_NOT_EXIST', '分账请求不存在')
  const trade = works.book.byTradeNo(found.tradeNo, works.clock.now())
  return {
    out_request_no: found.outRequestNo,
    operation_dt: beijing(found.at),
    royalty_detail_list: found.shares.map((share) => shareSaid(share, trade?.sellerId ?? '', works.clock.now())),
  }
}

function shareSaid(share: Share, sellerId: string, now: Instant): Said {
  const state = stateOf(share, now)
  return {
    operation_type: share.kind,
    state,
    amount: toYuan(share.amountFen),
    trans_in: share.transIn,
    trans_in_type: share.transInType,
    ...(share.transInType === 'openId' ? { trans_in_open_id: share.transIn } : {}),
    trans_out: sellerId,
    trans_out_type: 'userId',
    detail_id: share.detailId,
    ...(state !== 'PROCESSING' && share.doneAt !== null ? { execute_dt: beijing(share.doneAt) } : {}),
    ...(state === 'FAIL' ? { error_code: share.failed?.code, error_desc: share.failed?.description } : {}),
  }
}

const onSettleQuery: Method = (works, call) => {
  required(call.biz, 'trade_no', 64)
  const trade = tradeOf(works, call)
  return { unsettled_amount: toYuan(distributableFen(trade, works.book.settled(trade), works.clock.now())) }
}

const newNumber = (now: Instant): string => {
  const digits = Array.from({ length: 18 }, () => randomInt(10)).join('')
  return `${beijing(now).replaceAll(/\D/g, '')}${digits}`
}

const newSettleNo = (works: Works): string => {
  const number = newNumber(works.clock.now())
  return works.book.settlements.get(number) ? newSettleNo(works) : number
}

export const settleMethods: Readonly<Record<string, Method>> = {
  'alipay.trade.order.settle': settle,
  'alipay.trade.order.settle.query': settleQuery,
  'alipay.trade.order.onsettle.query': onSettleQuery,
}
