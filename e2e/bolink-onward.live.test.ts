import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { askRefund } from '@lanepay/cloud/refund/ask.ts'
import { signedInAs } from '@lanepay/cloud/staff/staff.testing.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { fen } from '@lanepay/domain/money.ts'
import { parseNumber } from '@lanepay/domain/numbers.ts'
import type { ChargingSoftware } from '@lanepay/simulator-charging-software/software.ts'
import { connectedLot } from './kit/connected-lot.ts'
import { houseKey, type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/*
 * The scenes of a connected lot after the first three (bolink-protocol.md 6), message by message: the attendant scans, a refund, an
 * escape, left first and paid later.
 */
const hour = 3_600_000

describe('a connected lot, onward', () => {
  let road: Road
  const running: ChargingSoftware[] = []
  let lots = 700
  before(async () => {
    road = await startRoad()
  })
  after(async () => {
    await Promise.all(running.map((one) => one.close()))
    await road.close()
  })

  async function aLot(how: Parameters<typeof connectedLot>[2] = {}) {
    const number = ++lots
    const { software, code, exits } = await connectedLot(road, number, how)
    running.push(software)
    assert.equal((await software.login()).state, 1)
    const heard = (service: string) =>
      software.heard.filter((one) => one.service === service).map(({ fields }) => fields)
    const session = async (plate: string) =>
      (
        await road.rows<{ state: string; left_how: string | null }>(
          'select state, left_how from session where lot_id = $1 and plate = $2 order by id',
          [number, plate],
        )
      ).map(({ state }) => state)
    return { number, software, code, exits, heard, session }
  }
  type Lot = Awaited<ReturnType<typeof aLot>>

  /** A driver scans the prepay code and pays what is owed for this plate. The payment's number. */
  async function prepays(lot: Lot, driver: string, plate: string): Promise<string> {
    const phone = road.phone(driver)
    await phone.scan(`${road.publicUrl}/p/${lot.code('prepay')}`)
    const quote = await phone.quote(lot.code('prepay'), plate)
    assert.equal(quote.status, 200, JSON.stringify(quote.body))
    const sheet = await phone.pay(lot.code('prepay'), quote.body.quote!)
    await phone.payInWallet(sheet.body.sheet)
    await road.paymentIs(phone, sheet.body.payment, 'paid')
    return sheet.body.payment
  }

  test('the vendor’s key lies sealed; one that lies open from before is sealed by the running process, and still signs', async () => {
    const lot = await aLot()
    const kept = () =>
      road.rows<{ ukey: string | null; sealed_key: string | null }>(
        'select ukey, sealed_key from bolink_park where lot_id = $1',
        [lot.number],
      )
    const [sealed] = await kept()
    assert.equal(sealed!.ukey, null)
    assert.ok(!Buffer.from(sealed!.sealed_key!, 'base64').includes('8403A41E'))
    await road.rows('update bolink_park set ukey = $2, sealed_key = null where lot_id = $1', [
      lot.number,
      '8403A41ED5EF20BC',
    ])
    await until('it is sealed', async () => (await kept())[0]!.ukey === null)
    assert.equal((await lot.software.send('query_inpark', { car_number: '粤B10001', query_time: 1 })).state, 1)
  })

  describe('the attendant scans (6.4)', () => {
    const exitOf = (lot: Lot, code: string) => lot.exits({ code })
    const stands = async (lot: Lot, plate: string) => {
      await lot.software.enter(plate, 'A1')
      lot.software.toExit(plate, 'B1')
    }

    test('paid at once: 1, and no message follows; the same upload again is the same scan', async () => {
      const lot = await aLot()
      await stands(lot, '粤B10002')
      const code = road.wechatpay.control.payCodeOf('scanned-1')
      assert.equal((await exitOf(lot, code)).state, 1)
      assert.equal((await exitOf(lot, code)).state, 1)
      const [kept] = await road.rows<{ body: object }>('select body from bolink_charge where lot_id = $1', [lot.number])
      assert.ok(!JSON.stringify(kept!.body).includes(code), 'the code is kept nowhere')
      await road.settled()
      assert.deepEqual(await lot.session('粤B10002'), ['left'])
      assert.deepEqual(await road.rows('select amount_fen, state::text from payment where lot_id = $1', [lot.number]), [
        { amount_fen: 500, state: 'paid' },
      ])
      assert.deepEqual(lot.software.heard, [])
      // As if the process had ended before the exit was noted: the upload comes again, and then it is.
      await road.rows("update session set state = 'leaving', left_at = null, left_how = null where lot_id = $1", [
        lot.number,
      ])
      assert.equal((await exitOf(lot, code)).state, 1)
      await until('its record ends', async () => (await lot.session('粤B10002'))[0] === 'left')
      assert.equal((await road.rows('select id from payment where lot_id = $1', [lot.number])).length, 1)
    })

    test('the driver must type a password: 2, the gate stays shut until the lot hears 1, and opens once', async () => {
      const lot = await aLot()
      await stands(lot, '粤B10003')
      road.wechatpay.control.fault({ kind: 'pay-waits-then-paid', times: 1, ms: 12_000 })
      const code = road.wechatpay.control.payCodeOf('scanned-2')
      assert.equal((await exitOf(lot, code)).state, 2)
      const other = road.wechatpay.control.payCodeOf('scanned-3')
      assert.equal((await exitOf(lot, other)).state, 2, 'no second charge while the first is not certain')
      assert.deepEqual(lot.software.opened, [])
      await until('it hears the result', () => {
        road.pass(1_000)
        return lot.heard('outpark').length > 0
      })
      const [result] = lot.heard('outpark')
      assert.deepEqual([result!.state, result!.pay_type, result!.out_channel_id], [1, 'sweepcode', 'B1'])
      await until('its record ends', async () => (await lot.session('粤B10003'))[0] === 'left')
      assert.equal(lot.software.opened.length, 1)
      const payments = await road.rows('select id from payment where lot_id = $1', [lot.number])
      assert.equal(payments.length, 1)
    })

    test('the driver never confirms: 0 within two minutes, nothing opens, and another code pays', async () => {
      const lot = await aLot()
      await stands(lot, '粤B10004')
      road.wechatpay.control.fault({ kind: 'pay-waits', times: 1 })
      const began = road.clock.now()
      assert.equal((await exitOf(lot, road.wechatpay.control.payCodeOf('scanned-4'))).state, 2)
      await until('it hears that nothing is paid', () => {
        road.pass(1_000)
        return lot.heard('outpark').length > 0
      })
      assert.ok(road.clock.now() - began < 120_000)
      assert.equal(lot.heard('outpark')[0]!.state, 0)
      assert.deepEqual(lot.software.opened, [])
      await until('that charge has ended', async () => {
        const open = await road.rows('select id from bolink_charge where lot_id = $1 and ended_at is null', [
          lot.number,
        ])
        return open.length === 0
      })
      assert.equal((await exitOf(lot, road.wechatpay.control.payCodeOf('scanned-5'))).state, 1)
      assert.deepEqual(await lot.session('粤B10004'), ['left'])
    })

    test('nor does the lot ever answer that: it hears it eleven times, a person is called, and that is all', async () => {
      const lot = await aLot({ habits: { silentAbout: ['outpark'] } })
      await stands(lot, '粤B10006')
      road.wechatpay.control.fault({ kind: 'pay-waits', times: 1 })
      assert.equal((await exitOf(lot, road.wechatpay.control.payCodeOf('scanned-7'))).state, 2)
      await until('somebody is called', async () => {
        road.pass(2_000)
        return (await road.rows('select 1 from alarm where lot_id = $1', [lot.number])).length > 0
      })
      await until('that charge has ended, and its message is gone', async () => {
        const ended = await road.rows('select 1 from bolink_charge where lot_id = $1 and ended_at is not null', [
          lot.number,
        ])
        const messages = await road.rows('select 1 from bolink_message where lot_id = $1', [lot.number])
        return ended.length > 0 && messages.length === 0
      })
      assert.equal(lot.heard('outpark').length, 11)
      assert.deepEqual(lot.software.opened, [])
    })

    test('no money: 0 at once; no code of any wallet: 0; no code at all: 0', async () => {
      const lot = await aLot()
      await stands(lot, '粤B10005')
      road.wechatpay.control.fault({ kind: 'pay-no-money', times: 1 })
      assert.equal((await exitOf(lot, road.wechatpay.control.payCodeOf('scanned-6'))).state, 0)
      assert.equal((await exitOf(lot, '6901234567892')).state, 0)
      assert.equal((await exitOf(lot, '')).state, 0)
      assert.deepEqual(await lot.session('粤B10005'), ['inside'])
    })
  })

  describe('a refund (6.6)', () => {
    const rights = { limitFen: fen(10_000), limitOfOperator: {}, people: [{ name: '张', operators: 'all' as const }] }
    test('is told once it is final, under the payment’s number, until the lot has answered', async () => {
      const lot = await aLot({ habits: { silentAbout: ['refund'] } })
      await lot.software.enter('粤B20001', 'A1')
      const trade = await prepays(lot, 'refunded', '粤B20001')
      await road.settled()
      const number = parseNumber('trade', trade)
      assert.ok(number.ok)
      const asked = await askRefund(
        { database: road.database, clock: road.clock, newId: idMaker(() => road.clock.now(), 900), rights },
        ...[
          { lot: number.value, payment: number.value.id, amountFen: 200, reason: '多收', by: '张', secondFactor: null },
        ],
      )
      assert.ok(asked.ok, JSON.stringify(asked))
      await until('it is told', () => {
        road.pass(1_000)
        return lot.heard('refund').length > 0
      })
      const [told] = lot.heard('refund')
      assert.deepEqual(
        [told!.trade_no, told!.refund_money, told!.state, told!.account_type, told!.arrive_moeny, told!.arrive_money],
        [trade, 2, 1, 0, 0, 0],
      )
      lot.software.behave({ silentAbout: [] })
      road.pass(11_000)
      await until('its answer ends it', async () => {
        const open = await road.rows('select id from bolink_message where lot_id = $1', [lot.number])
        return open.length === 0
      })
      assert.equal(lot.heard('refund').length, 2)
    })

    test('by rule: what the lot will not have goes back after the time that its plan says', async () => {
      const lot = await aLot({
        bolink: { settings: { notTold: 'refund', refundAfterHours: 1 } },
      })
      // The operator gives the channel's fee until the channel gives it back, out of what it holds of another payment.
      await lot.software.enter('粤B20003', 'A1')
      await prepays(lot, 'kept', '粤B20003')
      await road.settled()
      lot.software.behave({ refusesPayments: true })
      await lot.software.enter('粤B20002', 'A1')
      await prepays(lot, 'given back', '粤B20002')
      const stateIs = () =>
        road.rows<{ state: string }>("select state::text from payment where lot_id = $1 and plate = '粤B20002'", [
          lot.number,
        ])
      await until('a person hears of it first', async () => {
        const found = await road.rows<{ kind: string }>('select kind from alarm where lot_id = $1', [lot.number])
        return found[0]?.kind === 'lot-not-told'
      })
      assert.equal((await stateIs())[0]!.state, 'paid')
      // The person is called first: an hour that passed before the rule's time was noted would have to pass a second time.
      await until('its time is noted', async () => {
        const noted = await road.rows('select 1 from bolink_message where lot_id = $1 and until is not null', [
          lot.number,
        ])
        return noted.length > 0
      })
      road.pass(hour + 1_000)
      await until('it is back', async () => {
        road.pass(1_000)
        return (await stateIs())[0]!.state === 'refunded'
      })
    })
  })

  describe('who leaves without paying (6.9, 6.10)', () => {
    test('owes it, is listed at the next entry, pays it by the prepay code, and the lot is told', async () => {
      const lot = await aLot()
      const { software } = lot
      await software.enter('粤B30001', 'A1')
      software.toExit('粤B30001', 'B1')
      const [record] = [...software.records.values()]
      await software.leave('B1', 'escape')
      const list = async () =>
        (await software.send('query_escape', { car_number: '粤B30001', park_id: 'p', union_id: '200208' }))
          .escapeOrder as Record<string, unknown>[]
      const [owed] = await list()
      assert.deepEqual([owed!.orderId, owed!.money, owed!.carNumber], [record!.orderId, '5.00', '粤B30001'])
      const number = await prepays(lot, 'repentant', '粤B30001')
      await until('the lot is told', () => lot.heard('escape_order').length > 0)
      const [told] = lot.heard('escape_order')
      assert.deepEqual([told!.order_id, told!.trade_no, told!.total, told!.state], [record!.orderId, number, 5, 1])
      await until('it owes nothing', async () => (await list()).length === 0)
      await until('nobody stands for it any more', async () => !(await lot.session('粤B30001')).includes('inside'))
      await software.enter('粤B30001', 'A1')
      assert.equal(software.uploads.at(-1)!.reply.escapeOrder, undefined)
    })

    test('left first: the same debt however often it is told, and it goes with the answer to the next entry', async () => {
      const lot = await aLot()
      const second = Math.floor(road.clock.now() / 1000) - 7200
      const later = {
        ...{ order_id: 'L1', car_number: '粤B30002', in_channel_id: 'A1', in_time: second, out_channel_id: 'B1' },
        ...{ end_time: second + 3600, amount_receivable: '5.00', price: '5.00', uuid: 'u1' },
      }
      for (const _ of [1, 2]) {
        const { state, uuid } = await lot.software.send('laterpay_order_upload', later)
        assert.deepEqual([state, uuid], [1, 'u1'])
      }
      await lot.software.enter('粤B30002', 'A1')
      const owed = lot.software.uploads.at(-1)!.reply.escapeOrder as { orderId: string }[]
      assert.deepEqual(
        owed.map(({ orderId }) => orderId),
        ['L1'],
      )
    })

    test('settled at the lot after all, it is asked of nobody any more; until then its last amount counts', async () => {
      const { software } = await aLot()
      const second = Math.floor(road.clock.now() / 1000) - 7200
      const exit = (pay_type: string, total: string) =>
        software.send('outpark', {
          ...{
            order_id: 'E1',
            car_number: '粤B30003',
            in_time: second,
            out_time: second + 3600,
            empty_plot: 1,
            uid: '',
          },
          ...{ out_uid: '', out_channel_id: 'B1', amount_receivable: total, pay_type, total },
        })
      const owed = async () =>
        (
          (await software.send('query_escape', { car_number: '粤B30003', park_id: 'p', union_id: '200208' }))
            .escapeOrder as { money: string }[]
        ).map(({ money }) => money)
      await exit('escape', '5.00')
      await exit('escape', '8.00')
      assert.deepEqual(await owed(), ['8.00'])
      await exit('cash', '8.00')
      assert.deepEqual(await owed(), [])
      await exit('escape', '8.00')
      assert.deepEqual(await owed(), [], 'sent again, it is the record that was settled')
    })
  })

  describe('no plate (6.3)', () => {
    const scans = async (lot: Lot, driver: string) => {
      const phone = road.phone(driver)
      await phone.scan(`${road.publicUrl}/p/${lot.code('entry')}`)
      return phone
    }
    for (const [clockIs, clockAheadMs] of [
      ['right', 0],
      ['two minutes slow', -120_000],
      ['two minutes fast', 120_000],
    ] as const)
      test(`the same phone within ten seconds is not sent down again; once its entry is there it is let in (the lot's clock is ${clockIs})`, async () => {
        const lot = await aLot({ habits: { silentAbout: ['nolicence_in_park'], clockAheadMs } })
        const phone = await scans(lot, `impatient ${clockAheadMs}`)
        const answers = await Promise.all([phone.enter(lot.code('entry')), phone.enter(lot.code('entry'))])
        for (const { status, body } of answers) assert.equal(status, 200, JSON.stringify(body))
        road.pass(15_000)
        assert.equal((await phone.enter(lot.code('entry'))).status, 200)
        assert.equal(lot.heard('nolicence_in_park').length, 1)
      })
  })

  describe('a stay that a person says has gone (7.4, order_zero_balance)', () => {
    type By = Readonly<Record<string, string>>
    const manager = (): Promise<By> =>
      signedInAs(road.database, road.clock.now(), { role: 'manager', operatorId: '1', houseKey })
    const office = async (by: By, lot: Lot, path: string, body?: object) => {
      const response = await fetch(`${road.publicUrl}/api/operator/lots/${lot.number}/${path}`, {
        headers: { ...by, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
      })
      const json = (await response.json()) as { ask: string; order: string; state: string; because: string | null }
      assert.equal(response.status, 200, JSON.stringify(json))
      return json
    }
    const closes = async (by: By, lot: Lot): Promise<string> => {
      const [{ id }] = (await road.rows('select id from session where lot_id = $1', [lot.number])) as [{ id: string }]
      const { ask } = await office(by, lot, 'order-asks', {})
      const order = { kind: 'close', lane: 2 }
      return (await office(by, lot, `sessions/${id}/orders`, { ask, reason: '车已离场', order })).order
    }
    const comesTo = (by: By, lot: Lot, order: string, state: string) =>
      until(`it is ${state}`, async () => {
        const seen = await office(by, lot, `orders/${order}`)
        return seen.state === state ? seen : null
      })

    for (const closesBy of ['order_zero_balance', 'completezero_order'] as const)
      test(`is told to the lot with what was prepaid, and ends here when the lot has ended it: ${closesBy}`, async () => {
        const lot = await aLot({ bolink: { settings: { closesBy } } })
        await lot.software.enter('粤B45001', 'A1')
        await prepays(lot, 'gone', '粤B45001')
        await road.settled()
        const [record] = [...lot.software.records.values()]
        const by = await manager()
        await comesTo(by, lot, await closes(by, lot), 'done')
        await until('it has ended', async () => (await lot.session('粤B45001'))[0] === 'left')
        const [{ data }] = lot.heard(closesBy) as [{ data: Record<string, unknown> }]
        const { order_id, car_number, ele_prepay, cash_pay, operate_type } = data
        assert.deepEqual(
          [order_id, car_number, ele_prepay, cash_pay, operate_type],
          [record!.orderId, '粤B45001', 5, 0, 2],
        )
        assert.equal(lot.software.records.size, 0)
        assert.deepEqual(lot.software.opened, [], 'no gate moves')
      })

    test('what the lot will not end, or never answers, stays open, and the order says so', async () => {
      const lot = await aLot({ bolink: { settings: { repeatSeconds: [] } } })
      await lot.software.enter('粤B45002', 'A1')
      lot.software.behave({ silentAbout: ['order_zero_balance'] })
      const by = await manager()
      const silent = await closes(by, lot)
      await until('it is told', () => lot.heard('order_zero_balance').length === 1)
      road.pass(11_000)
      assert.equal((await comesTo(by, lot, silent, 'expired')).because, 'no-answer')
      const { sync_id } = (lot.heard('order_zero_balance') as [{ data: { sync_id: number } }])[0].data
      const refused = { sync_id, operate_type: 2, state: 0, errmsg: '车辆在场' }
      await lot.software.send('order_zero_balance', refused)
      assert.deepEqual(await lot.session('粤B45002'), ['inside'])
    })
  })

  test('an order to a gate that nobody took in its time is not carried out when the lot is back', async () => {
    const lot = await aLot()
    await lot.software.loseLine()
    const late = road.clock.now() - 1
    await road.rows(
      `insert into bolink_message (bucket, lot_id, id, service, answered_by, body, repeats, send_at, until)
       values (7, $1, 1, 'operate_liftrod', '{liftrod:1}', '{"service_name":"operate_liftrod"}', false, $2, $2)`,
      [lot.number, new Date(late)],
    )
    await lot.software.regainLine()
    await lot.software.enter('粤B40001', 'A1')
    await prepays(lot, 'after the gate', '粤B40001')
    assert.equal(lot.heard('operate_liftrod').length, 0)
  })

  test('a lot that answers for another lot’s payment changes nothing of it', async () => {
    const [victim, hostile] = [await aLot({ habits: { silentAbout: ['prepay_order'] } }), await aLot()]
    await victim.software.enter('粤B40002', 'A1')
    const trade = await prepays(victim, 'of the victim', '粤B40002')
    const [record] = [...victim.software.records.values()]
    const order_id = record!.orderId
    await hostile.software.send('prepay_order', { state: 0, order_id, prepay: '5.00', errmsg: '不要' })
    await hostile.software.send('outpark', { state: 0, order_id, trade_no: trade, errmsg: '不要' })
    assert.deepEqual((await hostile.software.send('query_order', { order_id, time_temp: 1 })).data, [])
    assert.deepEqual(
      await road.rows('select id from alarm where lot_id in ($1, $2)', [victim.number, hostile.number]),
      [],
    )
    const open = await road.rows('select id from bolink_message where lot_id = $1', [victim.number])
    assert.equal(open.length, 1)
    victim.software.behave({ silentAbout: [] })
    road.pass(11_000)
    await road.settled()
  })

  test('every payment has its transfer and its clearance', async () => {
    await road.settled()
    await road.audit()
  })
})
