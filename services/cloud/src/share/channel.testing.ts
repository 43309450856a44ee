import assert from 'node:assert/strict'
import type { Channel, ChannelError, Merchant, RefundOrder, RefundState } from '@lanepay/channels/channel.ts'
import type { Receiver, ShareOrder, SharePartState, ShareReturnState, ShareState } from '@lanepay/channels/shares.ts'
import { fen } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Instant } from '@lanepay/domain/types.ts'

/*
 * A channel that keeps everybody's money in memory and goes wrong when told: for tests of what is decided here, not of a wire.
 */

/** What becomes of one call. `lost`: it never arrives; `answer-lost`: it is done and nobody says so; `killed`: done, and we die. */
export type Harm = 'lost' | 'answer-lost' | 'killed'

type Receipt = {
  readonly amountFen: number
  readonly toShare: boolean
  released: boolean
  sharedFen: number
  refundedFen: number
  /** Of its fee, what came back with refunds: of each rounded down (wechat-pay.md 12.2). */
  feeBackFen: number
}
const feeOf = (amountFen: number): number => Math.floor((amountFen * 60 + 5_000) / 10_000)
/** What of it can be shared or given back before it is let go of. */
const keptBackOf = ({ amountFen, sharedFen, refundedFen, feeBackFen }: Receipt): number =>
  amountFen - feeOf(amountFen) - sharedFen - refundedFen + feeBackFen
type Taken = {
  readonly content: string
  readonly parts: SharePartState[]
  asked: number
  finish: boolean
  trade: string
}

export function aChannel(told: {
  readonly hasReturns: boolean
  readonly now: () => Instant
  readonly limitBasisPoints?: number
}) {
  const receipts = new Map<string, Receipt>()
  const shares = new Map<string, Taken>()
  const returns = new Map<string, { readonly content: string; readonly state: ShareReturnState }>()
  const refunds = new Map<string, { readonly content: string; readonly state: RefundState }>()
  /** What each receiver has. */
  const has = new Map<string, number>()
  const receivers = new Set<string>()
  const set = {
    /** Of the next calls, one after the other. */
    harms: [] as (Harm | null)[],
    /** Receivers who get nothing, with the channel's word for it. */
    unpaid: new Map<string, string>(),
    /** Receivers who give nothing back. */
    unreturned: new Map<string, string>(),
    /** So many questions are asked before a share is finished. */
    slow: 0,
    /** What every new share is refused with. */
    refuses: null as string | null,
  }
  const calls: string[] = []
  const give = (account: string, amountFen: number) => has.set(account, (has.get(account) ?? 0) + amountFen)
  const unclear: ChannelError = { kind: 'unclear', code: 'NO_ANSWER', message: 'the line was cut' }
  const refuse = (code: string): ChannelError => ({ kind: 'refused', code, message: code, alarm: true })

  /** Does it, or not, and says so, or not. */
  function through<T>(what: string, act: () => Result<T, ChannelError>): Promise<Result<T, ChannelError>> {
    calls.push(what)
    const harm = set.harms.shift() ?? null
    if (harm === 'lost') return Promise.resolve(err(unclear))
    const answer = act()
    if (harm === 'killed') return Promise.reject(new Error(`killed after ${what}`))
    return Promise.resolve(harm === 'answer-lost' ? err(unclear) : answer)
  }
  const same = (known: { readonly content: string }, content: unknown) =>
    assert.equal(known.content, JSON.stringify(content), 'the same number comes with the same content')

  const stateOf = (taken: Taken): ShareState => {
    const isOver = taken.asked >= set.slow
    const pending = ({ account, amountFen }: SharePartState) => ({ account, amountFen, state: 'pending' as const })
    return {
      state: isOver ? 'finished' : 'pending',
      channelShareNo: 'C1',
      parts: isOver ? taken.parts : taken.parts.map(pending),
    }
  }
  const take = (number: string, content: unknown, trade: string, parts: ShareOrder['parts'], finish: boolean) => {
    const known = shares.get(number)
    if (known) {
      same(known, content)
      return ok(stateOf(known))
    }
    const receipt = receipts.get(trade)
    if (!receipt?.toShare) return err(refuse('NOT_TO_SHARE'))
    if (set.refuses !== null && parts.length > 0) return err(refuse(set.refuses))
    if (receipt.released) return err(refuse('NOT_ENOUGH'))
    const wantedFen = parts.reduce((sum, { amountFen }) => sum + amountFen, 0)
    assert.ok(wantedFen <= keptBackOf(receipt), 'no more than there is')
    const done = parts.map(({ receiver: { account }, amountFen }): SharePartState => {
      assert.ok(amountFen > 0)
      const code = receivers.has(account) ? set.unpaid.get(account) : 'NO_RELATION'
      if (code !== undefined) return { account, amountFen, state: 'failed', code }
      receipt.sharedFen += amountFen
      give(account, amountFen)
      return { account, amountFen, state: 'done', doneAt: null }
    })
    assert.ok(receipt.sharedFen * 10_000 <= receipt.amountFen * (told.limitBasisPoints ?? 3_000))
    if (finish) receipt.released = true
    const taken: Taken = { content: JSON.stringify(content), parts: done, asked: 0, finish, trade }
    shares.set(number, taken)
    return ok(stateOf(taken))
  }
  const giveBack = (account: string, amountFen: number): string | null => {
    const code = set.unreturned.get(account)
    if (code !== undefined) return code
    assert.ok((has.get(account) ?? 0) >= amountFen, 'nobody gives back more than they have')
    give(account, -amountFen)
    return null
  }
  /** In proportion, as of payments that were made face to face (alipay.md 7.9). */
  const takesBackByItself = (receipt: Receipt, amountFen: number) => {
    for (const { parts, trade } of shares.values())
      for (const part of receipts.get(trade) === receipt ? parts : [])
        if (part.state === 'done' && !set.unreturned.has(part.account))
          giveBack(part.account, Math.floor((part.amountFen * amountFen) / receipt.amountFen))
  }

  const ability: NonNullable<Channel['shares']> = {
    addReceiver: (_, { account }) =>
      through('add', () => {
        receivers.add(account)
        return ok('added')
      }),
    removeReceiver: (_, { account }) =>
      through('remove', () => {
        receivers.delete(account)
        return ok('removed')
      }),
    share: (_, order) =>
      through('share', () => take(order.shareNumber, order, order.channelTradeNo, order.parts, order.finish)),
    query: (_, { shareNumber }) =>
      through<ShareState | { readonly state: 'unknown' }>('query', () => {
        const known = shares.get(shareNumber)
        if (!known) return ok({ state: 'unknown' })
        known.asked += 1
        return ok(stateOf(known))
      }),
    release: (_, order) => through('release', () => take(order.shareNumber, order, order.channelTradeNo, [], true)),
    rest: (_, trade) =>
      through('rest', () => {
        const receipt = receipts.get(trade)!
        return ok(fen(receipt.released ? 0 : Math.max(0, keptBackOf(receipt))))
      }),
    limit: () => through('limit', () => ok(told.limitBasisPoints ?? 3_000)),
    ...(told.hasReturns
      ? {
          returns: {
            takeBack: (_, order) =>
              through('take-back', () => {
                const known = returns.get(order.returnNumber)
                if (known) {
                  same(known, order)
                  return ok(known.state)
                }
                const code = giveBack(order.from.account, order.amountFen)
                const state: ShareReturnState = code
                  ? { state: 'failed', code }
                  : { state: 'done', amountFen: order.amountFen, doneAt: null }
                returns.set(order.returnNumber, { content: JSON.stringify(order), state })
                return ok(state)
              }),
            query: () => Promise.reject(new Error('nobody asks')),
          },
        }
      : {}),
  }
  const refund = (_: Merchant, order: RefundOrder): Promise<Result<RefundState, ChannelError>> =>
    through('refund', () => {
      const known = refunds.get(order.refundNumber)
      if (known) {
        same(known, order)
        return ok(known.state)
      }
      const receipt = receipts.get(order.tradeNumber)!
      const unreturned = (order.takeBack ?? []).find(({ from }) => set.unreturned.has(from.account))
      if (unreturned) return err(refuse('ACQ.ALLOC_AMOUNT_VALIDATE_ERROR'))
      const { refundNumber, amountFen } = order
      const feeBackFen = Math.floor((feeOf(receipt.amountFen) * amountFen) / receipt.amountFen)
      // Beyond what is not shared of it, it must be let go of first (wechat-pay.md 12.2).
      if (told.hasReturns && receipt.toShare && !receipt.released && amountFen - feeBackFen > keptBackOf(receipt))
        return ok({ state: 'pending', code: 'NOT_ENOUGH' })
      for (const { from, amountFen: backFen } of order.takeBack ?? []) giveBack(from.account, backFen)
      if (!told.hasReturns && !order.takeBack?.length) takesBackByItself(receipt, amountFen)
      receipt.refundedFen += amountFen
      receipt.feeBackFen += feeBackFen
      const state: RefundState = { state: 'done', refundNumber, amountFen, doneAt: told.now() }
      refunds.set(order.refundNumber, { content: JSON.stringify(order), state })
      return ok(state)
    })
  const queryRefund = (
    _: Merchant,
    { refundNumber }: { refundNumber: string },
  ): Promise<Result<RefundState, ChannelError>> =>
    through<RefundState>('query-refund', () => ok(refunds.get(refundNumber)?.state ?? { state: 'pending' }))
  return {
    set,
    calls,
    receipts,
    shares,
    hasOf: (receiver: Pick<Receiver, 'account'>) => has.get(receiver.account) ?? 0,
    /** A driver has paid; it is known by the channel's number and by ours. */
    receive: (numbers: readonly string[], amountFen: number) => {
      const receipt = { amountFen, toShare: true, released: false, sharedFen: 0, refundedFen: 0, feeBackFen: 0 }
      for (const number of numbers) receipts.set(number, receipt)
      return receipt
    },
    channel: {
      name: told.hasReturns ? 'wechatpay' : 'alipay',
      shares: ability,
      refund,
      queryRefund,
    } as unknown as Channel,
  }
}
