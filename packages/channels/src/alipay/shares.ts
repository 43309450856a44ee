import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelError, Merchant } from '../channel.ts'
import type { ShareAsked, ShareOrder, ShareState, Shares } from '../shares.ts'
import type { Account } from './account.ts'
import type { Client } from './client.ts'
import { channelErrorOf, saysUnknown } from './errors.ts'
import type { ApiRequest } from './gateway.ts'
import type { Json } from './json.ts'
import {
  limitRequest,
  readLimit,
  readRelation,
  readRest,
  readShare,
  readShareQuery,
  relationRequest,
  restRequest,
  shareQueryRequest,
  shareRequest,
} from './share.ts'
import { saysFinished, saysKnownShare, shareErrorOf } from './share-errors.ts'

/** Finds out for whom a call is made, and refuses it where that cannot be said. */
export type About = <T, E>(
  merchant: Merchant,
  act: (account: Account) => Promise<Result<T, E>>,
) => Promise<Result<T, E | ChannelError>>

/** Royalty (alipay.md 9). Shares are taken back within a refund, so there are no `returns`. */
export function sharesOver(client: Client, about: About): Shares {
  // None of these moves money, so any refusal is one.
  const call = async <T>(
    request: ApiRequest,
    read: (answer: Json) => Result<T, ChannelError>,
  ): Promise<Result<T, ChannelError>> => {
    const answer = await client(request)
    if (answer.ok) return read(answer.value)
    return err(answer.error.kind === 'unclear' ? answer.error.error : channelErrorOf(answer.error.failure))
  }
  return {
    addReceiver: (merchant, receiver, requestNumber) =>
      about(merchant, (account) =>
        call(relationRequest('bind', account, receiver, requestNumber), (answer) =>
          readRelation(answer, 'added' as const),
        ),
      ),
    removeReceiver: (merchant, receiver, requestNumber) =>
      about(merchant, (account) =>
        call(relationRequest('unbind', account, receiver, requestNumber), (answer) =>
          readRelation(answer, 'removed' as const),
        ),
      ),
    share: (merchant, order) => about(merchant, (account) => share(client, account, order)),
    query: (merchant, asked) => about(merchant, (account) => queryShare(client, account, asked)),
    release: (merchant, order) => about(merchant, (account) => release(client, account, order)),
    rest: (merchant, channelTradeNo) =>
      about(merchant, (account) => call(restRequest(account, channelTradeNo), readRest)),
    limit: (merchant, requestNumber) =>
      about(merchant, (account) => call(limitRequest(account, requestNumber), readLimit)),
  }
}

async function share(client: Client, account: Account, order: ShareOrder): Promise<Result<ShareState, ChannelError>> {
  const answer = await client(shareRequest(account, order))
  if (answer.ok) return readShare(order, answer.value)
  if (answer.error.kind === 'unclear') return err(answer.error.error)
  const { failure } = answer.error
  if (!saysKnownShare(failure)) return err(shareErrorOf(failure))
  const known = await queryShare(client, account, order)
  if (!known.ok) return known
  return known.value.state === 'unknown' ? err(shareErrorOf(failure)) : ok(known.value)
}

async function queryShare(
  client: Client,
  account: Account,
  asked: ShareAsked,
): Promise<Result<ShareState | { readonly state: 'unknown' }, ChannelError>> {
  const answer = await client(shareQueryRequest(account, asked))
  if (answer.ok) return readShareQuery(asked, answer.value)
  if (answer.error.kind === 'unclear') return err(answer.error.error)
  return saysUnknown(answer.error.failure) ? ok({ state: 'unknown' }) : err(shareErrorOf(answer.error.failure))
}

async function release(
  client: Client,
  account: Account,
  { shareNumber, channelTradeNo, tradeNumber }: Parameters<Shares['release']>[1],
): Promise<Result<ShareState, ChannelError>> {
  const nothing = { shareNumber, channelTradeNo, tradeNumber, paymentFen: 0 as ShareOrder['paymentFen'], parts: [] }
  const order: ShareOrder = { ...nothing, finish: true }
  const answer = await client(shareRequest(account, order))
  if (answer.ok) return readShare(order, answer.value)
  if (answer.error.kind === 'unclear') return err(answer.error.error)
  const { failure } = answer.error
  if (saysKnownShare(failure) || saysFinished(failure))
    return ok({ state: 'finished', channelShareNo: null, parts: [] })
  return err(shareErrorOf(failure))
}
