import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { parseNumber } from '@lanepay/domain/numbers.ts'
import type { ChargingSoftware } from '@lanepay/simulator-charging-software/software.ts'
import { connectedLot } from './kit/connected-lot.ts'
import { type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/* A connected lot that goes away when money has been paid, and whose computers are several, or others than before. */

const minute = 60_000
const hour = 60 * minute

describe('a connected lot that is not always there', () => {
  let road: Road
  const running: ChargingSoftware[] = []
  let lots = 1_600
  before(async () => {
    road = await startRoad()
  })
  after(async () => {
    await Promise.all(running.map((one) => one.close()))
    await road.close()
  })

  type How = NonNullable<Parameters<typeof connectedLot>[2]>
  async function aLot(how: How = {}) {
    const number = ++lots
    const { software, code } = await connectedLot(road, number, how)
    running.push(software)
    assert.equal((await software.login()).state, 1)
    const asks = async (driver: string, kind: 'prepay' | 'exit', plate?: string) => {
      const phone = road.phone(driver)
      await phone.scan(`${road.publicUrl}/p/${code(kind)}`)
      return { phone, quote: await phone.quote(code(kind), plate) }
    }
    /** The driver has a price, `meanwhile` happens, and he pays. */
    const prepays = async (driver: string, plate: string, meanwhile = async () => {}) => {
      const { phone, quote } = await asks(driver, 'prepay', plate)
      assert.equal(quote.status, 200, JSON.stringify(quote.body))
      await meanwhile()
      const sheet = await phone.pay(code('prepay'), quote.body.quote!)
      assert.equal(sheet.status, 200, JSON.stringify(sheet.body))
      await phone.payInWallet(sheet.body.sheet)
      await road.paymentIs(phone, sheet.body.payment, 'paid')
      return sheet.body.payment as string
    }
    const told = (service: string) => software.heard.filter((one) => one.service === service)
    const alarms = () =>
      road.rows<{ kind: string; because: string }>('select kind, because from alarm where lot_id = $1', [number])
    const stateOf = async (plate: string) =>
      (
        await road.rows<{ state: string }>('select state::text from payment where lot_id = $1 and plate = $2', [
          number,
          plate,
        ])
      )[0]!.state
    /** What it is to hear lies there, for a lot that is away. */
    const waits = () =>
      until('it lies there', async () => {
        const rows = await road.rows("select id from bolink_message where lot_id = $1 and service = 'prepay_order'", [
          number,
        ])
        return rows.length === 1
      })
    const dispatched = async () =>
      (
        await road.rows<{ sends: number }>('select sends from clearance where lot_id = $1 and answered_at is null', [
          number,
        ])
      )[0]!.sends
    /** So much later, and the cloud has looked since. */
    const later = async (ms: number) => {
      const before = await dispatched()
      road.pass(ms)
      await until('the dispatch has come by', async () => (await dispatched()) > before)
    }
    return { number, software, code, asks, prepays, told, alarms, stateOf, waits, later }
  }
  /** Of the same lot another computer. */
  async function another(lot: { readonly number: number }, localId: string) {
    const { software } = await connectedLot(road, lot.number, { localId })
    running.push(software)
    assert.equal((await software.login()).state, 1)
    return software
  }

  describe('away when it should hear of a payment', () => {
    test('for as long as it would have been told: a person is called, once; back, it is told all the same', async () => {
      const lot = await aLot()
      await lot.software.enter('粤B80001', 'A1')
      await lot.prepays('away', '粤B80001', () => lot.software.loseLine())
      await lot.waits()
      await lot.later(16 * minute)
      assert.deepEqual(await lot.alarms(), [])
      road.pass(2 * minute)
      const [alarm] = await until('somebody is called', async () => {
        const found = await lot.alarms()
        return found.length > 0 ? found : null
      })
      assert.deepEqual(alarm, { kind: 'lot-not-told', because: 'the lot is away, and has not heard prepay_order' })
      road.pass(30 * minute)
      await lot.software.regainLine()
      await until('it is told', () => lot.told('prepay_order').length === 1)
      await road.settled()
      assert.equal((await lot.alarms()).length, 1)
      assert.equal(await lot.stateOf('粤B80001'), 'paid')
      assert.equal((await lot.asks('again', 'prepay', '粤B80001')).quote.body.owedFen, 0)
    })

    test('paid inside, unheard, and at the exit: the gate is ordered open for who stands there, as nothing is owed', async () => {
      const lot = await aLot()
      // It goes on asking for the money.
      lot.software.behave({ refusesPayments: true })
      await lot.software.enter('粤B80004', 'A1')
      await lot.prepays('unheard', '粤B80004')
      await road.settled()
      lot.software.toExit('粤B80004', 'B1')
      const { quote } = await lot.asks('unheard', 'exit')
      assert.deepEqual([quote.status, quote.body.owedFen], [200, 0], JSON.stringify(quote.body))
      await until('it is open', () => lot.software.opened.length === 1)
      assert.equal((await lot.asks('unheard', 'exit')).quote.status, 200)
      assert.equal(lot.told('operate_liftrod').length, 1, 'once for one vehicle, however often it is scanned')
      await road.settled()
    })
  })

  test('an answer under the right number with another vehicle’s record is nobody’s price', async () => {
    const lot = await aLot({ bolink: { settings: { answerSeconds: 2 } } })
    const { software } = lot
    await software.enter('粤B80005', 'A1')
    await software.enter('粤B80006', 'A1')
    const other = [...software.records.values()].find(({ plate }) => plate === '粤B80006')!
    software.behave({ silentAbout: ['query_price'] })
    const asking = lot.asks('asker', 'prepay', '粤B80005')
    const asked = await until('it is asked', () => lot.told('query_price')[0])
    await software.send('query_price', {
      ...{ state: 1, park_id: `park-${lot.number}`, order_id: other.orderId, car_number: '粤B80006', price: '0.01' },
      ...{ duration: 1, query_order_no: String(asked.fields.query_order_no) },
    })
    const { quote } = await asking
    assert.equal(quote.body.error?.code, 'no-session', JSON.stringify(quote.body))
    assert.deepEqual(await road.rows('select id from quote where lot_id = $1', [lot.number]), [])
  })

  const exits: readonly (readonly [what: string, says: Record<string, string>, isTwice: boolean])[] = [
    ['all of it in cash', { pay_type: 'cash', total: '5.00', amount_receivable: '5.00' }, true],
    ['part of it in cash', { pay_type: 'cash', total: '3.00', amount_receivable: '5.00' }, true],
    [
      'in cash, less what was taken off',
      { pay_type: 'cash', total: '4.00', amount_receivable: '10.00', reduce_amount: '6.00' },
      true,
    ],
    ['in cash what came after it was paid', { pay_type: 'cash', total: '5.00', amount_receivable: '10.00' }, false],
    [
      'in cash, knowing of it',
      { pay_type: 'cash', total: '5.00', amount_receivable: '5.00', electronic_prepay: '5.00' },
      false,
    ],
    ['in cash, of what it does not say', { pay_type: 'cash', total: '5.00', amount_receivable: '' }, false],
    ['without cash', { pay_type: 'free', total: '0.00', amount_receivable: '5.00' }, false],
  ]
  for (const [index, [what, says, isTwice]] of exits.entries())
    test(`paid by phone, and settled ${what}: ${isTwice ? 'a person is called' : 'nobody is called'}`, async () => {
      const lot = await aLot()
      const plate = `粤B8010${index}`
      await lot.software.enter(plate, 'A1')
      const trade = await lot.prepays(`twice ${index}`, plate)
      await road.settled()
      const [record] = [...lot.software.records.values()]
      const second = Math.floor(record!.enteredAt / 1000)
      const exit = {
        ...{ car_number: plate, in_time: second, out_time: second + 1800, order_id: record!.orderId, empty_plot: 20 },
        ...{ uid: '', out_uid: '', out_channel_id: 'B1', ...says },
      }
      for (const _ of [1, 2]) assert.equal((await lot.software.send('outpark', exit)).state, 1)
      const called = await road.rows<{ kind: string; trade: string }>(
        'select kind, payment_id::text as trade from alarm where lot_id = $1',
        [lot.number],
      )
      assert.deepEqual(
        called.map(({ kind }) => kind),
        isTwice ? ['paid-twice-kept'] : [],
      )
      const number = parseNumber('trade', trade)
      if (isTwice) assert.equal(called[0]!.trade, number.ok && number.value.id)
    })

  test('vehicles whose plates were not read are several: none ends the stay of another', async () => {
    const lot = await aLot()
    const second = Math.floor(road.clock.now() / 1000)
    const marks = ['无牌车', '未识别', '无车牌', '', '无牌车']
    for (const [index, car_number] of marks.entries())
      assert.equal(
        (
          await lot.software.send('inpark', {
            ...{ car_number, in_time: second + index, order_id: `unread-${index}`, empty_plot: 20, uid: '' },
            in_channel_id: 'A1',
          })
        ).state,
        1,
      )
    const stays = await road.rows<{ plate: string; state: string }>(
      'select plate, state::text from session where lot_id = $1',
      [lot.number],
    )
    assert.deepEqual([new Set(stays.map(({ plate }) => plate)).size, stays.length], [marks.length, marks.length])
    assert.deepEqual(new Set(stays.map(({ state }) => state)), new Set(['inside']))
  })

  describe('computers', () => {
    test('the result of a scan goes to the one that had it charged, whose gate waits', async () => {
      const entry = await aLot({ localId: 'in_channels_A1' })
      const exit = await another(entry, 'out_channels_B1')
      const second = Math.floor(road.clock.now() / 1000)
      road.wechatpay.control.fault({ kind: 'pay-waits-then-paid', times: 1, ms: 12_000 })
      const { state } = await exit.send('outpark', {
        ...{ car_number: '粤B80007', in_time: second - 600, out_time: second, order_id: 'R80007', empty_plot: 20 },
        ...{ uid: '', out_uid: 'zhang', pay_type: 'sweepcode', total: '5.00', amount_receivable: '5.00' },
        ...{ auth_code: road.wechatpay.control.payCodeOf('scanned-away'), out_channel_id: 'B1' },
      })
      assert.equal(state, 2)
      const results = (software: ChargingSoftware) => software.heard.filter(({ service }) => service === 'outpark')
      await until('one of them hears the result', () => {
        road.pass(1_000)
        return results(exit).length + results(entry.software).length > 0
      })
      assert.deepEqual([results(exit).length, results(entry.software).length], [1, 0])
    })

    test('one that was replaced by another, neither with a name for its lanes, stands in nobody’s way', async () => {
      const lot = await aLot({ localId: 'box-v1' })
      await lot.software.close()
      const next = await another(lot, 'box-v2')
      road.pass(20 * minute)
      await until('it has polled since', async () => {
        const seen = await road.rows<{ ok: boolean }>(
          'select seen_at > to_timestamp($2) as ok from bolink_computer where lot_id = $1 and local_id = $3',
          [lot.number, (road.clock.now() - 10 * minute) / 1000, 'box-v2'],
        )
        if (!seen[0]?.ok) await next.send('query_inpark', { car_number: '粤B80008', query_time: 1 })
        return seen[0]?.ok
      })
      await next.enter('粤B80008', 'A1')
      next.toExit('粤B80008', 'B1')
      const { quote } = await lot.asks('replaced', 'exit')
      assert.deepEqual([quote.status, quote.body.owedFen], [200, 500], JSON.stringify(quote.body))
    })
  })

  test('away, by rule: the payment goes back after the time that the plan says, and the lot hears nothing of it any more', async () => {
    const lot = await aLot({ bolink: { settings: { notTold: 'refund', refundAfterHours: 1 } } })
    // The operator gives the channel's fee until the channel gives it back, out of what it holds of another payment.
    await lot.software.enter('粤B80002', 'A1')
    await lot.prepays('kept', '粤B80002')
    await road.settled()
    await lot.software.enter('粤B80003', 'A1')
    await lot.prepays('given back', '粤B80003', () => lot.software.loseLine())
    await lot.waits()
    road.pass(18 * minute)
    await until('somebody is called', async () => (await lot.alarms()).length === 1)
    await lot.later(hour - 2 * minute)
    assert.equal(await lot.stateOf('粤B80003'), 'paid')
    road.pass(2 * minute)
    await until('it is back', async () => {
      road.pass(1_000)
      return (await lot.stateOf('粤B80003')) === 'refunded'
    })
    await lot.software.regainLine()
    assert.ok((await lot.asks('later', 'prepay', '粤B80003')).quote.body.owedFen > 0)
    const heard = lot.told('prepay_order').map(({ fields }) => fields.car_number)
    assert.ok(!heard.includes('粤B80003'), String(heard))
    assert.equal(await lot.stateOf('粤B80002'), 'paid')
    const [told] = await until('nobody looks for it any more', async () => {
      road.pass(minute)
      const over = await road.rows<{ state: string; because: string | null; send_at: number | null }>(
        `select c.state::text, c.because, c.send_at from clearance c join payment p using (bucket, lot_id, id)
          where c.lot_id = $1 and p.plate = '粤B80003' and c.answered_at is not null`,
        [lot.number],
      )
      return over.length > 0 ? over : null
    })
    assert.deepEqual(told, { state: 'refused', because: 'refunded', send_at: null })
    await road.settled()
  })

  test('what it would not have and went back pays for nothing: at the exit the driver owes what the lot asks, and no gate is ordered', async () => {
    const lot = await aLot({ bolink: { settings: { notTold: 'refund', refundAfterHours: 0 } } })
    // The operator gives the channel's fee until the channel gives it back, out of what it holds of another payment.
    await lot.software.enter('粤B80021', 'A1')
    await lot.prepays('keeps', '粤B80021')
    await road.settled()
    lot.software.behave({ refusesPayments: true })
    await lot.software.enter('粤B80022', 'A1')
    await lot.prepays('has it back', '粤B80022')
    await until('it is back', async () => {
      road.pass(1_000)
      return (await lot.stateOf('粤B80022')) === 'refunded'
    })
    lot.software.behave({ refusesPayments: false })
    lot.software.toExit('粤B80022', 'B1')
    const { quote } = await lot.asks('has it back', 'exit')
    const { state, priceFen, paidFen, owedFen, gate } = quote.body
    assert.deepEqual([state, priceFen, paidFen, owedFen, gate], ['owed', 500, 0, 500, undefined])
    assert.deepEqual(lot.told('operate_liftrod'), [])
    // Paid anew, and the rest of it in cash: what went back counts for nothing there either.
    await lot.prepays('pays anew', '粤B80022')
    await road.settled()
    const before = await lot.alarms()
    const record = [...lot.software.records.values()].find(({ plate }) => plate === '粤B80022')!
    const second = Math.floor(record.enteredAt / 1000)
    const exit = {
      ...{ car_number: '粤B80022', in_time: second, out_time: second + 1800, order_id: record.orderId, empty_plot: 20 },
      ...{ uid: '', out_uid: '', out_channel_id: 'B1', pay_type: 'cash', total: '5.00', amount_receivable: '10.00' },
    }
    assert.equal((await lot.software.send('outpark', exit)).state, 1)
    assert.deepEqual(await lot.alarms(), before)
  })

  test('every payment has its transfer and its clearance', async () => {
    await road.audit()
  })
})
