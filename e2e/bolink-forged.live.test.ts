import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { askRefund } from '@lanepay/cloud/refund/ask.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { fen } from '@lanepay/domain/money.ts'
import { parseNumber } from '@lanepay/domain/numbers.ts'
import { signOf } from '@lanepay/lot-systems/bolink/sign.ts'
import type { ChargingSoftware } from '@lanepay/simulator-charging-software/software.ts'
import { connectedLot } from './kit/connected-lot.ts'
import { lotRows } from './kit/lot-rows.ts'
import { type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/* What a lot says in another one's name, or nobody has signed: whatever it names, it changes nothing. */

const key = '8403A41ED5EF20BC'

describe('words about a lot that are not its own', () => {
  let road: Road
  const running: ChargingSoftware[] = []
  let lots = 860
  before(async () => {
    road = await startRoad()
  })
  after(async () => {
    await Promise.all(running.map((one) => one.close()))
    await road.close()
  })

  async function aLot() {
    const number = ++lots
    const { software, code } = await connectedLot(road, number, {
      bolink: { settings: { answerSeconds: 60, chargeSeconds: 600 } },
    })
    running.push(software)
    const { state, token } = await software.login()
    assert.equal(state, 1)
    return { number, software, code, token: String(token) }
  }

  /**
   * A lot in the middle of everything: of five vehicles one has prepaid and one paid at the exit, of which the lot has said nothing yet;
   * one was given something back, of which it has said nothing either; one is charged by its code and its driver is typing; and of the
   * last a price may be asked.
   */
  async function busyLot() {
    const lot = await aLot()
    const { number, software, code } = lot
    const plates = {
      ...{ prepaid: `粤B${number}01`, exit: `粤B${number}02`, back: `粤B${number}03` },
      ...{ typing: `粤B${number}04`, asked: `粤B${number}05` },
    }
    for (const plate of Object.values(plates)) await software.enter(plate, 'A1')
    const order = Object.fromEntries(
      Object.entries(plates).map(([name, plate]) => [
        name,
        [...software.records.values()].find((one) => one.plate === plate)!.orderId,
      ]),
    ) as Record<keyof typeof plates, string>
    const pays = async (kind: 'prepay' | 'exit', plate: string) => {
      const phone = road.phone(`of ${plate.slice(2)}`)
      await phone.scan(`${road.publicUrl}/p/${code(kind)}`)
      const quote = await phone.quote(code(kind), kind === 'exit' ? undefined : plate)
      const sheet = await phone.pay(code(kind), quote.body.quote!)
      await phone.payInWallet(sheet.body.sheet)
      await road.paymentIs(phone, sheet.body.payment, 'paid')
      return sheet.body.payment
    }
    const back = await pays('prepay', plates.back)
    await road.settled()
    software.behave({ silentAbout: ['prepay_order', 'outpark', 'refund'] })
    const trade = parseNumber('trade', back)
    assert.ok(trade.ok)
    const asked = await askRefund(
      {
        ...{ database: road.database, clock: road.clock, newId: idMaker(() => road.clock.now(), 900) },
        rights: { limitFen: fen(10_000), limitOfOperator: {}, people: [{ name: '张', operators: 'all' as const }] },
      },
      { lot: trade.value, payment: trade.value.id, amountFen: 200, reason: '多收', by: '张', secondFactor: null },
    )
    assert.ok(asked.ok, JSON.stringify(asked))
    const heard = (service: string) => software.heard.filter((one) => one.service === service)
    await until('it is told of the refund', () => {
      if (heard('refund').length === 0) road.pass(1_000)
      return heard('refund').length > 0
    })
    const prepaid = await pays('prepay', plates.prepaid)
    software.toExit(plates.exit, 'B1')
    const exit = await pays('exit', plates.exit)
    await until('it is told of both', () => heard('prepay_order').length === 2 && heard('outpark').length === 1)
    road.wechatpay.control.fault({ kind: 'pay-waits-then-paid', times: 1, ms: 60_000 })
    const shown = road.wechatpay.control.payCodeOf(`of ${plates.typing.slice(2)}`)
    const typing = await software.send('outpark', {
      ...leaves(order.typing, plates.typing, 'sweepcode'),
      auth_code: shown,
    })
    assert.equal(typing.state, 2)
    /** A driver asks what the last one owes: open until the lot, which keeps silent, is made to answer. */
    const asks = async () => {
      const before = heard('query_price').length
      const phone = road.phone(`of ${plates.asked.slice(2)}`)
      await phone.scan(`${road.publicUrl}/p/${code('prepay')}`)
      const quote = phone.quote(code('prepay'), plates.asked)
      await until('it is asked', () => heard('query_price').length > before)
      return { question: String(heard('query_price').at(-1)!.fields.query_order_no), quote }
    }
    software.behave({ silentAbout: ['prepay_order', 'outpark', 'refund', 'query_price'] })
    return { ...lot, plates, order, trade: { back, prepaid, exit }, shown, asks }
  }
  type Busy = Awaited<ReturnType<typeof busyLot>>
  const seconds = () => Math.floor(road.clock.now() / 1000)
  const enters = (order_id: string, car_number: string) => ({
    ...{ car_number, in_time: seconds(), order_id, empty_plot: 1, uid: '', in_channel_id: 'A1' },
  })
  const leaves = (order_id: string, car_number: string, pay_type: string) => ({
    ...{ car_number, in_time: seconds(), out_time: seconds(), order_id, empty_plot: 1, uid: '', out_uid: '', pay_type },
    ...{ total: '5.00', amount_receivable: '5.00', out_channel_id: 'B1' },
  })
  const price = ({ order, plates }: Busy, question: string, price: string) => ({
    ...{ state: 1, order_id: order.asked, price, total: price, duration: 1, query_order_no: question },
    ...{ car_number: plates.asked, in_time: seconds() },
  })
  const answered = { state: 1, errmsg: '' }
  type Data = Parameters<ChargingSoftware['send']>[1]

  describe('another lot that names what is the lot’s', () => {
    let victim: Busy
    let hostile: Awaited<ReturnType<typeof aLot>>
    before(async () => {
      victim = await busyLot()
      hostile = await aLot()
    })

    const reads: [service: string, data: () => Data, member: string][] = [
      ['query_order', () => ({ order_id: victim.order.exit, time_temp: 1 }), 'data'],
      ['query_inpark', () => ({ car_number: victim.plates.prepaid, query_time: 1 }), 'data'],
    ]
    for (const [service, data, member] of reads)
      test(`${service} shows it nothing`, async () => {
        const reply = await hostile.software.send(service, data())
        assert.deepEqual([reply.state, reply[member]], [1, []])
      })

    const prices: [what: string, data: (question: string) => Data][] = [
      ['the price', (question) => price(victim, question, '0.01')],
      ['no such vehicle', (query_order_no) => ({ state: 0, errmsg: '无', order_id: '', query_order_no })],
    ]
    for (const [what, data] of prices)
      test(`query_price: ${what}: the question stays open, and the lot's own answer counts`, async () => {
        const { question, quote } = await victim.asks()
        const rows = await lotRows(road, victim.number)
        await hostile.software.send('query_price', { ...data(question), park_id: `park-${victim.number}` })
        assert.deepEqual(await lotRows(road, victim.number), rows)
        await victim.software.send('query_price', price(victim, question, '5.00'))
        assert.equal((await quote).body.owedFen, 500)
      })

    const says: [what: string, service: string, data: () => Data][] = [
      [
        'it has taken what was prepaid',
        'prepay_order',
        () => ({ ...answered, order_id: victim.order.prepaid, prepay: '5.00' }),
      ],
      [
        'it will not have what was prepaid',
        'prepay_order',
        () => ({ state: 0, errmsg: '不要', order_id: victim.order.prepaid, prepay: '5.00' }),
      ],
      [
        'the same, by the payment’s number',
        'prepay_order',
        () => ({ ...answered, order_id: victim.order.prepaid, prepay: '5.00', trade_no: victim.trade.prepaid }),
      ],
      [
        'it has opened for what was paid',
        'outpark',
        () => ({ ...answered, order_id: victim.order.exit, trade_no: victim.trade.exit }),
      ],
      [
        'it will not have what was paid',
        'outpark',
        () => ({ state: 0, errmsg: '不要', order_id: victim.order.exit, trade_no: victim.trade.exit }),
      ],
      ['it knows of the refund', 'refund', () => ({ ...answered, trade_no: victim.trade.back })],
      ['it refuses the refund', 'refund', () => ({ state: 0, errmsg: '不要', trade_no: victim.trade.back })],
      ['the debt is paid', 'escape_order', () => ({ ...answered, trade_no: victim.trade.exit })],
      [
        'it is charged by the same code',
        'outpark',
        () => ({ ...leaves(victim.order.typing, victim.plates.typing, 'sweepcode'), auth_code: victim.shown }),
      ],
      ['it came', 'in_park', () => enters(victim.order.prepaid, victim.plates.prepaid)],
      ['another vehicle came on its record', 'in_park', () => enters(victim.order.exit, '粤B99999')],
      ['it left in cash', 'out_park', () => leaves(victim.order.prepaid, victim.plates.prepaid, 'cash')],
      ['it left without paying', 'out_park', () => leaves(victim.order.exit, victim.plates.exit, 'escape')],
      [
        'it left, and pays later',
        'laterpay_order_upload',
        () => ({ ...enters(victim.order.asked, victim.plates.asked), end_time: seconds(), price: '5.00', uuid: 'u' }),
      ],
      ['the whole record', 'upload_order', () => leaves(victim.order.back, victim.plates.back, 'scancode')],
      [
        'the whole record of who is charged',
        'upload_order',
        () => leaves(victim.order.typing, victim.plates.typing, 'free'),
      ],
    ]
    for (const [what, service, data] of says)
      test(`${service}: ${what}`, async () => {
        const rows = await lotRows(road, victim.number)
        await hostile.software.send(service, { ...data(), park_id: `park-${victim.number}` })
        assert.deepEqual(await lotRows(road, victim.number), rows)
      })

    test('and the lot goes on as if nothing had been said', async () => {
      const { software, number, plates, order, trade } = victim
      software.behave({ silentAbout: [] })
      road.pass(60_000)
      await until('the driver has typed the password', async () => {
        const paid = "select from payment where lot_id = $1 and driver like 'code:%' and state = 'paid'"
        return (await road.rows(paid, [number])).length > 0
      })
      await until('its answers have ended everything', async () => {
        road.pass(1_000)
        const open = await road.rows('select from bolink_charge where lot_id = $1 and ended_at is null', [number])
        const unanswered = await road.rows('select from bolink_message where lot_id = $1', [number])
        return open.length + unanswered.length === 0
      })
      const told = software.heard.map(({ fields }) => fields)
      for (const one of [trade.back, trade.prepaid, trade.exit])
        assert.ok(told.filter(({ trade_no }) => trade_no === one).length > 1, 'told again until it answered itself')
      const charged = told.filter(({ order_id, pay_type }) => order_id === order.typing && pay_type === 'sweepcode')
      assert.deepEqual([...new Set(charged.map(({ state }) => state))], [1])
      await software.leave('B1', 'scancode')
      const sessions = await road.rows<{ plate: string; state: string; paid_fen: number }>(
        'select plate, state::text, paid_fen from session where lot_id = $1 order by plate',
        [number],
      )
      assert.deepEqual(
        sessions.map(({ plate, state, paid_fen }) => [plate, state, paid_fen]),
        [
          [plates.prepaid, 'inside', 500],
          [plates.exit, 'left', 500],
          [plates.back, 'inside', 500],
          [plates.typing, 'left', 500],
          [plates.asked, 'inside', 0],
        ],
      )
      assert.deepEqual(await road.rows('select from alarm where lot_id = $1', [number]), [])
    })
  })

  describe('a signature that is wrong by one byte', () => {
    let lot: Busy
    before(async () => {
      lot = await busyLot()
    })
    const post = async (service: string, raw: string, sign: string) => {
      const body = `{"service_name":"${service}","sign":"${sign}","token":"${lot.token}","data":${raw}}`
      const response = await fetch(`${road.publicUrl}/bpd/upload.do`, { method: 'POST', body })
      return (await response.json()) as { state: number; errmsg?: string; data?: unknown[] }
    }
    /** The last byte of a text is another one. */
    const bent = (text: string) => text.slice(0, -1) + (text.endsWith('0') ? '1' : '0')

    const uplinks: [what: string, service: string, data: () => Data | Promise<Data>][] = [
      ['an entry', 'inpark', () => enters('forged-1', '粤B90001')],
      ['an entry, spelled otherwise', 'in_park', () => enters('forged-2', '粤B90002')],
      [
        'an answer to what is prepaid',
        'prepay_order',
        () => ({ ...answered, order_id: lot.order.prepaid, prepay: '5.00' }),
      ],
      [
        'an answer to what is paid at the exit',
        'outpark',
        () => ({ ...answered, order_id: lot.order.exit, trade_no: lot.trade.exit }),
      ],
      ['an answer to a refund', 'refund', () => ({ ...answered, trade_no: lot.trade.back })],
      ['a price', 'query_price', async () => price(lot, (await lot.asks()).question, '5.00')],
      ['an exit', 'outpark', () => leaves(lot.order.exit, lot.plates.exit, 'cash')],
      ['an exit without paying', 'out_park', () => leaves(lot.order.asked, lot.plates.asked, 'escape')],
      [
        'an exit to be charged',
        'outpark',
        () => ({
          ...leaves(lot.order.back, lot.plates.back, 'sweepcode'),
          auth_code: road.wechatpay.control.payCodeOf('forged'),
        }),
      ],
      ['a whole record', 'upload_order', () => leaves('forged-3', '粤B90003', 'free')],
      [
        'who left first',
        'laterpay_order_upload',
        () => ({ ...enters('forged-4', '粤B90004'), end_time: seconds(), price: '5.00', uuid: 'u' }),
      ],
      ['a question about a record', 'query_order', () => ({ order_id: lot.order.exit, time_temp: 1 })],
      ['a new code', 'code_url', () => ({ type: 1, change: 1 })],
      [
        'a card that is sold',
        'upload_month_card',
        () => ({ package_id: 'p1', name: '月租车', price: '300.00', period: '月', operate_type: 1 }),
      ],
      [
        'a month card',
        'upload_month_member',
        () => ({
          ...{ card_id: 'c1', car_number: '粤B90005', begin_time: seconds(), end_time: seconds() + 86_400, pid: 'p1' },
          ...{ price: '0.00', name: '王小明', tel: '13800001111', channel_id: '', operate_type: 1 },
        }),
      ],
      ['who is blocked', 'upload_blackuser', () => ({ black_uuid: 'b1', car_number: '粤B90006', operate_type: 1 })],
    ]
    for (const [what, service, data] of uplinks)
      test(`${what} (${service}) is refused, and nothing is done; as it was signed it is taken`, async () => {
        const said = await data()
        const raw = JSON.stringify(said)
        const own = signOf(raw, key)
        const rows = await lotRows(road, lot.number)
        for (const [how, sign] of [
          [
            'over other data',
            signOf(
              raw.replace(/(.)"([^"]*)$/, (_, byte, rest) => `${bent(byte)}"${rest}`),
              key,
            ),
          ],
          ['with another key', signOf(raw, bent(key))],
          ['itself', bent(own)],
        ] as const) {
          assert.notEqual(sign, own)
          const { state, errmsg, data: shown } = await post(service, raw, sign)
          assert.deepEqual([state, errmsg, shown], [0, 'error:签名错误', undefined], how)
        }
        assert.deepEqual(await lotRows(road, lot.number), rows)
        assert.equal((await post(service, raw, own)).state, 1)
        if (!service.startsWith('query_order')) assert.notDeepEqual(await lotRows(road, lot.number), rows)
      })
  })

  test('every payment has its transfer and its clearance', async () => {
    for (const one of running) one.behave({ silentAbout: [] })
    await road.settled()
    await road.audit()
  })
})
