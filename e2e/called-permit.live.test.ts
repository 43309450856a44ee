import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import { tellMessageAgain } from '@lanepay/cloud/bolink/message-store.ts'
import type { PaymentView } from '@lanepay/cloud/driver/api.ts'
import { askRefund } from '@lanepay/cloud/refund/ask.ts'
import { rightsOf } from '@lanepay/cloud/refund/right.ts'
import type { CardQuoteView, CardsView } from '@lanepay/cloud/renewal/api.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { fen } from '@lanepay/domain/money.ts'
import type { Id } from '@lanepay/domain/types.ts'
import { calledLot, type Played } from './kit/called-lot.ts'
import type { Phone } from './kit/phone.ts'
import { lotPlan, type Road } from './kit/road.ts'
import { onRoad } from './kit/suite.ts'
import { until } from './kit/until.ts'

/* Drivers make month cards longer that the system of a called lot keeps itself: it is asked for them, and told what was paid. */

const day = 86_400_000
const midnight = (at: number) => Math.floor((at + 8 * 3_600_000) / day) * day - 8 * 3_600_000
const monthsLater = (at: number, months: number) => {
  const local = new Date(at + 8 * 3_600_000)
  const [year, month] = [local.getUTCFullYear(), local.getUTCMonth() + months]
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  return Date.UTC(year, month, Math.min(local.getUTCDate(), last)) - 8 * 3_600_000
}

describe('a driver makes a month card longer that a called system keeps', () => {
  let road: Road
  const stop = onRoad((one) => {
    road = one
  })
  afterEach(() => road.audit())

  let lots = 690
  /** A lot with one card of this plate, whose last day is so many days from today. */
  async function aLot(
    system: Played,
    card: { readonly days: number; readonly settings?: object; readonly sold?: object } & Pick<
      NonNullable<Parameters<typeof calledLot>[3]>,
      'untold'
    >,
  ) {
    const number = ++lots
    const plate = `粤B73${number}`
    const { lot, calls, close, code } = await calledLot(road, number, system, {
      ...{ settings: card.settings ?? {}, untold: card.untold ?? {} },
    })
    stop.push(close)
    const last = midnight(road.clock.now()) + (card.days + 1) * day - 1_000
    lot.permit(plate, last, 30 * day, { phone: '13800138000', ...card.sold })
    const phone = road.phone(`renews ${number}`)
    await phone.scan(`${road.publicUrl}/p/${code('prepay')}`)
    const of = `/api/driver/codes/${code('prepay')}`
    const cards = (phoneEnd: string) => phone.ask<CardsView>(`${of}/cards`, { plate, phoneEnd })
    const quote = async (months: number) => {
      const { body } = await cards('8000')
      return phone.ask<CardQuoteView>(`${of}/card-quote`, {
        ...{ plate, phoneEnd: '8000', months, card: body.cards[0]!.card },
      })
    }
    const pays = async (quoted: string) => {
      const paying = await phone.pay(code('prepay'), quoted)
      assert.equal(paying.status, 200, JSON.stringify(paying.body))
      await phone.payInWallet(paying.body.sheet)
      return paying.body.payment
    }
    return { number, plate, lot, calls, phone, last, cards, quote, pays }
  }
  const cardIs = (phone: Phone, payment: string, is: (view: PaymentView) => boolean) =>
    until(`the card of ${payment} is so`, async () => {
      road.pass(1_000)
      const { body } = await phone.payment(payment)
      return is(body) ? body : null
    })
  const isRenewed = ({ card }: PaymentView) => card?.renewed === true
  const alarmsOf = async (number: number) =>
    (
      await road.rows<{ kind: string; because: string }>('select kind::text, because from alarm where lot_id = $1', [
        number,
      ])
    ).map(({ kind, because }) => [kind, because])

  for (const [system, service] of [
    ['pyun', 'vip.renewal'],
    ['jieshun', '3c.card.carddelay'],
  ] as const)
    describe(system, () => {
      test('is shown it as the system says it, pays for three months, and has them once', async () => {
        const { lot, phone, last, cards, quote, pays } = await aLot(system, { days: 3 })
        const hidden = (await cards('0000')).body
        assert.deepEqual([hidden.cards, hidden.phoneNeeded], [[], true], 'whose it is, only its holder sees')
        const { body } = await cards('8000')
        assert.deepEqual(
          body.cards.map((card) => [card.period, card.until]),
          [['月', last]],
          'what is sold by counts is left out',
        )
        assert.equal(JSON.stringify(body).includes('唐'), false, 'its holder is named to nobody')
        const quoted = (await quote(3)).body
        const [line] = quoted.lines
        assert.deepEqual(
          [quoted.owedFen, line!.from, line!.to],
          [60_000, last + 1_000, monthsLater(last + 1_000, 3)],
          'it goes on from its end',
        )
        const payment = await pays(quoted.quote!)
        await cardIs(phone, payment, isRenewed)
        await road.settled()
        const to = monthsLater(last + 1_000, 3) - 1_000
        assert.deepEqual(
          lot.renewals.map((one) => [one.from, one.to, one.amountFen]),
          [[last + 1_000, to, 60_000]],
        )
        if (system === 'pyun') assert.equal(lot.renewals[0]!.payment, payment)
      })

      test('whose answer is lost is told again under the same number, and has it once', async () => {
        const { number, plate, lot, phone, last, quote, pays } = await aLot(system, { days: 3 })
        const { quote: quoted } = (await quote(1)).body
        lot.behave({ silentAbout: [service] })
        const payment = await pays(quoted!)
        await until('it has done it', () => lot.renewals.length > 0)
        assert.equal((await phone.payment(payment)).body.card!.renewed, false)
        // Meanwhile nobody pays for it a second time, and nothing goes back.
        assert.equal((await quote(1)).body.error.code, 'card-busy')
        lot.behave({ silentAbout: [] })
        await cardIs(phone, payment, isRenewed)
        await road.settled()
        assert.equal(lot.renewals.length, 1)
        assert.equal(lot.permitOf(plate)!.until, monthsLater(last + 1_000, 1) - 1_000)
        assert.deepEqual(await road.rows('select 1 from refund where lot_id = $1', [number]), [])
      })

      test('that it will not have: what was paid goes back by rule, and a person is told', async () => {
        const { number, lot, phone, quote, pays } = await aLot(system, { days: 3 })
        lot.behave({ refusesPayments: true })
        const refused = await pays((await quote(1)).body.quote!)
        // The channel keeps its fee of it, so that alone it cannot go back whole.
        const waiting = await cardIs(phone, refused, ({ state }) => state === 'refunding')
        assert.equal(waiting.card!.renewed, false)
        lot.behave({ refusesPayments: false })
        const taken = await pays((await quote(1)).body.quote!)
        await cardIs(phone, taken, isRenewed)
        road.pass(3_600_000)
        await cardIs(phone, refused, ({ state }) => state === 'refunded')
        assert.equal(lot.renewals.length, 1)
        assert.deepEqual(
          (await alarmsOf(number)).map(([kind]) => kind),
          ['card-not-renewed'],
        )
        await road.settled()
      })

      test('that ended yesterday is refused before anybody pays, unless its lot says that it may be late', async () => {
        const { lot, calls, quote } = await aLot(system, { days: -1 })
        const told = calls.length
        const { status, body } = await quote(1)
        assert.deepEqual([status, body.error.code], [409, 'card-ended'])
        assert.equal(lot.renewals.length, 0)
        assert.ok(calls.length > told, 'it was asked what there is')
      })

      for (const from of ['end', 'payment'] as const)
        test(`that ended yesterday is made longer from its ${from}, where its lot says so; not after its days`, async () => {
          const late = await aLot(system, { days: -1, settings: { lateRenewal: { days: 7, from } } })
          const quoted = (await late.quote(1)).body
          const start = from === 'end' ? late.last + 1_000 : midnight(quoted.quotedAt)
          assert.equal(quoted.lines[0]!.from, start)
          await cardIs(late.phone, await late.pays(quoted.quote!), isRenewed)
          assert.deepEqual(
            late.lot.renewals.map((one) => [one.from, one.to]),
            [[start, monthsLater(start, 1) - 1_000]],
          )
          await road.settled()
          const later = await aLot(system, { days: -9, settings: { lateRenewal: { days: 7, from } } })
          assert.equal((await later.quote(1)).body.error.code, 'card-ended')
        })

      test('of a lot that does not answer: that is said, and no card is guessed', async () => {
        const { lot, cards } = await aLot(system, { days: 3 })
        lot.behave({ failures: 1 })
        const { status, body } = await cards('8000')
        assert.deepEqual([status, body.error.code], [503, 'lot-offline'])
      })
    })

  const messagesOf = (number: number) =>
    road.rows<{ id: string; sends: number; send_at: Date | null; until: Date | null }>(
      'select id, sends, send_at, until from bolink_message where lot_id = $1',
      [number],
    )
  /** What the lot does not answer is told for the last time. */
  const givenUp = async (number: number) => {
    await until('it is told in vain', async () => ((await messagesOf(number))[0]?.sends ?? 0) > 0)
    // The hours between, one like the other, are left out.
    await road.rows('update bolink_message set sends = 99 where lot_id = $1', [number])
    await until('it is told no more', async () => {
      road.pass(900_000)
      return (await messagesOf(number))[0]!.send_at === null
    })
  }
  test('that its lot never answered: nothing goes back by any rule, and a person has it told again', async () => {
    const untold = { notTold: 'refund', refundAfterHours: 1 } as const
    const { number, lot, phone, quote, pays } = await aLot('jieshun', { days: 3, untold })
    await cardIs(phone, await pays((await quote(1)).body.quote!), isRenewed)
    const { quote: quoted } = (await quote(1)).body
    lot.behave({ failures: 1_000 })
    const payment = await pays(quoted!)
    await givenUp(number)
    assert.deepEqual(
      (await alarmsOf(number)).map(([kind]) => kind),
      ['lot-not-told'],
    )
    assert.equal((await messagesOf(number))[0]!.until, null, 'and goes back at no time')
    lot.behave({ failures: 0 })
    const key = [lotPlan.bucket, number, (await messagesOf(number))[0]!.id, new Date(road.clock.now())]
    assert.equal((await road.database.of(lotPlan.bucket).query(tellMessageAgain, key)).length, 1)
    await cardIs(phone, payment, isRenewed)
    assert.equal(lot.renewals.length, 2)
  })

  /** A person gives this payment's money back. */
  const givesBack = async (number: number, id: string) => {
    const [by, newId] = ['cashier', idMaker(() => road.clock.now(), 903)]
    const asked = await askRefund(
      { database: road.database, clock: road.clock, newId, rights: rightsOf(by, fen(100_000_000)) },
      {
        ...{ lot: { bucket: lotPlan.bucket, lotId: number }, payment: id as Id },
        ...{ amountFen: 'all', reason: 'not wanted', by, secondFactor: null },
      },
    )
    assert.ok(asked.ok)
  }

  test('told in vain for a day, and then given back by a person: it ends, and the card may be bought anew', async () => {
    const { number, lot, phone, quote, pays } = await aLot('pyun', { days: 3 })
    await cardIs(phone, await pays((await quote(1)).body.quote!), isRenewed)
    const { quote: quoted } = (await quote(1)).body
    lot.behave({ failures: 1_000 })
    const payment = await pays(quoted!)
    await givenUp(number)
    lot.behave({ failures: 0 })
    await givesBack(number, (await messagesOf(number))[0]!.id)
    await cardIs(phone, payment, ({ state }) => state === 'refunded')
    await until('it came to an end', async () => {
      road.pass(60_000)
      return (await messagesOf(number)).length === 0 && (await alarmsOf(number)).length > 1
    })
    assert.deepEqual((await alarmsOf(number)).toSorted(), [
      ['card-not-renewed', 'refunded'],
      ['lot-not-told', 'the lot never answered renewal'],
    ])
    assert.equal(lot.renewals.length, 1)
    assert.equal((await quote(1)).status, 200)
  })

  test('done without an answer, and then refused: the card is looked at, has it, and nothing goes back', async () => {
    const { number, lot, phone, quote, pays } = await aLot('pyun', { days: 3 })
    await cardIs(phone, await pays((await quote(1)).body.quote!), isRenewed)
    const { quote: quoted } = (await quote(1)).body
    lot.behave({ silentAbout: ['vip.renewal'] })
    const payment = await pays(quoted!)
    await until('it has done it', () => lot.renewals.length > 1)
    lot.behave({ silentAbout: [], refusesPayments: true })
    await cardIs(phone, payment, isRenewed)
    assert.deepEqual(await alarmsOf(number), [])
    assert.deepEqual(await road.rows('select 1 from refund where lot_id = $1', [number]), [])
  })

  test('that a person gives the money back for before its lot has heard of it is not told, and not renewed', async () => {
    const { number, lot, phone, quote, pays } = await aLot('pyun', { days: 3 })
    await cardIs(phone, await pays((await quote(1)).body.quote!), isRenewed)
    const { quote: quoted } = (await quote(1)).body
    lot.behave({ failures: 1_000 })
    const payment = await pays(quoted!)
    const [{ id } = { id: '' }] = await until('it lies there', async () => {
      const rows = await road.rows<{ id: string }>('select id from bolink_message where lot_id = $1', [number])
      return rows.length > 0 ? rows : null
    })
    await givesBack(number, id)
    lot.behave({ failures: 0 })
    await cardIs(phone, payment, ({ state }) => state === 'refunded')
    await until('it came to an end', async () => {
      road.pass(60_000)
      return (await alarmsOf(number)).length > 0
    })
    assert.deepEqual(await alarmsOf(number), [['card-not-renewed', 'refunded']])
    assert.equal(lot.renewals.length, 1)
  })

  test('that was made longer elsewhere after its price: JieShun’s, which has no number for payments, is looked at before it is told', async () => {
    const { number, plate, lot, phone, last, quote, pays } = await aLot('jieshun', { days: 3 })
    const { quote: quoted } = (await quote(3)).body
    lot.renew(plate, last + 30 * day)
    const payment = await pays(quoted!)
    await cardIs(phone, payment, ({ state }) => state === 'refunding')
    assert.deepEqual(await alarmsOf(number), [['card-not-renewed', 'card-changed']])
    assert.equal(lot.renewals.length, 0)
    await road.settled()
  })

  test('4pyun’s that says no price costs what its kind does, of a quarter for a quarter, and no further than it may', async () => {
    const most = midnight(road.clock.now()) + 200 * day - 1_000
    const { lot, quote } = await aLot('pyun', { days: 3, sold: { months: 3, priceFen: 20_000, most } })
    lot.behave({ otherSpelling: true })
    const quoted = (await quote(1)).body
    assert.equal(quoted.owedFen, 20_000)
    assert.match(quoted.lines[0]!.text.en, /1 × 季/)
    assert.equal((await quote(3)).body.error.code, 'card-too-far')
  })
})
