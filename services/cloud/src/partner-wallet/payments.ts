import type { FindWallet } from '@lanepay/channels/zldpay/wallet.ts'
import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { firstIdAt } from '@lanepay/domain/ids.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf, parseNumber } from '@lanepay/domain/numbers.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import type { Alarms } from '../alarm/alarm.ts'
import type { Charges } from '../bolink/charge.ts'
import { seconds } from '../bolink/words.ts'
import type { DriverErrorCode } from '../driver/api.ts'
import type { Pay } from '../payment/pay.ts'
import type { Settle } from '../payment/settle.ts'
import type { AskQuote } from '../quote/quote.ts'
import { dayAfter, dayOf, startOf } from '../reconciliation/day.ts'
import { isCharge, isPageTooLate, isPriceTooLate, isWhatIsOwed, orderIdOf } from './decide.ts'
import { callWallet, putNotice } from './notices.ts'
import {
  claimWalletPayments,
  countUnclear,
  endWalletPayment,
  lockStay,
  notePayment,
  noteQuote,
  type OrderToCharge,
  releaseWalletPayment,
  selectAmount,
  selectEarlierCharges,
  selectIsApplied,
  selectOrderToCharge,
  selectPaidThroughUs,
  type UnclearRow,
  type WalletPaymentRow,
} from './store.ts'

const againMs = 10_000
/** Nobody knows yet: the same again later. */
const waits: readonly DriverErrorCode[] = ['channel-unclear', 'payment-pending']
/** The price does not stand any more: another one is asked for. */
const stale: readonly DriverErrorCode[] = ['quote-expired', 'quote-used']

/**
 * Brings payments out of wallets to our books, step by step; each step is written down before the next, so that whoever goes on with one
 * does nothing twice: a price, a payment of exactly it, the word that it is paid, the answer to the wallet. All of it by the roads that
 * every payment goes.
 */
export function walletPayments(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => Id
  readonly walletOf: FindWallet
  readonly askQuote: AskQuote
  /** The price of an exit that a lot's own software has us charge. */
  readonly priceOfCharge: Charges['priceOf']
  readonly pay: Pay
  readonly settle: Settle
  readonly alarms: Alarms
}) {
  const { database, clock, log, newId, walletOf, askQuote, pay, settle, alarms } = options
  const keyOf = (row: WalletPaymentRow) => [row.bucket, row.lot_id, row.union_id, row.kind, row.number]
  const lotOf = (row: WalletPaymentRow) => ({ bucket: row.bucket, lotId: row.lot_id })

  type Outcome = 'applied' | 'not-applied'
  const endIn = async (
    tx: Tx,
    row: WalletPaymentRow,
    outcome: Outcome,
    because: string | null,
    paidFen: number | null,
  ): Promise<void> => {
    const [ended] = await tx.query<{ id: string }>(endWalletPayment, [...keyOf(row), outcome, because])
    if (!ended || row.kind === 'senseless') return
    const said = {
      ...{
        attach: JSON.parse(row.attach ?? '{}'),
        com_id: row.lot_id,
        order_id: orderIdOf(lotOf(row), row.session_id),
      },
      ...{ plate_number: row.plate, prepay_result: outcome === 'applied' ? 1 : 0, trade_no: row.number },
      ...{ prepay: (paidFen! / 100).toFixed(2), union_id: row.union_id },
    }
    const notice = { kind: 'prepay-result', subject: row.number, unionId: row.union_id, id: newId(), said } as const
    await putNotice(tx, lotOf(row), notice, clock.now())
  }
  const end = (row: WalletPaymentRow, outcome: Outcome, because: string | null): Promise<void> =>
    database.of(row.bucket).transaction((tx) => endIn(tx, row, outcome, because, row.amount_fen))

  /** A price that stands, of exactly this stay. Null: it is over, or waits. */
  const priced = async (row: WalletPaymentRow): Promise<string | null> => {
    const driver = `zldpay:${row.user_id}`
    const asked = { lot: lotOf(row), lane: row.lane_id, plate: row.plate, pass: null }
    const price = isCharge(row.number)
      ? await options.priceOfCharge(asked.lot, row.number, driver)
      : await askQuote({ ...asked, driver })
    if (!price.ok) {
      const isFinal = !price.error.again || isPriceTooLate(row.asked_at, clock.now())
      if (isFinal) await end(row, 'not-applied', price.error.code)
      return null
    }
    const { quote, owedFen, plate } = price.value
    const why = quote === undefined ? 'nothing-owed' : plate !== row.plate ? 'other-vehicle' : null
    const because = why ?? (isWhatIsOwed(row.amount_fen, owedFen) ? null : 'other-amount')
    if (because !== null || quote === undefined) {
      await end(row, 'not-applied', because)
      return null
    }
    const [noted] = await database.of(row.bucket).query(noteQuote, [...keyOf(row), quote, row.quote_id])
    return noted ? quote : null
  }

  /** The payment of the price, open; the same one however often it is asked for. Null: it is over, or waits. */
  const opened = async (row: WalletPaymentRow, quote: string): Promise<{ id: Id; amountFen: number } | null> => {
    const made = await pay({ lot: lotOf(row), quote, channel: 'zldpay', payer: row.user_id })
    if (made.ok) {
      const number = parseNumber('trade', made.value.payment)
      if (!number.ok) throw new Error(`no number of ours: ${made.value.payment}`)
      await database.of(row.bucket).query(notePayment, [...keyOf(row), number.value.id])
      return { id: number.value.id, amountFen: made.value.amountFen }
    }
    if (stale.includes(made.error.code)) await database.of(row.bucket).query(noteQuote, [...keyOf(row), null, quote])
    else if (!waits.includes(made.error.code)) await end(row, 'not-applied', made.error.code)
    return null
  }

  const paid = async (row: WalletPaymentRow, payment: Id, amountFen: number, walletTradeNo: string): Promise<void> => {
    const number = { kind: 'trade', ...lotOf(row), id: payment } as const
    const settled = await settle.heard(number, {
      state: 'paid',
      paid: {
        ...{ tradeNumber: numberOf('trade', lotOf(row), payment), accountKey: row.union_id, amountFen: fen(amountFen) },
        ...{ currency: 'CNY', channelTradeNo: walletTradeNo, paidAt: clock.now() as Instant, payer: row.user_id },
      },
    })
    const [is] = await database
      .of(row.bucket)
      .query<{ applied: boolean }>(selectIsApplied, [row.bucket, row.lot_id, payment])
    await (is!.applied ? end(row, 'applied', null) : end(row, 'not-applied', settled))
  }

  /**
   * Nobody knows whether the wallet took this charge, and it is not put to it again: the protocol has no question for that
   * (third-party-wallets.md A), so a person asks. What the wallet says by itself later is nobody's money.
   */
  const unclear = async (row: WalletPaymentRow, payment: Id): Promise<void> => {
    const number = { kind: 'trade', ...lotOf(row), id: payment } as const
    await settle.heard(number, { state: 'closed' })
    await end(row, 'not-applied', 'unclear')
  }
  let counted = new Map<string, number>()
  /** A wallet that is away is one alarm a day at each lot, however many vehicles it should have paid for meanwhile. */
  const callForUnclear = async (rows: readonly UnclearRow[]): Promise<void> => {
    const before = counted
    counted = new Map()
    for (const { bucket, lot_id, union_id, day, charges } of rows) {
      const walletDay = `${union_id} ${day}`
      const name = `${lot_id} ${walletDay}`
      const because = `${day} charges of which wallet ${union_id} never said whether it took them: ${charges} (list wallet-charges)`
      if (before.get(name) !== charges)
        await alarms.raise({ bucket, lotId: lot_id }, { kind: 'wallet-charge-unclear', walletDay, because })
      counted.set(name, charges)
    }
  }

  /**
   * Charges the wallet, and believes nothing but its plain yes or no: whatever else it says, it is asked again with the same number, as long
   * as the order is open and its stay owes it. `isAgain`: it may have been put to the wallet before.
   */
  const charge = async (row: WalletPaymentRow, payment: Id, amountFen: number, isAgain: boolean): Promise<void> => {
    const wallet = await walletOf(row.union_id)
    const key = [row.bucket, row.lot_id, payment, instantOut(clock.now())]
    const [order] = await database.of(row.bucket).query<OrderToCharge>(selectOrderToCharge, key)
    if (order?.fate === 'applied') return end(row, 'applied', null)
    if (order?.fate === 'unapplied') return end(row, 'not-applied', 'unapplied')
    if (!wallet?.noticeUrl || order?.fate !== 'open') {
      if (isAgain) return unclear(row, payment)
      await settle.heard({ kind: 'trade', ...lotOf(row), id: payment }, { state: 'closed' })
      return end(row, 'not-applied', order?.fate === 'open' ? 'wallet-takes-no-charge' : 'order-over')
    }
    const now = clock.now()
    const money = (amountFen / 100).toFixed(2)
    const said = {
      ...{ com_id: row.lot_id, user_id: row.user_id, plate_number: row.plate, in_time: seconds(order.entered_at) },
      ...{ out_time: seconds(row.asked_at), order_id: orderIdOf(lotOf(row), row.session_id), total: money, money },
      ...{ service_fee: '0.0', poundage: '0.0', duration: Math.ceil((row.asked_at - order.entered_at) / 60_000) },
      ...{ free_out_time: 0, trade_no: numberOf('trade', lotOf(row), payment), remark: '停车费', state: 0 },
    }
    const answer = await callWallet(wallet, 'nosense-pay', said, { now, id: newId() })
    const theirs = (answer?.trade_no ?? '').slice(0, 64)
    if (answer?.state === '1' && theirs !== '') return paid(row, payment, amountFen, theirs)
    if (answer?.state !== '0') return
    // A plain no: the driver pays in another way, and this order is nobody's any more.
    await settle.heard({ kind: 'trade', ...lotOf(row), id: payment }, { state: 'closed' })
    await end(row, 'not-applied', 'declined')
  }

  /**
   * Its user pays at our page, as anybody does: the wallet hears when he has, of what he has paid, or that he has not. A payment is one
   * number's: of two of a stay at once the second sees what the first has taken, and it is taken with the word of it or not at all.
   */
  const heardThroughUs = (row: WalletPaymentRow): Promise<void> =>
    database.of(row.bucket).transaction(async (tx) => {
      const stay = [row.bucket, row.lot_id, row.session_id]
      await tx.query(lockStay, stay)
      const since = [...stay, instantOut(row.asked_at)]
      const [paid] = await tx.query<{ id: Id; amount_fen: number }>(selectPaidThroughUs, since)
      if (paid) {
        await tx.query(notePayment, [...keyOf(row), paid.id])
        await endIn(tx, row, 'applied', null, paid.amount_fen)
      } else if (isPageTooLate(row.asked_at, clock.now()))
        await endIn(tx, row, 'not-applied', 'not-paid', row.amount_fen)
    })

  /** As far as it goes now; what waits is gone on with in ten seconds. Whoever calls has it in hand: made or claimed it. */
  const step = async (row: WalletPaymentRow): Promise<void> => {
    if (row.kind === 'through-us') return heardThroughUs(row)
    if (row.kind === 'senseless' && row.payment_id === null) {
      const key = [row.bucket, row.lot_id, row.session_id, row.id]
      const [earlier] = await database
        .of(row.bucket)
        .query<{ open: boolean; unclear: boolean }>(selectEarlierCharges, key)
      // One stay is never charged a second time while nobody knows what became of the first.
      if (earlier!.open) return
      if (earlier!.unclear) return end(row, 'not-applied', 'earlier-charge-unclear')
    }
    const quote = row.payment_id !== null ? null : (row.quote_id ?? (await priced(row)))
    const open = row.payment_id !== null ? await noted(row) : quote === null ? null : await opened(row, quote)
    if (open === null) return
    await (row.kind === 'prepay'
      ? paid(row, open.id, open.amountFen, row.number)
      : charge(row, open.id, open.amountFen, row.payment_id !== null))
  }
  const noted = async (row: WalletPaymentRow): Promise<{ id: Id; amountFen: number }> => {
    const key = [row.bucket, row.lot_id, row.payment_id]
    const [payment] = await database.of(row.bucket).query<{ amount_fen: number }>(selectAmount, key)
    return { id: row.payment_id as Id, amountFen: payment!.amount_fen }
  }

  const goOn = async (row: WalletPaymentRow): Promise<void> => {
    await step(row).catch((error: Error) =>
      log('error', 'wallet-payment-failed', { lot: row.lot_id, number: row.number, message: error.message }),
    )
    await database.of(row.bucket).query(releaseWalletPayment, [...keyOf(row), instantOut(clock.now() + againMs)])
  }

  return {
    goOn,
    /** It comes to nothing, unless it has ended by itself. */
    giveUp: (row: WalletPaymentRow, because: string): Promise<void> => end(row, 'not-applied', because),
    async round(): Promise<void> {
      for (const { db, buckets } of database.nodes) {
        const rows = await db.query<WalletPaymentRow>(claimWalletPayments, [buckets, instantOut(clock.now()), 50])
        // A wallet or a lot that does not answer holds up nobody else's vehicle, and none longer than it is in hand.
        const stays = Map.groupBy(rows, (row) => `${row.bucket}/${row.lot_id}/${row.session_id}`)
        const goingOn = [...stays.values()].map(async (ofStay) => {
          for (const row of ofStay) await goOn(row)
        })
        await Promise.all(goingOn)
      }
      // Of today, and of yesterday for what was asked before midnight; from what is written down, so that none is missed or counted twice.
      const since = firstIdAt(startOf(dayAfter(dayOf(clock.now()), -1)))
      const unclear = database.nodes.map(({ db, buckets }) => db.query<UnclearRow>(countUnclear, [buckets, since]))
      await callForUnclear((await Promise.all(unclear)).flat())
    },
  }
}
