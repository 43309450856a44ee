import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { selectAskedParks } from '@lanepay/cloud/bolink/platform/store.ts'
import { startVendorCloud, type VendorCloud } from '@lanepay/simulator-charging-software/vendor-cloud.ts'
import { type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'
import { type VendorLot, vendorLots } from './kit/vendor-lots.ts'

/*
 * A vendor's cloud and ours call each other (bolink-protocol.md 8): what is told and asked of stays, what drivers pay, what the
 * vendor asks to be paid and given back, and what is not believed.
 */
describe('a vendor’s cloud in platform mode', () => {
  let road: Road
  let cloud: VendorCloud
  let aLot: ReturnType<typeof vendorLots>['aLot']
  let pays: ReturnType<typeof vendorLots>['pays']
  before(async () => {
    road = await startRoad()
    cloud = await startVendorCloud({
      ...{ address: () => road.publicUrl, unionId: '200208', key: '8403A41ED5EF20BC', clock: road.clock },
      tariff: { hourFen: 500, leaveMinutes: 15 },
    })
    const lots = vendorLots(road, cloud, 900)
    aLot = lots.aLot
    pays = lots.pays
  })
  after(async () => {
    await road.close()
    await cloud.close()
  })

  test('exit direct pay: asked who stands there, told once, and its gate opens once', async () => {
    const lot = await aLot()
    const { orderId, reply } = await cloud.enter(lot.parkId, '粤C10001', 'A1')
    assert.deepEqual([reply.state, reply.order_id], [1, orderId])
    cloud.toExit(lot.parkId, '粤C10001', 'B1')
    const number = await pays(lot, 'at the exit', 'exit')
    await lot.told()
    const [question] = lot.heard('query_price')
    assert.deepEqual([question!.fields.pay_scene, question!.path], [1, '/calls'])
    const [result, ...more] = lot.heard('outpark')
    assert.equal(more.length, 0)
    const { trade_no, total, park_id, out_channel_id } = result!.fields
    assert.deepEqual([trade_no, total, park_id, out_channel_id], [number, 5, lot.parkId, 'B1'])
    assert.ok(cloud.opened.some(({ because }) => because === `paid ${number}`))
    assert.equal((await cloud.leave(lot.parkId, 'B1')).state, 1)
    assert.deepEqual(await lot.states(), ['left'])
  })

  test('who does not answer is told again by the steps; an answer that names another payment is none', async () => {
    const lot = await aLot()
    await cloud.enter(lot.parkId, '粤C10002', 'A1')
    cloud.behave({ silentAbout: ['prepay_order'] })
    await pays(lot, 'told late', 'prepay', '粤C10002')
    await until('it is told', () => lot.heard('prepay_order').length === 1)
    cloud.behave({ silentAbout: [], namesOtherPayment: true })
    road.pass(10_000)
    await until('it is told again', () => lot.heard('prepay_order').length === 2)
    cloud.behave({ namesOtherPayment: false })
    road.pass(20_000)
    await lot.told()
    assert.equal(lot.heard('prepay_order').length, 3)
    assert.equal(new Set(lot.heard('prepay_order').map(({ fields }) => fields.trade_no)).size, 1)
  })

  test('what it refuses is a person’s', async () => {
    const lot = await aLot()
    await cloud.enter(lot.parkId, '粤C10003', 'A1')
    cloud.behave({ refusesPayments: true })
    await pays(lot, 'refused', 'prepay', '粤C10003')
    const alarms = () => road.rows<{ kind: string }>('select kind from alarm where lot_id = $1', [lot.number])
    await until('there is an alarm', async () => (await alarms())[0]?.kind === 'lot-not-told')
    cloud.behave({ refusesPayments: false })
  })

  test('no plate: it is asked to let the driver’s pass in, and uploads the entry', async () => {
    const lot = await aLot()
    const phone = road.phone('without a plate')
    await phone.scan(`${road.publicUrl}/p/${lot.code('entry')}`)
    const entered = await phone.enter(lot.code('entry'))
    assert.equal(entered.status, 200, JSON.stringify(entered.body))
    const [asked] = lot.heard('nolicence_in_park')
    assert.deepEqual([asked!.fields.channel_id, asked!.fields.union_id], ['A1', 200208])
    await until('it is inside', async () => (await lot.states()).includes('inside'))
  })

  test('its own number of a payment goes with the result, to the address that it wants; another one of ours is not taken', async () => {
    const lot = await aLot()
    const { orderId } = await cloud.enter(lot.parkId, '粤C10004', 'A1')
    const tradeNo = '1230912903121625210125957'
    const ask = { park_id: lot.parkId, order_id: orderId, car_number: '粤C10004', amount: '5.00', pay_type: 0 }
    const wanted = { ...ask, trade_no: tradeNo, notify_url: `${cloud.url}/wanted`, description: '本单' }
    const { state, payurl } = await cloud.call('bolinkparkpay', { ...wanted, time_temp: 1 })
    assert.deepEqual([state, String(payurl).startsWith(`${road.publicUrl}/p/`)], [1, true])
    // No page says what the answer calls it.
    const renamed = await aLot({ bolink: { settings: { payUrlMember: 'pay_link' } } })
    const there = { ...wanted, park_id: renamed.parkId, trade_no: `${tradeNo}9`, time_temp: 9 }
    assert.match(String((await cloud.call('bolinkparkpay', there)).pay_link), /^http.*\/p\//)
    assert.equal((await cloud.call('bolinkparkpay', { ...wanted, time_temp: 2, amount: '6.00' })).state, 0)
    const inside = { ...ask, trade_no: '1230912903121625210125958', time_temp: 3 }
    for (const notify_url of ['http://169.254.169.254/latest', 'http://127.0.0.1:1/x', `${cloud.url}/x?y=1`])
      assert.equal((await cloud.call('bolinkparkpay', { ...inside, notify_url })).errmsg, 'data error: notify_url')
    const number = await pays(lot, 'by its number', 'prepay', '粤C10004')
    await lot.told()
    const [result] = lot.heard('prepay_order')
    const { fields, path } = result!
    assert.deepEqual(
      [path, fields.trade_no, fields.out_trade_no, fields.description],
      ['/wanted', tradeNo, number, '本单'],
    )
    const query = { park_id: lot.parkId, query_type: 2, trade_no: tradeNo }
    const [paid] = (await cloud.call('neworder/queryOrderState', query)).data as Record<string, unknown>[]
    assert.deepEqual(
      [paid!.pay_state, paid!.order_id, paid!.total, paid!.trade_no, paid!.out_trade_no],
      [2, orderId, '5.00', tradeNo, number],
    )
  })

  test('the code that a driver shows is charged, once under one number, and the vehicle stays inside', async () => {
    const lot = await aLot()
    const { orderId } = await cloud.enter(lot.parkId, '粤C10005', 'A1')
    for (const driver of ['shows-a-code', 'shows-another']) {
      const { state, trade_no } = await cloud.call('bolinkparkpay', {
        ...{ park_id: lot.parkId, order_id: orderId, car_number: '粤C10005', amount: '5.00', pay_type: 2 },
        ...{ auth_code: road.wechatpay.control.payCodeOf(driver), trade_no: '2230912903121625210125957' },
      })
      assert.deepEqual([state, trade_no], [1, '2230912903121625210125957'])
    }
    assert.equal((await road.rows('select id from payment where lot_id = $1', [lot.number])).length, 1)
    assert.deepEqual(await lot.states(), ['inside'])
  })

  test('a month card that it wants paid is offered to its plate, and it is told', async () => {
    const lot = await aLot()
    const tradeNo = '3230912903121625210125957'
    const card = { park_id: lot.parkId, amount: '300.00', trade_no: tradeNo, card_id: 'C1', car_number: '粤C10006' }
    assert.equal((await cloud.call('paymonthcard', { ...card, time_temp: 1 })).state, 1)
    const number = await pays(lot, 'with a card', 'prepay', '粤C10006')
    await lot.told()
    const [result] = lot.heard('monthcard_pay')
    const { amount, trade_no, out_trade_no, card_id, state } = result!.fields
    assert.deepEqual([amount, trade_no, out_trade_no, card_id, state], [300, tradeNo, number, 'C1', 1])
    await until('nobody stands for it', async () => !(await lot.states()).includes('inside'))
  })

  test('who escaped is listed; paid by itself it is told as `repair`, paid because the vendor asked under the vendor’s number', async () => {
    const lot = await aLot()
    const escapes = async (plate: string) => {
      await cloud.enter(lot.parkId, plate, 'A1')
      cloud.toExit(lot.parkId, plate, 'B1')
      await cloud.leave(lot.parkId, 'B1', 'escape')
      const list = await cloud.call('neworder/queryescape', { park_id: lot.parkId, car_number: plate })
      const [owed] = list.escapeOrder as { orderId: string; money: string }[]
      assert.equal(owed!.money, '5.00')
      return owed!.orderId
    }
    const first = await escapes('粤C10007')
    const number = await pays(lot, 'repents', 'prepay', '粤C10007')
    await lot.told()
    const { order_id, trade_no, car_number } = lot.heard('repair')[0]!.fields
    assert.deepEqual([order_id, trade_no, car_number], [first, number, '粤C10007'])
    const tradeNo = '4230912903121625210125957'
    const ask = { park_id: lot.parkId, order_id: await escapes('粤C10008'), trade_no: tradeNo, pay_type: 0 }
    assert.equal((await cloud.call('bolinkescapePay', ask)).state, 1)
    const second = await pays(lot, 'is asked', 'prepay', '粤C10008')
    await lot.told(2)
    const told = lot.heard('plat_escape_order')[0]!.fields
    assert.deepEqual([told.trade_no, told.out_trade_no, told.amount], [tradeNo, second, 5])
  })

  test('a refund: not without the plan; the same call is one refund; its end is told', async () => {
    const [lot, closed] = [await aLot({ bolink: { settings: { refundUpToFen: 1000 } } }), await aLot()]
    for (const { parkId } of [lot, closed]) await cloud.enter(parkId, '粤C10009', 'A1')
    const refunds = (of: VendorLot) =>
      road.rows<{ state: string }>('select state from refund where lot_id = $1', [of.number])
    const [number, other] = [
      await pays(lot, 'is given back', 'prepay', '粤C10009'),
      await pays(closed, 'is not', 'prepay', '粤C10009'),
    ]
    const ask = (of: VendorLot, trade_no: string) =>
      cloud.call('neworder/refund', { park_id: of.parkId, trade_no, refund_money: '2.00', refund_reason: '重复扣费' })
    assert.equal((await ask(closed, other)).state, 0)
    assert.equal((await ask(lot, other)).state, 0, 'of another lot')
    const [one, again] = [await ask(lot, number), await ask(lot, number)]
    assert.deepEqual([one.state === 2 || one.state === 1, again.trade_no], [true, number])
    await until('it is told', async () => {
      road.pass(1_000)
      return lot.heard('refund').length > 0
    })
    assert.deepEqual([(await refunds(lot)).length, (await refunds(closed)).length], [1, 0])
    const { refund_money, state, trade_no } = lot.heard('refund')[0]!.fields
    assert.deepEqual([refund_money, state, trade_no], [2, 1, number])
    assert.equal((await ask(lot, number)).state, 1)
    road.pass(60_000)
    road.wechatpay.control.fault({ kind: 'refund-closed', times: 1 })
    const more = { park_id: lot.parkId, trade_no: number, refund_money: '1.00', rand: '0.5' }
    assert.equal((await cloud.call('neworder/refund', more)).state, 2)
    await until('it is told that it failed', async () => {
      road.pass(1_000)
      return lot.heard('refund').length > 1
    })
    const failed = lot.heard('refund')[1]!.fields
    assert.deepEqual([failed.refund_money, failed.state], [1, 0])
    assert.equal((await cloud.call('neworder/refund', more)).errmsg, '退款失败')
    assert.equal((await refunds(lot)).length, 2)
  })

  test('its stays of a month, page by page, and of all its lots by plate', async () => {
    const [one, two] = [await aLot(), await aLot()]
    for (const plate of ['粤C20001', '粤C20002']) await cloud.enter(one.parkId, plate, 'A1')
    await cloud.enter(two.parkId, '粤C20001', 'A1')
    const page = await cloud.call('neworder/queryorders', { park_id: one.parkId, page: 2, size: 1 })
    assert.deepEqual([page.count, (page.data as Record<string, unknown>[])[0]?.car_number], [2, '粤C20002'])
    const of = await cloud.call('neworder/queryorders', { car_number: '粤C20001' }, { unionBeside: true })
    assert.equal(of.count, 2)
    const both = (of.data as { order_id: string }[]).map(({ order_id }) => order_id)
    const pages = []
    for (const page of [1, 2, 3]) {
      const asked = { car_number: '粤C20001', page, size: 1 }
      const { count, data } = await cloud.call('neworder/queryorders', asked, { unionBeside: true })
      pages.push([count, ...(data as { order_id: string }[]).map(({ order_id }) => order_id)])
    }
    assert.deepEqual([new Set(both).size, pages], [2, [[2, both[0]], [2, both[1]], [2]]])
    assert.equal((await cloud.call('neworder/queryorders', {})).state, 0)
  })

  test('a lot that we do not have is kept for a person; codes are those that hang', async () => {
    const lot = await aLot()
    const park = { park_id: 'park-of-tomorrow', name: '明日停车场', address: '一号路', rand: '0.1' }
    const { state, errmsg } = await cloud.call('newpark/addpark', park)
    assert.deepEqual([state, errmsg], [1, '等待审核'])
    assert.equal((await cloud.call('newpark/addpark', { ...park, park_id: lot.parkId })).errmsg, '')
    const asked = await road.database.reference.query<{ park_id: string }>(selectAskedParks, [])
    assert.deepEqual(
      asked.map(({ park_id }) => park_id),
      ['park-of-tomorrow'],
    )
    const { code_url } = await cloud.call('getqrcodecloud', {
      park_id: lot.parkId,
      type: 2,
      channel_id: 'B1',
      create: 1,
    })
    assert.equal(code_url, `${road.publicUrl}/p/${lot.code('exit')}`)
  })

  test('asked to change a code another one hangs there, once, unless nothing is to be made or the plan says so', async () => {
    const lot = await aLot()
    const asks = async (more: Readonly<Record<string, number>>, of = lot) => {
      const { state, code_url } = await cloud.call('getqrcodecloud', {
        ...{ park_id: of.parkId, type: 2, channel_id: 'B1', ...more },
      })
      assert.equal(state, 1)
      return String(code_url)
    }
    const leads = async (url: string) => {
      const phone = road.phone('looks at a code')
      await phone.scan(url)
      return (await phone.view(url.split('/').at(-1)!)).status === 200
    }
    const former = await asks({ create: 0, change: 1 })
    assert.equal(former, `${road.publicUrl}/p/${lot.code('exit')}`)
    const another = await asks({ create: 1, change: 1 })
    assert.notEqual(another, former)
    assert.equal(await asks({ create: 1, change: 1 }), another, 'its answer may have been lost')
    assert.deepEqual([await leads(former), await leads(another)], [false, true])
    const lines = await road.rows<{ account: string; reason: string }>(
      `select account, reason from staff_line where lot_id = $1 and act = 'codes.change'`,
      [lot.number],
    )
    assert.deepEqual(lines, [{ account: 'bolink', reason: 'asked for by the vendor’s cloud' }])
    road.pass(61_000)
    assert.notEqual(await asks({ create: 1, change: 1 }), another)
    const bound = await aLot({ bolink: { settings: { renewsCodes: false } } })
    assert.equal(await asks({ create: 1, change: 1 }, bound), `${road.publicUrl}/p/${bound.code('exit')}`)
  })

  test('what is not signed, comes twice or is of nobody is refused', async () => {
    const lot = await aLot()
    const query = { park_id: lot.parkId, order_id: 'X1', rand: '0.25' }
    const call = (data: Parameters<VendorCloud['call']>[1], sign?: string) =>
      cloud.call('neworder/queryorders', data, sign === undefined ? {} : { sign })
    assert.equal((await call(query, 'D962D47FB95FBC5A320712509AF74BB4')).errmsg, 'error:签名错误')
    assert.equal((await call(query)).state, 1)
    assert.equal((await call(query)).errmsg, 'error:重复请求')
    assert.equal((await call({ ...query, rand: '0.26' })).state, 1)
    assert.equal((await call({ ...query, rand: '0.27', park_id: 'of nobody' })).errmsg, '车场不存在')
    assert.deepEqual(cloud.unsigned, [])
  })

  test('every payment has its transfer and its clearance', async () => {
    await road.settled()
    await road.audit()
  })
})
