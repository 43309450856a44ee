import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import type { PaymentView } from '@lanepay/cloud/driver/api.ts'
import type { CardQuoteView, CardsView } from '@lanepay/cloud/renewal/api.ts'
import { signedInAs } from '@lanepay/cloud/staff/staff.testing.ts'
import { statementOf } from '@lanepay/ledger/statement.ts'
import type { ChargingSoftware } from '@lanepay/simulator-charging-software/software.ts'
import { startVendorCloud } from '@lanepay/simulator-charging-software/vendor-cloud.ts'
import { connectedLot } from './kit/connected-lot.ts'
import type { Phone } from './kit/phone.ts'
import { houseKey, lotPlan, type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'
import { vendorLots } from './kit/vendor-lots.ts'

/* Drivers make their month cards longer by themselves: a card that the cloud keeps, and one that the lot's own software keeps. */

const day = 86_400_000
describe('a driver makes a month card longer', () => {
  let road: Road
  const running: ChargingSoftware[] = []
  before(async () => {
    road = await startRoad()
  })
  after(async () => {
    await Promise.all(running.map((one) => one.close()))
    await road?.close()
  })
  afterEach(() => road.audit())

  const office = async (lot: number, path: string, body: object) => {
    const manager = await signedInAs(road.database, road.clock.now(), { role: 'manager', operatorId: '1', houseKey })
    const response = await fetch(`${road.publicUrl}/api/operator/lots/${lot}/${path}`, {
      ...{ method: 'POST', body: JSON.stringify(body) },
      headers: { ...manager, 'content-type': 'application/json' },
    })
    // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
    const json = (await response.json()) as any
    assert.equal(response.status, 200, JSON.stringify(json))
    return json
  }
  const midnight = () => Math.floor((road.clock.now() + 8 * 3_600_000) / day) * day - 8 * 3_600_000
  let made = 0
  /** A card at a lot whose cards the cloud keeps. */
  async function aCard(lot: number, plate: string, how: { phone?: string; days?: number } = {}) {
    const name = `K-${++made}`
    const { product } = await office(lot, 'products', { name: `月卡 ${made}`, monthFen: 30_000, spaces: 1 })
    const untilAt = midnight() + (how.days ?? 3) * day
    const { card } = await office(lot, 'cards', {
      ...{ card: name, product, plates: [plate], from: untilAt - 30 * day, until: untilAt },
      ...(how.phone ? { holder: { name: '张小明', phone: how.phone } } : {}),
    })
    return { id: card as string, ref: `here:${card}`, until: untilAt }
  }
  async function scanned(driver: string, code: string): Promise<Phone> {
    const phone = road.phone(driver)
    await phone.scan(`${road.publicUrl}/p/${code}`)
    return phone
  }
  const cards = (phone: Phone, code: string, body: object) =>
    phone.ask<CardsView>(`/api/driver/codes/${code}/cards`, body)
  const quote = (phone: Phone, code: string, body: object) =>
    phone.ask<CardQuoteView>(`/api/driver/codes/${code}/card-quote`, body)
  async function pays(phone: Phone, code: string, quoted: string): Promise<string> {
    const paying = await phone.pay(code, quoted)
    assert.equal(paying.status, 200, JSON.stringify(paying.body))
    await phone.payInWallet(paying.body.sheet)
    return paying.body.payment
  }
  const cardIs = (phone: Phone, payment: string, is: (view: PaymentView) => boolean) =>
    until(`the card of ${payment} is so`, async () => {
      road.pass(1_000)
      const { body } = await phone.payment(payment)
      return is(body) ? body : null
    })
  const ends = async (id: string) =>
    (await road.rows<{ until_at: Date }>('select until_at from month_card where id = $1', [id]))[0]!.until_at.getTime()
  const plusMonths = (at: number, months: number) => {
    const local = new Date(at + 8 * 3_600_000)
    const last = new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + months + 1, 0)).getUTCDate()
    return (
      Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + months, Math.min(local.getUTCDate(), last)) - 8 * 3_600_000
    )
  }

  describe('that the cloud keeps', () => {
    const lot = lotPlan.number
    test('is shown what it costs, pays for so many months, and has them once; the lot is told, and lets the car out by it', async () => {
      const card = await aCard(lot, '粤B70001', { phone: '13800138000', days: -2 })
      const code = road.code('prepay')
      const phone = await scanned('renews-1', code)
      const seen = (await cards(phone, code, { plate: '粤b·70001', phoneEnd: '8000' })).body
      assert.deepEqual(
        seen.cards.map(({ card: ref, until: end, monthFen }) => [ref, end, monthFen]),
        [[card.ref, card.until, 30_000]],
      )
      const asked = { plate: '粤B70001', phoneEnd: '8000', card: card.ref, months: 2 }
      const quoted = (await quote(phone, code, asked)).body
      assert.deepEqual([quoted.owedFen, quoted.state, quoted.lines[0]!.to], [60_000, 'owed', plusMonths(midnight(), 2)])
      const payment = await pays(phone, code, quoted.quote!)
      const view = await cardIs(phone, payment, ({ card: is }) => is?.renewed === true)
      assert.deepEqual([view.state, view.leaveBy, view.card!.until], ['paid', null, plusMonths(midnight(), 2)])
      assert.equal(await ends(card.id), plusMonths(midnight(), 2))
      await road.settled()
      // It is no stay, and stands with month cards in the sums.
      const [session] = await road.rows<{ state: string; standing: string }>(
        'select state, standing from session where renews_card = $1',
        [card.ref],
      )
      assert.deepEqual(session, { state: 'voided', standing: 'month-card' })
      const [step] = await road.rows<{ kind: string; account: string; reason: string; noted_fen: number | null }>(
        'select kind, account, reason, noted_fen from month_card_step where card_id = $1 order by id desc limit 1',
        [card.id],
      )
      assert.deepEqual(step, { kind: 'renewed', account: 'driver', reason: payment, noted_fen: null })
      const stay = await road.park('粤B70001')
      await road.toExit('粤B70001')
      await road.driveOut()
      const [opening] = await until('the cloud knows of the opening', async () => {
        const opened = await road.openings(`session_id = ${stay} and lane_id = 2`)
        return opened.length > 0 ? opened : null
      })
      assert.equal(opening!.cause_kind, 'month-card')
    })

    test('told again and again it is longer once', async () => {
      const card = await aCard(lot, '粤B70002')
      const code = road.code('prepay')
      const phone = await scanned('renews-2', code)
      const { body } = await quote(phone, code, { plate: '粤B70002', card: card.ref, months: 1 })
      const payment = await pays(phone, code, body.quote!)
      await cardIs(phone, payment, ({ card: is }) => is?.renewed === true)
      // As after a process that died before it had noted that it was done.
      await road.rows(
        `update clearance set state = 'queued', answered_at = null, send_at = $1 where session_id in (select id from session where renews_card = $2)`,
        [new Date(road.clock.now()), card.ref],
      )
      await road.settled()
      assert.equal(await ends(card.id), plusMonths(card.until, 1))
    })

    test('of two who pay for it at once one is given back', async () => {
      const card = await aCard(lot, '粤B70003')
      const code = road.code('prepay')
      const phones = [await scanned('renews-3a', code), await scanned('renews-3b', code)]
      const quotes = []
      for (const phone of phones)
        quotes.push((await quote(phone, code, { plate: '粤B70003', card: card.ref, months: 1 })).body.quote!)
      const [one, two] = [await phones[0]!.pay(code, quotes[0]!), await phones[1]!.pay(code, quotes[1]!)]
      await phones[0]!.payInWallet(one.body.sheet)
      await cardIs(phones[0]!, one.body.payment, ({ card: is }) => is?.renewed === true)
      await phones[1]!.payInWallet(two.body.sheet)
      await cardIs(phones[1]!, two.body.payment, ({ state }) => state === 'refunded')
      assert.equal(await ends(card.id), plusMonths(card.until, 1))
      await road.settled()
    })

    test('that was stopped between the price and the payment: it goes back by itself, and a person is told', async () => {
      const card = await aCard(lot, '粤B70004')
      const code = road.code('prepay')
      const phone = await scanned('renews-4', code)
      const { body } = await quote(phone, code, { plate: '粤B70004', card: card.ref, months: 1 })
      const paying = await phone.pay(code, body.quote!)
      await office(lot, `cards/${card.id}/stop`, { reason: '搬走' })
      await phone.payInWallet(paying.body.sheet)
      const view = await cardIs(phone, paying.body.payment, ({ state }) => state === 'refunded')
      assert.equal(view.card!.renewed, false)
      assert.equal(await ends(card.id), card.until)
      const alarms = await road.rows<{ because: string }>(
        `select because from alarm where kind = 'card-not-renewed' and lot_id = $1`,
        [lot],
      )
      assert.deepEqual(
        alarms.map(({ because }) => because),
        ['card-stopped'],
      )
      await road.settled()
    })

    test('a stranger who types the plate sees nothing of it; who does not know the telephone cannot pay for it', async () => {
      const card = await aCard(lot, '粤B70005', { phone: '13900139111' })
      const code = road.code('prepay')
      const phone = await scanned('stranger', code)
      for (const phoneEnd of [undefined, '0000']) {
        const { body } = await cards(phone, code, { plate: '粤B70005', phoneEnd })
        assert.deepEqual([body.cards, body.phoneNeeded], [[], true])
        const asked = await quote(phone, code, { plate: '粤B70005', card: card.ref, months: 1, phoneEnd })
        assert.deepEqual([asked.status, asked.body.error.code], [403, 'card-not-proven'])
      }
      const other = await quote(phone, code, { plate: '粤B79999', card: card.ref, months: 1 })
      assert.deepEqual([other.status, other.body.error.code], [404, 'card-unknown'])
      for (const months of [0, 13, 1.5])
        assert.equal((await quote(phone, code, { plate: '粤B70005', card: card.ref, months })).status, 400)
      let slowed = 0
      for (let tries = 0; tries < 12 && slowed === 0; tries++)
        if ((await cards(phone, code, { plate: '粤B70005', phoneEnd: `100${tries % 10}` })).status === 429)
          slowed = tries
      assert.ok(slowed > 0)
    })

    test('what nobody pays is let go, and nobody is inside by it meanwhile', async () => {
      const card = await aCard(lot, '粤B70006')
      const code = road.code('prepay')
      const phone = await scanned('renews-6', code)
      assert.equal((await quote(phone, code, { plate: '粤B70006', card: card.ref, months: 1 })).status, 200)
      assert.equal((await phone.quote(code, '粤B70006')).body.error.code, 'no-session')
      road.pass(31 * 60_000)
      await until('it is let go', async () => {
        const [row] = await road.rows<{ outcome: string | null; state: string }>(
          'select r.outcome, s.state from card_renewal r join session s on s.id = r.session_id where r.card = $1',
          [card.ref],
        )
        return row!.outcome === 'let-go' && row!.state === 'voided'
      })
    })
  })

  describe('that the cloud keeps for a connected lot', () => {
    type Fields = Readonly<Record<string, unknown>>
    const paysFor = async (driver: string, code: string, plate: string, card: string) => {
      const phone = await scanned(driver, code)
      const { body } = await quote(phone, code, { plate, card, months: 2 })
      const payment = await pays(phone, code, body.quote!)
      await cardIs(phone, payment, ({ card: is }) => is?.renewed === true)
      return payment
    }
    /** The card's new time, and then what the driver has paid, in the words of `month_pay_sync`. */
    const isTold = (
      heard: readonly { readonly service: string; readonly fields: Fields }[],
      card: { readonly id: string; readonly until: number },
      payment: string,
    ) => {
      const about = heard
        .filter(({ service }) => /^month_(member|pay)_sync$/.test(service))
        .map(({ service, fields }) => ({ service, ...fields, ...(fields.data as object | undefined) }) as Fields)
      // Told again where an answer is slow, and each only after the one before was answered.
      const steps = about.map(({ service, operate_type }) => `${service} ${operate_type ?? ''}`.trim())
      const order = ['month_member_sync 1', 'month_member_sync 4', 'month_pay_sync']
      assert.deepEqual([...new Set(steps)], order)
      const { trade_no, card_id, amount_pay, amount_receivable, pay_type, start_time, end_time, car_number } =
        about.at(-1)!
      assert.deepEqual([trade_no, card_id, amount_pay, amount_receivable], [payment, card.id, '600.00', '600.00'])
      assert.deepEqual([pay_type, typeof car_number], ['微信支付', 'string'])
      const ends = Math.floor(plusMonths(card.until, 2) / 1000) - 1
      assert.deepEqual([start_time, end_time], [Math.floor(card.until / 1000), ends])
    }

    test('its software is told the card’s new time, and then the driver’s payment under its number, once', async () => {
      const number = 741
      const { software, code } = await connectedLot(road, number)
      running.push(software)
      assert.equal((await software.login()).state, 1)
      const card = await aCard(number, '粤B72001')
      await until('it has the card', () => software.lists.of('month_member_sync').length > 0)
      const payment = await paysFor('renews-r1', code('prepay'), '粤B72001', card.ref)
      const noted = { card: card.id, yuan: '600.00' }
      await until('it has noted the payment', () => software.cardPayments.size > 0)
      assert.deepEqual([...software.cardPayments], [[payment, noted]])
      isTold(software.heard, card, payment)
      // As after a process that died before it had noted that it was done.
      await road.rows(
        `update clearance set state = 'queued', answered_at = null, send_at = $1 where session_id in (select id from session where renews_card = $2)`,
        [new Date(road.clock.now()), card.ref],
      )
      await road.settled()
      isTold(software.heard, card, payment)
      assert.deepEqual(await road.rows('select 1 from noted_renewal where lot_id = $1', [number]), [])
    })

    test('a vendor’s cloud that takes lists is told the same, by a call', async () => {
      const cloud = await startVendorCloud({
        ...{ address: () => road.publicUrl, unionId: '200208', key: '8403A41ED5EF20BC', clock: road.clock },
        tariff: { hourFen: 500, leaveMinutes: 15 },
      })
      try {
        const lot = await vendorLots(road, cloud, 741).aLot({ bolink: { settings: { vendorTakes: ['lists'] } } })
        const card = await aCard(lot.number, '粤B72002')
        await until('it has the card', () => cloud.listsOf(lot.parkId).of('month_member_sync').length > 0)
        const payment = await paysFor('renews-v1', lot.code('prepay'), '粤B72002', card.ref)
        await until('it has noted the payment', () => cloud.cardPayments.size > 0)
        assert.deepEqual([...cloud.cardPayments], [[payment, { card: card.id, yuan: '600.00' }]])
        isTold(cloud.heard, card, payment)
        assert.deepEqual(cloud.unsigned, [])
        await until('it has answered', async () => {
          const left = await road.rows('select 1 from bolink_message where lot_id = $1', [lot.number])
          return left.length === 0
        })
        await road.settled()
      } finally {
        await cloud.close()
      }
    })
  })

  describe('that the software of a connected lot keeps', () => {
    let lots = 760
    async function aLot(plate: string, how: Parameters<typeof connectedLot>[2] = {}) {
      const number = ++lots
      const { software, code } = await connectedLot(road, number, how)
      running.push(software)
      assert.equal((await software.login()).state, 1)
      const untilSeconds = Math.floor((midnight() + 2 * day) / 1000) - 1
      await software.sellCard({ cardId: 'C1', plates: [plate], monthFen: 25_000, until: untilSeconds })
      const heard = (service: string) =>
        software.heard.filter((one) => one.service === service).map(({ fields }) => fields)
      return { number, software, code: code('prepay'), heard, until: untilSeconds }
    }

    test('asks the lot for the price, and is told that it is longer when the lot has answered', async () => {
      const lot = await aLot('粤B71001')
      const phone = await scanned('renews-c1', lot.code)
      const seen = (await cards(phone, lot.code, { plate: '粤B71001' })).body
      assert.deepEqual(
        seen.cards.map(({ card, product, monthFen, until: end }) => [card, product, monthFen, end]),
        [['lot:C1', '月租车', null, null]],
      )
      const quoted = (await quote(phone, lot.code, { plate: '粤B71001', card: 'lot:C1', months: 3 })).body
      assert.equal(quoted.owedFen, 75_000)
      const payment = await pays(phone, lot.code, quoted.quote!)
      await cardIs(phone, payment, ({ card }) => card?.renewed === true)
      assert.ok(lot.software.cards.one('C1')!.until > lot.until + 85 * 86_400)
      const [asked] = lot.heard('query_prodprice')
      const [told] = lot.heard('monthcard_pay')
      assert.deepEqual(
        [asked!.months, asked!.card_id, told!.months, told!.trade_no, told!.pay_money, told!.out_trade_no],
        ['3', 'C1', 3, payment, 750, asked!.trade_no],
      )
      await road.settled()
    })

    test('whose answer is lost is told again under the same number, and has it once', async () => {
      const lot = await aLot('粤B71002', { habits: { silentAbout: ['monthcard_pay'] } })
      const phone = await scanned('renews-c2', lot.code)
      const { body } = await quote(phone, lot.code, { plate: '粤B71002', card: 'lot:C1', months: 1 })
      const payment = await pays(phone, lot.code, body.quote!)
      await until('the lot has heard of it', () => lot.heard('monthcard_pay').length > 0)
      const once = lot.software.cards.one('C1')!.until
      assert.equal((await phone.payment(payment)).body.card!.renewed, false)
      // Meanwhile nobody pays for it a second time.
      const second = await quote(phone, lot.code, { plate: '粤B71002', card: 'lot:C1', months: 1 })
      assert.equal(second.body.error.code, 'card-busy')
      lot.software.behave({ silentAbout: [] })
      await cardIs(phone, payment, ({ card }) => card?.renewed === true)
      assert.equal(lot.software.cards.one('C1')!.until, once)
      await road.settled()
    })

    test('that will not have it: what was paid goes back by itself, as soon as the operator holds as much', async () => {
      const lot = await aLot('粤B71003', { habits: { refusesPayments: true } })
      const phone = await scanned('renews-c3', lot.code)
      const price = async () =>
        (await quote(phone, lot.code, { plate: '粤B71003', card: 'lot:C1', months: 1 })).body.quote!
      const refused = await pays(phone, lot.code, await price())
      // The channel keeps its fee of it, so that alone it cannot go back whole.
      const waiting = await cardIs(phone, refused, ({ state }) => state === 'refunding')
      assert.equal(waiting.card!.renewed, false)
      assert.equal(lot.software.cards.one('C1')!.until, lot.until)
      lot.software.behave({ refusesPayments: false })
      const taken = await pays(phone, lot.code, await price())
      await cardIs(phone, taken, ({ card }) => card?.renewed === true)
      road.pass(3_600_000)
      await cardIs(phone, refused, ({ state }) => state === 'refunded')
      const alarms = await road.rows<{ kind: string }>(
        'select distinct kind from alarm where lot_id = $1 order by kind',
        [lot.number],
      )
      assert.deepEqual(
        alarms.map(({ kind }) => kind),
        ['card-not-renewed', 'lot-not-told'],
      )
      await road.settled()
    })

    test('whose software wants it made longer by us has no price, unless its plan says that it is told all the same', async () => {
      for (const [plate, cloudNotice, owedFen] of [
        ['粤B71005', 'refused', undefined],
        ['粤B71006', 'told', 25_000],
      ] as const) {
        const lot = await aLot(plate, { bolink: { settings: { cloudNotice } } })
        await lot.software.sellCard({ ...lot.software.cards.one('C1')!, cloudNotice: 1 })
        const phone = await scanned(`renews-${cloudNotice}`, lot.code)
        const asked = await quote(phone, lot.code, { plate, card: 'lot:C1', months: 1 })
        assert.equal(asked.body.owedFen, owedFen, JSON.stringify(asked.body))
      }
    })

    test('that is away gives no price, and none is guessed', async () => {
      const lot = await aLot('粤B71004')
      await lot.software.close()
      const phone = await scanned('renews-c4', lot.code)
      const asked = await quote(phone, lot.code, { plate: '粤B71004', card: 'lot:C1', months: 1 })
      assert.deepEqual([asked.status, asked.body.error.code], [503, 'lot-offline'])
    })
  })

  test('in the books it is a payment of the lot like any: what the operator has of it, fen for fen', async () => {
    const lot = { bucket: lotPlan.bucket, lotId: 761 }
    const account = { lot, kind: 'operator-payable', party: '1', channel: 'wechatpay' } as const
    const span = { from: road.clock.now() - 30 * day, until: road.clock.now() + 1 }
    const statement = await road.database.of(lot.bucket).transaction((tx) => statementOf(tx, account, span))
    // 750.00 less 0.6 % of the channel and 1 % of the rest.
    assert.deepEqual(
      statement!.lines.map(({ cause, amountFen }) => [cause, amountFen]),
      [['payment-paid', 73_805n]],
    )
  })
})
