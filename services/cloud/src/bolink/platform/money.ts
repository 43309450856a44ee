import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { fen } from '@lanepay/domain/money.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import type { Message } from '@lanepay/lot-systems/bolink/fields.ts'
import { calls } from '@lanepay/lot-systems/bolink/platform.ts'
import type { CodePlace } from '../../code/places.ts'
import { askRefund } from '../../refund/ask.ts'
import { refusalsZh } from '../../refund/errors.ts'
import { rightsOf } from '../../refund/right.ts'
import type { bookOf } from '../book.ts'
import type { Charges } from '../charge.ts'
import type { Debts } from '../debts.ts'
import { debtName, type Orders } from '../orders.ts'
import type { Park } from '../park.ts'
import { type Computer, type Reply, type Services, service, texts } from '../service.ts'
import { seconds } from '../words.ts'
import type { Pays, ToPay } from './pays.ts'
import { selectRefundState } from './store.ts'

export const isTradeNo = (text: string): boolean => /^\d{16,32}$/.test(text)
/** Given back with the result. */
const longestDescription = 32
export const badNotifyUrl = `${texts.badData}: notify_url`

/**
 * Whether a result may be sent where a call wants it: to the vendor's own host, or to one that the lot's plan names. We call from
 * inside, where more can be reached than from outside.
 */
export function mayNotify(url: string | undefined, { callUrl, settings }: Pick<Park, 'callUrl' | 'settings'>): boolean {
  if (url === undefined || url === '') return true
  if (callUrl === null || !URL.canParse(url)) return false
  const [wanted, usual] = [new URL(url), new URL(callUrl)]
  if (
    wanted.search !== '' ||
    wanted.username !== '' ||
    (wanted.protocol !== 'https:' && wanted.protocol !== usual.protocol)
  )
    return false
  return wanted.host === usual.host || settings.notifyHosts.includes(wanted.host)
}

/**
 * What a vendor's cloud asks to be paid and given back (bolink-protocol.md 8.1). Its own number of a payment is kept with ours; the
 * same number is one payment. The driver pays at our page, where the lot is asked for the price as ever.
 */
export function vendorMoney(options: {
  readonly database: Database
  readonly clock: Clock
  readonly pays: Pays
  readonly debts: Debts
  readonly charges: Charges
  readonly orders: Orders
  readonly book: ReturnType<typeof bookOf>
  readonly codeAt: (lot: LotKey, place: CodePlace) => Promise<string>
}): Services {
  const { database, clock, pays, debts, charges } = options
  const refused = (tradeNo: string, errmsg: string): Reply => ({ state: 0, trade_no: tradeNo, errmsg })

  const askFor = async (from: Computer, asked: ToPay & { readonly isShared: boolean }): Promise<Reply | null> => {
    // Whom money goes to is the lot's own rule: a payment that is not shared as it was asked for is not made.
    if (asked.isShared) return refused(asked.tradeNo, `${texts.notYet}: is_separate_accounts`)
    const said = asked.kind === 'card' ? '' : (JSON.parse(asked.attach ?? '""') as string)
    if (said.length > longestDescription) return refused(asked.tradeNo, `${texts.badData}: description`)
    if (!isTradeNo(asked.tradeNo)) return refused(asked.tradeNo, `${texts.badData}: trade_no`)
    if (!mayNotify(asked.notifyUrl, from.park)) return refused(asked.tradeNo, badNotifyUrl)
    const kept = await pays.ask(from, asked)
    return kept === 'asked' ? null : refused(asked.tradeNo, 'error:订单号已使用')
  }
  const payAddress = async (from: Computer, tradeNo: string, member: string): Promise<Reply> => {
    const address = await options.codeAt(from, { kind: 'prepay', laneId: 0 })
    return { state: 1, trade_no: tradeNo, [member]: address, errmsg: '' }
  }
  /** What calls of all kinds say besides. */
  const besides = (said: { description?: string; notify_url?: string; is_separate_accounts?: number }) => ({
    ...(said.description ? { attach: JSON.stringify(said.description) } : {}),
    ...(said.notify_url ? { notifyUrl: said.notify_url } : {}),
    isShared: (said.is_separate_accounts ?? 0) !== 0,
  })

  const parkPay = async (from: Computer, said: Message<typeof calls.bolinkparkpay>): Promise<Reply> => {
    const { trade_no: tradeNo, order_id, car_number, amount } = said
    if (amount <= 0) return refused(tradeNo, `${texts.badData}: amount`)
    const no = await askFor(from, {
      ...{ tradeNo, kind: 'parking', subject: order_id, plate: car_number, amountFen: amount },
      ...besides(said),
    })
    if (no) return no
    if (said.pay_type !== 2) return payAddress(from, tradeNo, from.park.settings.payUrlMember)
    // However it was paid: under its number nobody is charged twice, with whatever code.
    if ((await pays.paymentOf(from, tradeNo)) !== null) return { state: 1, trade_no: tradeNo, order_id, errmsg: '' }
    const now = seconds(clock.now())
    const reply = await charges.exit(
      from,
      {
        ...{
          order_id,
          car_number,
          in_time: said.in_time ?? now,
          out_time: now,
          total: amount,
          lane: null,
          stays: true,
          tradeNo,
        },
        ...(said.out_channel_id ? { out_channel_id: said.out_channel_id } : {}),
      },
      said.auth_code,
    )
    return { ...reply, trade_no: tradeNo }
  }

  return {
    bolinkparkpay: service(calls.bolinkparkpay, parkPay),
    bolinkescapePay: service(calls.bolinkescapePay, async (from, said) => {
      const { trade_no: tradeNo, order_id } = said
      const asked = await pays.one(from, tradeNo)
      const isPaid =
        asked?.kind === 'escape' && asked.subject === order_id && (await pays.paymentOf(from, tradeNo)) !== null
      if (isPaid) return { state: 1, trade_no: tradeNo, order_id, errmsg: '' }
      const debt = await debts.one(from, order_id)
      // Paid, and not told yet, is paid.
      const isPaidAlready = async () => (await options.book.ofOrder(from, debtName(order_id))).length > 0
      if (debt?.payment_id !== null || (await isPaidAlready())) return refused(tradeNo, '没有欠费')
      const no = await askFor(from, {
        ...{ tradeNo, kind: 'escape', subject: order_id, plate: debt.plate, amountFen: null },
        ...besides(said),
      })
      if (no) return no
      if (said.pay_type !== 2) return payAddress(from, tradeNo, from.park.settings.payUrlMember)
      const { order_id: owing } = await options.orders.claimDebt(from, order_id)
      const reply = await charges.exit(
        from,
        {
          ...{ order_id: owing, car_number: debt.plate, in_time: seconds(debt.entered_at) },
          ...{ out_time: seconds(debt.left_at), total: fen(debt.owed_fen), lane: null, stays: true, tradeNo },
        },
        said.auth_code,
      )
      return { ...reply, trade_no: tradeNo, order_id }
    }),
    paymonthcard: service(calls.paymonthcard, async (from, said) => {
      const [plate = ''] = said.car_number.split(',')
      if (said.amount <= 0) return refused(said.trade_no, `${texts.badData}: amount`)
      const no = await askFor(from, {
        ...{ tradeNo: said.trade_no, kind: 'card', subject: said.card_id ?? '', plate, amountFen: said.amount },
        ...(said.attach === undefined ? {} : { attach: said.attach }),
        ...besides(said),
      })
      return no ?? payAddress(from, said.trade_no, 'payurl')
    }),
    refund: service(calls.refund, async (from, said) => {
      const { callId } = from
      if (callId === undefined) throw new Error('a refund is asked for by a call')
      const { trade_no: tradeNo, refund_money: amountFen } = said
      const limit = from.park.settings.refundUpToFen
      if (limit === 0) return refused(tradeNo, texts.notYet)
      if (!mayNotify(said.notify_url, from.park)) return refused(tradeNo, badNotifyUrl)
      const payment = await pays.paymentOf(from, tradeNo)
      if (payment === null) return refused(tradeNo, '订单不存在')
      const by = `vendor ${from.park.unionId}`
      const asked = await askRefund(
        // The same call is the same refund.
        { database, clock, newId: () => callId, rights: rightsOf(by, fen(limit)) },
        {
          ...{ lot: { bucket: from.bucket, lotId: from.lotId }, payment, amountFen, by, secondFactor: null },
          reason: said.refund_reason?.trim().slice(0, 80) || '车场云平台申请退款',
        },
      )
      if (!asked.ok) return refused(tradeNo, refusalsZh[asked.error.kind])
      const [row] = await database
        .of(from.bucket)
        .query<{ state: keyof typeof refundStates }>(selectRefundState, [from.bucket, from.lotId, callId])
      const [state, errmsg] = refundStates[row!.state]
      return { state, trade_no: tradeNo, errmsg }
    }),
  }
}

const refundStates = {
  asked: [2, '退款中'],
  sent: [2, '退款中'],
  done: [1, '退款成功'],
  failed: [0, '退款失败'],
} as const
