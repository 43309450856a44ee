import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { parseNumber } from '@lanepay/domain/numbers.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { calls } from '@lanepay/lot-systems/bolink/platform.ts'
import type { Who } from '../../staff/route.ts'
import { noteLine } from '../../staff/trail.ts'
import type { bookOf } from '../book.ts'
import { sealedNames } from '../keeping.ts'
import type { Orders } from '../orders.ts'
import type { Park, Parks } from '../park.ts'
import { type Computer, isOfLot, type Reply, type Services, service, texts } from '../service.ts'
import { endWishRow, insertWish, selectInvoiced, selectOperatorOfLot, selectWish, type WishRow } from './store.ts'

/** Of more lots it is asked lot by lot. */
const lotsAtOnce = 200
const kind = 'invoice-wish'
/** As of any order (1). */
const longestNumber = 64
/** What of a wish is kept in our words; whatever else it says is the buyer's. */
const ours = [
  'type',
  'money',
  'open_type',
  'notify_url',
  'invoice_order_no',
  'union_id',
  'park_id',
  'rand',
  'time_temp',
]

type Of = { readonly park: Park; readonly record: string | null; readonly session: string | null }

/**
 * Invoices that a vendor's cloud wants (bolink-protocol.md 8.1). Tax invoices are made by the lot's operator, not here: what is wanted, for
 * whom and for which stay is kept, so that the operator sees it, and answered as under way, never as made. The same number is one wish.
 */
export function vendorInvoices(options: {
  readonly database: Database
  readonly clock: Clock
  readonly houseKey: Uint8Array
  readonly parks: Parks
  readonly orders: Orders
  readonly book: ReturnType<typeof bookOf>
}): Services {
  const { database, clock, houseKey, parks, orders, book } = options
  const answer = (state: 0 | 1 | 2, errmsg: string, number: string): Reply => ({
    ...{ state, errmsg, invoice_order_no: number },
  })
  const became = ({ body: { state, because = '' } }: WishRow, number: string): Reply => {
    if (state === 'issued') return answer(1, '已开票', number)
    return state === 'refused' ? answer(0, because, number) : answer(2, '已登记，待车场开票', number)
  }
  const unknown = (number: string) => answer(0, '订单不存在', number)

  /** The lot that a call names, or all of its vendor's that the same key signs for; null: too many to look through. */
  const asked = async (from: Computer, parkId: string | undefined): Promise<readonly Park[] | null> => {
    if (parkId !== undefined) return [from.park]
    const all = await parks.ofVendor(from.park.unionId, lotsAtOnce + 1)
    return all.length > lotsAtOnce ? null : all.filter(({ key, settings }) => key === from.park.key && !settings.beside)
  }
  /** What an invoice's number means at a lot: a record, a payment's number of either side, or a sum that is to be invoiced; null: nothing. */
  const meant = async (park: Park, number: string): Promise<Of | null> => {
    const key = [park.bucket, park.lotId]
    const trade = parseNumber('trade', number)
    const paidFor = trade.ok && isOfLot(park, trade.value) ? await book.orderOf(park, trade.value.id) : null
    const order = paidFor === null ? null : await orders.one(park, paidFor)
    if (order) return { park, record: order.debt_of ?? order.order_id, session: order.session_id }
    const [found] = await database
      .of(park.bucket)
      .query<{ record: string; session: string | null }>(selectInvoiced, [...key, number])
    return found ? { park, ...found } : null
  }
  const wishOf = async ({ bucket, lotId }: Park, number: string): Promise<WishRow | null> =>
    (await database.of(bucket).query<WishRow>(selectWish, [bucket, lotId, kind, number]))[0] ?? null

  return {
    openInvoice: service(calls.openInvoice, async (from, said, data) => {
      const { invoice_order_no: number, money: amountFen } = said
      if (number === '' || number.length > longestNumber) return answer(0, `${texts.badData}: invoice_order_no`, number)
      if (amountFen <= 0) return answer(0, `${texts.badData}: money`, number)
      const among = await asked(from, said.park_id)
      if (among === null) return answer(0, `${texts.badData}: park_id`, number)
      const found: Of[] = []
      for (const park of among) {
        const of = await meant(park, number)
        if (of) found.push(of)
      }
      // Who has asked for what is told to nobody else: of several lots it must be certain which is meant.
      const [only] = among
      const of = found[0] ?? (among.length === 1 && only ? { park: only, record: null, session: null } : null)
      if (of === null) return unknown(number)
      if (found.length > 1) return answer(0, `${texts.badData}: park_id`, number)
      const { bucket, lotId } = of.park
      const buyer = Object.fromEntries(Object.entries(data).filter(([name]) => !ours.includes(name)))
      const names = sealedNames(houseKey, of.park, { kind, key: number }, { name: said.buyer_name, ...buyer })
      const body = { amountFen, type: said.type, openType: said.open_type, record: of.record, session: of.session }
      await database.of(bucket).query(insertWish, [bucket, lotId, kind, number, body, names, instantOut(clock.now())])
      const kept = (await wishOf(of.park, number))!
      const isSame = kept.body.amountFen === amountFen && kept.body.type === said.type
      return isSame ? became(kept, number) : answer(0, 'error:订单号已使用', number)
    }),
    queryOpenInvoiceStatus: service(calls.queryOpenInvoiceStatus, async (from, said) => {
      const { invoice_order_no: number } = said
      const among = await asked(from, said.park_id)
      if (among === null) return answer(0, `${texts.badData}: park_id`, number)
      for (const park of among) {
        const wish = await wishOf(park, number)
        if (wish) return became(wish, number)
      }
      return unknown(number)
    }),
  }
}

/**
 * What an operator's person says of an invoice that is wanted: it is made, under a number of the tax office, or will not be, and why. Said
 * once: the same again is the same. Its line in the trail is in the same transaction.
 */
export async function endWish(
  deps: { readonly database: Database; readonly clock: Clock; readonly newId: () => Id; readonly houseKey: Uint8Array },
  lot: LotKey,
  number: string,
  said: { readonly state: 'issued' | 'refused'; readonly because: string },
  who: Who,
): Promise<'ended' | 'unknown' | 'ended-otherwise'> {
  const { database, clock, newId, houseKey } = deps
  const { state, because } = said
  return database.of(lot.bucket).transaction(async (tx) => {
    const key = [lot.bucket, lot.lotId, kind, number]
    const [ended] = await tx.query(endWishRow, [...key, { state, because }])
    if (!ended) {
      const [wish] = await tx.query<WishRow>(selectWish, key)
      if (!wish) return 'unknown'
      return wish.body.state === state && wish.body.because === because ? 'ended' : 'ended-otherwise'
    }
    const [row] = await tx.query<{ operator_id: string }>(selectOperatorOfLot, [lot.bucket, lot.lotId])
    await noteLine(tx, { houseKey, newId, now: clock.now() }, lot, who, {
      ...{ act: 'invoices.end', operatorId: row!.operator_id, about: `invoice ${number}`, after: state },
      reason: because,
    })
    return 'ended'
  })
}
