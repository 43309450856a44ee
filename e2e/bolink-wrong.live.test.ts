import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { type Answer, type Failure, firstState, type State } from '@lanepay/app-driver/logic/stage.ts'
import { step } from '@lanepay/app-driver/logic/step.ts'
import { databaseUrl, type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import type { ChargingSoftware } from '@lanepay/simulator-charging-software/software.ts'
import { connectedLot } from './kit/connected-lot.ts'
import type { Phone } from './kit/phone.ts'
import { lanepayOnce } from './kit/process.ts'
import { houseKey, type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/* What goes wrong between a connected lot and us, each against the running parts, and what must happen. */

describe('what goes wrong with a connected lot', () => {
  let road: Road
  let data: TestDatabase
  const running: ChargingSoftware[] = []
  let lots = 800
  before(async () => {
    data = await testDatabase()
    road = await startRoad({ data })
  })
  after(async () => {
    await Promise.all(running.map((one) => one.close()))
    await road.close()
  })

  async function aLot(how: Parameters<typeof connectedLot>[2] = {}) {
    const number = ++lots
    const { software, code } = await connectedLot(road, number, how)
    running.push(software)
    assert.equal((await software.login()).state, 1)
    const asks = async (driver: string, plate: string) => {
      const phone = road.phone(driver)
      await phone.scan(`${road.publicUrl}/p/${code('prepay')}`)
      return { phone, quote: await phone.quote(code('prepay'), plate) }
    }
    const pays = async (driver: string, plate: string) => {
      const { phone, quote } = await asks(driver, plate)
      assert.equal(quote.status, 200, JSON.stringify(quote.body))
      const sheet = await phone.pay(code('prepay'), quote.body.quote!)
      await phone.payInWallet(sheet.body.sheet)
      await road.paymentIs(phone, sheet.body.payment, 'paid')
      return sheet.body.payment
    }
    return { number, software, code, asks, pays }
  }

  test('an answer that comes too late is nobody’s: the driver was told, and the next question has its own', async () => {
    const lot = await aLot({ habits: { silentAbout: ['query_price'] }, bolink: { settings: { answerSeconds: 1 } } })
    const { software } = lot
    await software.enter('粤B60001', 'A1')
    const { quote } = await lot.asks('early', '粤B60001')
    assert.equal(quote.body.error.code, 'lot-offline')
    const [record] = [...software.records.values()]
    const asked = software.heard.find(({ service }) => service === 'query_price')!
    const late = {
      ...{ state: 1, park_id: `park-${lot.number}`, order_id: record!.orderId, price: '0.01' },
      ...{ duration: 1, query_order_no: String(asked.fields.query_order_no) },
    }
    assert.equal((await software.send('query_price', late)).state, 1)
    software.behave({ silentAbout: [] })
    assert.equal((await lot.asks('again', '粤B60001')).quote.body.owedFen, 500)
  })

  test('an answer to another question, with another record, is not taken for this one', async () => {
    const lot = await aLot({ habits: { silentAbout: ['query_price'] }, bolink: { settings: { answerSeconds: 1 } } })
    const { software } = lot
    await software.enter('粤B60002', 'A1')
    const asking = lot.asks('asker', '粤B60002')
    await until('it is asked', () => software.heard.some(({ service }) => service === 'query_price'))
    await software.send('query_price', {
      ...{ state: 1, park_id: 'p', order_id: 'another', price: '0.01', duration: 1, query_order_no: 'another' },
      ...{ in_time: 1_700_000_000, car_number: '粤B60002' },
    })
    assert.equal((await asking).quote.body.error.code, 'lot-offline')
  })

  for (const kind of ['prepay', 'exit'] as const)
    test(`a question answered twice, with two prices: the first counts until the driver asks anew, and is paid once (${kind})`, async () => {
      const lot = await aLot({ habits: { silentAbout: ['query_price'] }, bolink: { settings: { answerSeconds: 30 } } })
      const { software, code, number } = lot
      const plate = kind === 'prepay' ? '粤B60021' : '粤B60022'
      await software.enter(plate, 'A1')
      if (kind === 'exit') software.toExit(plate, 'B1')
      const [record] = [...software.records.values()]
      const phone = road.phone(`answered twice ${kind}`)
      await phone.scan(`${road.publicUrl}/p/${code(kind)}`)
      const asking = phone.quote(code(kind), kind === 'prepay' ? plate : undefined)
      await until('it is asked', () => pricesAsked(software) === 1)
      const question = software.heard.find(({ service }) => service === 'query_price')!
      const says = (price: string) =>
        software.send('query_price', {
          ...{ state: 1, errmsg: '', park_id: `park-${number}`, order_id: record!.orderId, price, total: price },
          ...{ duration: 1, query_order_no: String(question.fields.query_order_no) },
        })
      for (const price of ['5.00', '8.00']) assert.equal((await says(price)).state, 1)
      const shown = (await asking).body
      assert.equal(shown.owedFen, 500)
      assert.equal((await says('9.00')).state, 1)
      const sheet = await phone.pay(code(kind), shown.quote!)
      assert.equal(sheet.body.amountFen, 500)
      assert.equal((await says('0.01')).state, 1)
      await phone.payInWallet(sheet.body.sheet)
      await road.paymentIs(phone, sheet.body.payment, 'paid')
      await road.settled()
      assert.equal((await says('7.00')).state, 1)
      const told = software.heard.filter(({ service }) => service === (kind === 'prepay' ? 'prepay_order' : 'outpark'))
      assert.deepEqual(
        told.map(({ fields }) => fields.prepay ?? fields.total),
        [5],
      )
      assert.deepEqual(await road.rows('select amount_fen, state::text from payment where lot_id = $1', [number]), [
        { amount_fen: 500, state: 'paid' },
      ])
      assert.deepEqual(await road.rows('select paid_fen from session where lot_id = $1', [number]), [{ paid_fen: 500 }])
      assert.equal(pricesAsked(software), 1, 'nobody has asked anew')
      if (kind === 'exit') return
      software.behave({ silentAbout: [] })
      assert.deepEqual((await lot.asks('asks anew', plate)).quote.body.owedFen, 0)
    })

  describe('an answer that does not say to which question', () => {
    const forgetful = { forgetsQueryOrderNo: true }
    test('that nobody of this plate is inside: the driver is told so', async () => {
      const lot = await aLot({ habits: forgetful })
      assert.equal((await lot.asks('elsewhere', '粤B60011')).quote.body.error.code, 'no-session')
    })

    test('of two that are open it is to the one of its plate, and to none where it does not say that', async () => {
      const lot = await aLot({ habits: { silentAbout: ['query_price'] }, bolink: { settings: { answerSeconds: 3 } } })
      const { software } = lot
      const asking = ['粤B60012', '粤B60013'].map((plate, index) => lot.asks(`one of two ${index}`, plate))
      const asked = () => software.heard.filter(({ service }) => service === 'query_price').length
      await until('both are asked', () => asked() === 2)
      const said = { errmsg: '', park_id: `park-${lot.number}` }
      await software.send('query_price', { ...said, state: 0, order_id: '' })
      // Of a record that it has not uploaded.
      await software.send('query_price', {
        ...{ ...said, state: 1, order_id: 'R60013', price: '5.00', duration: 1 },
        ...{ car_number: '粤B60013', in_time: Math.floor(road.clock.now() / 1000) - 600 },
      })
      const [one, other] = (await Promise.all(asking)).map(({ quote }) => quote.body)
      assert.deepEqual([one!.error?.code, other!.plate, other!.owedFen], ['lot-offline', '粤B60013', 500])
    })
  })

  test('a signature wrong by one byte of the data is none, and changes nothing', async () => {
    const lot = await aLot()
    const key = '8403A41ED5EF20BC'
    const login = (parkId: string, signedFor: string) => {
      const data = (id: string) => `{"union_id":"200208","park_id":"${id}","local_id":"forged"}`
      const sign = createHash('md5')
        .update(`${data(signedFor)}key=${key}`)
        .digest('hex')
        .toUpperCase()
      return fetch(`${road.publicUrl}/bpd/upload.do`, {
        method: 'POST',
        body: `{"service_name":"login","sign":"${sign}","data":${data(parkId)}}`,
      }).then((response) => response.json() as Promise<{ state: number; errmsg: string }>)
    }
    const own = `park-${lot.number}`
    assert.equal((await login(own, `park-${lot.number + 1}`)).errmsg, 'error:签名错误')
    const computers = await road.rows('select 1 from bolink_computer where lot_id = $1', [lot.number])
    assert.equal(computers.length, 1)
    assert.equal((await login(own, own)).state, 1)
  })

  test('two computers with one name: the later login counts, and the earlier is told that its token is none', async () => {
    const lot = await aLot()
    await lot.software.close()
    await lot.software.login()
    const [first, second] = lot.software.uploads.filter(({ service }) => service === 'login')
    const poll = async (token: unknown) => {
      const body = JSON.stringify({ token })
      const response = await fetch(`${road.publicUrl}/bpd/download.do`, { method: 'POST', body })
      return ((await response.json()) as { errmsg: string }).errmsg
    }
    assert.notEqual(first!.reply.token, second!.reply.token)
    assert.equal(await poll(first!.reply.token), 'error:token无效')
    await lot.software.enter('粤B60003', 'A1')
    await lot.pays('of the later', '粤B60003')
  })

  test('a fee that rose between quote and payment: what was quoted is booked, and the lot asks for the rest', async () => {
    const lot = await aLot()
    await lot.software.enter('粤B60004', 'A1')
    const { phone, quote } = await lot.asks('slow', '粤B60004')
    const sheet = await phone.pay(lot.code('prepay'), quote.body.quote!)
    const [record] = [...lot.software.records.values()]
    await phone.payInWallet(sheet.body.sheet)
    await road.paymentIs(phone, sheet.body.payment, 'paid')
    await road.settled()
    road.pass(3_600_000)
    const later = (await lot.asks('later', '粤B60004')).quote.body
    const gross = Math.ceil((road.clock.now() - record!.enteredAt) / 3_600_000) * 500
    assert.deepEqual([later.owedFen, later.paidFen], [gross - 500, 500])
  })

  test('a quote that no longer stands is not paid: the page asks for a new one', async () => {
    const lot = await aLot({ bolink: { settings: { priceStandsSeconds: 10 } } })
    await lot.software.enter('粤B60005', 'A1')
    const { phone, quote } = await lot.asks('sleepy', '粤B60005')
    road.pass(11_000)
    assert.equal((await phone.pay(lot.code('prepay'), quote.body.quote!)).body.error.code, 'quote-expired')
  })

  for (const [kind, service, state] of [
    ['prepay', 'prepay_order', 'done'],
    ['exit', 'outpark', 'opened'],
  ] as const)
    test(`state 2 is no answer to ${service}: it is told again under its number, nobody is called, and 1 counts`, async () => {
      const { software, code, number } = await aLot({ habits: { silentAbout: [service] } })
      const plate = kind === 'prepay' ? '粤B60023' : '粤B60024'
      await software.enter(plate, 'A1')
      if (kind === 'exit') software.toExit(plate, 'B1')
      const [record] = [...software.records.values()]
      const phone = road.phone(`at work ${kind}`)
      await phone.scan(`${road.publicUrl}/p/${code(kind)}`)
      const quote = await phone.quote(code(kind), kind === 'prepay' ? plate : undefined)
      const sheet = await phone.pay(code(kind), quote.body.quote!)
      await phone.payInWallet(sheet.body.sheet)
      const told = () => software.heard.filter((one) => one.service === service)
      await until('it is told', () => told().length === 1)
      const trade_no = String(told()[0]!.fields.trade_no)
      const says = (state: number) =>
        software.send(service, { state, errmsg: '', order_id: record!.orderId, trade_no, prepay: '5.00' })
      assert.equal((await says(2)).state, 1)
      road.pass(10_000)
      await until('it is told again', () => told().length === 2)
      assert.equal(told()[1]!.fields.trade_no, trade_no)
      assert.deepEqual(await road.rows('select because from alarm where lot_id = $1', [number]), [])
      await says(1)
      await road.settled()
      const states = await road.rows('select state::text from clearance where lot_id = $1', [number])
      assert.deepEqual(states, [{ state }])
    })

  test('an entry told again after a payment zeroes nothing', async () => {
    const lot = await aLot({ habits: { uploadsTwice: true } })
    await lot.software.enter('粤B60006', 'A1')
    await lot.pays('payer', '粤B60006')
    await road.settled()
    const [record] = [...lot.software.records.values()]
    await lot.software.send('inpark', {
      ...{ car_number: '粤B60006', in_time: Math.floor(record!.enteredAt / 1000), order_id: record!.orderId },
      ...{ empty_plot: 1, uid: '', in_channel_id: 'A1' },
    })
    assert.deepEqual(await road.rows('select state::text, paid_fen from session where lot_id = $1', [lot.number]), [
      { state: 'inside', paid_fen: 500 },
    ])
  })

  test('the platform goes while many polls are open: each is answered with nothing, and each lot is there again', async () => {
    const many: Awaited<ReturnType<typeof aLot>>[] = []
    while (many.length < 8) many.push(await aLot())
    await road.cloud.restart()
    for (const [index, lot] of many.entries()) {
      await lot.software.enter(`粤B6010${index}`, 'A1')
      const { quote } = await lot.asks(`after ${index}`, `粤B6010${index}`)
      assert.equal(quote.body.owedFen, 500, JSON.stringify(quote.body))
      assert.equal(lot.software.uploads.filter(({ service }) => service === 'login').length, 1)
    }
  })

  test('what a lot has said of its lists is read by the command, names with it', async () => {
    const lot = await aLot()
    await lot.software.send('upload_collector', { user_id: 'u1', name: '张三', operate_type: 1 })
    const kept = (kind: string) =>
      lanepayOnce(['kept', String(lot.number), kind], {
        LANEPAY_HOME: road.home,
        LANEPAY_HOUSE_KEY: houseKey,
        LANEPAY_DATABASE_URL: databaseUrl(data.connection),
      })
    const read = await kept('staff')
    assert.equal(read.status, 0, read.output)
    assert.match(read.output, /^\{"kind":"staff","key":"u1",.*"body":\{"name":"张三"\}/)
    const nothing = await kept('shift')
    assert.equal(nothing.status, 0, nothing.output)
    assert.match(nothing.output, /^its software has said nothing of shift yet/)
    const wrong = await kept('staffs')
    assert.equal(wrong.status, 1, wrong.output)
    assert.match(wrong.output, /KIND: one of month-product, .*staff/)
  })

  /** The driver's page at this code, by its own logic, with every wait over at once, until it rests or has asked for its `most`th fee. */
  async function pageOf(phone: Phone, token: string, most = 10): Promise<State> {
    const remembered = { lastPlate: '', kept: null, keptEntry: null, anonymous: false }
    let [state, effects] = step(firstState(remembered), { type: 'started' })
    for (let fees = 0; ; ) {
      const { turn } = state
      if (effects.some((effect) => effect.do === 'wait')) {
        ;[state, effects] = step(state, { type: 'elapsed', turn })
        continue
      }
      const asked = effects.find((effect) => effect.do === 'ask')?.ask.ask
      if (asked === undefined || fees === most) return state
      if (asked === 'quote') fees += 1
      const { status, body } = asked === 'code' ? await phone.view(token) : await phone.quote(token)
      ;[state, effects] =
        status === 200
          ? step(state, { type: 'answered', turn, answer: { ask: asked, view: body } as Answer })
          : step(state, { type: 'failed', turn, failure: { ...body.error, kind: 'problem' } as Failure })
    }
  }
  const pricesAsked = (software: ChargingSoftware) =>
    software.heard.filter(({ service }) => service === 'query_price').length

  test('an answer that cannot be read is asked for once, however long the page lies open, and a person is told once a day', async () => {
    const { software, code, number } = await aLot({ habits: { answersWith: { price: '五元' } } })
    await software.enter('粤B60011', 'A1')
    software.toExit('粤B60011', 'B1')
    const phones = [road.phone('unread'), road.phone('unread too')]
    for (const phone of phones) {
      await phone.scan(`${road.publicUrl}/p/${code('exit')}`)
      const { stage } = await pageOf(phone, code('exit'))
      assert.partialDeepStrictEqual(stage, { at: 'problem', code: 'lot-unclear' })
    }
    assert.equal(pricesAsked(software), 2, 'one question of each driver')
    const { error } = (await phones[0]!.quote(code('exit'))).body
    assert.deepEqual([error.code, error.again], ['lot-unclear', undefined])
    const alarms = await road.rows<{ because: string }>(
      "select because from alarm where lot_id = $1 and kind = 'lot-unclear'",
      [number],
    )
    assert.deepEqual(
      alarms.map(({ because }) => because.replace(/^\d{4}-\d\d-\d\d /, '')),
      ['unreadable price'],
    )
  })

  test('a lot that is silent is asked again by the page, and the driver pays when it answers', async () => {
    const how = { habits: { silentAbout: ['query_price'] }, bolink: { settings: { answerSeconds: 1 } } }
    const { software, code } = await aLot(how)
    await software.enter('粤B60012', 'A1')
    software.toExit('粤B60012', 'B1')
    const phone = road.phone('patient')
    await phone.scan(`${road.publicUrl}/p/${code('exit')}`)
    assert.partialDeepStrictEqual((await pageOf(phone, code('exit'), 2)).stage, { at: 'problem', code: 'lot-offline' })
    assert.equal(pricesAsked(software), 2)
    software.behave({ silentAbout: [] })
    assert.equal((await phone.quote(code('exit'))).body.owedFen, 500)
  })

  test('a lot whose computer is away, or has none for this lane, is said to be not there', async () => {
    const settings = { onlyComputerServesAll: false, answerSeconds: 1 }
    const { software, code, asks } = await aLot({ localId: 'box_channels_A1', bolink: { settings } })
    const phone = road.phone('at another lane')
    await phone.scan(`${road.publicUrl}/p/${code('exit')}`)
    const { error } = (await phone.quote(code('exit'))).body
    assert.deepEqual([error.code, error.again], ['lot-absent', true])
    await software.loseLine()
    assert.equal((await asks('of nobody', '粤B60013')).quote.body.error.code, 'lot-absent')
    assert.equal(pricesAsked(software), 0)
  })

  test("a driver reads the lot's own words beside ours: as text, on one line and short", async () => {
    const errmsg = `月卡车辆无需缴费\u0007\n\u202e<b>${'请驶离车道'.repeat(20)}`
    const { software, code } = await aLot({ habits: { answersWith: { state: 0, order_id: '', errmsg } } })
    await software.enter('粤B60014', 'A1')
    const phone = road.phone('told')
    await phone.scan(`${road.publicUrl}/p/${code('exit')}`)
    const { code: at, said } = (await phone.quote(code('exit'))).body.error
    assert.equal(at, 'lane-empty')
    assert.equal(Array.from(said!).length, 60)
    assert.match(said!, /^月卡车辆无需缴费 <b>请驶离车道.*…$/u)
    const entering = road.phone('without a plate')
    await entering.scan(`${road.publicUrl}/p/${code('entry')}`)
    const refused = (await entering.enter(code('entry'))).body.error
    assert.deepEqual([refused.code, refused.said], ['not-admitted', said])
  })

  test('every payment has its transfer and its clearance', async () => {
    await road.settled()
    await road.audit()
  })
})
