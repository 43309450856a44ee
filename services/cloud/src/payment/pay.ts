import type { Order } from '@lanepay/channels/channel.ts'
import { type Database, instantOut } from '@lanepay/database/database.ts'
import { microBatch } from '@lanepay/database/micro-batch.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelName, Id, LotKey, Plate } from '@lanepay/domain/types.ts'
import type { LotSystem } from '@lanepay/lot-systems/lot-system.ts'
import type { DriverErrorCode, PayView } from '../driver/api.ts'
import { describeRenewal } from '../renewal/decide.ts'
import { selectRenewalQuote } from '../renewal/store.ts'
import type { RulesInForce } from '../share/in-force.ts'
import { markToShare } from '../share/store.ts'
import type { Accounts, ChannelAccount } from './accounts.ts'
import { describeOrder, feesOf, mayPay, nextQueryAt, orderLastsMs } from './decide.ts'
import { turnstile } from './pace.ts'
import type { Channels, Settle } from './settle.ts'
import { closePayment, type DueRow, factsOf, markPending, openPayments, type QuoteRow, selectQuotes } from './store.ts'

export type PayAsked = {
  readonly lot: LotKey
  readonly quote: string
  readonly channel: ChannelName
  readonly payer: string
  readonly clientIp?: string
  /** Where a wallet's page sends the driver's browser back to. */
  readonly returnUrl?: string
}
/**
 * An order costs two signatures and three calls to the database. A call costs most of what it costs whatever it carries, and
 * at the rate of signing only two or three orders would travel in each: so calls of a kind keep this distance.
 */
const callEveryMs = 10

type Refusal = { readonly code: DriverErrorCode; readonly message: string }

/**
 * A tap on "pay": one quote is one payment is one order at the channel, however often it is tapped or the answer is lost.
 */
export type Pay = (asked: PayAsked) => Promise<Result<PayView, Refusal>>

export function paying(options: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly channels: Channels
  readonly accounts: Accounts
  readonly settle: Settle
  readonly lots: Pick<LotSystem, 'isOnline'>
  readonly shareRules: RulesInForce
  /** `https://pay.example.com`, without a slash at the end. */
  readonly publicUrl: string
}): Pay {
  const { database, clock, newId, channels, accounts, settle, lots, shareRules, publicUrl } = options
  const [mayOpen, mayMark, mayLook] = [turnstile(callEveryMs), turnstile(callEveryMs), turnstile(callEveryMs)]

  const open = microBatch<OpenItem, boolean>({
    largest: 200,
    keyOf: quoteKey,
    run: async (asked) => {
      await mayOpen()
      const items = asked.toSorted(inKeyOrder)
      const rows = await database
        .of(items[0]!.lot.bucket)
        .query<{ id: string }>(openPayments, [
          items.map(({ lot }) => lot.bucket),
          items.map(({ lot }) => lot.lotId),
          items.map(({ quote }) => quote),
          items.map(({ id }) => id),
          items.map(({ account }) => account.channel),
          items.map(({ account }) => account.accountId),
          items.map(({ accountKey }) => accountKey),
          items.map(({ account }) => account.operatorId),
          items.map(({ channelFeeFen }) => channelFeeFen),
          items.map(({ platformFeeFen }) => platformFeeFen),
          items.map(({ createdAt }) => instantOut(createdAt)),
          items.map(({ createdAt }) => instantOut(createdAt + orderLastsMs)),
          items.map(({ createdAt }) => instantOut(nextQueryAt(createdAt, 0))),
          ...spanOf(items.map(({ quote }) => quote)),
        ])
      const made = new Set(rows.map((row) => row.id))
      return asked.map(({ id }) => made.has(id))
    },
  })
  const pending = microBatch<LotKey & { id: string }, true>({
    largest: 200,
    keyOf: ({ bucket, lotId, id }) => `${bucket}/${lotId}/${id}`,
    run: async (items) => {
      await mayMark()
      await database
        .of(items[0]!.bucket)
        .query(markPending, [
          items.map(({ bucket }) => bucket),
          items.map(({ lotId }) => lotId),
          items.map(({ id }) => id),
          ...spanOf(items.map(({ id }) => id)),
        ])
      return items.map(() => true as const)
    },
  })
  const look = microBatch<Pick<PayAsked, 'lot' | 'quote'>, QuoteRow | undefined>({
    largest: 200,
    keyOf: quoteKey,
    run: async (items) => {
      await mayLook()
      const rows = await database
        .of(items[0]!.lot.bucket)
        .query<QuoteRow>(selectQuotes, [
          items.map(({ lot }) => lot.bucket),
          items.map(({ lot }) => lot.lotId),
          items.map(({ quote }) => quote),
          ...spanOf(items.map(({ quote }) => quote)),
        ])
      const byPlace = new Map(rows.map((row) => [row.n, row]))
      return items.map((_, index) => byPlace.get(index + 1))
    },
  })

  return async (asked) => {
    const { lot } = asked
    /** Who stands in a lane, or is given time to leave, pays for a stay; of others their quotes say. */
    const isRenewal = async (row: QuoteRow): Promise<boolean> =>
      row.lane_id === null &&
      row.leave_minutes === 0 &&
      (await database.of(lot.bucket).query(selectRenewalQuote, [lot.bucket, lot.lotId, asked.quote])).length > 0
    const driver = `${asked.channel}:${asked.payer}`
    const channel = channels[asked.channel]
    if (!channel) return refuse('wallet-unsupported', `${asked.channel} is not configured`)
    let row = await look(asked)
    if (!row) return refuse('quote-unknown', 'no such quote in this lot')
    let account =
      row.payment_account === null
        ? await accounts.ofOperator(row.operator_id, asked.channel)
        : await accounts.byId(row.payment_account)
    if (!account) return refuse('wallet-unsupported', `the operator of this lot takes no ${asked.channel}`)
    const may = mayPay(factsOf(row), driver, clock.now())
    if (may !== 'open' && may !== 'same-order') return refuse(may, `quote: ${may}`)

    // This driver's earlier orders of the same stay are closed first, so that one phone never holds two ways to pay.
    for (const earlier of row.own_open ?? []) {
      const [id = '', name, accountId] = earlier.split(' ')
      const settled = await settle.close({
        bucket: lot.bucket,
        lot_id: lot.lotId,
        id,
        channel: name as ChannelName,
        account_id: Number(accountId),
      })
      if (settled === 'paid' || settled === 'unapplied')
        return refuse('already-paid', 'an earlier order of this stay is paid')
      if (settled !== 'closed') return refuse('payment-pending', 'an earlier order of this stay is still in doubt')
    }

    if (may === 'open') {
      const id = newId()
      const createdAt = clock.now()
      const accountKey = channel.accountKey(account.merchant)
      const fees = feesOf(fen(row.owed_fen), {
        channelFeeBasisPoints: account.channelFeeBasisPoints,
        platformFeeBasisPoints: row.platform_fee_basis_points,
      })
      const item = { lot, quote: asked.quote, id, account, accountKey, createdAt, ...fees }
      if (await open(item)) {
        row = {
          ...row,
          payment_id: id,
          amount_fen: row.owed_fen,
          payment_created_at: createdAt,
          payment_expires_at: createdAt + orderLastsMs,
        }
      } else {
        // Another tap of the same driver was faster by a hair: bring up that one's order.
        row = await look(asked)
        if (!row || mayPay(factsOf(row), driver, clock.now()) !== 'same-order')
          return refuse('quote-used', 'this quote was used meanwhile')
        account = (await accounts.byId(row.payment_account!)) ?? account
      }
    }

    const id = row.payment_id as Id
    // By when the order was made, so that the same order is made again the same; its row says so before the channel hears of it.
    const shared = channel.shares ? await shareRules(lot, asked.channel, row.payment_created_at!) : null
    if (shared) {
      const shareAt = instantOut(row.payment_expires_at! + shared.waitMinutes * 60_000)
      await database.of(lot.bucket).query(markToShare, [lot.bucket, lot.lotId, id, shared.version, shareAt])
    }
    const order: Order = {
      tradeNumber: numberOf('trade', lot, id),
      amountFen: fen(row.amount_fen!),
      description: ((await isRenewal(row)) ? describeRenewal : describeOrder)(row.lot_name, row.plate as Plate),
      plate: row.plate,
      payer: asked.payer,
      place: 'wallet',
      createdAt: row.payment_created_at as Order['createdAt'],
      expiresAt: row.payment_expires_at as Order['expiresAt'],
      notifyUrl: `${publicUrl}/notify/${asked.channel}`,
      ...(asked.returnUrl === undefined ? {} : { returnUrl: asked.returnUrl }),
      ...(shared ? { toShare: true } : {}),
    }
    const created = await channel.create(account.merchant, order)
    if (created.ok) {
      await pending({ ...lot, id })
      return ok({
        now: clock.now(),
        payment: order.tradeNumber,
        amountFen: order.amountFen,
        expiresAt: order.expiresAt,
        lotOnline: lots.isOnline(lot),
        sheet: created.value,
      })
    }
    const due: Pick<DueRow, 'bucket' | 'lot_id' | 'id' | 'channel' | 'account_id'> = {
      bucket: lot.bucket,
      lot_id: lot.lotId,
      id,
      channel: asked.channel,
      account_id: account.accountId,
    }
    switch (created.error.kind) {
      case 'already-paid': {
        const settled = await settle.close(due)
        return settled === 'pending'
          ? refuse('payment-pending', 'the channel says this order is paid; asking it for the facts')
          : refuse('already-paid', 'this order is paid')
      }
      case 'refused':
        await database.of(lot.bucket).query(closePayment, [lot.bucket, lot.lotId, id])
        return refuse('channel-refused', created.error.code)
      case 'number-used': // spent or closed at the channel: a new quote makes a new number
        return (await settle.close(due)) === 'closed'
          ? refuse('quote-used', created.error.code)
          : refuse('payment-pending', created.error.code)
      case 'unclear':
        return refuse('channel-unclear', created.error.code)
    }
  }
}

const quoteKey = ({ lot, quote }: Pick<PayAsked, 'lot' | 'quote'>): string => `${lot.bucket}/${lot.lotId}/${quote}`

/** Two calls that share rows come to them in the same order, so that they never wait for each other in a ring. */
const inKeyOrder = (a: OpenItem, b: OpenItem): number =>
  a.lot.bucket - b.lot.bucket || a.lot.lotId - b.lot.lotId || (BigInt(a.quote) < BigInt(b.quote) ? -1 : 1)

/** The least and the greatest of some ids: the partitions between them are all that a call opens. */
function spanOf(ids: readonly string[]): readonly [bigint, bigint] {
  const numbers = ids.map(BigInt).sort((a, b) => (a < b ? -1 : 1))
  return [numbers.at(0)!, numbers.at(-1)!]
}

type OpenItem = {
  readonly lot: LotKey
  readonly quote: string
  readonly id: Id
  readonly account: ChannelAccount
  readonly accountKey: string
  readonly createdAt: number
  readonly channelFeeFen: number
  readonly platformFeeFen: number
}

const refuse = (code: DriverErrorCode, message: string): Result<never, Refusal> => err({ code, message })
