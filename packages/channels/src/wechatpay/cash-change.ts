import { fen } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { CashChange, CashChangeNotice, CashChangeOrder, CashChangeSheet, CashChangeState } from '../cash-change.ts'
import type { ChannelError, Merchant } from '../channel.ts'
import { accountOf } from './account.ts'
import type { ApiRequest, Client, Unanswered } from './client.ts'
import { saysNotFound, transferErrorOf } from './errors.ts'
import { type Json, textOf, wholeOf } from './json.ts'
import { malformedAnswer, post } from './order.ts'
import type { CashChangeTerms, WechatPaySettings } from './settings.ts'
import { cleanText } from './text.ts'
import { parseTime } from './time.ts'

/*
 * Cash change by 商家转账, the transfer that its receiver confirms. Nothing of it is in wechat-pay.md: paths, fields, states and
 * codes are what several independent clients and the vendor's public pages of 2025 agree on, all † until a live account has
 * shown them. Known for 30 days; 24 hours unconfirmed, it goes back.
 */

const root = '/v3/fund-app/mch-transfer/transfer-bills'
const byNumber = (changeNumber: string) => `${root}/out-bill-no/${encodeURIComponent(changeNumber)}`

type Ours = Pick<WechatPaySettings, 'mode' | 'mchid' | 'appid'>

/**
 * The same order under the same terms gives the same bytes. The receiver's name, which has to be sealed, is asked for from
 * 2,000 yuan on and never sent.
 */
export function giveRequest(ours: Ours, terms: CashChangeTerms, order: CashChangeOrder): ApiRequest {
  return post(root, {
    appid: ours.appid,
    out_bill_no: order.changeNumber,
    transfer_scene_id: terms.sceneId,
    openid: order.payee,
    transfer_amount: order.amountFen,
    transfer_remark: cleanText(order.remark, 32) || '停车找零', // required
    notify_url: order.notifyUrl,
    ...(terms.perception ? { user_recv_perception: terms.perception } : {}),
    transfer_scene_report_infos: terms.reports.map(({ type, content }) => ({ info_type: type, info_content: content })),
  })
}

export const changeQueryRequest = (changeNumber: string): ApiRequest => ({
  method: 'GET',
  path: byNumber(changeNumber),
  body: '',
})

/** Has no body at all, not even an empty object. */
export const takeBackRequest = (changeNumber: string): ApiRequest => ({
  method: 'POST',
  path: `${byNumber(changeNumber)}/cancel`,
  body: '',
})

/** Whose account, appid, wallet and amount an answer is about, where it says so. */
function isAbout(ours: Ours, order: CashChangeOrder, answer: Json): boolean {
  const expected = {
    mch_id: ours.mchid,
    appid: ours.appid,
    openid: order.payee,
    transfer_amount: order.amountFen,
  }
  return Object.entries(expected).every(([name, value]) => answer[name] === undefined || answer[name] === value)
}

/**
 * A given one waits to be taken, or is over without. That it was taken only a query says: it names amount and account, and
 * this answer neither.
 */
export function readGiven(ours: Ours, order: CashChangeOrder, answer: Json): Result<CashChangeState, ChannelError> {
  if (answer.out_bill_no !== order.changeNumber || textOf(answer.transfer_bill_no) === null)
    return malformedAnswer('transfer_bill_no of this number is missing')
  if (!isAbout(ours, order, answer)) return malformedAnswer('the answer is about another change')
  return ok(readUntaken(answer, sheetOf(ours, answer)))
}

function sheetOf({ mchid, appid }: Ours, answer: Json): CashChangeSheet | null {
  const packageInfo = textOf(answer.package_info)
  if (packageInfo === null) return null
  return { kind: 'wechatpay-transfer', params: { mchId: mchid, appId: appid, package: packageInfo } }
}

/** Every state that is not known here is pending, and so is one that is being taken back. */
function readUntaken(answer: Json, sheet: CashChangeSheet | null): CashChangeState {
  switch (answer.state) {
    case 'WAIT_USER_CONFIRM':
    case 'TRANSFERING': // sic: confirmed once without an end; the driver may confirm it again
      return { state: 'to-take', sheet }
    case 'FAIL': {
      const code = textOf(answer.fail_reason)?.slice(0, 64) ?? 'FAIL'
      const wasThere = returnedBy[code]
      return wasThere ? { state: 'returned', code, message: wasThere } : { state: 'failed', code, message: '转账失败' }
    }
    case 'CANCELLED':
      return { state: 'returned', code: 'CANCELLED', message: '已撤销' }
    default: // ACCEPTED, PROCESSING, CANCELING; SUCCESS where nothing proves it
      return { state: 'pending' }
  }
}

/** Reasons of a failure that say no more than that nobody took it. */
const returnedBy: Readonly<Record<string, string>> = {
  OVERDUE_CLOSE: '超过领取时间',
  MCH_CANCEL: '已撤销',
}

export function readChange(ours: Ours, changeNumber: string, answer: Json): Result<CashChangeState, ChannelError> {
  if (answer.out_bill_no !== changeNumber) return malformedAnswer('the answer is about another change')
  if (merchantIn(answer) !== ours.mchid || answer.appid !== ours.appid)
    return malformedAnswer('the answer is about another account')
  if (answer.state !== 'SUCCESS') return ok(readUntaken(answer, null))
  const channelNo = textOf(answer.transfer_bill_no)
  const amount = wholeOf(answer.transfer_amount)
  if (channelNo === null || amount === null) return malformedAnswer('transfer_bill_no or transfer_amount is missing')
  return ok({ state: 'taken', channelNo, amountFen: fen(amount), takenAt: parseTime(answer.update_time) })
}

/** Taken on, or done at once. */
export function readTakenBack(changeNumber: string, answer: Json): Result<CashChangeState, ChannelError> {
  if (answer.out_bill_no !== changeNumber) return malformedAnswer('the answer is about another change')
  return ok(answer.state === 'CANCELLED' ? readUntaken(answer, null) : { state: 'pending' })
}

/** `mch_id` in most papers, `mchid` in one. */
const merchantIn = (facts: Json): unknown => facts.mch_id ?? facts.mchid

export const isCashChangeEvent = (event: string): boolean => event === 'MCHTRANSFER.BILL.FINISHED'

/** Null when it is about another account, or about no number. */
export function readCashChangeNotice(ours: Ours, facts: Json): CashChangeNotice | null {
  const changeNumber = textOf(facts.out_bill_no)
  return changeNumber !== null && merchantIn(facts) === ours.mchid ? { changeNumber } : null
}

export function wechatPayCashChange(settings: WechatPaySettings, terms: CashChangeTerms, client: Client): CashChange {
  /** A service provider's sub-merchant cannot give by these calls: they know none, and the vendor has others for it. */
  function own(merchant: Merchant): ChannelError | null {
    const account = accountOf(settings, merchant)
    if (!account.ok) return account.error
    return account.value.mode === 'direct' ? null : notForSubMerchants
  }

  async function ask(
    changeNumber: string,
  ): Promise<Result<CashChangeState | { readonly state: 'unknown' }, ChannelError>> {
    const answer = await client(changeQueryRequest(changeNumber))
    if (answer.ok) return readChange(settings, changeNumber, answer.value)
    const { error } = answer
    return error.kind === 'failure' && saysNotFound(error.failure) ? ok({ state: 'unknown' }) : err(errorOf(error))
  }

  /**
   * What a refusal comes to. It may be about this call alone while the money of an earlier one is on its way, and the vendor
   * asks for a query before any refusal is acted on: it stands only where the change is unknown, or where `goesOn` says that
   * what is known does not answer the call.
   */
  async function refused(
    changeNumber: string,
    refusal: ChannelError,
    goesOn: (known: CashChangeState) => boolean,
  ): Promise<Result<CashChangeState, ChannelError>> {
    if (refusal.kind === 'unclear') return err(refusal)
    const known = await ask(changeNumber)
    if (!known.ok) return known
    return known.value.state === 'unknown' || goesOn(known.value) ? err(refusal) : ok(known.value)
  }

  return {
    async give(merchant, order) {
      const notOurs = own(merchant)
      if (notOurs) return err(notOurs)
      const answer = await client(giveRequest(settings, terms, order))
      return answer.ok
        ? readGiven(settings, order, answer.value)
        : refused(order.changeNumber, errorOf(answer.error), () => false)
    },
    async query(merchant, changeNumber) {
      const notOurs = own(merchant)
      return notOurs ? err(notOurs) : ask(changeNumber)
    },
    async takeBack(merchant, changeNumber) {
      const notOurs = own(merchant)
      if (notOurs) return err(notOurs)
      const answer = await client(takeBackRequest(changeNumber))
      return answer.ok
        ? readTakenBack(changeNumber, answer.value)
        : refused(changeNumber, errorOf(answer.error), ({ state }) => state === 'to-take')
    },
  }
}

const notForSubMerchants: ChannelError = {
  kind: 'refused',
  code: 'NOT_IN_PARTNER_MODE',
  message: 'cash change is for a merchant with a number of its own',
  alarm: true,
}

const errorOf = (unanswered: Unanswered): ChannelError =>
  unanswered.kind === 'unclear' ? unanswered.error : transferErrorOf(unanswered.failure)
