import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ChargingSoftware } from '@lanepay/simulator-charging-software/software.ts'
import { connectedLot } from './kit/connected-lot.ts'
import { type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/*
 * A fee that grows between quote and payment: while a price stands, what was quoted is what is taken and what counts, whatever the lot
 * says to it; after that nothing is taken.
 */
const minute = 60_000
const hour = 60 * minute

describe('a fee that grows between quote and payment', () => {
  let road: Road
  const running: ChargingSoftware[] = []
  let lots = 820
  before(async () => {
    road = await startRoad()
  })
  after(async () => {
    await Promise.all(running.map((one) => one.close()))
    await road.close()
  })

  type Kind = 'prepay' | 'exit'
  /** A vehicle whose second hour begins in 20 seconds, and its driver, who was told 5 yuan: a price stands for a minute. */
  async function quoted(kind: Kind, habits: NonNullable<Parameters<typeof connectedLot>[2]>['habits'] = {}) {
    const number = ++lots
    const plate = `粤B7${number}0`
    const settings = { priceStandsSeconds: 60, repeatSeconds: [] }
    const { software, code } = await connectedLot(road, number, { habits, bolink: { settings } })
    running.push(software)
    assert.equal((await software.login()).state, 1)
    await software.enter(plate, 'A1')
    road.pass(hour - 20_000)
    if (kind === 'exit') software.toExit(plate, 'B1')
    const asks = async (driver: string) => {
      const phone = road.phone(driver)
      await phone.scan(`${road.publicUrl}/p/${code(kind)}`)
      const quote = await phone.quote(code(kind), kind === 'prepay' ? plate : undefined)
      assert.equal(quote.status, 200, JSON.stringify(quote.body))
      return { phone, quote: quote.body, pay: () => phone.pay(code(kind), quote.body.quote!) }
    }
    const driver = `driver ${number}`
    const first = await asks(driver)
    assert.equal(first.quote.owedFen, 500)
    const payments = () =>
      road.rows<{ amount_fen: number; state: string }>(
        'select amount_fen, state::text from payment where lot_id = $1 order by id',
        [number],
      )
    const alarms = async () =>
      (await road.rows<{ because: string }>('select because from alarm where lot_id = $1', [number])).map(
        ({ because }) => because,
      )
    const told = () => software.heard.filter(({ service }) => service !== 'query_price').map(({ fields }) => fields)
    return { number, software, driver, asks, first, payments, alarms, told }
  }
  type Visit = Awaited<ReturnType<typeof quoted>>
  /** The old quote is paid now that the lot's price is 10 yuan. */
  async function paysTheOld({ first, payments, software, number }: Visit, between = 0): Promise<string> {
    const [record] = [...software.records.values()]
    road.pass(30_000)
    assert.ok(road.clock.now() - record!.enteredAt > hour, 'its second hour has begun')
    const sheet = await first.pay()
    assert.equal(sheet.status, 200, JSON.stringify(sheet.body))
    assert.equal(sheet.body.amountFen, 500)
    road.pass(between)
    await first.phone.payInWallet(sheet.body.sheet)
    await road.paymentIs(first.phone, sheet.body.payment, 'paid')
    assert.deepEqual(await payments(), [{ amount_fen: 500, state: 'paid' }])
    assert.deepEqual(await road.rows('select paid_fen from session where lot_id = $1', [number]), [{ paid_fen: 500 }])
    return sheet.body.payment
  }
  /** Once the time to leave is over: the lot's price is 10 yuan still. */
  const later = async (visit: Visit) => {
    road.pass(16 * minute)
    const { priceFen, paidFen, owedFen } = (await visit.asks(`${visit.driver}, later`)).quote
    return { priceFen, paidFen, owedFen }
  }
  const theRest = { priceFen: 1000, paidFen: 500, owedFen: 500 }
  const services = { prepay: 'prepay_order', exit: 'outpark' } as const

  for (const kind of ['prepay', 'exit'] as const)
    describe(`while it stands (${kind})`, () => {
      const told = (visit: Visit) => until('the lot is told', () => visit.told().length > 0)
      const states = (visit: Visit) =>
        road.rows<{ state: string }>('select state::text from clearance where lot_id = $1', [visit.number])

      for (const [how, between] of [
        ['paid while it stands', 0],
        ['the sheet was open while it stood, and is paid later', 2 * minute],
      ] as const)
        test(`the lot takes it as a part: 5 yuan are told once, and the rest is owed later (${how})`, async () => {
          const visit = await quoted(kind)
          const trade = await paysTheOld(visit, between)
          await road.settled()
          assert.deepEqual(
            visit.told().map(({ service_name, trade_no, prepay, total }) => [service_name, trade_no, prepay ?? total]),
            [[services[kind], trade, 5]],
          )
          assert.deepEqual(await visit.alarms(), [])
          assert.deepEqual(await later(visit), theRest)
        })

      test('the lot refuses it: a person is called, the gate stays shut, and it is held against what is owed later', async () => {
        const visit = await quoted(kind, { refusesPayments: true })
        const trade = await paysTheOld(visit)
        await until('somebody is called', async () => (await visit.alarms()).length > 0)
        assert.deepEqual(await visit.alarms(), [`the lot refused ${services[kind]}: 订单已结算`])
        assert.deepEqual(
          visit.told().map(({ trade_no }) => trade_no),
          [trade],
        )
        assert.deepEqual(visit.software.opened, [])
        await until('that is noted', async () => (await states(visit))[0]?.state === 'refused')
        assert.deepEqual(await later(visit), theRest)
        assert.deepEqual(await visit.payments(), [{ amount_fen: 500, state: 'paid' }])
      })

      test('the lot takes it and never says so: a person is called, and what it says late still counts', async () => {
        const visit = await quoted(kind, { silentAbout: [services[kind]] })
        const trade = await paysTheOld(visit)
        await told(visit)
        road.pass(11_000)
        await until('somebody is called', async () => (await visit.alarms()).length > 0)
        assert.deepEqual(await visit.alarms(), [`the lot never answered ${services[kind]}`])
        const [record] = [...visit.software.records.values()]
        const late = { state: 1, order_id: record!.orderId, trade_no: trade, errmsg: '' }
        await visit.software.send(services[kind], kind === 'prepay' ? { ...late, prepay: '5.00' } : late)
        await road.settled()
        assert.deepEqual(await later(visit), theRest)
      })
    })

  for (const kind of ['prepay', 'exit'] as const)
    test(`when it stands no more, nothing is taken; the new price is quoted and paid (${kind})`, async () => {
      const visit = await quoted(kind)
      road.pass(minute + 1)
      for (const tap of ['first', 'second']) {
        const refused = await visit.first.pay()
        assert.deepEqual([refused.status === 200, refused.body.error?.code], [false, 'quote-expired'], tap)
      }
      assert.deepEqual(await visit.payments(), [])
      assert.deepEqual(visit.told(), [])
      const again = await visit.asks(visit.driver)
      assert.deepEqual([again.quote.owedFen, again.quote.paidFen], [1000, 0])
      const sheet = await again.pay()
      await again.phone.payInWallet(sheet.body.sheet)
      await road.paymentIs(again.phone, sheet.body.payment, 'paid')
      await road.settled()
      assert.deepEqual(await visit.payments(), [{ amount_fen: 1000, state: 'paid' }])
      assert.deepEqual(
        visit.told().map(({ trade_no, prepay, total }) => [trade_no, prepay ?? total]),
        [[sheet.body.payment, 10]],
      )
    })

  test('every payment has its transfer and its clearance', async () => {
    await road.settled()
    await road.audit()
  })
})
