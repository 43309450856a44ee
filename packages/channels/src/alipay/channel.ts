import type { Clock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Bills } from '../bills.ts'
import type {
  Channel,
  ChannelError,
  Merchant,
  Order,
  PaymentState,
  RefundOrder,
  RefundState,
  Sheet,
} from '../channel.ts'
import type { CodeOrder, CodeState, PayCode, Reversal } from '../pay-code.ts'
import type { Shares } from '../shares.ts'
import { type Account, accountOf } from './account.ts'
import { applicationsOver } from './applications.ts'
import { readBillOf } from './bills.ts'
import { alipaySettingsFaults } from './check-settings.ts'
import { type Client, makeClient, type Unanswered } from './client.ts'
import { ownsCode, payFailureOf, payRequest, readPay } from './code-pay.ts'
import {
  channelErrorOf,
  refundErrorOf,
  saysLater,
  saysOtherState,
  saysStaleCode,
  saysUnknown,
  unclearOf,
} from './errors.ts'
import { type Gateway, makeGateway } from './gateway.ts'
import { type KeyEvent, keepKeys } from './keys.ts'
import { readForm, readHeard, replyTo, signedPart } from './notification.ts'
import { authorizeUrl, readIdentity, tokenRequest } from './oauth.ts'
import { aboutTrade, createRequest, readCancel, readCreate, readQuery } from './order.ts'
import { readRefund, readRefundQuery, refundQueryRequest, refundRequest } from './refund.ts'
import type { AlipaySettings } from './settings.ts'
import { sharesOver } from './shares.ts'
import { withdrawalsOver } from './withdrawals.ts'

export type AlipayDeps = {
  readonly clock: Clock
  readonly onKeyEvent?: (event: KeyEvent) => void
}

export interface AlipayChannel extends Channel {
  /**
   * Undoes a payment of unknown result within its day, paid or not: for pay codes only, never for an order that a driver
   * pays in a page (alipay.md 7.10, 17.6). `refunded` means that the driver had paid.
   */
  cancel(merchant: Merchant, tradeNumber: string): Promise<Result<'closed' | 'refunded', ChannelError>>
  readonly payCode: PayCode
  readonly shares: Shares
  readonly bills: Bills
}

type Own = {
  readonly settings: AlipaySettings
  readonly gateway: Gateway
  readonly client: Client
  readonly clock: Clock
}

/**
 * Alipay's gateway v2, with a public key or with certificates, for ourselves or on behalf of operators. Believes an answer
 * or a notification only when its signature holds.
 * @throws Error naming every faulty field when the settings cannot work.
 */
export function alipayChannel(settings: AlipaySettings, deps: AlipayDeps): AlipayChannel {
  const faults = alipaySettingsFaults(settings)
  if (faults.length > 0) throw new Error(`Alipay settings: ${faults.join('; ')}`)
  const { clock, onKeyEvent = () => {} } = deps
  const gateway = makeGateway(settings, clock)
  const keys = keepKeys(settings.verify, { gateway, clock, onKeyEvent })
  const own: Own = { settings, gateway, client: makeClient(gateway, keys, settings.contentKey), clock }

  /** Every call is about one account; a merchant that is incomplete is refused before anything is signed. */
  async function about<T, E>(
    merchant: Merchant,
    act: (account: Account) => Promise<Result<T, E>>,
  ): Promise<Result<T, E | ChannelError>> {
    const account = accountOf(settings, merchant)
    return account.ok ? act(account.value) : account
  }

  return {
    name: 'alipay',
    accountKey(merchant) {
      const account = accountOf(settings, merchant)
      if (account.ok) return account.value.sellerId
      throw new RangeError('merchant.sellerId: the PID of the operator whose appAuthToken is used')
    },
    create: (merchant, order) => about(merchant, (account) => create(own, account, order)),
    query: (merchant, tradeNumber) => about(merchant, (account) => query(own, account, tradeNumber)),
    close: (merchant, tradeNumber) => about(merchant, (account) => close(own, account, tradeNumber)),
    cancel: (merchant, tradeNumber) => about(merchant, (account) => cancel(own, account, tradeNumber)),
    refund: (merchant, order) => about(merchant, (account) => refund(own, account, order)),
    queryRefund: (merchant, asked) => about(merchant, (account) => queryRefund(own, account, asked)),
    async readNotification(raw) {
      const params = readForm(raw.body)
      if (!params.ok) return params
      const signed = signedPart(params.value)
      if (!signed.ok) return signed
      const verified = await keys.verify(signed.value, 'notification')
      return verified.ok ? readHeard(settings, params.value) : verified
    },
    replyTo,
    certificates: () => keys.held?.() ?? [],
    ...(settings.applications ? { applications: applicationsOver(own.client, settings.applications) } : {}),
    payCode: {
      owns: ownsCode,
      pay: (merchant, order) => about(merchant, (account) => payByCode(own, account, order)),
      query: (merchant, tradeNumber) => about(merchant, (account) => query(own, account, tradeNumber)),
      reverse: (merchant, tradeNumber) => about(merchant, (account) => reverse(own, account, tradeNumber)),
    },
    shares: sharesOver(own.client, about),
    // The gateway takes payouts from applications with certificates only (alipay.md 2.7).
    ...(settings.verify.mode === 'certificate' ? { withdrawals: withdrawalsOver(own.client, about) } : {}),
    bills: {
      read: (merchant, ask, take, keep) =>
        about(merchant, (account) => readBillOf(own.client, account, ask, take, keep)),
    },
    identityUrl: (_merchant, ask) => authorizeUrl(settings, ask),
    identify: (_merchant, code) => identify(own, code),
    async refreshKeys(now) {
      const fault = keys.fault(now)
      if (fault !== null) throw new Error(`Alipay: ${fault}`)
    },
  }
}

async function create(own: Own, account: Account, order: Order): Promise<Result<Sheet, ChannelError>> {
  const request = createRequest(own.settings, account, order)
  if (!request.ok) return request
  // The cashier's page is opened by the driver's browser: a signature is all it takes (alipay.md 2.9).
  if (order.place === 'browser') return ok({ kind: 'redirect', url: await own.gateway.pageUrl(request.value) })
  const answer = await own.client(request.value)
  return answer.ok ? readCreate(order.tradeNumber, answer.value) : err(errorOf(answer.error))
}

async function query(own: Own, account: Account, tradeNumber: string): Promise<Result<PaymentState, ChannelError>> {
  const answer = await own.client(aboutTrade('alipay.trade.query', account, tradeNumber))
  if (answer.ok) return readQuery(account, tradeNumber, answer.value)
  if (answer.error.kind === 'failure' && saysUnknown(answer.error.failure)) return ok({ state: 'unknown-order' })
  return err(errorOf(answer.error))
}

/**
 * The one final no is that there is no such trade. Everything else is worth another try, be it after somebody mended our
 * configuration: an order that was not closed may still be paid.
 */
async function close(own: Own, account: Account, tradeNumber: string): Promise<Result<'closed', ChannelError>> {
  const answer = await own.client(aboutTrade('alipay.trade.close', account, tradeNumber))
  if (answer.ok) return ok('closed')
  if (answer.error.kind === 'unclear') return err(answer.error.error)
  const { failure } = answer.error
  if (saysUnknown(failure)) return err(channelErrorOf(failure))
  if (!saysOtherState(failure)) return err(unclearOf(failure))
  const state = await query(own, account, tradeNumber)
  if (state.ok && state.value.state === 'closed') return ok('closed')
  return err(state.ok && state.value.state === 'paid' ? { kind: 'already-paid' } : unclearOf(failure))
}

async function cancel(
  own: Own,
  account: Account,
  tradeNumber: string,
): Promise<Result<'closed' | 'refunded', ChannelError>> {
  const answer = await own.client(aboutTrade('alipay.trade.cancel', account, tradeNumber))
  if (answer.ok) return readCancel(tradeNumber, answer.value)
  return err(answer.error.kind === 'unclear' ? answer.error.error : refundErrorOf(answer.error.failure))
}

async function payByCode(own: Own, account: Account, order: CodeOrder): Promise<Result<CodeState, ChannelError>> {
  if (!ownsCode(order.code))
    return ok({ state: 'declined', because: 'bad-code', code: 'NOT_OURS', message: "not a code of Alipay's" })
  const answer = await own.client(payRequest(own.settings, account, order))
  if (answer.ok) return readPay(account, order.tradeNumber, answer.value)
  if (answer.error.kind === 'unclear') return err(answer.error.error)
  const said = payFailureOf(answer.error.failure)
  return 'error' in said ? err(said.error) : ok(said)
}

/** What Alipay will not do now, because it knows no such trade yet or has no money to give back, is tried again. */
async function reverse(own: Own, account: Account, tradeNumber: string): Promise<Result<Reversal, ChannelError>> {
  const answer = await own.client(aboutTrade('alipay.trade.cancel', account, tradeNumber))
  if (answer.ok) {
    if (answer.value.retry_flag === 'Y') return ok({ state: 'not-yet', code: 'RETRY_FLAG' })
    const done = readCancel(tradeNumber, answer.value)
    return done.ok ? ok({ state: 'reversed', refunded: done.value === 'refunded' }) : done
  }
  if (answer.error.kind === 'unclear') return err(answer.error.error)
  const { failure } = answer.error
  if (saysUnknown(failure) || saysLater(failure)) return ok({ state: 'not-yet', code: failure.subCode })
  return err(refundErrorOf(failure))
}

async function refund(own: Own, account: Account, order: RefundOrder): Promise<Result<RefundState, ChannelError>> {
  const answer = await own.client(refundRequest(account, order))
  if (answer.ok) {
    const read = readRefund(order, answer.value, own.clock.now())
    if (!read.ok) return read
    return read.value === 'ask' ? queryRefund(own, account, order) : ok(read.value)
  }
  if (answer.error.kind === 'unclear') return err(answer.error.error)
  const { failure } = answer.error
  if (saysLater(failure)) return ok({ state: 'pending', code: failure.subCode })
  if (!saysOtherState(failure)) return err(refundErrorOf(failure))
  // Refused for the state the trade is in, which an earlier, lost answer to this very refund may have brought about.
  const state = await queryRefund(own, account, order)
  return state.ok && state.value.state === 'pending' ? err(refundErrorOf(failure)) : state
}

async function queryRefund(
  own: Own,
  account: Account,
  asked: { readonly tradeNumber: string; readonly refundNumber: string },
): Promise<Result<RefundState, ChannelError>> {
  const answer = await own.client(refundQueryRequest(account, asked))
  if (answer.ok) return readRefundQuery(asked, answer.value, own.clock.now())
  if (answer.error.kind === 'unclear') return err(answer.error.error)
  // It was never accepted, so the same refund may be sent again: that is what pending-with-code asks for.
  if (saysUnknown(answer.error.failure)) return ok({ state: 'pending', code: answer.error.failure.subCode })
  return err(refundErrorOf(answer.error.failure))
}

/** By our own application: a `user_id` is the same under every one, an operator's too. */
async function identify(own: Own, code: string): Promise<Result<string, { kind: 'stale-code' } | ChannelError>> {
  const answer = await own.client(tokenRequest(code))
  if (answer.ok) return readIdentity(own.settings.identity, answer.value)
  if (answer.error.kind === 'failure' && saysStaleCode(answer.error.failure)) return err({ kind: 'stale-code' })
  return err(errorOf(answer.error))
}

const errorOf = (unanswered: Unanswered): ChannelError =>
  unanswered.kind === 'unclear' ? unanswered.error : channelErrorOf(unanswered.failure)
