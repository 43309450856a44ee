import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { askRefund } from '@lanepay/cloud/refund/ask.ts'
import { signedInAs } from '@lanepay/cloud/staff/staff.testing.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { fen } from '@lanepay/domain/money.ts'
import { parseNumber } from '@lanepay/domain/numbers.ts'
import type { ChargingSoftware } from '@lanepay/simulator-charging-software/software.ts'
import { startWalletSimulator, type WalletSimulator } from '@lanepay/simulator-wallet/wallet.ts'
import { connectedLot } from './kit/connected-lot.ts'
import { houseKey, lotPlan, type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/*
 * The scenes of the lot protocol (bolink-protocol.md 6), each by its number, but for the 13th, which is in cash-change.live.test.ts: every message between the lot (L) and us (P), in its order, with
 * what it was answered. What goes wrong in them is in the other files named after the protocol.
 */
const hour = 3_600_000

describe('the scenes of the lot protocol, message by message', () => {
  let road: Road
  let wallet: WalletSimulator
  const running: ChargingSoftware[] = []
  let lots = 1100
  const partner = { unionId: '200279', key: 'A1B2C3D4E5F60718' }
  const senselessLot = 1199
  /** Of an operator that takes the partner's wallet. */
  const itsPlan = () => ({
    operator: { id: '5', name: '无感物业' },
    accounts: [
      ...lotPlan.accounts.map((account) => ({ ...account, id: 50 + account.id })),
      { id: 59, channel: 'zldpay' as const, channelFeeBasisPoints: 60, merchant: { walletUnionId: partner.unionId } },
    ],
    wallet: { ...partner, name: '车载钱包', payUrl: `${wallet.url}/thirdpay.do`, noticeUrl: wallet.url },
  })
  before(async () => {
    road = await startRoad()
    wallet = await startWalletSimulator({ platform: () => road.publicUrl, ...partner, clock: road.clock })
    // Before any lot is looked at: whose wallet an operator takes is remembered for a while.
    await connectedLot(road, senselessLot, { plan: itsPlan() })
  })
  after(async () => {
    await Promise.all(running.map((one) => one.close()))
    await road.close()
    await wallet.close()
  })

  async function aLot(how: Parameters<typeof connectedLot>[2] = {}, number = ++lots) {
    const messages: string[] = []
    const tell = ({ title }: { readonly title: string }) => {
      const [, up, state] = /^upload\.do (\w+) +→ (\d)$/.exec(title) ?? []
      if (up !== 'login') messages.push(up ? `L ${up} ${state}` : title.replace('download.do', 'P'))
    }
    const { software, code, exits } = await connectedLot(road, number, { ...how, tell })
    running.push(software)
    assert.equal((await software.login()).state, 1)
    const heard = (service: string) =>
      software.heard.filter((one) => one.service === service).map(({ fields }) => fields)
    const states = async () =>
      (await road.rows<{ state: string }>('select state from session where lot_id = $1 order by id', [number])).map(
        ({ state }) => state,
      )
    /** All that was said since the last time, once there is so much of it. */
    const said = async (expected: readonly string[], how?: 'in either order') => {
      await until(`${expected.length} messages`, () => messages.length >= expected.length)
      await road.settled()
      const all = messages.splice(0)
      assert.deepEqual(how ? all.toSorted() : all, how ? expected.toSorted() : expected)
    }
    return { number, software, code, exits, heard, states, said }
  }
  type Lot = Awaited<ReturnType<typeof aLot>>
  const record = (lot: Lot) => [...lot.software.records.values()].at(-1)!
  const asked = ['P query_price', 'L query_price 1']

  /** A driver scans and is shown what is owed. */
  async function scans(lot: Lot, driver: string, kind: 'prepay' | 'exit', plate?: string) {
    const phone = road.phone(driver)
    await phone.scan(`${road.publicUrl}/p/${lot.code(kind)}`)
    const { status, body } = await phone.quote(lot.code(kind), plate)
    assert.equal(status, 200, JSON.stringify(body))
    return { phone, quote: body }
  }
  /** And pays it in the wallet. The payment's number. */
  async function pays(lot: Lot, driver: string, kind: 'prepay' | 'exit', plate?: string): Promise<string> {
    const { phone, quote } = await scans(lot, driver, kind, plate)
    const sheet = await phone.pay(lot.code(kind), quote.quote!)
    assert.equal(sheet.status, 200, JSON.stringify(sheet.body))
    await phone.payInWallet(sheet.body.sheet)
    await road.paymentIs(phone, sheet.body.payment, 'paid')
    return sheet.body.payment
  }
  /** What we say was paid for this record (4.4): how, where, what it counts as, how much. */
  const booked = async (lot: Lot, order_id: string) => {
    const { data } = await lot.software.send('query_order', { order_id, time_temp: 1 })
    return (data as Record<string, unknown>[]).map((one) => [one.pay_type, one.pay_scene, one.state, one.total])
  }
  const stands = async (lot: Lot, plate: string) => {
    await lot.software.enter(plate, 'A1')
    lot.software.toExit(plate, 'B1')
    await lot.said(['L inpark 1'])
  }

  describe('1. in-lot prepay', () => {
    test('entry, price by plate, paid, told; nothing asked at the exit in time', async () => {
      const lot = await aLot()
      await lot.software.enter('粤B10001', 'A1')
      await lot.said(['L inpark 1'])
      const trade = await pays(lot, 'one', 'prepay', '粤B10001')
      await lot.said([...asked, 'P prepay_order', 'L prepay_order 1'])
      const [question] = lot.heard('query_price')
      assert.deepEqual([question!.pay_scene, question!.order_id], [0, record(lot).orderId])
      const [told] = lot.heard('prepay_order')
      const { trade_no, prepay, account_type, pay_channel, query_order_no } = told!
      assert.deepEqual([trade_no, prepay, account_type, pay_channel], [trade, 5, 1, 0])
      assert.equal(query_order_no, question!.query_order_no, 'the very price that was paid')
      lot.software.toExit('粤B10001', 'B1')
      await lot.software.leave('B1')
      await lot.said(['L outpark 1'])
      assert.deepEqual(await lot.states(), ['left'])
    })

    test('left too late: the next price is the difference', async () => {
      const lot = await aLot()
      await lot.software.enter('粤B10002', 'A1')
      await pays(lot, 'one, late', 'prepay', '粤B10002')
      await lot.said(['L inpark 1', ...asked, 'P prepay_order', 'L prepay_order 1'])
      road.pass(2 * hour)
      lot.software.toExit('粤B10002', 'B1')
      const { quote } = await scans(lot, 'one, late', 'exit')
      assert.deepEqual([quote.paidFen, quote.owedFen], [500, quote.priceFen - 500])
      await lot.said(asked)
    })
  })

  describe('2. exit direct pay, plated car', () => {
    test('price of who stands in the lane, paid, told, and the gate opens', async () => {
      const lot = await aLot()
      await stands(lot, '粤B20001')
      const trade = await pays(lot, 'two', 'exit')
      await lot.said([...asked, 'P outpark', 'L outpark 1'])
      const [question] = lot.heard('query_price')
      assert.deepEqual([question!.pay_scene, question!.out_channel_id, question!.car_number], [1, 'B1', undefined])
      const { state, pay_type, out_channel_id, total, trade_no } = lot.heard('outpark')[0]!
      assert.deepEqual([state, pay_type, out_channel_id, total, trade_no], [1, 'scancode', 'B1', 5, trade])
      assert.deepEqual(lot.software.opened, [{ lane: 'B1', plate: '粤B20001', because: `paid ${trade}` }])
      const { quote } = await scans(lot, 'beside two', 'exit')
      assert.deepEqual([quote.state, quote.paidFen, quote.owedFen, quote.gate], ['already-paid', 500, 0, 'sent'])
      await lot.said(asked)
      await lot.software.leave('B1', 'scancode')
      await lot.said(['L outpark 1'])
    })

    test('price 0: the driver is told to go, the lot opens by itself and hears no more', async () => {
      const lot = await aLot({ hourFen: 0 })
      await stands(lot, '粤B20002')
      const { quote } = await scans(lot, 'two, free', 'exit')
      assert.deepEqual([quote.owedFen, quote.gate], [0, 'sent'])
      await lot.said(asked)
      assert.deepEqual(lot.software.opened, [{ lane: 'B1', plate: '粤B20002', because: 'nothing owed' }])
    })

    test('an answer older than a minute is asked for again before money is taken', async () => {
      const lot = await aLot()
      await stands(lot, '粤B20003')
      const { phone, quote } = await scans(lot, 'two, slow', 'exit')
      road.pass(61_000)
      assert.equal((await phone.pay(lot.code('exit'), quote.quote!)).body.error.code, 'quote-expired')
      await pays(lot, 'two, slow', 'exit')
      await lot.said([...asked, ...asked, 'P outpark', 'L outpark 1'])
    })
  })

  test('3. no plate: the entry code opens, the exit code knows the driver’s record', async () => {
    const lot = await aLot({ habits: { marksMadeUpPlates: true } })
    const phone = road.phone('three')
    await phone.scan(`${road.publicUrl}/p/${lot.code('entry')}`)
    assert.equal((await phone.enter(lot.code('entry'))).status, 200)
    await lot.said(['P nolicence_in_park', 'L nolicence_in_park 1', 'L inpark 1'])
    const [{ car_number, channel_id }] = lot.heard('nolicence_in_park') as [Record<string, unknown>]
    assert.match(String(car_number), /^[0-9A-Z]{7}$/)
    assert.equal(channel_id, 'A1')
    await pays(lot, 'three', 'exit')
    await lot.said([...asked, 'P outpark', 'L outpark 1'])
    const [question] = lot.heard('query_price')
    assert.deepEqual(
      [question!.pay_scene, question!.car_number, question!.order_id],
      [2, car_number, record(lot).orderId],
    )
  })

  describe('4. the attendant scans', () => {
    const exits = (lot: Lot, code: string) => lot.exits({ code })
    test('paid at once: 1, and no message follows', async () => {
      const lot = await aLot()
      await stands(lot, '粤B40001')
      const { orderId } = record(lot)
      await exits(lot, road.wechatpay.control.payCodeOf('four'))
      await lot.said(['L outpark 1'])
      assert.deepEqual(await lot.states(), ['left'])
      assert.deepEqual(await booked(lot, orderId), [['sweepcode', 'outpay', 1, '5.00']])
    })
    test('the driver types a password: 2, then the result', async () => {
      const lot = await aLot()
      await stands(lot, '粤B40002')
      road.wechatpay.control.fault({ kind: 'pay-waits-then-paid', times: 1, ms: 12_000 })
      await exits(lot, road.wechatpay.control.payCodeOf('four, slow'))
      await until('it hears the result', () => {
        road.pass(1_000)
        return lot.heard('outpark').length > 0
      })
      await lot.said(['L outpark 2', 'P outpark', 'L outpark 1'])
      assert.deepEqual([lot.heard('outpark')[0]!.state, lot.heard('outpark')[0]!.pay_type], [1, 'sweepcode'])
      await until('its record ends', async () => (await lot.states())[0] === 'left')
    })
    test('the channel needs longer than the lot is kept waiting: 2, then the result', async () => {
      const lot = await aLot({ bolink: { settings: { chargeAnswerSeconds: 1 } } })
      await stands(lot, '粤B40003')
      road.wechatpay.control.fault({ kind: 'answer-slow', call: 'code-pay', times: 1, ms: 4_000 })
      await exits(lot, road.wechatpay.control.payCodeOf('four, in time'))
      await until('it hears the result', () => lot.heard('outpark').length > 0)
      await lot.said(['L outpark 2', 'P outpark', 'L outpark 1'])
      assert.equal(lot.software.opened.length, 1)
      await until('its record ends', async () => (await lot.states())[0] === 'left')
      assert.deepEqual(await booked(lot, record(lot).orderId), [['sweepcode', 'outpay', 1, '5.00']])
    })
  })

  test('5. senseless: the lot hears after the entry that it pays, and its exit is charged', async () => {
    const lot = await aLot({ plan: itsPlan() }, senselessLot)
    await wallet.call('newuser/adduser', { user_id: 'u5', plate_number: '粤B50001', nosence_pay: 1 })
    await lot.software.enter('粤B50001', 'A1')
    lot.software.toExit('粤B50001', 'B1')
    await lot.said(['L inpark 1', 'P update_balance'], 'in either order')
    assert.deepEqual(lot.heard('update_balance')[0]!.autopay, 1)
    const { orderId } = record(lot)
    await lot.exits('wallet')
    await lot.said(['L outpark 1'])
    assert.deepEqual(await lot.states(), ['left'])
    assert.deepEqual(await booked(lot, orderId), [['wallet', 'outpay', 1, '5.00']])
  })

  test('6. a refund: the lot hears of it once it is final', async () => {
    const lot = await aLot()
    await lot.software.enter('粤B60001', 'A1')
    const trade = await pays(lot, 'six', 'prepay', '粤B60001')
    await lot.said(['L inpark 1', ...asked, 'P prepay_order', 'L prepay_order 1'])
    const number = parseNumber('trade', trade)
    assert.ok(number.ok)
    const rights = { limitFen: fen(10_000), limitOfOperator: {}, people: [{ name: '张', operators: 'all' as const }] }
    const given = await askRefund(
      { database: road.database, clock: road.clock, newId: idMaker(() => road.clock.now(), 901), rights },
      ...[
        { lot: number.value, payment: number.value.id, amountFen: 200, reason: '多收', by: '张', secondFactor: null },
      ],
    )
    assert.ok(given.ok, JSON.stringify(given))
    await until('it is told', () => {
      road.pass(1_000)
      return lot.heard('refund').length > 0
    })
    await lot.said(['P refund', 'L refund 1'])
    const { trade_no, refund_money, state, account_type } = lot.heard('refund')[0]!
    assert.deepEqual([trade_no, refund_money, state, account_type], [trade, 2, 1, 0])
  })

  describe('7. a month card', () => {
    test('renewed in the office: its time is told first, then what was paid, once', async () => {
      const lot = await aLot()
      const does = officeOf(lot)
      const { product } = await does('products', { name: '业主月卡', monthFen: 30_000, spaces: 1 })
      const from = road.clock.now() - hour
      const holder = { name: '王小明', phone: '13800001111' }
      const asks = { card: 'A-7', product, plates: ['粤B70001'], from, until: from + 240 * hour, holder }
      const { card } = await does('cards', asks)
      await lot.said(['P month_card_sync', 'L month_card_sync 1', 'P month_member_sync', 'L month_member_sync 1'])
      const noted = { fen: 30_000, as: 'transfer' }
      const { until: ends } = await does(`cards/${card}/renew`, { months: 1, noted })
      await lot.said(['P month_member_sync', 'L month_member_sync 1', 'P month_pay_sync', 'L month_pay_sync 1'])
      const data = (service: string) => lot.heard(service).at(-1)!.data as Record<string, unknown>
      assert.deepEqual(
        [data('month_member_sync').operate_type, data('month_member_sync').end_time],
        [4, Math.floor((ends - 1) / 1000)],
      )
      const { card_id, amount_pay, pay_type, start_time, end_time, car_number } = data('month_pay_sync')
      assert.deepEqual([card_id, amount_pay, pay_type, car_number], [card, '300.00', '转账', '粤B70001'])
      assert.deepEqual(
        [start_time, end_time],
        [Math.floor((from + 240 * hour) / 1000), data('month_member_sync').end_time],
      )
      assert.deepEqual([...lot.software.cardPayments.values()], [{ card, yuan: '300.00' }])
      // A renewal for which no money was noted is no payment.
      await does(`cards/${card}/renew`, { months: 1 })
      await lot.said(['P month_member_sync', 'L month_member_sync 1'])
    })

    test('a lot that is not to be told what was paid hears only of the card', async () => {
      const lot = await aLot({ bolink: { settings: { tellsRenewals: false } } })
      const does = officeOf(lot)
      const { product } = await does('products', { name: '业主月卡', monthFen: 30_000, spaces: 1 })
      const from = road.clock.now() - hour
      const holder = { name: '王小明', phone: '13800001111' }
      const { card } = await does('cards', {
        card: 'A-8',
        product,
        plates: ['粤B70002'],
        from,
        until: from + 240 * hour,
        holder,
      })
      const time = ['P month_member_sync', 'L month_member_sync 1']
      await lot.said(['P month_card_sync', 'L month_card_sync 1', ...time])
      await does(`cards/${card}/renew`, { months: 1, noted: { fen: 1, as: 'cash' } })
      await until(
        'nothing waits',
        async () => (await road.rows('select 1 from card_renewal where lot_id = $1', [lot.number])).length === 0,
      )
      await lot.said(time)
    })
  })

  test('8. reconciliation: what was paid, page by page; one order; the records of the day; its figures, to be opened once', async () => {
    const lot = await aLot()
    const { software } = lot
    const second = Math.floor(road.clock.now() / 1000)
    await software.send('upload_collector', { user_id: 'zhang', name: '张三', operate_type: 1 })
    await software.send('work_record', { uuid: 'W8', user_id: 'zhang', state: 0, start_time: second - 60 })
    await software.enter('粤B80001', 'A1')
    const trade = await pays(lot, 'eight', 'prepay', '粤B80001')
    const { orderId } = record(lot)
    const paying = [
      'L upload_collector 1',
      'L work_record 1',
      'L inpark 1',
      ...asked,
      'P prepay_order',
      'L prepay_order 1',
    ]
    await lot.said(paying)
    software.toExit('粤B80001', 'B1')
    await software.leave('B1')
    for (const [plate, how] of [
      ['粤B80002', 'cash'],
      ['粤B80003', 'escape'],
    ] as const) {
      await software.enter(plate, 'A1')
      software.toExit(plate, 'B1')
      await software.leave('B1', how)
    }
    await lot.said(['L outpark 1', ...['L inpark 1', 'L outpark 1', 'L inpark 1', 'L outpark 1']])

    const time = { begin_time: second - 60, end_time: second + 3600 }
    const data = async (service: string, asks: Readonly<Record<string, string | number>>) =>
      // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
      (await software.send(service, asks)).data as any
    const page = await data('query_blpay', { ...time, page_number: 1 })
    assert.deepEqual([page.count, page.ele_pay_total, page.order_list[0].trade_no], [1, '5.00', trade])
    const [paid] = await data('query_order', { order_id: orderId, time_temp: 1 })
    assert.deepEqual([paid.trade_no, paid.state], [trade, 1])
    const account = await data('check_account', { ...time, type: 1 })
    const { order_list, ...sums } = account
    assert.deepEqual(sums, {
      ...{ count: 3, amount_receive_total: '15.00', cash_pay_total: '5.00', ele_pay_total: '5.00' },
      reduce_total: '0.00',
    })
    assert.deepEqual(
      order_list.map((one: Record<string, string>) => [one.car_number, one.pay_type, one.electronic_pay, one.cash_pay]),
      [
        ['粤B80001', 'free', '5.00', '0.00'],
        ['粤B80002', 'cash', '0.00', '5.00'],
        ['粤B80003', 'escape', '0.00', '0.00'],
      ],
    )
    assert.equal((await data('check_account', { ...time, type: 0 })).count, 3)
    assert.deepEqual((await data('check_account', { ...time, page_number: 2 })).order_list, [])
    // Of the shift that is on, where no time is asked for.
    const { order_url } = await software.send('query_park_dailyorder', {})
    const looked = await fetch(String(order_url), { headers: { 'accept-language': 'en-GB' } })
    const figures = (await looked.text()).replaceAll(/<[^>]+>/g, ' ')
    for (const line of [
      /Exits +3/,
      /Receivable \(yuan\) +15\.00/,
      /Left without paying \(yuan\) +5\.00/,
      /cash +1 +5\.00/,
    ])
      assert.match(figures, line)
    assert.doesNotMatch(figures, /粤B/)
    assert.equal((await fetch(String(order_url))).status, 410, 'it opens once')
    const late = await software.send('query_park_dailyorder', { start_time: second - 60, end_time: second })
    road.pass(11 * 60_000)
    assert.equal((await fetch(String(late.order_url))).status, 410, 'and not for ever')
    await lot.said([
      ...['L query_blpay 1', 'L query_order 1', 'L check_account 1', 'L check_account 1', 'L check_account 1'],
      ...['L query_park_dailyorder 1', 'L query_park_dailyorder 1'],
    ])
  })

  test('9. an escape: owed, listed with the next entry, paid by the driver, told; then nothing is listed', async () => {
    const lot = await aLot()
    const { software } = lot
    const comes = async () => {
      await software.enter('粤B90001', 'A1')
      const owed = (software.uploads.at(-1)!.reply.escapeOrder ?? []) as { orderId: string; money: string }[]
      return owed.map(({ orderId, money }) => [orderId, money])
    }
    await stands(lot, '粤B90001')
    const { orderId } = record(lot)
    await software.leave('B1', 'escape')
    assert.deepEqual(await comes(), [[orderId, '5.00']])
    software.toExit('粤B90001', 'B1')
    await software.leave('B1', 'cash')
    const list = { car_number: '粤B90001', park_id: `park-${lot.number}`, union_id: '200208' }
    assert.equal(((await software.send('query_escape', list)).escapeOrder as unknown[]).length, 1)
    await lot.said(['L outpark 1', 'L inpark 1', 'L outpark 1', 'L query_escape 1'])
    const trade = await pays(lot, 'nine', 'prepay', '粤B90001')
    await lot.said([...asked, 'P escape_order', 'L escape_order 1'])
    const told = lot.heard('escape_order')[0]!
    assert.deepEqual([told.order_id, told.trade_no, told.total, told.state], [orderId, trade, 5, 1])
    assert.deepEqual(await comes(), [])
    assert.deepEqual(await booked(lot, orderId), [['scancode', 'outpay', 1, '5.00']], 'of the record that it had left')
  })

  test('10. left first, pays later: kept as owed, paid as an escape is', async () => {
    const lot = await aLot()
    const second = Math.floor(road.clock.now() / 1000) - 7200
    const { state, uuid, message } = await lot.software.send('laterpay_order_upload', {
      ...{ order_id: 'L10', car_number: '粤B90010', in_channel_id: 'A1', in_time: second, out_channel_id: 'B1' },
      ...{ end_time: second + 3600, amount_receivable: '5.00', price: '5.00', uuid: 'u10' },
    })
    assert.deepEqual([state, uuid, message], [1, 'u10', ''])
    await pays(lot, 'ten', 'prepay', '粤B90010')
    await lot.said(['L laterpay_order_upload 1', ...asked, 'P escape_order', 'L escape_order 1'])
    assert.equal(lot.heard('escape_order')[0]!.order_id, 'L10')
  })

  test('11. a coupon of a shop: told, the next price is lower, and the lot says that it was used', async () => {
    const lot = await aLot()
    await lot.software.enter('粤B90011', 'A1')
    road.pass(hour + 60_000)
    const made = await officeOf(lot)('shops', {
      ...{ account: `noodles-${lot.number}`, name: '兰州拉面', perDay: 50, perMonth: 500, hours: 24 },
      kinds: [{ name: '满百', worth: { kind: 'amount', fen: 500 } }],
    })
    const shop = async (path: string, body: object, cookie = '') => {
      const response = await fetch(road.publicUrl + path, {
        ...{ method: 'POST', body: JSON.stringify(body) },
        headers: { cookie, 'content-type': 'application/json', 'x-lanepay-staff': '1' },
      })
      assert.equal(response.status, 200)
      const [given] = (response.headers.get('set-cookie') ?? '').split(';')
      return { cookie: given!, json: (await response.json()) as { ask: string } }
    }
    const link = String(made.link).split('#link=')[1]
    const { cookie } = await shop('/api/shop/link', { link, password: '九里香 2026 老店' })
    const { ask } = (await shop('/api/shop/asks', {}, cookie)).json
    await shop('/api/shop/coupons', { ask, plate: '粤B90011', kind: '满百' }, cookie)
    await lot.said(['L inpark 1', 'P deliver_ticket', 'L deliver_ticket 1'])
    await pays(lot, 'eleven', 'prepay', '粤B90011')
    await lot.said([...asked, 'P prepay_order', 'L prepay_order 1'])
    assert.equal(lot.heard('prepay_order')[0]!.prepay, 5, 'of two hours, ten yuan, less five')
    const { ticket_id, order_id, ticket_type, money } = lot.heard('deliver_ticket')[0]!
    assert.deepEqual([order_id, ticket_type, money], [record(lot).orderId, 0, '5.00'])
    await lot.software.send('upload_ticket_deduction', {
      ...{ ticket_id: String(ticket_id), car_number: '粤B90011', shop_name: '兰州拉面', order_id: String(order_id) },
      ...{ use_time: Math.floor(road.clock.now() / 1000), deduction_amount: '5.00' },
    })
    await lot.said(['L upload_ticket_deduction 1'])
    const coupons = await road.rows<{ used: boolean }>(
      'select used_at is not null as used from coupon where lot_id = $1',
      [lot.number],
    )
    assert.deepEqual(coupons, [{ used: true }])
  })

  // Making the invoice itself is not built: what was paid in cash is kept for whoever does.
  test('12. an invoice: what was paid in cash is told once, and kept once', async () => {
    const lot = await aLot()
    const cash = { order_id: 'C12', plate_number: '粤B90012', money: '6.5', pay_time: 1_700_000_000 }
    for (const _ of [1, 2]) await lot.software.send('upload_invoice', cash)
    await lot.said(['L upload_invoice 1', 'L upload_invoice 1'])
    const kept = await road.rows(
      "select body ->> 'paidFen' as fen from bolink_kept where lot_id = $1 and kind = 'invoice'",
      [lot.number],
    )
    assert.deepEqual(kept, [{ fen: '650' }])
  })

  test('every payment has its transfer and its clearance', async () => {
    assert.deepEqual(wallet.complaints, [])
    await road.settled()
    await road.audit()
  })

  /** What a manager does at the lot's pages. */
  function officeOf(lot: Lot) {
    // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
    return async (path: string, body: object): Promise<any> => {
      const by = await signedInAs(road.database, road.clock.now(), { role: 'manager', operatorId: '1', houseKey })
      const response = await fetch(`${road.publicUrl}/api/operator/lots/${lot.number}/${path}`, {
        ...{ method: 'POST', body: JSON.stringify(body) },
        headers: { ...by, 'content-type': 'application/json' },
      })
      const json = await response.json()
      assert.equal(response.status, 200, JSON.stringify(json))
      return json
    }
  }
})
