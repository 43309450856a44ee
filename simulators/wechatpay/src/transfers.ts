import { type Answer, answered, refused } from './answer.ts'
import type { Asked, Route } from './api.ts'
import type { Transfer, TransferContent, TransferState, TransferStep } from './book.ts'
import { checkFields, type Fields, isNotifyUrl, matches, writeTime } from './fields.ts'
import { balanceOf } from './flows.ts'
import { transferNotice } from './notices.ts'
import { canonical, wrongWorld } from './orders.ts'
import { randomDigits, randomText } from './sealing.ts'
import { readSensitive } from './sensitive.ts'
import type { Works } from './works.ts'

/*
 * 商家转账: money for one wallet, whose owner confirms it within a day. For a merchant of its own only. Not in wechat-pay.md: fields,
 * states and words are the vendor's public pages' of 2025, as several independent clients have them too (†).
 */

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const usualMs = second
/** Whoever has not taken it by then does not get it. */
const toTakeMs = 24 * hour
/** After this a query knows nothing of it. */
const knownMs = 30 * 24 * hour
/** What one transfer may be, in fen, where nobody asked for more. */
const limits = { least: 10, most: 20_000 }

/** The scenes this account was granted: what each wants told, and which words its receiver may see. */
const scenes: Readonly<
  Record<string, { readonly reports: readonly string[]; readonly perceptions: readonly string[] }>
> = {
  '1000': { reports: ['活动名称', '奖励说明'], perceptions: ['活动奖励', '现金奖励'] },
  '1011': { reports: ['赔付原因'], perceptions: ['退款', '商家赔付'] },
}

const text = (label: string, max: number) => ({ label, kind: 'text', max }) as const
const optional = { optional: true } as const
const report = {
  label: '转账场景报备信息',
  kind: 'object',
  fields: { info_type: text('信息类型', 15), info_content: text('信息内容', 32) },
} as const
const transferFields: Fields = {
  appid: text('商户AppID', 32),
  out_bill_no: { ...text('商户单号', 32), check: matches(/^[0-9A-Za-z]+$/, '只能由数字、大小写字母组成') },
  transfer_scene_id: text('转账场景ID', 36),
  openid: text('收款用户OpenID', 64),
  user_name: { ...text('收款用户姓名', 1024), ...optional },
  transfer_amount: { label: '转账金额', kind: 'whole', min: 1 },
  transfer_remark: text('转账备注', 32),
  notify_url: { ...text('通知地址', 256), ...optional, check: isNotifyUrl },
  user_recv_perception: { ...text('用户收款感知', 32), ...optional },
  transfer_scene_report_infos: { label: '转账场景报备信息', kind: 'list', max: 10, of: report },
}
type Sent = TransferContent & {
  readonly user_name?: string
  readonly transfer_scene_report_infos: readonly { readonly info_type: string; readonly info_content: string }[]
}

const against = (message: string): Answer => refused('INVALID_REQUEST', message)

/** What the account may not do, in the order in which it is looked at. */
function checkTerms({ account, book }: Works, sent: Sent): Answer | null {
  const { appid } = account()
  if (sent.appid !== appid) return against('APPID不存在')
  if (book.get('openid', sent.openid)?.appid !== appid) return against('Openid格式错误或者不属于商家公众账号')
  const scene = Object.hasOwn(scenes, sent.transfer_scene_id) ? scenes[sent.transfer_scene_id] : undefined
  if (!scene) return against('你尚未获取该转账场景')
  const perception = sent.user_recv_perception
  if (perception !== undefined && !scene.perceptions.includes(perception))
    return against('暂不支持展示当前传入的用户收款感知')
  const reported = sent.transfer_scene_report_infos.map(({ info_type }) => info_type)
  if (reported.toSorted().join() !== scene.reports.toSorted().join())
    return against('未传入完整且对应的转账场景报备信息')
  if (sent.transfer_amount < limits.least || sent.transfer_amount > limits.most)
    return against('超过单笔转账上下限，核实产品设置是否准确')
  return null
}

/** `POST /v3/fund-app/mch-transfer/transfer-bills` */
function transfer(works: Works, { body, serial, now }: Asked): Answer {
  const shape = wrongWorld(works, 'direct') ?? checkFields(transferFields, body, 'body')
  if (shape) return shape
  const { user_name: name, ...content } = body as Sent
  if (name !== undefined) {
    const read = readSensitive(works.account(), { serial, field: '/user_name', value: name, now })
    if ('refusal' in read) return read.refusal
  }
  const { book } = works
  const whole = canonical(content)
  const known = book.get('transfer', content.out_bill_no)
  if (known)
    return known.whole === whole ? answered(asGiven(known)) : against('单号已存在但信息不一致，请查单后比较确认')
  const refusal = checkTerms(works, content)
  if (refusal) return refusal
  const { mchid, transferBusiness: business = '商家转账' } = works.account()
  const isShort = content.transfer_amount > balanceOf(book, mchid, now).availableFen
  if (isShort || works.faults.take('transfer-not-enough'))
    return refused('NOT_ENOUGH', '商户账户资金不足，请充值后原单重试')
  const one: Transfer = {
    transferNumber: content.out_bill_no,
    billNo: `1330${randomDigits(28)}`,
    owner: mchid,
    business,
    packageInfo: `ABBQO+oY${randomText(92)}==`,
    content,
    whole,
    createdAt: now,
    ...courseOf(works, now),
  }
  book.put('transfer', one.transferNumber, one)
  return answered(asGiven(one))
}

function courseOf({ faults }: Works, now: number): Pick<Transfer, 'step' | 'ahead'> {
  if (faults.take('transfer-fails')) {
    const failed = { at: now + usualMs, state: 'FAIL', reason: 'REAL_NAME_CHECK_FAIL' } as const
    return { step: { at: now, state: 'ACCEPTED' }, ahead: [failed] }
  }
  const slow = faults.take('transfer-slow')
  const at = faults.take('transfer-at-once') ? now : now + (slow ? (slow.ms ?? hour) : usualMs)
  const waits = { at, state: 'WAIT_USER_CONFIRM' } as const
  const overdue = { at: now + toTakeMs, state: 'FAIL', reason: 'OVERDUE_CLOSE' } as const
  if (at === now) return { step: waits, ahead: [overdue] }
  return { step: { at: now, state: slow ? 'PROCESSING' : 'ACCEPTED' }, ahead: [waits, overdue] }
}

/** States in which the wallet's page can be brought up. */
export const isToTake = (state: TransferState): boolean => state === 'WAIT_USER_CONFIRM' || state === 'TRANSFERING'
const isOver = (state: TransferState): boolean => state === 'SUCCESS' || state === 'FAIL' || state === 'CANCELLED'

const asGiven = ({ transferNumber, billNo, packageInfo, createdAt, step }: Transfer) => ({
  out_bill_no: transferNumber,
  transfer_bill_no: billNo,
  create_time: writeTime(createdAt),
  state: step.state,
  ...(step.reason === undefined ? {} : { fail_reason: step.reason }),
  ...(step.state === 'WAIT_USER_CONFIRM' ? { package_info: packageInfo } : {}),
})

const unknown = refused('NOT_FOUND', '记录不存在')

/** By either number. */
const queryBy =
  (find: (works: Works, part: string) => Transfer | undefined) =>
  (works: Works, { part, query, now }: Asked): Answer => {
    const shape = wrongWorld(works, 'direct') ?? checkFields({}, query, 'query')
    if (shape) return shape
    const one = find(works, part)
    if (!one || now >= one.createdAt + knownMs) return unknown
    const { transferNumber, billNo, owner, content, createdAt, step } = one
    return answered({
      mch_id: owner,
      out_bill_no: transferNumber,
      transfer_bill_no: billNo,
      appid: content.appid,
      state: step.state,
      transfer_amount: content.transfer_amount,
      transfer_remark: content.transfer_remark,
      ...(step.reason === undefined ? {} : { fail_reason: step.reason }),
      openid: content.openid,
      create_time: writeTime(createdAt),
      update_time: writeTime(step.at),
    })
  }

/** `POST .../out-bill-no/{out_bill_no}/cancel`, as long as it is not over; asked again, it goes on as it does. */
function cancel(works: Works, { part, body, now }: Asked): Answer {
  const shape = wrongWorld(works, 'direct') ?? checkFields({}, body, 'body')
  if (shape) return shape
  const one = works.book.get('transfer', part)
  if (!one) return unknown
  if (isOver(one.step.state)) return against('当前单据状态不支持撤销')
  const slow = one.step.state === 'CANCELING' ? null : works.faults.take('cancel-transfer-slow')
  const canceling =
    one.step.state === 'CANCELING'
      ? one
      : move(works, one, { at: now, state: 'CANCELING' }, [
          { at: now + (slow ? (slow.ms ?? hour) : usualMs), state: 'CANCELLED' },
        ])
  return answered({
    out_bill_no: canceling.transferNumber,
    transfer_bill_no: canceling.billNo,
    state: canceling.step.state,
    update_time: writeTime(canceling.step.at),
  })
}

const root = '/v3/fund-app/mch-transfer/transfer-bills'
export const transferRoutes: readonly Route[] = [
  { call: 'transfer', method: 'POST', path: new RegExp(`^${root}$`), act: transfer },
  {
    call: 'query-transfer',
    method: 'GET',
    path: new RegExp(`^${root}/out-bill-no/([^/]+)$`),
    act: queryBy(({ book }, part) => book.get('transfer', part)),
  },
  {
    call: 'query-transfer',
    method: 'GET',
    path: new RegExp(`^${root}/transfer-bill-no/([^/]+)$`),
    act: queryBy(({ book }, part) => book.all('transfer').find(({ billNo }) => billNo === part)),
  },
  {
    call: 'cancel-transfer',
    method: 'POST',
    path: new RegExp(`^${root}/out-bill-no/([^/]+)/cancel$`),
    bare: true,
    act: cancel,
  },
]

/** Takes a step, and tells the merchant of the last one where it gave an address for that: kept together. */
export function move(
  { store, book, notifier }: Works,
  one: Transfer,
  step: TransferStep,
  ahead: readonly TransferStep[],
): Transfer {
  const moved = { ...one, step, ahead }
  const { notify_url: url } = one.content
  store.together(() => {
    book.put('transfer', one.transferNumber, moved)
    if (url !== undefined && isOver(step.state))
      notifier.enqueue({ tradeNumber: one.transferNumber, url }, transferNotice(moved))
  })
  return moved
}

/** What the clock brought in the meantime. */
export function moveDueTransfers(works: Works, now: number): void {
  for (const key of [...works.book.unfinished.transfer]) {
    const one = works.book.get('transfer', key)!
    const last = one.ahead.filter(({ at }) => at <= now).at(-1)
    if (!last) continue
    move(
      works,
      one,
      last,
      one.ahead.filter(({ at }) => at > now),
    )
  }
}
