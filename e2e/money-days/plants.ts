import assert from 'node:assert/strict'
import { clearing } from '@lanepay/cloud/clearing/clear.ts'
import { dayAfter, dayOf, startOf } from '@lanepay/cloud/reconciliation/day.ts'
import type { DiscrepancyClass } from '@lanepay/cloud/reconciliation/decide.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf, parseNumber } from '@lanepay/domain/numbers.ts'
import type { BilledChannel, Id } from '@lanepay/domain/types.ts'
import type { Chance } from './chance.ts'
import type { LivedLot } from './lot.ts'
import type { PhonePays } from './pays.ts'
import { accountOf, bucket, channelNames, minute, type World } from './world.ts'

/** What was done wrong on purpose, and by which words of a discrepancy it is known again. */
export type Planted = {
  readonly class: DiscrepancyClass
  readonly accountId: number
  /** Part of its item, or of what it is about. */
  readonly by: readonly string[]
  /** Other classes by which the same thing shows: in the account, or in the day's balance. */
  readonly also?: readonly DiscrepancyClass[]
  /** By so much the ledger says more of the account than the channel does, for good. */
  readonly offFen?: number
  /** Puts right what was done to our own book, once it was found. */
  readonly mend?: () => Promise<unknown>
}
/** After this hour of its day, or with its first minute where that is 0; after that of the bills, they are late. */
export type Plant = { readonly what: string; readonly at: number; readonly plant: () => Promise<readonly Planted[]> }

/** In the hour with this number, the one before ten, the bills of the day before come. */
export const billsAt = 9
const plantsAt = 13

type Paid = { readonly id: Id; readonly channelTradeNo: string; readonly amountFen: number }

/**
 * One of each class, each on a day of its own: at the channels behind our back, in our own book, and in lines of a bill that was read.
 * They are done to payments of their own, which nobody refunds or shares; `take` keeps those from everybody else.
 */
export function plantsOf(
  world: World,
  chance: Chance,
  told: { readonly pays: PhonePays; readonly newPlate: () => string; readonly take: (payment: Id) => void },
): readonly Plant[] {
  const { rows, lots, simulators, channels, merchants, newId } = world

  /** A stay of its own that is paid with the phone, now, and shared with nobody. */
  const paid = async (channel: BilledChannel, told2: { readonly minutes?: number } = {}): Promise<Paid> => {
    const lot = chance.oneOf(lots)
    const number = await tapped(channel, lot, told2.minutes ?? chance.between(30, 200))
    simulators[channel].control.pay(number.text)
    await told.pays.getsOut(lot, number.plate)
    return about(number.id)
  }
  const tapped = async (channel: BilledChannel, lot: LivedLot, minutes: number) => {
    const plate = told.newPlate()
    lot.drivesIn(plate)
    await world.pass(minutes * minute)
    lot.isReadAtExit(plate)
    await world.heard(lot)
    const text = await told.pays.taps(lot, channel, 'driver of a plant')
    assert.ok(text, 'the order stands')
    const number = parseNumber('trade', text)
    assert.ok(number.ok)
    const { id } = number.value
    told.take(id)
    await rows('update payment set share_rule = null, share_at = null where bucket = $1 and id = $2', [bucket, id])
    return { id, text, plate }
  }
  const about = async (id: Id): Promise<Paid> => {
    const [row] = await rows<{ channel_trade_no: string; amount_fen: number; state: string }>(
      'select channel_trade_no, amount_fen, state from payment where bucket = $1 and id = $2',
      [bucket, id],
    )
    assert.equal(row?.state, 'paid')
    return { id, channelTradeNo: row!.channel_trade_no, amountFen: row!.amount_fen }
  }
  const change = (set: string, id: Id, ...values: unknown[]) =>
    rows(`update payment set ${set} where bucket = $1 and id = $2`, [bucket, id, ...values])
  /** Of the day before, from the bill that has been read and not yet been worked. */
  const lineOf = async (channel: BilledChannel) => {
    const day = dayAfter(dayOf(world.clock.now()), -1)
    const [bill] = await rows<{ bill_id: string }>(
      `select bill_id from bill where account_id = $1 and day = $2::date and kind = 'fund-flow' and state = 'kept'`,
      [accountOf[channel], day],
    )
    assert.ok(bill, `the account bill of ${day} has been read and waits`)
    return bill.bill_id
  }
  const shareIn = (billId: string) =>
    rows<{ item_id: Id; line: number }>(
      `select item_id, line from bill_line where bill_id = $1 and kind = 'flow-of-share' order by line limit 1`,
      [billId],
    )
  const onAny = (
    what: string,
    plant: (channel: BilledChannel) => Promise<readonly Planted[]>,
    at = plantsAt,
  ): Plant => ({
    ...{ what, at },
    plant: () => plant(chance.oneOf(channelNames)),
  })
  /** Money that somebody takes through our account under this number, and gives back the next minute. */
  const stranger = async (
    channel: BilledChannel,
    number: string,
    refundNumber: string,
    cls: DiscrepancyClass,
    known: readonly string[],
  ): Promise<readonly Planted[]> => {
    const amountFen = fen(chance.between(200, 5_000))
    const now = world.clock.now()
    const { control } = simulators[channel]
    const payer = 'openidOf' in control ? control.openidOf('a stranger') : control.identityOf('a stranger')
    const made = await channels[channel]!.create(merchants[channel], {
      ...{ tradeNumber: number, amountFen, description: 'not ours', payer, place: 'wallet', createdAt: now },
      ...{ expiresAt: (now + 5 * minute) as typeof now, notifyUrl: world.notifyUrl(channel) },
    })
    assert.ok(made.ok, JSON.stringify(made))
    control.pay(number)
    await world.pass(2 * minute)
    const back = await channels[channel]!.refund(merchants[channel], {
      ...{ tradeNumber: number, refundNumber, amountFen, paymentFen: amountFen, reason: 'not ours' },
      notifyUrl: world.notifyUrl(channel),
    })
    assert.ok(back.ok, JSON.stringify(back))
    const state = await channels[channel]!.query(merchants[channel], number)
    const channelNo = state.ok && state.value.state === 'paid' ? [state.value.paid.channelTradeNo] : []
    const also = ['flow-unexplained', 'flow-amount', 'flow-missing'] as const
    return [{ class: cls, accountId: accountOf[channel], by: [...known, number, refundNumber, ...channelNo], also }]
  }

  return [
    onAny('a payment and a refund under numbers that we never made', (channel) =>
      stranger(channel, `SHOP${newId()}`, `SHOPBACK${newId()}`, 'not-our-number', []),
    ),
    onAny('a payment and a refund under numbers like ours that our book has not', (channel) => {
      const lot = { bucket, lotId: 1 }
      const [payment, refund] = [newId(), newId()]
      const numbers = [numberOf('trade', lot, payment), numberOf('refund', lot, refund)] as const
      return stranger(channel, ...numbers, 'not-in-our-book', [payment, refund])
    }),
    onAny('a payment that the channel does not know', async (channel) => {
      const lot = chance.oneOf(lots)
      const { id, text, plate } = await tapped(channel, lot, 100)
      const [row] = await rows<{ amount_fen: number; account_key: string }>(
        'select amount_fen, account_key from payment where bucket = $1 and id = $2',
        [bucket, id],
      )
      const { database, clock } = world
      const clear = clearing({ database, clock, newId, gateSeconds: 60, onCommand: () => {} })
      const outcome = await clear({
        number: { kind: 'trade', bucket, lotId: lot.number, id },
        facts: {
          ...{ tradeNumber: text, accountKey: row!.account_key, amountFen: fen(row!.amount_fen), currency: 'CNY' },
          ...{ channelTradeNo: `42${id}`, paidAt: clock.now(), payer: null },
        },
      })
      assert.equal(outcome, 'applied')
      await told.pays.getsOut(lot, plate)
      const offFen = row!.amount_fen
      return [{ class: 'not-at-channel', accountId: accountOf[channel], by: [id], also: ['flow-balance'], offFen }]
    }),
    onAny('a payment that the channel has under another number of its own', async (channel) => {
      const { id, channelTradeNo } = await paid(channel)
      await change('channel_trade_no = $3', id, `${channelTradeNo.slice(0, -4)}0000`)
      return [{ class: 'double', accountId: accountOf[channel], by: [id] }]
    }),
    onAny('a payment that was meant for another account', async (channel) => {
      const { id } = await paid(channel)
      await change(`account_key = '1900009999'`, id)
      return [{ class: 'other-account', accountId: accountOf[channel], by: [id] }]
    }),
    onAny('a payment of a fen more in our book', async (channel) => {
      const { id } = await paid(channel)
      await change('amount_fen = amount_fen + 1', id)
      const mend = () => change('amount_fen = amount_fen - 1', id)
      return [{ class: 'amount', accountId: accountOf[channel], by: [id], mend }]
    }),
    {
      what: 'a payment a little after midnight that our book has a little before it',
      at: 0,
      plant: async () => {
        const channel = chance.oneOf(channelNames)
        const { id } = await paid(channel, { minutes: 4 })
        const [row] = await rows<{ paid_at: Date }>('select paid_at from payment where bucket = $1 and id = $2', [
          bucket,
          id,
        ])
        await change('paid_at = $3', id, new Date(startOf(dayOf(world.clock.now())) - 5 * minute))
        const mend = () => change('paid_at = $3', id, row!.paid_at)
        return [{ class: 'day-boundary', accountId: accountOf[channel], by: [id], mend }]
      },
    },
    onAny('a fee that is not the one set aside', async (channel) => {
      const set = (basisPoints: number) =>
        rows('update channel_account set channel_fee_basis_points = $2 where account_id = $1', [
          ...[accountOf[channel], basisPoints],
        ])
      // A process that begins reads the accounts anew.
      await set(38)
      await world.cloud.restart()
      const { id } = await paid(channel, { minutes: 200 })
      await set(60)
      await world.cloud.restart()
      return [{ class: 'fee', accountId: accountOf[channel], by: [id] }]
    }),
    {
      what: 'lines of an account bill that are changed, lost, and added, after it was read',
      at: billsAt,
      plant: async () => {
        const sharing: BilledChannel[] = []
        for (const one of channelNames) if ((await shareIn(await lineOf(one))).length > 0) sharing.push(one)
        assert.ok(sharing.length > 0, 'something was shared on the day before')
        const channel = chance.oneOf(sharing)
        const billId = await lineOf(channel)
        const lines = await rows<{ item_id: Id; first: number; n: number }>(
          `select item_id, min(line) as first, count(*)::int4 as n from bill_line
            where bill_id = $1 and kind = 'flow-of-payment' group by item_id order by item_id`,
          [billId],
        )
        assert.ok(lines.length >= 3, `payments of a day: ${lines.length}`)
        const [changed, lost, copied] = [lines.at(0)!, lines.at(1)!, lines.at(2)!]
        await rows(
          'update bill_line set amount_fen = amount_fen + 7 where bill_id = $1 and item_id = $2 and line = $3',
          [...[billId, changed.item_id, changed.first]],
        )
        await rows('delete from bill_line where bill_id = $1 and item_id = $2', [billId, lost.item_id])
        const added = `9${newId()}`
        await rows(
          `insert into bill_line (bucket, lot_id, item_id, bill_id, line, kind, amount_fen, fee_milli_fen, channel_no, channel_item_no, balance_fen, at,
                                  product, note)
           select 0, 0, 0, bill_id, line + 1000000, 'flow', 4200, 0, $3, $3, balance_fen, at, product, note
             from bill_line where bill_id = $1 and item_id = $2 and line = $4`,
          [billId, copied.item_id, added, copied.first],
        )
        const share = (await shareIn(billId))[0]!
        await rows(
          'update bill_line set amount_fen = amount_fen - 3 where bill_id = $1 and item_id = $2 and line = $3',
          [...[billId, share.item_id, share.line]],
        )
        const of = { accountId: accountOf[channel] }
        const day = dayAfter(dayOf(world.clock.now()), -1)
        return [
          { class: 'flow-amount', ...of, by: [changed.item_id] },
          { class: 'flow-missing', ...of, by: [lost.item_id] },
          { class: 'flow-unexplained', ...of, by: [added] },
          { class: 'flow-unheard', ...of, by: [share.item_id] },
          { class: 'flow-gap', ...of, by: [`balance ${day}`], also: ['flow-balance'] },
        ]
      },
    },
    {
      what: 'an arm that rises by a remote control',
      at: plantsAt,
      plant: async () => {
        const lot = chance.oneOf(lots)
        lot.armRisesByItself()
        return [{ class: 'gate-unexplained', accountId: 0, by: [`/${lot.lastSeq()}`] }]
      },
    },
  ]
}

/** The files of bills that are not whole, or not there, and what is noted of them until they are. */
export const fileFaults = [
  { kind: 'bill-not-ready', because: /^(not-ready|no-bill) / },
  { kind: 'bill-cut', because: /^damaged/ },
  { kind: 'bill-end-lost', because: /^damaged/ },
  { kind: 'bill-row-lost', because: /^damaged/ },
  { kind: 'bill-mangled', because: /^damaged/ },
  { kind: 'bill-of-another', because: /^damaged/ },
  { kind: 'bill-of-another-day', because: /^damaged/ },
  { kind: 'bill-new-column', because: /^damaged/ },
] as const
/** WeChat Pay alone says the hash of a file before it gives it. */
export const wrongHash = { kind: 'bill-changed', because: /^damaged/ } as const
