import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { LotPlan } from '@lanepay/cloud/lot/provision.ts'
import { listsTakenBy } from '@lanepay/cloud/vehicle/store.ts'
import { fieldHabits, type Habits } from '@lanepay/simulator-charging-software/habits.ts'
import type { ChargingSoftware } from '@lanepay/simulator-charging-software/software.ts'
import { connectedLot } from './kit/connected-lot.ts'
import { type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

const hour = 3_600_000
type Settings = NonNullable<NonNullable<LotPlan['bolink']>['settings']>

describe('a lot with charging software of its own', () => {
  let road: Road
  const running: ChargingSoftware[] = []
  let lots = 500
  before(async () => {
    road = await startRoad()
  })
  after(async () => {
    await Promise.all(running.map((one) => one.close()))
    await road.close()
  })

  /** A lot of its own for each test, and its computer, logged in. */
  async function aLot(habits: Partial<Habits> = {}, prefix = 'bpd', settings: Settings = {}) {
    const number = ++lots
    const { software, code } = await connectedLot(road, number, { habits, prefix, bolink: { settings } })
    running.push(software)
    assert.equal((await software.login()).state, 1)
    const sessions = () =>
      road.rows<{ plate: string; state: string; owed: number | null }>(
        'select plate, state, owed_when_left_fen as owed from session where lot_id = $1 order by id',
        [number],
      )
    return { number, software, code, sessions }
  }
  type Lot = Awaited<ReturnType<typeof aLot>>

  /** A driver scans, sees what is owed and pays it in the wallet. The payment's number. */
  async function pays(lot: Lot, driver: string, kind: 'prepay' | 'exit', plate?: string): Promise<string> {
    const phone = road.phone(driver)
    await phone.scan(`${road.publicUrl}/p/${lot.code(kind)}`)
    const quote = await phone.quote(lot.code(kind), plate)
    assert.equal(quote.status, 200, JSON.stringify(quote.body))
    assert.equal(quote.body.owedFen, 500)
    const sheet = await phone.pay(lot.code(kind), quote.body.quote!)
    assert.equal(sheet.status, 200, JSON.stringify(sheet.body))
    await phone.payInWallet(sheet.body.sheet)
    return sheet.body.payment
  }
  /** The lot has polled since: what lay there for it before has come. */
  async function hasPolled(lot: Lot, plate: string): Promise<void> {
    const phone = road.phone(`asks-${plate.slice(2)}`)
    await phone.scan(`${road.publicUrl}/p/${lot.code('prepay')}`)
    assert.equal((await phone.quote(lot.code('prepay'), plate)).status, 200)
  }
  const paidAndTold = (lot: Lot) =>
    until('the lot has answered', async () => {
      const [row] = await road.rows<{ state: string }>('select state from clearance where lot_id = $1', [lot.number])
      return row?.state === 'opened' || row?.state === 'done'
    })

  for (const [manner, habits, prefix] of [
    ['as described', {}, 'bpd'],
    ['as it comes in the field', fieldHabits, 'unionapi'],
  ] as const)
    test(`exit direct pay: price of who stands there, one payment, one opening (${manner})`, async () => {
      const lot = await aLot(habits, prefix)
      const { software } = lot
      await software.enter('粤B12345', 'A1')
      road.pass(hour / 2)
      software.toExit('粤B12345', 'B1')
      const number = await pays(lot, `driver-${manner}`, 'exit')
      await paidAndTold(lot)
      assert.deepEqual(
        software.heard.map(({ service, fields }) => [service, fields.pay_scene ?? fields.state]),
        [
          ['query_price', 1],
          ['outpark', 1],
        ],
      )
      const [, result] = software.heard
      assert.equal(result!.fields.trade_no, number)
      assert.equal(result!.fields.total, 5)
      assert.equal(result!.fields.out_channel_id, 'B1')
      assert.deepEqual(software.opened, [{ lane: 'B1', plate: '粤B12345', because: `paid ${number}` }])
      await software.leave('B1', 'scancode')
      assert.deepEqual(await lot.sessions(), [{ plate: '粤B12345', state: 'left', owed: 0 }])
      assert.deepEqual(
        software.uploads.filter(({ reply }) => reply.state !== 1),
        [],
      )
    })

  test('in-lot prepay: asked by plate, told as prepaid, and nothing is owed at the exit in time', async () => {
    const lot = await aLot()
    await lot.software.enter('粤B22222', 'A1')
    await pays(lot, 'prepayer', 'prepay', '粤B22222')
    await paidAndTold(lot)
    assert.deepEqual(
      lot.software.heard.map(({ service, fields }) => [service, fields.pay_scene ?? fields.prepay]),
      [
        ['query_price', 0],
        ['prepay_order', 5],
      ],
    )
    lot.software.toExit('粤B22222', 'B1')
    const phone = road.phone('prepayer')
    await phone.scan(`${road.publicUrl}/p/${lot.code('exit')}`)
    const quote = await phone.quote(lot.code('exit'))
    assert.equal(quote.body.owedFen, 0)
    await until('its gate has moved', () => lot.software.opened.length > 0)
    assert.deepEqual(
      lot.software.opened.map(({ because }) => because),
      ['nothing owed'],
    )
  })

  test('prepaid and left too late: the lot says the difference, and that is what is asked', async () => {
    const lot = await aLot()
    await lot.software.enter('粤B33333', 'A1')
    await pays(lot, 'late', 'prepay', '粤B33333')
    await paidAndTold(lot)
    road.pass(2 * hour)
    lot.software.toExit('粤B33333', 'B1')
    const phone = road.phone('late-2')
    await phone.scan(`${road.publicUrl}/p/${lot.code('exit')}`)
    const { body } = await phone.quote(lot.code('exit'))
    const [record] = [...lot.software.records.values()]
    const gross = Math.ceil((road.clock.now() - record!.enteredAt) / hour) * 500
    assert.deepEqual([body.owedFen, body.paidFen, body.priceFen], [gross - 500, 500, gross])
  })

  test('a payment that the lot never answers is told again under the same number, and opens once', async () => {
    const lot = await aLot({ silentAbout: ['outpark'] })
    const { software } = lot
    await software.enter('粤B44444', 'A1')
    software.toExit('粤B44444', 'B1')
    const number = await pays(lot, 'patient', 'exit')
    await until('told once', () => software.heard.some(({ service }) => service === 'outpark'))
    road.pass(11_000)
    await until('told twice', () => software.heard.filter(({ service }) => service === 'outpark').length === 2)
    software.behave({ silentAbout: [] })
    road.pass(21_000)
    await paidAndTold(lot)
    const told = software.heard.filter(({ service }) => service === 'outpark')
    assert.deepEqual(
      told.map(({ fields }) => fields.trade_no),
      [number, number, number],
    )
    assert.equal(software.opened.length, 1)
  })

  test('a payment that reaches the lot too late for its gate comes as a prepaid one, and opens nothing', async () => {
    const lot = await aLot()
    const { software } = lot
    await software.enter('粤B50505', 'A1')
    software.toExit('粤B50505', 'B1')
    const phone = road.phone('cut off')
    await phone.scan(`${road.publicUrl}/p/${lot.code('exit')}`)
    const quote = await phone.quote(lot.code('exit'))
    const paying = await phone.pay(lot.code('exit'), quote.body.quote!)
    await software.loseLine()
    await phone.payInWallet(paying.body.sheet)
    await road.paymentIs(phone, paying.body.payment, 'paid')
    await until('it waits in other words', async () => {
      road.pass(5_000)
      const [waiting] = await road.rows<{ service: string }>('select service from bolink_message where lot_id = $1', [
        lot.number,
      ])
      return waiting?.service === 'prepay_order'
    })
    await software.regainLine()
    await paidAndTold(lot)
    assert.deepEqual(
      software.heard.map(({ service }) => service),
      ['query_price', 'prepay_order'],
    )
    assert.deepEqual(software.opened, [])
  })

  test('what a lot never answers is told eleven times, then it is a person’s', async () => {
    const lot = await aLot({ silentAbout: ['prepay_order'] })
    await lot.software.enter('粤B60606', 'A1')
    await pays(lot, 'unheard', 'prepay', '粤B60606')
    const told = () => lot.software.heard.filter(({ service }) => service === 'prepay_order').length
    const alarms = () => road.rows<{ because: string }>('select because from alarm where lot_id = $1', [lot.number])
    const steps = [10, 20, 30, 40, 50, 80, 120, 160, 200, 300]
    for (const [index, step] of steps.entries()) {
      await until(`told ${index + 1} times`, () => told() === index + 1)
      road.pass(step * 1000 + 1)
    }
    await until('told for the last time', () => told() === 11)
    assert.deepEqual(await alarms(), [])
    road.pass(10_001)
    const [alarm] = await until('somebody is called', async () => {
      const found = await alarms()
      return found.length > 0 ? found : null
    })
    assert.match(alarm!.because, /never answered prepay_order/)
    // And then it is over, however often the dispatch comes by what has no answer: nobody tells it eleven times more.
    const dispatched = async () =>
      (await road.rows<{ sends: number }>('select sends from clearance where lot_id = $1', [lot.number]))[0]!.sends
    for (let time = 0; time < 3; time++) {
      const before = await dispatched()
      road.pass(61_000)
      await until('the dispatch has come by', async () => (await dispatched()) > before)
    }
    await lot.software.enter('粤B60607', 'A1')
    await hasPolled(lot, '粤B60607')
    assert.equal(told(), 11)
    assert.equal((await alarms()).length, 1)
    // What it says late after all is still its answer.
    const { order_id, prepay, trade_no } = lot.software.heard.find(({ service }) => service === 'prepay_order')!.fields
    await lot.software.send('prepay_order', {
      ...{ state: 1, park_id: `park-${lot.number}`, errmsg: '成功' },
      ...{ order_id: String(order_id), prepay: String(prepay), trade_no: String(trade_no) },
    })
    await paidAndTold(lot)
  })

  test('payments of one record go one after another', async () => {
    const lot = await aLot({ silentAbout: ['prepay_order'] })
    const { software } = lot
    const told = () =>
      software.heard.filter(({ service }) => service !== 'query_price').map(({ fields }) => fields.trade_no)
    await software.enter('粤B70707', 'A1')
    const first = await pays(lot, 'first', 'prepay', '粤B70707')
    await until('told', () => told().length > 0)
    // The third hour has begun: 15 yuan, of which the lot asks for 10, and we hold back the 5 that it has not said it knows of.
    road.pass(2 * hour + 60_000)
    software.toExit('粤B70707', 'B1')
    const second = await pays(lot, 'second', 'exit')
    await until('the second waits', async () => {
      const rows = await road.rows('select from bolink_message where lot_id = $1 and repeats', [lot.number])
      return rows.length === 2
    })
    assert.ok(told().every((number) => number === first))
    software.behave({ silentAbout: [] })
    road.pass(60_000)
    await until('both are told', () => told().includes(second))
    assert.deepEqual([told().at(-1), new Set(told().slice(0, -1))], [second, new Set([first])])
  })

  test('a line that was cut: what happened meanwhile comes newest first and is kept right; the token still holds', async () => {
    const lot = await aLot({ resendsBackwards: true })
    const { software } = lot
    await software.loseLine()
    await software.enter('粤B55555', 'A1')
    software.toExit('粤B55555', 'B1')
    await software.leave('B1', 'cash')
    await software.enter('粤B66666', 'A1')
    await software.regainLine()
    assert.deepEqual((await lot.sessions()).map(({ plate, state }) => [plate, state]).sort(), [
      ['粤B55555', 'left'],
      ['粤B66666', 'inside'],
    ])
    assert.equal(software.uploads.filter(({ service }) => service === 'login').length, 1)
  })

  test('while its computer is away nobody guesses a price, and the driver is told', async () => {
    const lot = await aLot()
    await lot.software.enter('粤B77777', 'A1')
    await lot.software.loseLine()
    const phone = road.phone('unlucky')
    await phone.scan(`${road.publicUrl}/p/${lot.code('prepay')}`)
    const quote = await phone.quote(lot.code('prepay'), '粤B77777')
    assert.equal(quote.body.error.code, 'lot-absent')
    await lot.software.regainLine()
    assert.deepEqual(
      lot.software.heard.filter(({ service }) => service === 'query_price'),
      [],
      'a question is not asked after its time',
    )
  })

  test('no plate: the entry code opens by the lot, and the exit code knows the driver again', async () => {
    const lot = await aLot({ marksMadeUpPlates: true })
    const phone = road.phone('unplated')
    await phone.scan(`${road.publicUrl}/p/${lot.code('entry')}`)
    const entered = await phone.enter(lot.code('entry'))
    assert.equal(entered.status, 200, JSON.stringify(entered.body))
    await until('its entry is here', async () => (await lot.sessions()).length === 1)
    await pays(lot, 'unplated', 'exit')
    // Its own record is asked for (scene 2); once that was paid in the lane, whoever stands there (6.3, 5.1).
    const { plate } = (await lot.sessions())[0]!
    assert.match(plate, /^[0-9A-Z]{7}$/, 'without the mark that the lot puts before it')
    await paidAndTold(lot)
    await phone.quote(lot.code('exit'))
    const asked = lot.software.heard.filter(({ service }) => service === 'query_price').map(({ fields }) => fields)
    assert.deepEqual(
      asked.map(({ pay_scene, car_number, licence }) => [pay_scene, car_number, licence]),
      [
        [2, plate, undefined],
        [1, undefined, plate],
      ],
    )
    assert.equal([...lot.software.records.keys()][0], asked[0]!.order_id)
  })

  test('a driver without plate who scans where another vehicle stands is shown that one', async () => {
    const lot = await aLot()
    const phone = road.phone('unplated, at the wrong lane')
    await phone.scan(`${road.publicUrl}/p/${lot.code('entry')}`)
    assert.equal((await phone.enter(lot.code('entry'))).status, 200)
    await until('its entry is here', async () => (await lot.sessions()).length === 1)
    await lot.software.enter('粤B20203', 'A1')
    road.pass(1_800_000)
    lot.software.toExit('粤B20203', 'B1')
    await phone.scan(`${road.publicUrl}/p/${lot.code('exit')}`)
    assert.equal((await phone.quote(lot.code('exit'))).body.plate, '粤B20203')
  })

  test('a lot that refuses a payment keeps it as a matter for a person, and it stays paid', async () => {
    const lot = await aLot({ refusesPayments: true })
    await lot.software.enter('粤B88888', 'A1')
    lot.software.toExit('粤B88888', 'B1')
    await pays(lot, 'refused', 'exit')
    const alarm = await until('somebody is called', async () => {
      const found = await road.rows<{ because: string }>('select because from alarm where lot_id = $1', [lot.number])
      return found[0]
    })
    assert.match(alarm.because, /refused outpark: 订单已结算/)
    const [payment] = await road.rows<{ state: string }>('select state from payment where lot_id = $1', [lot.number])
    assert.equal(payment!.state, 'paid')
  })

  test('a lot that missed a result asks for it, and for its day, and finds the payment under its number', async () => {
    const lot = await aLot()
    const { software } = lot
    await software.enter('粤B99999', 'A1')
    const number = await pays(lot, 'booked', 'prepay', '粤B99999')
    await paidAndTold(lot)
    const [record] = [...software.records.values()]
    const order = await software.send('query_order', { order_id: record!.orderId, time_temp: 1516934957889 })
    const [paid] = order.data as Record<string, unknown>[]
    assert.deepEqual(
      [paid!.trade_no, paid!.total, paid!.state, paid!.pay_scene, paid!.pay_channel],
      [number, '5.00', 2, 'prepay', 0],
    )
    const second = Math.floor(road.clock.now() / 1000)
    const day = async (begin: number, end: number) =>
      (await software.send('query_blpay', { begin_time: begin, end_time: end, page_number: 1 })).data as
        | { count: number; ele_pay_total: string; order_list: { trade_no: string; tader_no: string }[] }
        | undefined
    const today = await day(second - 3600, second + 3600)
    assert.deepEqual([today!.count, today!.ele_pay_total], [1, '5.00'])
    assert.deepEqual([today!.order_list[0]!.trade_no, today!.order_list[0]!.tader_no], [number, number])
    assert.equal((await day(second + 3600, second + 7200))!.count, 0)
    assert.equal(await day(second - 90_000, second), undefined, 'more than a day at once')
    software.toExit('粤B99999', 'B1')
    await software.leave('B1')
    const settled = await software.send('query_order', { order_id: record!.orderId, time_temp: 1 })
    assert.equal((settled.data as { state: number }[])[0]!.state, 1, 'prepaid counts as settled once it has left')
  })

  test('codes of lanes by their own names; a lane that nobody has named has none', async () => {
    const lot = await aLot()
    const exit = await lot.software.send('code_url', { type: 2, channel_id: 'B1', message_uuid: 'U1' })
    assert.equal(exit.code_url, `${road.publicUrl}/p/${lot.code('exit')}`)
    assert.equal(exit.message_uuid, 'U1', 'what it names its question by comes back')
    const prepay = await lot.software.send('code_url', { type: 1 })
    assert.equal(prepay.code_url, `${road.publicUrl}/p/${lot.code('prepay')}`)
    for (const wrong of [{ type: 2, channel_id: 'A1' }, { type: 3, channel_id: 'Z9' }, { type: 4 }])
      assert.equal((await lot.software.send('code_url', wrong)).state, 0, JSON.stringify(wrong))
  })

  test('our own restart forces nobody to log in again', async () => {
    const lot = await aLot()
    await road.cloud.restart()
    await lot.software.enter('粤B10101', 'A1')
    await pays(lot, 'after-restart', 'prepay', '粤B10101')
    await paidAndTold(lot)
    assert.equal(lot.software.uploads.filter(({ service }) => service === 'login').length, 1)
  })

  test('the same plate again while its record is open: the old one is superseded, not zeroed', async () => {
    const lot = await aLot()
    await lot.software.enter('粤B20202', 'A1')
    road.pass(60_000)
    await lot.software.enter('粤B20202', 'A1')
    assert.deepEqual(
      (await lot.sessions()).map(({ state, owed }) => [state, owed]),
      [
        ['superseded', null],
        ['inside', null],
      ],
    )
  })

  test('a record told whole, at a lane that nobody has named, is one that has ended, however often it is told', async () => {
    const lot = await aLot()
    const inTime = Math.floor(road.clock.now() / 1000) - 3600
    const record = {
      car_number: ' 粤B80808',
      in_time: inTime,
      out_time: inTime + 1800,
      order_id: 'W1',
      pay_type: 'scancode',
      total: '0.0',
      out_channel_id: '南门',
    }
    for (const _ of [1, 2])
      assert.deepEqual(await lot.software.send('upload_order', record), {
        state: 1,
        errmsg: '',
        order_id: 'W1',
        service_name: 'upload_order',
      })
    assert.deepEqual(await lot.sessions(), [{ plate: '粤B80808', state: 'left', owed: 0 }])
  })

  test('an escape is recorded with what it owed', async () => {
    const lot = await aLot({ printsDoubles: true })
    await lot.software.enter('粤B30303', 'A1')
    lot.software.toExit('粤B30303', 'B1')
    await lot.software.leave('B1', 'escape')
    assert.deepEqual(await lot.sessions(), [{ plate: '粤B30303', state: 'left', owed: 500 }])
  })

  test('what we cannot charge for the lot is refused, and its record stays open', async () => {
    const lot = await aLot()
    await lot.software.enter('粤B40404', 'A1')
    lot.software.toExit('粤B40404', 'B1')
    await lot.software.leave('B1', 'etc_pay')
    assert.deepEqual(await lot.sessions(), [{ plate: '粤B40404', state: 'inside', owed: null }])
  })

  test('where the plan says that others have the money of its ETC, an exit by it is one', async () => {
    const lot = await aLot({}, 'bpd', { etc: 'elsewhere' })
    await lot.software.enter('粤B40405', 'A1')
    lot.software.toExit('粤B40405', 'B1')
    await lot.software.leave('B1', 'etc_pay')
    assert.deepEqual(await lot.sessions(), [{ plate: '粤B40405', state: 'left', owed: 0 }])
    assert.deepEqual(
      await road.rows('select exit_how, receivable_fen, cash_fen from bolink_order where lot_id = $1', [lot.number]),
      [{ exit_how: 'etc_pay', receivable_fen: 500, cash_fen: 0 }],
    )
  })

  test('another code where the lot asks for one: the former leads nowhere, the same asking is one, and the trail says so', async () => {
    const lot = await aLot()
    const asks = async (more: Readonly<Record<string, number>> = {}) =>
      lot.software.send('code_url', { type: 2, channel_id: 'B1', ...more })
    const former = (await asks()).code_url
    const { state, code_url: another } = await asks({ change: 1 })
    assert.equal(state, 1)
    assert.notEqual(another, former)
    assert.equal((await asks({ change: 1 })).code_url, another, 'its answer may have been lost')
    assert.equal((await asks()).code_url, another)
    const leads = async (url: unknown) => {
      const phone = road.phone('looks at a code')
      await phone.scan(String(url))
      return (await phone.view(String(url).split('/').at(-1)!)).status
    }
    assert.deepEqual([await leads(another), (await leads(former)) === 200], [200, false])
    const lines = await road.rows<{ account: string; about: string }>(
      "select account, about from staff_line where act = 'codes.change' and lot_id = $1",
      [lot.number],
    )
    assert.deepEqual(lines, [{ account: 'bolink box_channels_A1_B1', about: 'code exit-2' }])
    road.pass(61_000)
    assert.notEqual((await asks({ change: 1 })).code_url, another)
    assert.equal((await asks({ change: 1, type: 3 })).state, 0, 'no lane for it')

    const bound = await aLot({}, 'bpd', { renewsCodes: false })
    const hangs = (await bound.software.send('code_url', { type: 1 })).code_url
    assert.equal((await bound.software.send('code_url', { type: 1, change: 1 })).code_url, hangs)
  })

  test('who pays is told where the plan says so, and nowhere else', async () => {
    for (const [tellsPayer, id] of [
      [true, 'payer told'],
      [false, undefined],
    ] as const) {
      const lot = await aLot({}, 'bpd', { tellsPayer })
      await lot.software.enter('粤B70001', 'A1')
      await pays(lot, 'payer told', 'prepay', '粤B70001')
      await paidAndTold(lot)
      const [question, told] = lot.software.heard.map(({ fields }) => fields)
      assert.equal(question!.pay_app, tellsPayer ? 0 : undefined)
      assert.equal(told!.pay_user_id, question!.pay_user_id)
      assert.equal(told!.pay_user_id === undefined, id === undefined)
    }
  })

  test('two payments of one amount: a late second answer that says its number is to the first alone', async () => {
    const lot = await aLot({ silentAbout: ['prepay_order'] })
    const { software } = lot
    await software.enter('粤B70002', 'A1')
    const { orderId } = [...software.records.values()][0]!
    const told = () => software.heard.filter(({ service }) => service === 'prepay_order')
    const answers = (trade_no: string) =>
      software.send('prepay_order', { state: 1, park_id: 'p', order_id: orderId, prepay: '5.0', trade_no, errmsg: '' })
    const waiting = async () =>
      (await road.rows<{ id: string }>('select id from bolink_message where lot_id = $1 and repeats', [lot.number]))
        .length
    const first = await pays(lot, 'twice', 'prepay', '粤B70002')
    await until('it is told', () => told().length === 1)
    await answers(first)
    assert.equal(await waiting(), 0)
    road.pass(hour + 60_000)
    const second = await pays(lot, 'twice', 'prepay', '粤B70002')
    await until('it is told', () => told().length === 2)
    await answers(first)
    assert.equal(await waiting(), 1, 'the lot has not said that it knows of the second')
    await answers(second)
    assert.equal(await waiting(), 0)
  })

  test('what every computer declines at its login is not sent: its lists stay its own', async () => {
    const lot = await aLot()
    const login = (local_id: string) =>
      lot.software.send('login', {
        ...{ union_id: '200208', park_id: `park-${lot.number}`, local_id, set_params: '{"receive_cloud":"0"}' },
      })
    const takes = () => road.database.of(7).transaction((tx) => listsTakenBy(tx, { bucket: 7, lotId: lot.number }))
    await login('second')
    assert.equal(await takes(), 'rows', 'the other computer wants them')
    await login('box_channels_A1_B1')
    assert.equal(await takes(), null)
  })

  test('the same plate again by a lane that nobody has named: the old record is superseded all the same', async () => {
    const lot = await aLot()
    const second = Math.floor(road.clock.now() / 1000)
    for (const [order_id, in_time] of [
      ['S1', second - 600],
      ['S2', second],
    ] as const)
      await lot.software.send('inpark', {
        ...{ car_number: '粤B20203', in_time, order_id, empty_plot: 1, uid: '', in_channel_id: '南门' },
      })
    assert.deepEqual(
      (await lot.sessions()).map(({ state }) => state),
      ['superseded', 'inside'],
    )
  })

  describe('what is not believed', () => {
    const said = async (body: string, resource = 'upload.do') => {
      const response = await fetch(`${road.publicUrl}/bpd/${resource}`, { method: 'POST', body })
      return [response.status, ((await response.json()) as { errmsg: string }).errmsg]
    }
    const bodies: readonly (readonly [what: string, body: string, errmsg: string])[] = [
      ['no JSON', 'hello', '数据格式错误!'],
      ['no service', '{"sign":"x","data":{}}', '未识别到service_name标记'],
      ['no sign', '{"service_name":"in_park","data":{}}', '未识别到sign标记'],
      ['no token', '{"service_name":"in_park","sign":"x","data":{}}', '未识别到token标记'],
      ['a made-up token', '{"service_name":"in_park","sign":"x","token":"07","data":{}}', 'error:token无效'],
      [
        'the token of a lot that is not there',
        `{"service_name":"in_park","sign":"x","token":"ff${'0'.repeat(30)}","data":{}}`,
        'error:token无效',
      ],
      ['another lot', '{"service_name":"login","sign":"x","data":{"union_id":"1","park_id":"nobody"}}', '车场不存在'],
      ['no lot at all', '{"service_name":"login","sign":"x","data":{"union_id":"1"}}', '未识别到park_id标记'],
      [
        'a wrong signature',
        '{"service_name":"login","sign":"D962D47FB95FBC5A320712509AF74BB4","data":{"union_id":"200208","park_id":"park-501"}}',
        'error:签名错误',
      ],
    ]
    for (const [what, body, errmsg] of bodies) test(what, async () => assert.deepEqual(await said(body), [200, errmsg]))

    test('a poll without a token, and one after logout, are told so in words that are no message', async () => {
      const lot = await aLot()
      assert.deepEqual(await said('{"token":"x"}', 'download.do'), [200, 'error:token无效'])
      await lot.software.close()
      assert.equal((await lot.software.send('logout', {})).state, 1)
      assert.equal((await lot.software.send('query_inpark', { car_number: '粤B1', query_time: 1 })).state, 0)
    })

    test('a service that is not built is said to be none, so that nobody relies on it', async () => {
      const lot = await aLot()
      const reply = await lot.software.send('etc_pay', {})
      assert.deepEqual([reply.state, reply.errmsg], [0, 'error:暂不支持'])
    })
  })
})
