import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { ChannelError, Merchant } from '../channel.ts'
import type { CodeOrder, CodeState, PayCode, Reversal } from '../pay-code.ts'
import { type Account, accountOf } from './account.ts'
import type { ApiRequest, Client } from './client.ts'
import { declineOf, readMicropay, readOrderquery, readReverse, writeV2Time } from './code-answers.ts'
import { channelErrorOf, saysUnknown } from './errors.ts'
import { post, queryRequest, readQuery, rootOf } from './order.ts'
import type { WechatPaySettings } from './settings.ts'
import { cleanDescription, cleanText } from './text.ts'
import type { V2Call, V2Client } from './v2-client.ts'

const minute = 60_000
/** v2 does not take a deadline nearer than this (wechat-pay.md 24). */
const leastTime = 5 * minute

/** 18 digits, 10 to 14 of mainland wallets and 15 of Hong Kong's (wechat-pay.md 11); Alipay's begin 25 to 30. */
export const isPayCode = (code: string): boolean => /^1[0-5]\d{16}$/.test(code)

/** wechat-pay.md 11.2. The lot is told because where a code was shown is asked of every merchant. */
export function micropayCall(account: Account, order: CodeOrder): V2Call {
  const deadline = Math.max(order.expiresAt, order.createdAt + leastTime) as Instant
  return {
    path: '/pay/micropay',
    account,
    fields: {
      device_info: cleanText(order.laneCode, 32),
      body: cleanDescription(order.description),
      out_trade_no: order.tradeNumber,
      total_fee: String(order.amountFen),
      fee_type: 'CNY',
      spbill_create_ip: order.clientIp,
      time_start: writeV2Time(order.createdAt),
      time_expire: writeV2Time(deadline),
      auth_code: order.code,
      scene_info: JSON.stringify({ store_info: { id: cleanText(order.lotCode, 32) } }),
      profit_sharing: order.toShare ? 'Y' : 'N',
    },
  }
}

/** wechat-pay.md 11.1. */
export const codepayRequest = (account: Account, order: CodeOrder): ApiRequest =>
  post(`${rootOf(account)}/codepay`, {
    ...whose(account),
    description: cleanDescription(order.description),
    out_trade_no: order.tradeNumber,
    payer: { auth_code: order.code },
    amount: { total: order.amountFen, currency: 'CNY' },
    scene_info: {
      device_id: cleanText(order.laneCode, 32),
      device_ip: order.clientIp,
      store_info: { out_id: cleanText(order.lotCode, 256) },
    },
    ...(order.toShare ? { settle_info: { profit_sharing: true } } : {}),
  })

export const reverseRequest = (account: Account, tradeNumber: string): ApiRequest =>
  post(`${rootOf(account)}/out-trade-no/${encodeURIComponent(tradeNumber)}/reverse`, whose(account))

const whose = (account: Account) =>
  account.mode === 'partner'
    ? {
        sp_appid: account.spAppid,
        sp_mchid: account.spMchid,
        ...(account.subAppid ? { sub_appid: account.subAppid } : {}),
        sub_mchid: account.subMchid,
      }
    : { appid: account.appid, mchid: account.mchid }

type Ways = Readonly<{
  pay: (account: Account, order: CodeOrder) => ReturnType<PayCode['pay']>
  query: (account: Account, tradeNumber: string) => ReturnType<PayCode['query']>
  reverse: (account: Account, tradeNumber: string) => ReturnType<PayCode['reverse']>
}>

/** Code pay over the v2 interfaces (wechat-pay.md 11.2). */
export const codePayOverV2 = (settings: WechatPaySettings, client: V2Client): PayCode =>
  payCode(settings, {
    async pay(account, order) {
      const answer = await client(micropayCall(account, order))
      return answer.ok ? readMicropay({ account, tradeNumber: order.tradeNumber }, answer.value) : answer
    },
    async query(account, tradeNumber) {
      const answer = await client({ path: '/pay/orderquery', account, fields: { out_trade_no: tradeNumber } })
      return answer.ok ? readOrderquery({ account, tradeNumber }, answer.value) : answer
    },
    async reverse(account, tradeNumber) {
      const answer = await client({ path: '/secapi/pay/reverse', account, fields: { out_trade_no: tradeNumber } })
      return answer.ok ? readReverse(answer.value) : answer
    },
  })

/** Code pay over v3, for accounts that have it (wechat-pay.md 11.1). */
export const codePayOverV3 = (settings: WechatPaySettings, client: Client): PayCode =>
  payCode(settings, {
    async pay(account, order): Promise<Result<CodeState, ChannelError>> {
      const answer = await client(codepayRequest(account, order))
      if (!answer.ok) {
        if (answer.error.kind === 'unclear') return err(answer.error.error)
        const { failure } = answer.error
        const declined = failure.status < 500 ? declineOf(failure.code, failure.message) : null
        return declined ? ok(declined) : err(channelErrorOf(failure))
      }
      if (answer.value.code === 'USERPAYING') return ok({ state: 'pending' }) // 202 carries a code instead of an order
      const read = readQuery(settings, account, order.tradeNumber, answer.value)
      if (!read.ok) return read
      // Whatever it is not yet, it is asked about: a state here is no failure code.
      return ok(read.value.state === 'paid' ? read.value : { state: 'pending' })
    },
    async query(account, tradeNumber) {
      const answer = await client(queryRequest(account, tradeNumber))
      if (answer.ok) return readQuery(settings, account, tradeNumber, answer.value)
      if (answer.error.kind === 'unclear') return err(answer.error.error)
      const { failure } = answer.error
      return saysUnknown(failure) ? ok({ state: 'unknown-order' }) : err(channelErrorOf(failure))
    },
    async reverse(account, tradeNumber): Promise<Result<Reversal, ChannelError>> {
      const answer = await client(reverseRequest(account, tradeNumber))
      if (answer.ok) {
        if (answer.value.code === 'USERPAYING') return ok({ state: 'not-yet', code: 'USERPAYING' })
        if (answer.value.out_trade_no === tradeNumber) return ok({ state: 'reversed' })
        return err({ kind: 'unclear', code: 'MALFORMED_ANSWER', message: 'the answer is about another order' })
      }
      return err(answer.error.kind === 'unclear' ? answer.error.error : channelErrorOf(answer.error.failure))
    },
  })

function payCode(settings: WechatPaySettings, ways: Ways): PayCode {
  async function about<T>(
    merchant: Merchant,
    act: (account: Account) => Promise<Result<T, ChannelError>>,
  ): Promise<Result<T, ChannelError>> {
    const account = accountOf(settings, merchant)
    return account.ok ? act(account.value) : account
  }
  return {
    owns: isPayCode,
    async pay(merchant, order) {
      if (isPayCode(order.code)) return about(merchant, (account) => ways.pay(account, order))
      const message = '请扫描微信支付付款码'
      return ok({ state: 'declined', because: 'bad-code', code: 'AUTH_CODE_INVALID', message })
    },
    query: (merchant, tradeNumber) => about(merchant, (account) => ways.query(account, tradeNumber)),
    reverse: (merchant, tradeNumber) => about(merchant, (account) => ways.reverse(account, tradeNumber)),
  }
}
