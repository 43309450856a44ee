import type { Clock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelError, Merchant } from '../channel.ts'
import type { Shares } from '../shares.ts'
import { type Account, accountOf } from './account.ts'
import type { ApiRequest, Client, Unanswered } from './client.ts'
import { saysUnknown } from './errors.ts'
import type { Json } from './json.ts'
import type { Keys } from './keys.ts'
import type { WechatPaySettings } from './settings.ts'
import { readLimit, readRest, readReturn, readShare, shareErrorOf } from './share-answers.ts'
import {
  addReceiverRequest,
  limitRequest,
  releaseRequest,
  removeReceiverRequest,
  restRequest,
  returnQueryRequest,
  returnRequest,
  shareQueryRequest,
  shareRequest,
} from './share-requests.ts'

const usualLimit = 3_000 // 30 %, where the operator did not change it (wechat-pay.md 14.1)

/** Profit sharing of WeChat Pay, direct or partner (wechat-pay.md 14). */
export function wechatPayShares(
  settings: WechatPaySettings,
  deps: { readonly client: Client; readonly keys: Keys; readonly clock: Clock },
): Shares {
  const largestBasisPoints = settings.shares?.largestBasisPoints ?? usualLimit
  const names = () => ({ key: deps.keys.encryptingKey(deps.clock.now()), largestBasisPoints })

  async function ask<T>(
    merchant: Merchant,
    request: (account: Account) => Result<ApiRequest, ChannelError>,
    read: (answer: Json) => Result<T, ChannelError>,
  ): Promise<Result<T, ChannelError>> {
    const account = accountOf(settings, merchant)
    if (!account.ok) return account
    const made = request(account.value)
    if (!made.ok) return made
    const answer = await deps.client(made.value)
    return answer.ok ? read(answer.value) : err(errorOf(answer.error))
  }

  return {
    addReceiver: (merchant, receiver) =>
      ask(
        merchant,
        (account) => addReceiverRequest(account, receiver, names()),
        () => ok('added'),
      ),
    removeReceiver: (merchant, receiver) =>
      ask(
        merchant,
        (account) => ok(removeReceiverRequest(account, receiver)),
        () => ok('removed'),
      ),
    share: (merchant, order) =>
      ask(
        merchant,
        (account) => shareRequest(account, order, names()),
        (answer) => readShare(order, answer),
      ),
    async query(merchant, asked) {
      const account = accountOf(settings, merchant)
      if (!account.ok) return account
      const answer = await deps.client(shareQueryRequest(account.value, asked))
      if (answer.ok) return readShare(asked, answer.value)
      const { error } = answer
      return error.kind === 'failure' && saysUnknown(error.failure) ? ok({ state: 'unknown' }) : err(errorOf(error))
    },
    release: (merchant, order) =>
      ask(
        merchant,
        (account) => ok(releaseRequest(account, order)),
        (answer) => readShare(order, answer),
      ),
    rest: (merchant, channelTradeNo) =>
      ask(
        merchant,
        () => ok(restRequest(channelTradeNo)),
        (answer) => readRest(channelTradeNo, answer),
      ),
    async limit(merchant) {
      const account = accountOf(settings, merchant)
      if (!account.ok) return account
      if (account.value.mode === 'direct') return ok(largestBasisPoints) // only partners may ask
      const { subMchid } = account.value
      const answer = await deps.client(limitRequest(subMchid))
      return answer.ok ? readLimit(subMchid, answer.value) : err(errorOf(answer.error))
    },
    returns: {
      takeBack: (merchant, order) =>
        ask(
          merchant,
          (account) => returnRequest(account, order),
          (answer) => readReturn(order, answer),
        ),
      query: (merchant, asked) =>
        ask(
          merchant,
          (account) => ok(returnQueryRequest(account, asked)),
          (answer) => readReturn(asked, answer),
        ),
    },
  }
}

const errorOf = (unanswered: Unanswered): ChannelError =>
  unanswered.kind === 'unclear' ? unanswered.error : shareErrorOf(unanswered.failure)
