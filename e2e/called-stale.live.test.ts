import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { tellMessageAgain } from '@lanepay/cloud/bolink/message-store.ts'
import { orderLot } from '@lanepay/cloud/lot-order/order.ts'
import { askRefund } from '@lanepay/cloud/refund/ask.ts'
import { rightsOf } from '@lanepay/cloud/refund/right.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { fen } from '@lanepay/domain/money.ts'
import type { Id } from '@lanepay/domain/types.ts'
import type { CouponWorth } from '@lanepay/lot-link/messages.ts'
import { carInside, type Played } from './kit/called-lot.ts'
import { lotPlan, type Road } from './kit/road.ts'
import { onRoad } from './kit/suite.ts'
import { until } from './kit/until.ts'

const [minute, hour] = [60_000, 3_600_000]

/* Payments that called software would not have, or never answered: whose price stood no more when they were told, and what goes back by rule. */

describe('payments that called software does not take at once', () => {
  let road: Road
  const stop = onRoad((one) => {
    road = one
  })
  const newId = idMaker(() => road.clock.now(), 902)
  let lots = 1750
  let plates = 71_000

  /** What tells it of a payment, by its system. */
  const services = { keytop: 'PayParkingFee', hikvision: 'v2/pay/receipt', daoer: 'payNotify' }
  async function aLot(system: keyof typeof services & Played, untold: Parameters<typeof carInside>[1]['untold'] = {}) {
    const one = await carInside(road, { number: ++lots, plate: `粤B${++plates}`, system, untold })
    stop.push(one.close)
    const tellings = () => one.calls.filter(({ path, body }) => (path + body).includes(services[system]))
    const payments = () =>
      road.rows<{ id: Id; state: string }>('select id, state::text from payment where lot_id = $1 order by id', [
        one.number,
      ])
    const clearances = () =>
      road.rows<{ state: string; because: string | null }>(
        'select state::text, because from clearance where lot_id = $1 order by id',
        [one.number],
      )
    /** Whose prices from before now stand no more. */
    const goesStale = () => {
      road.pass(1_000)
      one.lot.behave({ staleBefore: road.clock.now() })
    }
    /** Asks, and pays that price when something has happened. */
    const paysAfter = async (happens: () => void, kind: 'prepay' | 'exit' = 'exit') => {
      const { phone, quote } = await one.asks(kind)
      assert.equal(quote.status, 200, JSON.stringify(quote.body))
      happens()
      const sheet = await phone.pay(one.code(kind), quote.body.quote!)
      await phone.payInWallet(sheet.body.sheet)
      await road.paymentIs(phone, sheet.body.payment, 'paid')
      return { phone, payment: sheet.body.payment as string }
    }
    const gives = async (worth: CouponWorth) => {
      await orderLot(
        { database: road.database, clock: road.clock, newId },
        { bucket: lotPlan.bucket, lotId: one.number },
        {
          kind: 'coupon',
          coupon: 'by-hand-1',
          for: { plate: one.plate },
          worth,
          validUntil: road.clock.now() + 24 * hour,
        },
      )
      await road.settled()
    }
    const outbox = () =>
      road.rows<{ until: Date | null }>('select until from bolink_message where lot_id = $1', [one.number])
    return { ...one, tellings, gives, payments, clearances, goesStale, paysAfter, outbox }
  }
  type ALot = Awaited<ReturnType<typeof aLot>>
  const atExit = async (system: 'keytop' | 'hikvision') => {
    const one = await aLot(system)
    await one.lot.toExit(one.plate, 'B1')
    return one
  }
  /** The operator gives the channel's fee until the channel gives it back, out of what it holds of another payment there. */
  const withRule = async (system: Parameters<typeof aLot>[0]) => {
    const one = await aLot(system, { notTold: 'refund', refundAfterHours: 1 })
    const other = `粤B${++plates}`
    await one.lot.enter(other, 'A1')
    await one.paysFor(other)
    await road.settled()
    return one
  }
  const isGivenBack = async ({ payments }: ALot) => (await payments())[1]!.state === 'refunded'
  const goesBackAfterAnHour = async (one: ALot) => {
    await until('it waits for its hour', async () => (await one.outbox())[0]?.until instanceof Date, 15_000)
    road.pass(hour - minute)
    assert.equal(await isGivenBack(one), false)
    road.pass(minute + 1_000)
    await until(
      'it is back',
      async () => {
        road.pass(1_000)
        return isGivenBack(one)
      },
      15_000,
    )
  }

  for (const system of ['keytop', 'hikvision'] as const)
    describe(`a price that went stale between asking and telling: ${system}`, () => {
      test('is asked for anew, and paid by it under the same number; the gate opens, and nobody is called', async () => {
        const one = await atExit(system)
        const { phone, payment } = await one.paysAfter(one.goesStale)
        await road.settled()
        assert.equal((await phone.payment(payment)).body.gate, 'opened')
        assert.deepEqual([one.tellings().length, one.paidFen(), one.lot.opened.length], [2, 500, 1])
        const numbers = one.tellings().map(({ body }) => JSON.parse(body).outOrderNo)
        if (system === 'keytop') assert.equal(new Set(numbers).size, 1)
        assert.deepEqual(await one.alarms(), [])
      })

      test('that went up meanwhile leaves the difference to the driver, with which all of it is told, and the gate opens', async () => {
        const one = await atExit(system)
        await one.paysAfter(() => {
          one.goesStale()
          one.lot.behave({ feeGrowsFen: 300 })
        })
        await until('a person is called', async () => (await one.alarms()).length > 0)
        await road.settled()
        assert.deepEqual(await one.clearances(), [{ state: 'refused', because: 'quote-stale' }])
        assert.deepEqual([one.paidFen(), one.lot.opened.length], [0, 0])
        const { phone, quote } = await one.asks('exit')
        assert.deepEqual([quote.body.state, quote.body.owedFen, quote.body.paidFen], ['owed', 300, 500])
        const sheet = await phone.pay(one.code('exit'), quote.body.quote!)
        await phone.payInWallet(sheet.body.sheet)
        await until('it opens', async () => (await phone.payment(sheet.body.payment)).body.gate === 'opened')
        one.lot.behave({ feeGrowsFen: 0 })
        await road.settled()
        assert.deepEqual([one.paidFen(), one.lot.opened.length, (await one.payments()).length], [800, 1, 2])
        assert.deepEqual(
          (await one.clearances()).map(({ state }) => state),
          ['done', 'opened'],
        )
        assert.deepEqual(await one.alarms(), [{ kind: 'lot-not-told' }])
      })

      test('of a payment that it had taken and never answered is no reason to tell it anew: it is had, and one', async () => {
        const one = await aLot(system)
        one.lot.behave({ silentAbout: [system === 'keytop' ? 'api/wec/PayParkingFee' : 'v2/pay/receipt'] })
        await one.paysAfter(() => {}, 'prepay')
        await until('it is told', () => one.tellings().length === 1)
        one.lot.behave({ silentAbout: [] })
        one.goesStale()
        await road.settled()
        assert.deepEqual(await one.clearances(), [{ state: 'done', because: null }])
        assert.deepEqual([one.paidFen(), await one.alarms()], [500, []])
      })

      test('of a stay that owes nothing any more: a person looks, and by rule it goes back', async () => {
        const one = await withRule(system)
        await one.paysAfter(() => {
          one.goesStale()
          one.lot.permit(one.plate, road.clock.now() + 24 * hour)
        }, 'prepay')
        await until('a person is called', async () => (await one.alarms()).length > 0)
        await road.settled()
        assert.deepEqual((await one.clearances())[1], { state: 'refused', because: 'nothing-owed' })
        await goesBackAfterAnHour(one)
        assert.equal(one.lot.records.values().next().value!.paid.size, 0)
        assert.deepEqual(await one.alarms(), [{ kind: 'lot-not-told' }])
      })
    })

  test('a price that was lowered by a coupon is asked for anew with the same coupon', async () => {
    const one = await aLot('keytop')
    await one.gives({ kind: 'amount', fen: 200 })
    await one.paysAfter(one.goesStale, 'prepay')
    await road.settled()
    assert.deepEqual([one.tellings().length, one.paidFen(), await one.alarms()], [2, 300, []])
  })

  test('a payment that took longer than five minutes is told by a price that was asked for after it', async () => {
    const one = await aLot('daoer')
    const { phone, quote } = await one.asks()
    road.pass(35_000)
    const sheet = await phone.pay(one.code('prepay'), quote.body.quote!)
    // The order at the channel stands for five minutes.
    road.pass(275_000)
    const before = one.calls.length
    await phone.payInWallet(sheet.body.sheet)
    await road.settled()
    const services = one.calls.slice(before).map(({ body }) => JSON.parse(body).serviceName)
    assert.deepEqual([services.length, services.indexOf('payNotify'), one.paidFen()], [2, 1, 500])
  })

  test('a payment that a person gives back before the software has heard of it is told no more', async () => {
    const one = await withRule('daoer')
    await one.paysAfter(() => one.lot.behave({ failures: 1_000 }), 'prepay')
    await until('it is told in vain', () => one.tellings().length > 1)
    const { id } = (await one.payments())[1]!
    const by = 'cashier'
    const lot = { bucket: lotPlan.bucket, lotId: one.number }
    const asked = await askRefund(
      { database: road.database, clock: road.clock, newId, rights: rightsOf(by, fen(100_000_000)) },
      { lot, payment: id, amountFen: 'all', reason: 'paid in cash', by, secondFactor: null },
    )
    assert.ok(asked.ok)
    one.lot.behave({ failures: 0 })
    await until('it is back, and nobody tells it', async () => {
      road.pass(minute)
      return (await isGivenBack(one)) && (await one.clearances())[1]!.because === 'refunded'
    })
    assert.equal(one.paidFen(), 500)
    await road.settled()
  })

  describe('by rule of the lot’s plan', () => {
    test('what the software refused for good goes back after the time that it says', async () => {
      const one = await withRule('daoer')
      one.lot.behave({ refusesPayments: true })
      await one.paysAfter(() => {}, 'prepay')
      await until('a person is called', async () => (await one.alarms()).length > 0)
      await goesBackAfterAnHour(one)
      assert.equal(one.lot.records.values().next().value!.paid.size, 0)
    })

    test('what the software refused is told again when a person wishes it, and goes back no more once it is taken', async () => {
      const one = await withRule('daoer')
      one.lot.behave({ refusesPayments: true })
      const { payment } = await one.paysAfter(() => {}, 'prepay')
      await until('it waits for its hour', async () => (await one.outbox())[0]?.until instanceof Date, 15_000)
      const again = async () => {
        const [message] = await road.rows<{ id: string }>('select id from bolink_message where lot_id = $1', [
          one.number,
        ])
        const before = one.tellings().length
        const key = [lotPlan.bucket, one.number, message!.id, new Date(road.clock.now())]
        assert.equal((await road.database.of(lotPlan.bucket).query(tellMessageAgain, key)).length, 1)
        await until('it is told', () => one.tellings().length === before + 1)
      }
      await again()
      await until('it waits for an hour anew', async () => (await one.outbox())[0]?.until instanceof Date)
      one.lot.behave({ refusesPayments: false })
      await again()
      await until('it is told no more', async () => (await one.outbox()).length === 0)
      road.pass(2 * hour)
      await road.settled()
      assert.deepEqual((await one.clearances())[1], { state: 'done', because: null })
      assert.deepEqual([(await one.payments())[1]!.state, one.paidFen()], ['paid', 1_000], payment)
    })

    test('what it never answered goes back after a day of telling and that time, and not before', async () => {
      const one = await withRule('daoer')
      await one.paysAfter(() => one.lot.behave({ failures: 1_000 }), 'prepay')
      const before = one.tellings().length
      // Away for hours, and its telling not over: nothing goes back.
      road.pass(3 * hour)
      await until('it is told again', () => one.tellings().length > before)
      assert.deepEqual([(await one.outbox())[0]!.until, await one.alarms()], [null, []])
      // The hours between, one like the other, are left out.
      await road.rows('update bolink_message set sends = 99 where lot_id = $1', [one.number])
      const told = one.tellings().length
      road.pass(hour)
      await until('it is told for the last time', () => one.tellings().length === told + 1)
      assert.equal((await one.outbox())[0]!.until, null)
      road.pass(10_001)
      await until('a person is called', async () => (await one.alarms()).length > 0)
      await goesBackAfterAnHour(one)
      await until('nobody tells it any more', async () => {
        road.pass(minute)
        return (await one.clearances())[1]!.because === 'refunded'
      })
      assert.equal(one.tellings().length, told + 1)
    })

    test('what is told together with a later payment does not go back while that is being told', async () => {
      const one = await withRule('hikvision')
      await one.paysAfter(() => {
        one.goesStale()
        one.lot.behave({ feeGrowsFen: 300 })
      }, 'prepay')
      await until('it waits for its hour', async () => (await one.outbox())[0]?.until instanceof Date, 15_000)
      road.pass(58 * minute)
      const { phone, quote } = await one.asks()
      one.lot.behave({ failures: 1_000 })
      const sheet = await phone.pay(one.code('prepay'), quote.body.quote!)
      await phone.payInWallet(sheet.body.sheet)
      await road.paymentIs(phone, sheet.body.payment, 'paid')
      for (const seconds of [3 * 60, 60, 60]) {
        const before = one.tellings().length
        road.pass(seconds * 1000)
        await until('it is told again', () => one.tellings().length > before)
      }
      assert.equal(await isGivenBack(one), false)
      one.lot.behave({ failures: 0, feeGrowsFen: 0 })
      await road.settled()
      const states = (await one.payments()).map(({ state }) => state)
      assert.deepEqual([states, one.paidFen()], [['paid', 'paid', 'paid'], 1_000 + quote.body.owedFen])
    })

    test('what the lot will not have and a gate was ordered for all the same stays paid: it is a person’s', async () => {
      const one = await withRule('daoer')
      one.lot.behave({ refusesPayments: true })
      await one.paysAfter(() => {}, 'prepay')
      await until('a person is called', async () => (await one.alarms()).length > 0)
      await until('it waits for its hour', async () => (await one.outbox())[0]?.until instanceof Date, 15_000)
      await one.lot.toExit(one.plate, 'B1')
      const { quote } = await one.asks('exit')
      assert.deepEqual([quote.body.state, quote.body.gate], ['already-paid', 'opened'])
      road.pass(2 * hour)
      await until('the rule has looked', async () => (await one.outbox())[0]?.until === null)
      await road.settled()
      assert.deepEqual(
        (await one.payments()).map(({ state }) => state),
        ['paid', 'paid'],
      )
    })

    test('what the lot has, and who told it died before that was noted, no later no takes from it', async () => {
      const one = await withRule('hikvision')
      await one.paysAfter(() => {}, 'prepay')
      await until('it has it', () => one.paidFen() === 1_000)
      await road.settled()
      const { id } = (await one.payments())[1]!
      const before = one.tellings().length
      // As a process leaves it that ends between the two.
      await road.rows(
        "update clearance set answered_at = null, state = 'sent', because = null, send_at = $2 where id = $1",
        [id, new Date(road.clock.now())],
      )
      one.goesStale()
      await until('it is told again, and answered', async () => {
        road.pass(10_000)
        return one.tellings().length > before && (await one.clearances())[1]!.state === 'done'
      })
      await road.settled()
      assert.deepEqual([await one.alarms(), (await one.payments())[1]!.state, one.paidFen()], [[], 'paid', 1_000])
    })

    test('without one it is a person’s, and stays paid', async () => {
      const one = await aLot('daoer')
      one.lot.behave({ refusesPayments: true })
      await one.paysAfter(() => {}, 'prepay')
      await until('a person is called', async () => (await one.alarms()).length > 0)
      await until('it is told no more', async () => (await one.outbox()).length === 0)
      road.pass(48 * hour)
      await road.settled()
      assert.equal((await one.payments())[0]!.state, 'paid')
    })
  })

  test('every payment has its transfer and its clearance', () => road.audit())
})
