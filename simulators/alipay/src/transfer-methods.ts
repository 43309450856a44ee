import { randomInt } from 'node:crypto'
import { toYuan } from '@lanepay/domain/money.ts'
import type { Fen, Instant } from '@lanepay/domain/types.ts'
import { beijing } from './beijing.ts'
import { type Biz, isObject, required, requiredYuan, text, wrong } from './fields.ts'
import { balanceOf } from './flows.ts'
import type { Call, Method, Said } from './methods.ts'
import type { Works } from './money.ts'
import { findAccount } from './people.ts'
import { refuseBusiness, refuseCall, withoutPrefix } from './refusal.ts'
import { type Payee, type Step, stepAt, type Transfer } from './transfers.ts'

/* `alipay.fund.trans.uni.transfer` and what asks after it (alipay.md 10.4). */

const leastFen = 10
/** How long a bank takes over a payout to a card. An Alipay account has it at once. */
const bankTakesMs = 5_000

const transfer: Method = (works, call) =>
  withoutPrefix(() => {
    demandCertificates(call)
    const { biz, caller } = call
    const outBizNo = required(biz, 'out_biz_no', 64)
    const amountFen = requiredYuan(biz, 'trans_amount')
    if (amountFen < leastFen) return wrong('trans_amount', '不能小于0.10')
    const productCode = product(biz)
    if (required(biz, 'biz_scene', 64) !== 'DIRECT_TRANSFER') return wrong('biz_scene', '取值为 DIRECT_TRANSFER')
    const title = required(biz, 'order_title', 128)
    const remark = text(biz, 'remark', 200)
    const content = JSON.stringify(sameAgain.map((field) => biz[field] ?? null))
    const known = works.book.transferOf(caller.pid, outBizNo)
    if (known && known.content !== content)
      return refuseBusiness('PAYMENT_INFO_INCONSISTENCY', '两次请求业务参数不一致')
    if (known) return shown(known, works.clock.now())
    const payee = readPayee(works, call, productCode)
    if (balanceOf(works.book, caller.pid, works.clock.now()).availableFen < amountFen)
      return refuseBusiness('PAYER_BALANCE_NOT_ENOUGH', '付款方余额不足')
    const now = works.clock.now()
    const made: Transfer = {
      orderId: newNumber(works, '11007'),
      payFundOrderId: newNumber(works, '11001'),
      outBizNo,
      pid: caller.pid,
      productCode,
      bizScene: 'DIRECT_TRANSFER',
      title,
      remark,
      amountFen,
      payee,
      content,
      at: now,
      steps: stepsOf(works, productCode, now),
    }
    works.book.keepTransfer(made)
    if (works.faults.take('error-after-transfer')) return refuseBusiness('SYSTEM_ERROR', '系统繁忙')
    return shown(made, now)
  })

const sameAgain = ['trans_amount', 'product_code', 'biz_scene', 'order_title', 'payee_info', 'remark'] as const

/** Payouts are for applications in certificate mode only (alipay.md 2.7). */
function demandCertificates({ params }: Call): void {
  if (!params.app_cert_sn) refuseCall('isv.missing-app-cert-sn', '缺少应用公钥证书序列号')
}

function product(biz: Biz): Transfer['productCode'] {
  const code = required(biz, 'product_code', 64)
  return code === 'TRANS_ACCOUNT_NO_PWD' || code === 'TRANS_BANKCARD_NO_PWD'
    ? code
    : refuseBusiness('PRODUCT_NOT_SIGN', '产品未签约')
}

const accountTypes = {
  ALIPAY_USER_ID: 'userId',
  ALIPAY_LOGON_ID: 'loginName',
  ALIPAY_OPEN_ID: 'openId',
} as const

function readPayee({ book, house }: Works, { biz, caller }: Call, productCode: Transfer['productCode']): Payee {
  const info = biz.payee_info
  if (!isObject(info)) return wrong('payee_info', '不能为空')
  const type = required(info, 'identity_type', 64)
  const identity = required(info, 'identity', 64)
  const name = text(info, 'name', 128)
  if (productCode === 'TRANS_BANKCARD_NO_PWD') {
    if (type !== 'BANKCARD_ACCOUNT') return wrong('identity_type', '与产品码不匹配')
    checkCard(info, identity, name)
    return { type, identity, name, userId: null }
  }
  if (!Object.hasOwn(accountTypes, type)) return wrong('identity_type', '与产品码不匹配')
  const kind = type as keyof typeof accountTypes
  if (kind === 'ALIPAY_LOGON_ID' && name === null) return wrong('name', '不能为空')
  const found = findAccount(book, house, { type: accountTypes[kind], account: identity, caller })
  if (!found || found === 'other-app') return refuseBusiness('PAYEE_NOT_EXIST', '收款账号不存在')
  if (name !== null && found.person && found.person.name !== name)
    return refuseBusiness('PAYEE_USER_INFO_ERROR', '收款方用户信息错误')
  if (found.person && !found.person.certified) return refuseBusiness('PAYEE_NOT_RELNAME_CERTIFY', '收款方未实名认证')
  if (found.userId === caller.pid) return wrong('payee_info', '收付款方不能相同')
  return { type: kind, identity, name, userId: found.userId }
}

function checkCard(info: Biz, card: string, name: string | null): undefined {
  if (name === null) wrong('name', '不能为空')
  const bank = info.bankcard_ext_info
  if (!isObject(bank)) return wrong('bankcard_ext_info', '不能为空')
  const kind = required(bank, 'account_type', 1)
  if (kind !== '1' && kind !== '2') wrong('account_type', '取值为 1 或 2')
  const inst = text(bank, 'inst_name', 64)
  // A company's account is found by its bank and branch, a person's by the card's own digits.
  if (kind === '1' && (inst === null || (text(bank, 'inst_branch_name', 64) ?? text(bank, 'bank_code', 32)) === null))
    refuseBusiness('BANKCODE_OR_BRANCHNAME_INFO_ERROR', '联行号或支行信息错误')
  if (kind === '1' ? !/^\d{8,30}$/.test(card) : !isCard(card)) refuseBusiness('INVALID_CARDNO', '无效的银行卡号')
}

/** 16 to 19 digits, the last of them right (Luhn). */
export function isCard(card: string): boolean {
  const digits = [...card].toReversed().map(Number)
  const sum = digits.reduce((total, digit, index) => {
    const doubled = index % 2 ? digit * 2 : digit
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return /^\d{16,19}$/.test(card) && sum % 10 === 0
}

const refusedByBank = { code: 'PAYEE_CARD_INFO_ERROR', reason: '收款方银行卡信息有误' } as const

function stepsOf({ faults }: Works, productCode: Transfer['productCode'], now: Instant): [Step, ...Step[]] {
  const later = (ms: number) => (now + ms) as Instant
  const dealing = { at: now, status: 'DEALING' } as const
  const fails = faults.take('transfer-fails')
  if (fails) return [dealing, { at: later(fails.ms ?? 10_000), status: 'FAIL', error: refusedByBank }]
  const waits = faults.take('transfer-waits')
  if (waits) return waits.ms === undefined ? [dealing] : [dealing, { at: later(waits.ms), status: 'SUCCESS' }]
  const arrivesAt = productCode === 'TRANS_BANKCARD_NO_PWD' ? later(bankTakesMs) : now
  const done: Step = { at: arrivesAt, status: 'SUCCESS' }
  const returned = faults.take('transfer-returned')
  const back: Step[] = returned
    ? [{ at: (arrivesAt + (returned.ms ?? 2 * 86_400_000)) as Instant, status: 'REFUND', error: refusedByBank }]
    : []
  return arrivesAt === now ? [done, ...back] : [dealing, done, ...back]
}

function shown(made: Transfer, now: Instant): Said {
  const { status } = stepAt(made, now)
  return {
    out_biz_no: made.outBizNo,
    order_id: made.orderId,
    pay_fund_order_id: made.payFundOrderId,
    status,
    ...(status === 'SUCCESS' ? { trans_date: beijing(stepAt(made, now).at) } : {}),
  }
}

const query: Method = (works, call) =>
  withoutPrefix(() => {
    demandCertificates(call)
    const now = works.clock.now()
    const found = asked(works, call)
    if (!found || found.pid !== call.caller.pid) return refuseBusiness('ORDER_NOT_EXIST', '转账订单不存在')
    const { status, at, error } = stepAt(found, now)
    return {
      ...shown(found, now),
      trans_amount: toYuan(found.amountFen),
      order_fee: '0.00',
      ...(status === 'SUCCESS' || status === 'REFUND' ? { pay_date: beijing(found.at) } : {}),
      ...(status === 'DEALING' ? { arrival_time_end: beijing((at + 2 * 86_400_000) as Instant) } : {}),
      ...(error ? { error_code: error.code, fail_reason: error.reason } : {}),
    }
  })

function asked({ book }: Works, { biz, caller }: Call): Transfer | undefined {
  const fundNo = text(biz, 'pay_fund_order_id', 64)
  if (fundNo !== null) return [...book.transfers.values()].find((one) => one.payFundOrderId === fundNo)
  const orderId = text(biz, 'order_id', 64)
  if (orderId !== null) return book.transfers.get(orderId)
  const found = book.transferOf(caller.pid, required(biz, 'out_biz_no', 64))
  const same =
    required(biz, 'product_code', 64) === found?.productCode && required(biz, 'biz_scene', 64) === found.bizScene
  return same ? found : undefined
}

function newNumber(works: Works, middle: string): string {
  const digits = Array.from({ length: 19 }, () => randomInt(10)).join('')
  const number = `${beijing(works.clock.now()).slice(0, 10).replaceAll('-', '')}${middle}${digits}`
  return works.book.transfers.get(number) ? newNumber(works, middle) : number
}

const whole = (fen: number) => toYuan(fen as Fen)

const accountQuery: Method = (works, call) =>
  withoutPrefix(() => {
    const { biz, caller } = call
    if (text(biz, 'account_type', 64) !== 'ACCTRANS_ACCOUNT') return wrong('account_type', '取值为 ACCTRANS_ACCOUNT')
    if (required(biz, 'alipay_user_id', 28) !== caller.pid)
      return refuseBusiness('NO_PERMISSION_ACCOUNT', '无权限操作该账户')
    const { availableFen, frozenFen } = balanceOf(works.book, caller.pid, works.clock.now())
    return { available_amount: whole(availableFen), freeze_amount: whole(frozenFen) }
  })

const billBalance: Method = (works, call) =>
  withoutPrefix(() => {
    const { biz, caller } = call
    if ((text(biz, 'bill_user_id', 28) ?? caller.pid) !== caller.pid)
      return refuseBusiness('ISV_BUSINESS_FAILED', '无权限查询该账户')
    const { availableFen, frozenFen } = balanceOf(works.book, caller.pid, works.clock.now())
    return {
      available_amount: whole(availableFen),
      freeze_amount: whole(frozenFen),
      settle_amount: '0.00',
      total_amount: whole(availableFen + frozenFen),
    }
  })

export const transferMethods: Readonly<Record<string, Method>> = {
  'alipay.fund.trans.uni.transfer': transfer,
  'alipay.fund.trans.common.query': query,
  'alipay.fund.account.query': accountQuery,
  'alipay.data.bill.balance.query': billBalance,
}
