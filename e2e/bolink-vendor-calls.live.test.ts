import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { endWish } from '@lanepay/cloud/bolink/platform/invoices.ts'
import { paths, thirdPartyPaths } from '@lanepay/cloud/bolink/platform/receive.ts'
import type { ErrorView } from '@lanepay/cloud/driver/api.ts'
import { orderLot } from '@lanepay/cloud/lot-order/order.ts'
import type { StoryView } from '@lanepay/cloud/session/api.ts'
import { signedInAs } from '@lanepay/cloud/staff/staff.testing.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { samplePicture } from '@lanepay/simulator-camera/picture.ts'
import { startVendorCloud, type VendorCloud } from '@lanepay/simulator-charging-software/vendor-cloud.ts'
import { lotRows } from './kit/lot-rows.ts'
import { houseKey, type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'
import { type VendorLot, vendorLots } from './kit/vendor-lots.ts'

/*
 * Calls of platform mode beside those that drivers make (bolink-protocol.md 8): who is not believed, what is not done and said so, invoices
 * that are wanted, debts paid by a code, pictures, and what of lists, coupons and locks a vendor's cloud may take.
 */
describe('the other calls of a vendor’s cloud', () => {
  let road: Road
  let cloud: VendorCloud
  let other: VendorCloud
  let aLot: ReturnType<typeof vendorLots>['aLot']
  let pays: ReturnType<typeof vendorLots>['pays']
  const key = '8403A41ED5EF20BC'
  const aVendor = (unionId: string, by: string) =>
    startVendorCloud({
      ...{ address: () => road.publicUrl, unionId, key: by, clock: road.clock },
      tariff: { hourFen: 500, leaveMinutes: 15 },
    })
  before(async () => {
    road = await startRoad()
    cloud = await aVendor('200208', key)
    other = await aVendor('300001', 'ANOTHERVENDORKEY')
    const lots = vendorLots(road, cloud, 1300)
    aLot = lots.aLot
    pays = lots.pays
  })
  after(async () => {
    await road?.close()
    await cloud?.close()
    await other?.close()
  })

  const takes = (...vendorTakes: ('coupons' | 'lists' | 'locks')[]) => ({ bolink: { settings: { vendorTakes } } })
  async function office(lot: VendorLot) {
    const headers = await signedInAs(road.database, road.clock.now(), { role: 'manager', operatorId: '1', houseKey })
    return (path: string, body?: object) =>
      fetch(`${road.publicUrl}/api/operator/lots/${lot.number}/${path}`, {
        headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
      })
  }
  const sessionOf = async (lot: VendorLot, orderId: string) => {
    const [row] = await road.rows<{ session_id: string }>(
      'select session_id from bolink_order where lot_id = $1 and order_id = $2',
      [lot.number, orderId],
    )
    return row!.session_id
  }
  const stories = async (lot: VendorLot, orderId: string) => {
    const response = await (await office(lot))(`sessions/${await sessionOf(lot, orderId)}`)
    return ((await response.json()) as StoryView).story
  }

  describe('who is not believed', () => {
    for (const path of paths)
      test(`${path}: with a wrong sign, by another vendor, or of a lot of nobody, nothing comes of it`, async () => {
        const lot = await aLot()
        const about = { park_id: lot.parkId, order_id: 'X1', car_number: '粤E10001', trade_no: '1234567890123456' }
        const wrong = 'D962D47FB95FBC5A320712509AF74BB4'
        assert.equal((await cloud.call(path, about, { sign: wrong })).errmsg, 'error:签名错误')
        assert.equal((await other.call(path, about)).errmsg, '车场不存在')
        const taken = await other.call(path, { ...about, union_id: '200208' }, { unionBeside: true })
        assert.equal(taken.errmsg, 'error:签名错误')
        if (path !== 'newpark/addpark')
          assert.equal((await cloud.call(path, { ...about, park_id: 'of nobody' })).errmsg, '车场不存在')
        for (const table of ['bolink_order', 'bolink_pay', 'bolink_call', 'bolink_kept', 'payment'])
          assert.deepEqual(await road.rows(`select 1 from ${table} where lot_id = $1`, [lot.number]), [], table)
      })
  })

  describe('a signature that is wrong by one byte', () => {
    let lot: VendorLot
    before(async () => {
      lot = await aLot(takes('locks'))
    })
    const post = async (path: string, raw: string, sign: string) => {
      const text = `{"data":${raw},"sign":"${sign}"}`
      const isThird = path === thirdPartyPaths[0]
      const body = isThird ? Buffer.from(text).toString('base64') : text
      const said = await (await fetch(`${road.publicUrl}/unionapi/${path}`, { method: 'POST', body })).text()
      return JSON.parse(isThird ? Buffer.from(said, 'base64').toString() : said) as { state: number; errmsg: string }
    }
    /** The last byte of a text is another one. */
    const bent = (text: string) => text.slice(0, -1) + (text.endsWith('0') ? '1' : '0')
    const signOf = (raw: string, by = key) => createHash('md5').update(`${raw}key=${by}`).digest('hex').toUpperCase()
    for (const path of [...paths, ...thirdPartyPaths])
      test(`${path} is refused, and nothing is done; as it was signed, also with blanks put in since, it is taken`, async () => {
        // The amount is spelled so that it is another text once it is printed anew.
        const raw =
          `{"union_id":"200208","park_id":"${lot.parkId}","comid":"${lot.parkId}","order_id":"X1","in_time":1490875218,` +
          `"amount":5.0,"time_temp":"${path}","car_number":"粤E10002"}`
        const [sign, spaced] = [signOf(raw), raw.replaceAll(',', ',\n  ')]
        const rows = await lotRows(road, lot.number)
        const wrong = [
          ['its last byte', raw, bent(sign)],
          ['a byte of the data', raw.replace('10002', '10003'), sign],
          ['a byte of the key', raw, signOf(raw, bent(key))],
          ['printed anew', JSON.stringify(JSON.parse(raw)), sign],
          ['in another order', JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(raw)).reverse())), sign],
          ['signed with blanks, sent without', raw, signOf(spaced)],
        ] as const
        for (const [how, text, by] of wrong) {
          const { state, errmsg } = await post(path, text, by)
          assert.deepEqual([state, errmsg], [0, 'error:签名错误'], how)
        }
        assert.deepEqual(await lotRows(road, lot.number), rows)
        for (const text of [raw.replace(path, `${path} 2`), spaced])
          assert.notEqual((await post(path, text, signOf(text.replaceAll(',\n  ', ',')))).errmsg, 'error:签名错误')
      })
  })

  test('what is unknown, malformed or not done here is answered as not done, by name', async () => {
    const { parkId: park_id } = await aLot({ bolink: { settings: { refundUpToFen: 1000 } } })
    const trade_no = '1230912903121625210125957'
    const car_number = '粤E20001'
    const pay = { park_id, trade_no, order_id: 'X1', car_number, amount: '5.00' }
    const invoice = { park_id, type: 2, money: '1.00', buyer_name: '测试', invoice_order_no: '' }
    type Refused = readonly [path: string, data: Record<string, string | number>, errmsg: string]
    const refused: readonly Refused[] = [
      ['getqrcodecloud', { park_id, type: 2, channel_id: 'Z9' }, 'data error'],
      ['neworder/addorder', { park_id, car_number, order_id: 'X1' }, 'data error: in_time'],
      ['neworder/updateorder', { park_id, car_number, order_id: 'X1', out_time: 1 }, 'data error: pay_type'],
      ['neworder/queryorders', { park_id, size: 101 }, 'data error'],
      ['neworder/queryorders', { park_id, page: 1.5 }, 'data error: page'],
      ['neworder/queryorders', { park_id, page: 10_001 }, 'data error'],
      ['neworder/queryOrderState', { park_id, trade_no }, 'data error'],
      ['neworder/refund', { park_id, trade_no, refund_money: '1.00' }, '订单不存在'],
      ['bolinkparkpay', { ...pay, trade_no: '12' }, 'data error: trade_no'],
      ['bolinkparkpay', { ...pay, amount: '0' }, 'data error: amount'],
      ['bolinkparkpay', { ...pay, description: '很'.repeat(33) }, 'data error: description'],
      ['bolinkparkpay', { ...pay, is_separate_accounts: 1 }, 'error:暂不支持: is_separate_accounts'],
      ['paymonthcard', { ...pay, is_separate_accounts: 1 }, 'error:暂不支持: is_separate_accounts'],
      ['bolinkescapePay', { park_id, trade_no, order_id: 'X1' }, '没有欠费'],
      ['neworder/uploadData', { park_id, service_name: 'park_check', car_number }, 'error:暂不支持'],
      ['neworder/uploadData', { park_id, service_name: 'login' }, 'error:暂不支持'],
      ['neworder/uploadData', { park_id }, 'data error: service_name'],
      ['openInvoice', invoice, 'data error: invoice_order_no'],
      ['openInvoice', { ...invoice, invoice_order_no: 'I1', money: '0' }, 'data error: money'],
      ['queryOpenInvoiceStatus', { park_id, type: 2, invoice_order_no: 'I1' }, '订单不存在'],
      ['invoiceInfo', { park_id, type: 2 }, 'error:暂不支持'],
      ['etcPayApi', pay, 'error:暂不支持'],
      ['getWxRedPacketUrlNew', { park_id, trade_no }, 'data error: amount'],
    ]
    for (const [path, data, errmsg] of refused) {
      const answer = await cloud.call(path, data)
      assert.deepEqual([answer.state, answer.errmsg], [0, errmsg], `${path} ${JSON.stringify(data)}`)
    }
  })

  test('how long a vehicle stood at a charging pile is kept, once, and takes nothing off', async () => {
    const lot = await aLot()
    const { orderId } = await cloud.enter(lot.parkId, '粤E20009', 'A1')
    const charged = { park_id: lot.parkId, car_number: '粤E20009', start_charge_seq: 'S1', out_time: 1_700_000_000 }
    for (const reduce_amount of ['5.00', '5.00'])
      assert.equal((await cloud.call('neworder/uploaddurationinfo', { ...charged, reduce_amount })).state, 1)
    assert.deepEqual(
      await road.rows("select key, body - 'epoch' as body from bolink_kept where lot_id = $1 and kind = 'charging'", [
        lot.number,
      ]),
      [{ key: 'S1', body: { plate: '粤E20009', until: 1_700_000_000_000 } }],
    )
    const asked = await cloud.call('neworder/queryorders', { park_id: lot.parkId, order_id: orderId })
    assert.equal((asked.data as { money: string }[])[0]!.money, '0.00')
  })

  describe('invoices', () => {
    const wanted = (invoice_order_no: string, money = '5.00') => ({
      ...{ type: 2, open_type: 0, money, buyer_name: '张三丰', invoice_order_no, buyer_tel: '13800001111' },
    })

    test('one that is wanted of a record, or of a payment by either number, stands in the story of that stay alone, its buyer masked', async () => {
      const [lot, next] = [await aLot(), await aLot()]
      const { orderId } = await cloud.enter(lot.parkId, '粤E30001', 'A1')
      const elsewhere = await cloud.enter(next.parkId, '粤E30001', 'A1')
      const theirs = '5230912903121625210125957'
      const ask = { park_id: lot.parkId, order_id: orderId, car_number: '粤E30001', amount: '5.00', trade_no: theirs }
      assert.equal((await cloud.call('bolinkparkpay', ask)).state, 1)
      const number = await pays(lot, 'wants an invoice', 'prepay', '粤E30001')
      await lot.told()
      for (const said of [orderId, theirs, number]) {
        const answer = await cloud.call('openInvoice', wanted(said))
        assert.deepEqual([answer.state, answer.invoice_order_no], [2, said])
        assert.equal((await cloud.call('openInvoice', wanted(said))).state, 2, 'the same again')
        assert.equal((await cloud.call('openInvoice', wanted(said, '6.00'))).errmsg, 'error:订单号已使用')
        assert.equal((await cloud.call('queryOpenInvoiceStatus', { type: 2, invoice_order_no: said })).state, 2)
      }
      const lines = (await stories(lot, orderId)).filter(({ kind }) => kind === 'invoice-wanted')
      assert.deepEqual(
        lines.map((line) => [line.amountFen, line.number]).toSorted(),
        [orderId, theirs, number].map((of) => [500, of]).toSorted(),
      )
      assert.ok((await stories(next, elsewhere.orderId)).every(({ kind }) => kind !== 'invoice-wanted'))
      const foreign = await cloud.call('neworder/queryOrderState', { park_id: next.parkId, trade_no: number })
      assert.equal(foreign.state, 0, 'a payment of another lot')
      const said = await (await office(lot))('said/invoice-wish')
      const { rows } = (await said.json()) as { rows: Record<string, unknown>[] }
      assert.deepEqual(
        rows.map(({ name, record, amountFen }) => [name, record, amountFen]),
        [1, 2, 3].map(() => ['张**', orderId, 500]),
      )
      const kept = await road.rows('select body, sealed from bolink_kept where lot_id = $1', [lot.number])
      assert.doesNotMatch(JSON.stringify(kept), /张三丰|13800001111/)
    })

    test('what became of one is said by a person, once, and heard by whoever asks', async () => {
      const lot = await aLot()
      const of = { bucket: 7, lotId: lot.number }
      const newId = idMaker(() => road.clock.now(), 902)
      const deps = { database: road.database, clock: road.clock, newId, houseKey: Buffer.from(houseKey) }
      const zhang = { staffId: null, account: 'zhang', role: 'server', address: '', lookId: null }
      const { orderId } = await cloud.enter(lot.parkId, '粤E30003', 'A1')
      const refused = await cloud.enter(lot.parkId, '粤E30004', 'A1')
      for (const number of [orderId, refused.orderId]) await cloud.call('openInvoice', wanted(number))
      const says = (number: string, state: 'issued' | 'refused', because: string) =>
        endWish(deps, of, number, { state, because }, zhang)
      assert.equal(await says('of nobody', 'issued', '24312000'), 'unknown')
      for (const _ of [1, 2]) assert.equal(await says(orderId, 'issued', '24312000'), 'ended')
      assert.equal(await says(orderId, 'refused', '金额不符'), 'ended-otherwise')
      assert.equal(await says(refused.orderId, 'refused', '金额不符'), 'ended')
      const answers = await Promise.all([
        cloud.call('queryOpenInvoiceStatus', { type: 2, invoice_order_no: orderId }),
        cloud.call('openInvoice', wanted(orderId)),
        cloud.call('queryOpenInvoiceStatus', { type: 2, invoice_order_no: refused.orderId }),
      ])
      assert.deepEqual(
        answers.map(({ state, errmsg }) => [state, errmsg]),
        [
          [1, '已开票'],
          [1, '已开票'],
          [0, '金额不符'],
        ],
      )
      const [line] = (await stories(lot, orderId)).filter(({ kind }) => kind === 'invoice-wanted')
      assert.deepEqual([line!.state, line!.because], ['issued', '24312000'])
      const trail = await road.rows("select 1 from staff_line where act = 'invoices.end' and lot_id = $1", [lot.number])
      assert.equal(trail.length, 2)
    })

    test('a person of the operator sees those that wait and says it in the console, once, by right, with a line in the trail', async () => {
      const lot = await aLot()
      const at = await office(lot)
      const { orderId } = await cloud.enter(lot.parkId, '粤E30005', 'A1')
      await cloud.call('openInvoice', wanted(orderId))
      const waiting = async () => {
        const page = (await (await at('said/invoice-wish?state=waiting')).json()) as Record<'rows', { key: string }[]>
        return page.rows.map(({ key: number }) => number)
      }
      const codeOf = async (response: Response) =>
        response.status === 200 ? 200 : [response.status, ((await response.json()) as ErrorView).error.code]
      const says = async (state: string, because: string, number = orderId) =>
        codeOf(await at(`said/invoice-wish/${encodeURIComponent(number)}/end`, { state, because }))
      assert.deepEqual(await waiting(), [orderId])
      assert.deepEqual(await says('issued', ' '), [400, 'bad-request'])
      assert.deepEqual(await says('issued', '24312000', 'of nobody'), [404, 'bad-request'])
      for (const _ of [1, 2]) assert.equal(await says('issued', '24312000'), 200)
      assert.deepEqual(await says('refused', '金额不符'), [409, 'wish-ended'])
      assert.deepEqual(await waiting(), [])
      assert.deepEqual(await codeOf(await at('said/gate?state=waiting')), [400, 'bad-request'])
      const heard = await cloud.call('queryOpenInvoiceStatus', { type: 2, invoice_order_no: orderId })
      assert.deepEqual([heard.state, heard.errmsg], [1, '已开票'])
      const lines = await road.rows<{ role: string; after: string; reason: string }>(
        `select role, after, reason from staff_line where act = 'invoices.end' and lot_id = $1`,
        [lot.number],
      )
      assert.deepEqual(lines, [{ role: 'manager', after: 'issued', reason: '24312000' }])
      const headers = await signedInAs(road.database, road.clock.now(), {
        role: 'read-only',
        operatorId: '1',
        houseKey,
      })
      const refused = await fetch(
        `${road.publicUrl}/api/operator/lots/${lot.number}/said/invoice-wish/${orderId}/end`,
        {
          ...{ method: 'POST', headers: { ...headers, 'content-type': 'application/json' } },
          body: JSON.stringify({ state: 'issued', because: '24312000' }),
        },
      )
      assert.deepEqual(await codeOf(refused), [403, 'not-allowed'])
    })

    test('of a number that is nobody’s it must be said at which lot; a sum paid in cash is to be invoiced', async () => {
      const lot = await aLot()
      assert.equal((await cloud.call('openInvoice', wanted('of nobody'))).errmsg, '订单不存在')
      assert.equal((await cloud.call('openInvoice', { ...wanted('of nobody'), park_id: lot.parkId })).state, 2)
      const { orderId } = await cloud.enter(lot.parkId, '粤E30002', 'A1')
      const cash = { money: '8.00', park_id: lot.parkId, plate_number: '粤E30002', order_id: orderId, pay_time: 1 }
      for (const _ of [1, 2]) assert.equal((await cloud.call('addInvoiceOrder', cash)).state, 1)
      const lines = (await stories(lot, orderId)).filter(({ kind }) => kind === 'to-be-invoiced')
      assert.deepEqual(
        lines.map((line) => [line.amountFen, line.number]),
        [[800, orderId]],
      )
    })
  })

  describe('a debt that is paid by the code that a driver shows', () => {
    async function owing(lot: VendorLot, plate: string) {
      await cloud.enter(lot.parkId, plate, 'A1')
      cloud.toExit(lot.parkId, plate, 'B1')
      await cloud.leave(lot.parkId, 'B1', 'escape')
      const list = async () => {
        const said = await cloud.call('neworder/queryescape', { park_id: lot.parkId, car_number: plate })
        return said.escapeOrder as { orderId: string }[]
      }
      const [{ orderId }] = (await list()) as [{ orderId: string }]
      const pay = (trade_no: string, driver: string) =>
        cloud.call('bolinkescapePay', {
          ...{ park_id: lot.parkId, order_id: orderId, trade_no, pay_type: 2, description: '补缴' },
          auth_code: road.wechatpay.control.payCodeOf(driver),
        })
      return { orderId, list, pay }
    }
    const payments = (lot: VendorLot) => road.rows('select id from payment where lot_id = $1', [lot.number])

    test('is paid at once, and once: whichever number and code come after', async () => {
      const lot = await aLot()
      const { orderId, list, pay } = await owing(lot, '粤E40001')
      const number = '6230912903121625210125957'
      const elsewhere = { park_id: (await aLot()).parkId, order_id: orderId, trade_no: number, pay_type: 2 }
      assert.equal((await cloud.call('bolinkescapePay', { ...elsewhere, auth_code: '1' })).errmsg, '没有欠费')
      for (const driver of ['pays a debt', 'pays it again']) {
        const { state, trade_no, order_id } = await pay(number, driver)
        assert.deepEqual([state, trade_no, order_id], [1, number, orderId])
      }
      assert.equal((await pay('6230912903121625210125958', 'by another')).errmsg, '没有欠费')
      assert.equal((await payments(lot)).length, 1)
      await lot.told()
      assert.deepEqual(await list(), [])
      assert.deepEqual(lot.heard('plat_escape_order'), [], 'it heard so in the answer')
      assert.ok((await lot.states()).every((state) => state === 'left'))
    })

    test('whose driver types a password is told under the vendor’s number, paid or not', async () => {
      const lot = await aLot()
      const { list, pay } = await owing(lot, '粤E40002')
      const told = (n: number) =>
        until('it is told', () => {
          road.pass(1_000)
          return lot.heard('plat_escape_order')[n]?.fields
        })
      road.wechatpay.control.fault({ kind: 'pay-waits', times: 1 })
      assert.equal((await pay('7230912903121625210125957', 'never types')).state, 2)
      assert.equal((await pay('7230912903121625210125958', 'another')).state, 0, 'not while the first is not certain')
      const vain = await told(0)
      assert.deepEqual([vain.state, vain.trade_no], [0, '7230912903121625210125957'])
      assert.equal((await list()).length, 1)
      await until('that charge has ended', async () => {
        const open = 'select 1 from bolink_charge where lot_id = $1 and ended_at is null'
        return (await road.rows(open, [lot.number])).length === 0
      })
      road.wechatpay.control.fault({ kind: 'pay-waits-then-paid', times: 1, ms: 12_000 })
      assert.equal((await pay('7230912903121625210125959', 'types')).state, 2)
      const paid = await told(1)
      assert.deepEqual(
        [paid.state, paid.trade_no, paid.amount, paid.description],
        [1, '7230912903121625210125959', 5, '补缴'],
      )
      await until('nothing is owed', async () => (await list()).length === 0)
    })
  })

  test('a payment by a code is bound to the number that it was asked under, also where an older one waits', async () => {
    const lot = await aLot()
    const { orderId } = await cloud.enter(lot.parkId, '粤E50001', 'A1')
    const ask = { park_id: lot.parkId, order_id: orderId, car_number: '粤E50001', amount: '5.00' }
    assert.equal((await cloud.call('bolinkparkpay', { ...ask, trade_no: '8230912903121625210125957' })).state, 1)
    for (const driver of ['one code', 'another code']) {
      const auth_code = road.wechatpay.control.payCodeOf(driver)
      const by = { ...ask, trade_no: '8230912903121625210125958', pay_type: 2, auth_code }
      assert.equal((await cloud.call('bolinkparkpay', by)).state, 1)
    }
    assert.equal((await road.rows('select id from payment where lot_id = $1', [lot.number])).length, 1)
    const state = async (trade_no: string) =>
      ((await cloud.call('neworder/queryOrderState', { park_id: lot.parkId, trade_no })).data as unknown[]).length
    assert.equal(await state('8230912903121625210125958'), 1)
  })

  test('what a code has paid inside is off no later price a second time', async () => {
    const lot = await aLot()
    const { orderId } = await cloud.enter(lot.parkId, '粤E50002', 'A1')
    const by = {
      ...{ park_id: lot.parkId, order_id: orderId, car_number: '粤E50002', amount: '5.00', pay_type: 2 },
      ...{ trade_no: '8230912903121625210125959', auth_code: road.wechatpay.control.payCodeOf('inside') },
    }
    assert.equal((await cloud.call('bolinkparkpay', by)).state, 1)
    await lot.told()
    road.pass(20 * 60_000)
    const phone = road.phone('stays on')
    await phone.scan(`${road.publicUrl}/p/${lot.code('prepay')}`)
    const { state, owedFen } = (await phone.quote(lot.code('prepay'), '粤E50002')).body
    // The simulated cloud asks for the whole price: what it has had charged itself it does not take off.
    assert.deepEqual([state, owedFen], ['overdue', 500])
  })

  test('the pictures of a stay are fetched when a person looks, once, and kept', async () => {
    const lot = await aLot()
    const { orderId } = await cloud.enter(lot.parkId, '粤E60001', 'A1')
    const session = await sessionOf(lot, orderId)
    const look = async (part: 'in' | 'out') => (await office(lot))(`sessions/${session}/pictures/${part}`)
    cloud.behave({ silentAbout: ['get_inpark_image'] })
    assert.equal((await look('in')).status, 409)
    cloud.behave({ silentAbout: [] })
    assert.equal((await look('in')).status, 404, 'it has none')
    cloud.keepPicture(orderId, 'in', samplePicture)
    for (const _ of [1, 2]) {
      const picture = await look('in')
      assert.deepEqual(Buffer.from(await picture.arrayBuffer()), samplePicture)
    }
    assert.deepEqual(
      lot.heard('get_inpark_image').map(({ fields }) => [fields.orderid, fields.type]),
      [1, 2, 3].map(() => [orderId, 'in']),
    )
    cloud.keepPicture(orderId, 'out', Buffer.from('<script>'))
    assert.equal((await look('out')).status, 404, 'no picture')
    assert.deepEqual(cloud.unsigned, [])
  })

  describe('what a cloud takes where its lot’s plan says so', () => {
    const check = async (lot: VendorLot, car_number: string) => {
      const asked = { park_id: lot.parkId, service_name: 'park_check', car_number }
      return cloud.call('neworder/uploadData', asked)
    }

    test('lists: a row is told until it has it, and whether a vehicle may enter is answered by them', async () => {
      const lot = await aLot(takes('lists'))
      const at = await office(lot)
      const blocked = await at('listed/blocked', { plate: '粤E70001', note: '欠费' })
      assert.equal(blocked.status, 200, await blocked.text())
      await until('it is told', () => {
        road.pass(1_000)
        return cloud.listsOf(lot.parkId).isBlocked('粤E70001')
      })
      const { fields } = lot.heard('blackuser_sync')[0]!
      assert.deepEqual([fields.car_number, fields.operate_type, fields.union_id], ['粤E70001', 1, undefined])
      await until('it says so', async () => {
        const { vehicles } = (await (await at('listed/blocked')).json()) as { vehicles: { told: { state: string } }[] }
        return vehicles[0]?.told.state === 'told'
      })
      assert.deepEqual((await check(lot, ' 粤E70001')).data, {
        ...{ status: 0, reason: 99, reason_msg: '黑名单车辆', share_status: 0 },
      })
      const { state, data } = await check(lot, '粤E70002')
      assert.deepEqual([state, (data as { status: number }).status], [1, 1])
      assert.equal((await check(lot, '')).errmsg, 'data error: car_number')
      const inverted = await aLot({ bolink: { settings: { vendorTakes: ['lists'], parkCheckMay: 0 } } })
      assert.equal(((await check(inverted, '粤E70002')).data as { status: number }).status, 0)
    })

    test('coupons: one is told, and the next price is lower; where the plan does not say so it is refused', async () => {
      const [lot, closed] = [await aLot(takes('coupons')), await aLot()]
      const newId = idMaker(() => road.clock.now(), 901)
      const deps = { database: road.database, clock: road.clock, newId }
      const give = async ({ number }: VendorLot) => {
        await orderLot(deps, { bucket: 7, lotId: number }, {
          ...{ kind: 'coupon', coupon: 'c1', for: { plate: '粤E80001' }, worth: { kind: 'amount', fen: 300 } },
          validUntil: road.clock.now() + 3_600_000,
        } as Parameters<typeof orderLot>[2])
        return until('it is answered', async () => {
          const [row] = await road.rows<{ state: string; answered_at: Date | null }>(
            'select state::text as state, answered_at from lot_command where lot_id = $1',
            [number],
          )
          return row?.answered_at ? row.state : null
        })
      }
      for (const one of [lot, closed]) await cloud.enter(one.parkId, '粤E80001', 'A1')
      road.pass(3_000_000)
      assert.equal(await give(lot), 'done')
      assert.notEqual(await give(closed), 'done')
      const phone = road.phone('with a coupon')
      const owed = async ({ code }: VendorLot) => {
        await phone.scan(`${road.publicUrl}/p/${code('prepay')}`)
        return (await phone.quote(code('prepay'), '粤E80001')).body.owedFen
      }
      assert.deepEqual([await owed(lot), await owed(closed)], [200, 500])
      assert.deepEqual([lot.heard('deliver_ticket').length, closed.heard('deliver_ticket').length], [1, 0])
    })

    test('locks: a third party has a vehicle held, and let go by the same digits; else it is not done', async () => {
      const [lot, closed] = [await aLot(takes('locks')), await aLot()]
      const dolock = async ({ parkId }: VendorLot, lock_status: number) => {
        const data = JSON.stringify({ comid: parkId, union_id: '200208', car_number: '粤E90001', lock_status })
        const sign = createHash('md5').update(`${data}key=${key}`).digest('hex').toUpperCase()
        const body = Buffer.from(`{"data":${data},"sign":"${sign}"}`).toString('base64')
        const answer = await fetch(`${road.publicUrl}/unionapi/lockcar/dolock`, { method: 'POST', body })
        return JSON.parse(Buffer.from(await answer.text(), 'base64').toString()) as Record<string, unknown>
      }
      const [{ orderId }] = [
        await cloud.enter(lot.parkId, '粤E90001', 'A1'),
        await cloud.enter(closed.parkId, '粤E90001', 'A1'),
      ] as const
      assert.equal((await dolock(lot, 1)).state, 1)
      assert.match(cloud.locks.get(orderId) ?? '', /^\d{4}$/)
      assert.equal((await dolock(lot, 0)).state, 1)
      assert.equal(cloud.locks.size, 0)
      assert.equal((await dolock(closed, 1)).errmsg, 'error:暂不支持')
    })

    test('what it says of its own lists by the general call is kept, as when software uploads it', async () => {
      const lot = await aLot()
      const said = { service_name: 'upload_blackuser', black_uuid: 'N1', car_number: '粤E70003', operate_type: 1 }
      for (const _ of [1, 2])
        assert.equal((await cloud.call('neworder/uploadData', { ...said, park_id: lot.parkId })).state, 1)
      const response = await (await office(lot))('said/blocked')
      const { rows } = (await response.json()) as { rows: { key: string; plate: string }[] }
      assert.deepEqual(
        rows.map(({ key: of, plate }) => [of, plate]),
        [['N1', '粤E70003']],
      )
    })
  })

  test('every payment has its transfer and its clearance', async () => {
    await road.settled()
    await road.audit()
  })
})
