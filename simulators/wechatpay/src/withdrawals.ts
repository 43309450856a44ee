import { type Answer, answered, numbers, refused } from './answer.ts'
import type { Asked, Route } from './api.ts'
import type { Withdrawal } from './book.ts'
import { checkFields, type Fields, isNotifyUrl, matches, writeTime } from './fields.ts'
import { balanceOf } from './flows.ts'
import { canonical, checkMerchants } from './orders.ts'
import { randomDigits } from './sealing.ts'
import type { Works } from './works.ts'

/* Balances of sub-merchants and their way to the bank (wechat-pay.md 19). Partners only. */

const second = 1_000
const day = 86_400_000
const usualMs = 10 * second

const text = (label: string, max: number) => ({ label, kind: 'text', max }) as const
const optional = { optional: true } as const
const accountType = {
  ...text('账户类型', 16),
  ...optional,
  check: matches(/^(BASIC|OPERATION|FEES)$/, '账户类型不正确'),
}
const withdrawFields: Fields = {
  sub_mchid: text('子商户号', 32),
  out_request_no: { ...text('商户提现单号', 32), check: matches(/^[0-9A-Za-z]+$/, '只能是数字和大小写字母') },
  amount: { label: '提现金额', kind: 'whole', min: 1 },
  remark: { ...text('提现备注', 56), ...optional },
  bank_memo: { ...text('银行附言', 32), ...optional },
  account_type: accountType,
  notify_url: { ...text('通知地址', 256), ...optional, check: isNotifyUrl },
}
type Content = {
  readonly sub_mchid: string
  readonly out_request_no: string
  readonly amount: number
  readonly remark?: string
}

const notOpened = refused('NO_AUTH', '商户号该产品权限未开通，请前往商户平台>产品中心检查后重试')
const onlyPartners = (works: Works): Answer | null => (works.mode === 'partner' ? null : notOpened)

/** `GET /v3/ecommerce/fund/balance/{sub_mchid}` */
function queryBalance(works: Works, { part, query, now }: Asked): Answer {
  const refusal =
    onlyPartners(works) ??
    checkFields({ account_type: accountType }, query, 'query') ??
    checkMerchants(works, { sub_mchid: part }, 'query')
  if (refusal) return refusal
  const { account_type = 'BASIC' } = query
  const { availableFen, frozenFen } = balanceOf(works.book, part, now)
  const isBasic = account_type === 'BASIC'
  return answered({
    sub_mchid: part,
    account_type,
    available_amount: isBasic ? availableFen : 0,
    pending_amount: isBasic ? frozenFen : 0,
  })
}

/** `POST /v3/ecommerce/fund/withdraw` */
function withdraw(works: Works, { body, now }: Asked): Answer {
  const shape =
    onlyPartners(works) ??
    checkFields(withdrawFields, body, 'body') ??
    checkMerchants(works, { sub_mchid: (body as Content).sub_mchid }, 'body')
  if (shape) return shape
  const content = body as Content
  const { book } = works
  const known = book.get('withdrawal', content.out_request_no)
  if (known)
    return known.content === canonical(content)
      ? answered(taken(known))
      : refused('INVALID_REQUEST', '商户提现单号重复，且参数与首次请求不一致', { number: numbers.otherContent })
  if (content.amount > balanceOf(book, content.sub_mchid, now).availableFen)
    return refused('NOT_ENOUGH', '账户可用余额不足')
  const one: Withdrawal = {
    withdrawalNumber: content.out_request_no,
    withdrawId: `12${randomDigits(26)}`,
    owner: content.sub_mchid,
    content: canonical(content),
    amount: content.amount,
    ...(content.remark === undefined ? {} : { remark: content.remark }),
    createdAt: now,
    updatedAt: now,
    status: 'CREATE_SUCCESS',
    ahead: courseOf(works, now),
  }
  book.put('withdrawal', one.withdrawalNumber, one)
  return answered(taken(one))
}

function courseOf({ faults }: Works, now: number): Withdrawal['ahead'] {
  const slow = faults.take('withdraw-slow')
  const at = now + (slow ? (slow.ms ?? day) : usualMs)
  if (faults.take('withdraw-fails')) return [{ at, status: 'FAIL', reason: '银行账户户名与账号不符' }]
  const returned = faults.take('withdraw-returned')
  const paid = { at, status: 'SUCCESS', reason: '' } as const
  return returned
    ? [paid, { at: at + (returned.ms ?? 2 * day), status: 'REFUND', reason: '银行退票：账户已注销' }]
    : [paid]
}

const taken = ({ owner, withdrawId, withdrawalNumber }: Withdrawal) => ({
  sub_mchid: owner,
  withdraw_id: withdrawId,
  out_request_no: withdrawalNumber,
})

/** `GET /v3/ecommerce/fund/withdraw/out-request-no/{number}` and `/{withdraw_id}` */
const queryWithdrawal =
  (find: (works: Works, part: string) => Withdrawal | undefined) =>
  (works: Works, { part, query }: Asked): Answer => {
    const shape =
      onlyPartners(works) ??
      checkFields({ sub_mchid: text('子商户号', 32) }, query, 'query') ??
      checkMerchants(works, query, 'query')
    if (shape) return shape
    const one = find(works, part)
    if (!one || one.owner !== query.sub_mchid)
      return refused('RESOURCE_NOT_EXISTS', '提现单不存在', { number: numbers.orderUnknown })
    return answered({
      ...taken(one),
      status: one.status,
      amount: one.amount,
      create_time: writeTime(one.createdAt),
      update_time: writeTime(one.updatedAt),
      ...(one.reason === undefined ? {} : { reason: one.reason }),
      remark: one.remark ?? '',
      account_type: 'BASIC',
      account_bank: '工商银行',
      account_number: '1234',
    })
  }

export const withdrawalRoutes: readonly Route[] = [
  { call: 'balance', method: 'GET', path: /^\/v3\/ecommerce\/fund\/balance\/([^/]+)$/, act: queryBalance },
  { call: 'withdraw', method: 'POST', path: /^\/v3\/ecommerce\/fund\/withdraw$/, act: withdraw },
  {
    call: 'query-withdrawal',
    method: 'GET',
    path: /^\/v3\/ecommerce\/fund\/withdraw\/out-request-no\/([^/]+)$/,
    act: queryWithdrawal(({ book }, part) => book.get('withdrawal', part)),
  },
  {
    call: 'query-withdrawal',
    method: 'GET',
    path: /^\/v3\/ecommerce\/fund\/withdraw\/([^/]+)$/,
    act: queryWithdrawal(({ book }, part) => book.all('withdrawal').find(({ withdrawId }) => withdrawId === part)),
  },
]

/** What banks did in the meantime, step by step. */
export function endDueWithdrawals({ book }: Works, now: number): void {
  for (const key of [...book.unfinished.withdrawal]) {
    const one = book.get('withdrawal', key)!
    const due = one.ahead.filter(({ at }) => at <= now)
    const last = due.at(-1)
    if (!last) continue
    book.put('withdrawal', one.withdrawalNumber, {
      ...one,
      status: last.status,
      updatedAt: last.at,
      ahead: one.ahead.filter(({ at }) => at > now),
      ...(last.reason === '' ? {} : { reason: last.reason }),
    })
  }
}
