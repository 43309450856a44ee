import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { Clock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type {
  Channel,
  ChannelError,
  HeldCertificate,
  Merchant,
  Order,
  PaymentState,
  RefundOrder,
  RefundState,
  Sheet,
} from '../channel.ts'
import { httpCall } from '../http.ts'
import type { PayCode } from '../pay-code.ts'
import { type Account, accountKeyOf, accountOf } from './account.ts'
import { wechatPayApplications } from './applications.ts'
import { wechatPayBankLists } from './bank-lists.ts'
import { wechatPayBills } from './bills.ts'
import { wechatPayCashChange } from './cash-change.ts'
import { wechatPaySettingsFaults } from './check-settings.ts'
import { type Client, makeClient, type Unanswered } from './client.ts'
import { codePayOverV2, codePayOverV3 } from './code-pay.ts'
import { channelErrorOf, refundErrorOf, saysClosed, saysNotEnough, saysUnknown } from './errors.ts'
import { jsapiParams } from './jsapi.ts'
import { readObject } from './json.ts'
import { certificateRingKey } from './key-ring.ts'
import { type KeyEvent, keepKeys } from './keys.ts'
import { openNotification, readHeard, replyTo } from './notification.ts'
import { accessTokenUrl, authorizeUrl, readOpenid } from './oauth.ts'
import { closeRequest, createRequest, queryRequest, readH5Url, readPrepayId, readQuery, sheetAppid } from './order.ts'
import { readRefundAnswer, refundQueryRequest, refundRequest } from './refund.ts'
import type { WechatPaySettings } from './settings.ts'
import { wechatPayShares } from './shares.ts'
import { randomNonce } from './sign.ts'
import { secondsOf } from './time.ts'
import { makeSend, makeSignedHeaders, makeTransport, type Send } from './transport.ts'
import { makeV2Client, type V2Settings } from './v2-client.ts'
import { isV2Notification, readV2Notification, readV2Refund, replyToV2, v2RefundCall } from './v2-refund.ts'
import { wechatPayWithdrawals } from './withdrawals.ts'

export type WechatPayDeps = {
  readonly clock: Clock
  /** Up to 32 random characters; the default is 128 random bits. */
  readonly nonce?: () => string
  readonly onKeyEvent?: (event: KeyEvent) => void
}

type Own = {
  readonly settings: WechatPaySettings
  readonly privateKey: KeyObject
  readonly client: Client
  readonly clock: Clock
  readonly nonce: () => string
}

/**
 * WeChat Pay v3, direct or partner. Believes a 2xx answer or a notification only when its signature holds.
 * @throws Error naming every faulty field when the settings cannot work.
 */
export function wechatPayChannel(settings: WechatPaySettings, deps: WechatPayDeps): Channel {
  const faults = wechatPaySettingsFaults(settings)
  if (faults.length > 0) throw new Error(`WeChat Pay settings: ${faults.join('; ')}`)
  const { clock, nonce = randomNonce, onKeyEvent = () => {} } = deps
  const privateKey = createPrivateKey(settings.merchantPrivateKey)
  const apiV3Key = Buffer.from(settings.apiV3Key)
  const signer = { mchid: settings.mchid, serial: settings.merchantSerial, privateKey }
  const signedHeaders = makeSignedHeaders(settings, { signer, clock, nonce })
  const send = makeSend(settings, clock)
  const transport = makeTransport({ signedHeaders, send })
  const keys = keepKeys(settings, { transport, clock, onKeyEvent })
  const client = makeClient(transport, keys)
  const { codePay } = settings
  const v2 = codePay?.version === 'v2' ? codePay : undefined
  const own: Own = { settings, privateKey, client, clock, nonce }

  /** Every call is about one account; a merchant that lacks its number is refused before anything is signed. */
  async function about<T>(merchant: Merchant, act: (account: Account) => Promise<Result<T, ChannelError>>) {
    const account = accountOf(settings, merchant)
    return account.ok ? act(account.value) : account
  }

  return {
    name: 'wechatpay',
    accountKey(merchant) {
      const account = accountOf(settings, merchant)
      if (account.ok) return accountKeyOf(account.value)
      throw new RangeError('merchant.subMchid: partner mode needs the number of a sub-merchant, other than our own')
    },
    create: (merchant, order) => about(merchant, (account) => create(own, account, order)),
    query: (merchant, tradeNumber) => about(merchant, (account) => query(own, account, tradeNumber)),
    close: (merchant, tradeNumber) => about(merchant, (account) => close(own, account, tradeNumber)),
    refund: (merchant, order) => about(merchant, (account) => refund(own, account, order)),
    queryRefund: (merchant, asked) => about(merchant, (account) => queryRefund(own, account, asked)),
    async readNotification(raw) {
      if (v2 && isV2Notification(raw)) return readV2Notification(v2, settings, raw)
      const opened = await openNotification(keys.verify, apiV3Key, raw)
      return opened.ok ? readHeard(settings, opened.value) : opened
    },
    replyTo: (outcome, raw) => (raw && isV2Notification(raw) ? replyToV2(outcome) : replyTo(outcome)),
    identityUrl: (_merchant, ask) => authorizeUrl(settings, ask),
    identify: (_merchant, code) => identify(settings, code),
    async refreshKeys(now) {
      if (!(await keys.refresh(now))) throw new Error('WeChat Pay: no key of the platform is at hand to verify with')
    },
    ...(v2 ? { payCode: payCodeOverV2(own, v2, send) } : codePay ? { payCode: codePayOverV3(settings, client) } : {}),
    ...(settings.shares ? { shares: wechatPayShares(settings, { client, keys, clock }) } : {}),
    ...(settings.applications
      ? {
          applications: wechatPayApplications(settings, settings.applications, { client, keys, clock }),
          bankLists: wechatPayBankLists(client),
        }
      : {}),
    ...(settings.cashChange ? { cashChange: wechatPayCashChange(settings, settings.cashChange, client) } : {}),
    ...(settings.withdrawals ? { withdrawals: wechatPayWithdrawals(settings, client) } : {}),
    certificates: () => [
      ...ownCertificate(settings),
      ...(keys.held?.() ?? []).map(({ serial, validUntil }) => ({ whose: 'platform' as const, serial, validUntil })),
    ],
    bills: wechatPayBills(settings, { client, signedHeaders, privateKey }),
  }
}

function ownCertificate({ merchantCertificate, codePay }: WechatPaySettings): readonly HeldCertificate[] {
  const pem = merchantCertificate ?? (codePay?.version === 'v2' ? codePay.certificate : undefined)
  if (pem === undefined) return []
  const { serial, validUntil } = certificateRingKey(pem)
  return [{ whose: 'merchant', serial, validUntil }]
}

function payCodeOverV2(own: Own, v2: V2Settings, send: Send): PayCode {
  const client = makeV2Client(own.settings, v2, { send, nonce: own.nonce })
  const payCode = codePayOverV2(own.settings, client)
  if (v2.refunds === 'v3') return payCode
  return {
    ...payCode,
    refunds: {
      async refund(merchant, order) {
        const account = accountOf(own.settings, merchant)
        if (!account.ok) return account
        const answer = await client(v2RefundCall(account.value, order))
        return answer.ok ? readV2Refund(order, answer.value) : answer
      },
      // Both generations know the refund by our number.
      async queryRefund(merchant, asked) {
        const account = accountOf(own.settings, merchant)
        return account.ok ? queryRefund(own, account.value, asked) : account
      },
    },
  }
}

async function create(own: Own, account: Account, order: Order): Promise<Result<Sheet, ChannelError>> {
  const request = createRequest(account, order)
  if (!request.ok) return request
  const answer = await own.client(request.value)
  if (!answer.ok) return err(errorOf(answer.error))
  if (order.place === 'browser') {
    const url = readH5Url(answer.value, order.returnUrl)
    return url.ok ? ok({ kind: 'redirect', url: url.value }) : url
  }
  const prepayId = readPrepayId(answer.value)
  if (!prepayId.ok) return prepayId
  const params = await jsapiParams(own.privateKey, {
    appId: sheetAppid(account),
    timeStamp: secondsOf(own.clock.now()),
    nonceStr: own.nonce(),
    package: `prepay_id=${prepayId.value}`,
  })
  return ok({ kind: 'wechatpay-jsapi', params })
}

async function query(own: Own, account: Account, tradeNumber: string): Promise<Result<PaymentState, ChannelError>> {
  const answer = await own.client(queryRequest(account, tradeNumber))
  if (answer.ok) return readQuery(own.settings, account, tradeNumber, answer.value)
  if (answer.error.kind === 'failure' && saysUnknown(answer.error.failure)) return ok({ state: 'unknown-order' })
  return err(errorOf(answer.error))
}

async function close(own: Own, account: Account, tradeNumber: string): Promise<Result<'closed', ChannelError>> {
  const answer = await own.client(closeRequest(account, tradeNumber))
  if (answer.ok) return ok('closed')
  if (answer.error.kind === 'failure' && saysClosed(answer.error.failure)) return ok('closed')
  return err(errorOf(answer.error))
}

async function refund(own: Own, account: Account, order: RefundOrder): Promise<Result<RefundState, ChannelError>> {
  const answer = await own.client(refundRequest(account, order))
  if (answer.ok) return readRefundAnswer(order, answer.value)
  if (answer.error.kind === 'unclear') return err(answer.error.error)
  // The operator's balance is short today: pending, and asked again with the same number (12.2).
  if (saysNotEnough(answer.error.failure)) return ok({ state: 'pending', code: 'NOT_ENOUGH' })
  return err(refundErrorOf(answer.error.failure))
}

async function queryRefund(
  own: Own,
  account: Account,
  asked: { tradeNumber: string; refundNumber: string },
): Promise<Result<RefundState, ChannelError>> {
  const answer = await own.client(refundQueryRequest(account, asked.refundNumber))
  if (answer.ok) return readRefundAnswer(asked, answer.value)
  if (answer.error.kind === 'unclear') return err(answer.error.error)
  // It was never accepted, so the same refund may and must be sent again: that is what pending-with-code asks for.
  if (saysUnknown(answer.error.failure)) return ok({ state: 'pending', code: 'RESOURCE_NOT_EXISTS' })
  return err(refundErrorOf(answer.error.failure))
}

async function identify(
  settings: WechatPaySettings,
  code: string,
): Promise<Result<string, { kind: 'stale-code' } | ChannelError>> {
  const { connectTimeoutMs, answerTimeoutMs } = settings
  const url = accessTokenUrl(settings, code)
  const answer = await httpCall({ method: 'GET', url, connectTimeoutMs, answerTimeoutMs })
  if (answer.kind !== 'answer') return err({ kind: 'unclear', code: 'NO_ANSWER', message: answer.reason })
  const body = answer.status === 200 ? readObject(answer.body) : null
  if (body === null) return err({ kind: 'unclear', code: `HTTP_${answer.status}`, message: 'no JSON object' })
  return readOpenid(body)
}

const errorOf = (unanswered: Unanswered): ChannelError =>
  unanswered.kind === 'unclear' ? unanswered.error : channelErrorOf(unanswered.failure)
