import { networkInterfaces } from 'node:os'
import type { ChannelError } from '@lanepay/channels/channel.ts'
import type { CodeState, PayCode } from '@lanepay/channels/pay-code.ts'
import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { fen } from '@lanepay/domain/money.ts'
import { type HouseNumber, numberOf } from '@lanepay/domain/numbers.ts'
import type { Result } from '@lanepay/domain/result.ts'
import type { ChannelName, Id, LotKey, Plate } from '@lanepay/domain/types.ts'
import type { Ask, Reply } from '@lanepay/lot-link/messages.ts'
import type { Alarms } from '../alarm/alarm.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import type { Accounts } from '../payment/accounts.ts'
import { describeOrder, feesOf, mayPay, orderLastsMs } from '../payment/decide.ts'
import type { Channels, Settle } from '../payment/settle.ts'
import { closePayment, type DueRow, factsOf, openPayments, type QuoteRow, selectQuotes } from '../payment/store.ts'
import type { AskQuote } from '../quote/quote.ts'
import type { RulesInForce } from '../share/in-force.ts'
import { markToShare } from '../share/store.ts'
import { askAgainMs, stepAfter } from './decide.ts'
import { beginReversal, endReversal, insertScan, markScanned, type ScanRow, selectScan, setBecause } from './store.ts'

/** Nobody should have to be certain of a reversal for longer: then a person looks at the channel's own page. */
const reversalLooksIllMs = 10 * 60_000

export type PayCodes = {
  /**
   * An attendant scanned a driver's pay code, or asks what became of that scan. The same id is one scan: the code is shown to its
   * channel once and kept nowhere. The gate opens by the clearance alone, as for any payment.
   */
  scan(lot: LotKey, ask: Ask): Promise<Reply>
  /** Asks about an order that is due, and takes it back when its time is over. */
  ask(payment: DueRow): Promise<void>
  /** Nobody waits for this order any more: it is taken back as soon as it is asked about, and counts as not paid; unless it is paid by now. */
  takeBack(lot: LotKey, payment: Id): Promise<void>
}

export function payCodes(options: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly channels: Channels
  readonly accounts: Accounts
  readonly settle: Pick<Settle, 'heard'>
  readonly askQuote: AskQuote
  readonly shareRules: RulesInForce
  readonly alarms: Alarms
}): PayCodes {
  const { database, clock, newId, channels, accounts, settle, askQuote, shareRules, alarms } = options

  const toldOf = async (lot: LotKey, id: string): Promise<Reply | null> => {
    const [row] = await database.of(lot.bucket).query<ScanRow>(selectScan, [lot.bucket, lot.lotId, id])
    return row ? replyOf(id, row) : null
  }
  const end = async (number: HouseNumber, because: string): Promise<void> => {
    const key = [number.bucket, number.lotId, number.id]
    await database.of(number.bucket).transaction(async (tx) => {
      await tx.query(setBecause, [...key, because])
      await tx.query(closePayment, key)
      await tx.query(endReversal, key)
    })
  }

  /** The order of a scan, before the channel hears of it; null: this scan was there before. */
  const open = async (lot: LotKey, ask: Ask, quote: string, name: ChannelName) => {
    const db = database.of(lot.bucket)
    const [row] = await db.query<QuoteRow>(selectQuotes, [[lot.bucket], [lot.lotId], [quote], quote, quote])
    const account = row && (await accounts.ofOperator(row.operator_id, name))
    if (!row) throw new Error(`quote ${quote} is gone`)
    if (!account) return 'wallet-unsupported' as const
    const now = clock.now()
    const may = mayPay(factsOf(row), row.driver, now)
    if (may !== 'open') return may
    const id = newId()
    const { channelFeeFen, platformFeeFen } = feesOf(fen(row.owed_fen), {
      channelFeeBasisPoints: account.channelFeeBasisPoints,
      platformFeeBasisPoints: row.platform_fee_basis_points,
    })
    const channel = channels[name]!
    const shared = channel.shares ? await shareRules(lot, name, now) : null
    const isNew = await twiceIfUnknown(() =>
      db.transaction(async (tx) => {
        const key = [lot.bucket, lot.lotId]
        const made = await tx.query<{ payment_id: string }>(insertScan, [
          ...[...key, ask.id, id, instantOut(now), ask.by],
        ])
        if (made.length === 0) {
          const [before] = await tx.query<ScanRow>(selectScan, [...key, ask.id])
          return before?.payment_id === id // the commit before this one was ours, and its answer was lost
        }
        const [times, ids] = [[instantOut(now)], [[lot.bucket], [lot.lotId], [quote], [id]]]
        await tx.query(openPayments, [
          ...ids,
          ...[[name], [account.accountId], [channel.accountKey(account.merchant)], [account.operatorId]],
          ...[[channelFeeFen], [platformFeeFen], times, [instantOut(now + orderLastsMs)]],
          ...[[instantOut(now + askAgainMs)], quote, quote],
        ])
        await tx.query(markScanned, [...key, id, instantOut(now), instantOut(now + askAgainMs)])
        if (shared)
          await tx.query(markToShare, [
            ...[...key, id, shared.version],
            instantOut(now + orderLastsMs + shared.waitMinutes * 60_000),
          ])
        return true
      }),
    )
    return isNew ? { id, row, account, createdAt: now, toShare: shared !== null } : null
  }

  const scan: PayCodes['scan'] = async (lot, ask) => {
    const refuse = (because: string): Reply => ({ id: ask.id, state: 'refused', because })
    const before = await toldOf(lot, ask.id)
    if (before) return before
    const { code } = ask
    if (code === undefined) return refuse('scan-unknown')
    const owner = Object.values(channels).find((channel) => channel.payCode?.owns(code))
    if (!owner?.payCode) return refuse('code-unknown')
    const quoted = await askQuote({
      ...{ lot, lane: ask.lane ?? null, plate: ask.plate, pass: null },
      driver: `code:${ask.id}`,
    })
    if (!quoted.ok) return refuse(quoted.error.code)
    const { quote, plate } = quoted.value
    if (quote === undefined) return refuse('nothing-owed')
    if (plate !== ask.plate) return refuse('vehicle-changed')
    const opened = await open(lot, ask, quote, owner.name)
    if (typeof opened === 'string') return refuse(opened)
    if (opened === null) return (await toldOf(lot, ask.id)) ?? refuse('scan-unknown')

    const { id, row, account, createdAt, toShare } = opened
    const number: HouseNumber = { kind: 'trade', ...lot, id }
    const answer = await owner.payCode.pay(account.merchant, {
      tradeNumber: numberOf('trade', lot, id),
      amountFen: fen(row.owed_fen),
      description: describeOrder(row.lot_name, row.plate as Plate),
      code,
      createdAt,
      expiresAt: (createdAt + orderLastsMs) as never,
      clientIp: ownAddress(),
      lotCode: String(lot.lotId),
      laneCode: row.lane_id === null ? 'booth' : String(row.lane_id),
      ...(toShare ? { toShare } : {}),
    })
    await take(number, answer)
    return (await toldOf(lot, ask.id)) ?? refuse('scan-unknown')
  }

  const take = async (number: HouseNumber, answer: Result<CodeState, ChannelError>): Promise<void> => {
    if (!answer.ok) {
      if (answer.error.kind === 'refused') await end(number, 'channel-refused')
    } else if (answer.value.state === 'paid') await settle.heard(number, { state: 'paid', paid: answer.value.paid })
    else if (answer.value.state === 'declined') await end(number, answer.value.because)
  }

  const ask: PayCodes['ask'] = async (payment) => {
    const account = await accounts.byId(payment.account_id)
    const payCode: PayCode | undefined = channels[payment.channel]?.payCode
    if (!payCode || !account)
      throw new Error(`payment ${payment.id} was scanned for ${payment.channel}, which takes no pay codes now`)
    const lot: LotKey = { bucket: payment.bucket, lotId: payment.lot_id }
    const number: HouseNumber = { kind: 'trade', ...lot, id: payment.id as Id }
    const tradeNumber = numberOf('trade', lot, number.id)
    const state = await payCode.query(account.merchant, tradeNumber)
    const order = { scannedAt: payment.scanned_at!, reversing: payment.reversing === true }
    switch (stepAfter(order, state.ok ? state.value.state : 'unclear', clock.now())) {
      case 'clear':
        await settle.heard(number, state.ok ? state.value : { state: 'pending' })
        return
      case 'close':
        return end(number, order.reversing ? 'reversed' : 'closed')
      case 'reverse': {
        const begun = await database.of(lot.bucket).query(beginReversal, [lot.bucket, lot.lotId, payment.id])
        if (begun.length === 0) return
        const reversal = await payCode.reverse(account.merchant, tradeNumber)
        if (reversal.ok && reversal.value.state === 'reversed') return end(number, 'reversed')
        if (clock.now() - order.scannedAt > reversalLooksIllMs)
          await alarms.raise(lot, {
            kind: 'reversal-waits',
            payment: payment.id,
            because: reversal.ok ? reversal.value.state : reversal.error.kind,
          })
      }
    }
  }
  const takeBack: PayCodes['takeBack'] = async (lot, payment) => {
    await database.of(lot.bucket).query(beginReversal, [lot.bucket, lot.lotId, payment])
  }
  return { scan, ask, takeBack }
}

function replyOf(id: string, row: ScanRow): Reply {
  // Also when it has gone back: refunded alone would say that it counted.
  const state = row.unapplied ? 'unapplied' : row.state
  switch (state) {
    case 'created':
    case 'pending':
      return { id, state: 'waiting' }
    case 'paid':
    case 'partly-refunded':
    case 'refunded':
      return { id, state: 'paid', paidFen: row.amount_fen }
    case 'unapplied':
      return { id, state: 'declined', because: 'paid-otherwise' }
    case 'closed':
      return row.open ? { id, state: 'waiting' } : { id, state: 'declined', because: row.because ?? 'closed' }
  }
}

/** Of this machine, as the channels want to know where the code was sent from. */
const ownAddress = (): string =>
  Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal)?.address ?? '127.0.0.1'
