import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { keptOf } from '@lanepay/cloud/bolink/keeping.ts'
import { connectedLot } from './kit/connected-lot.ts'
import { houseKey, type Road } from './kit/road.ts'
import { onRoad } from './kit/suite.ts'
import { until } from './kit/until.ts'

/* What a lot's own charging software uploads of its cards, persons, lanes, gates and pictures (bolink-protocol.md 4.7, 7.1 to 7.3), and what is kept of it. */
const hour = 3_600_000

describe('what the software of a connected lot says of its own lists and doings (7)', () => {
  let road: Road
  const stop = onRoad((one) => {
    road = one
  })
  let lots = 7700
  async function aLot(how: Parameters<typeof connectedLot>[2] = {}) {
    const number = ++lots
    const { software } = await connectedLot(road, number, how)
    stop.push(() => software.close())
    assert.equal((await software.login()).state, 1)
    return { number, software }
  }
  type Lot = Awaited<ReturnType<typeof aLot>>
  const shown = (lot: Lot, kind: string) =>
    keptOf(road.database, Buffer.from(houseKey), { bucket: 7, lotId: lot.number }, kind)

  test('are kept in our words as they were last said; names lie sealed; what is deleted has ended', async () => {
    const lot = await aLot()
    const card = {
      ...{ card_id: 'C1', car_number: '粤B50001,粤B50002', begin_time: 1_700_000_000, end_time: '1702592000' },
      ...{ price: 300, name: '王小明', tel: '13800001111', pid: 'null', channel_id: '', operate_type: '1' },
    }
    const reply = await lot.software.send('upload_month_member', card)
    assert.deepEqual([reply.state, reply.card_id], [1, 'C1'])
    await lot.software.send('upload_month_member', { ...card, end_time: 1_705_184_000, operate_type: 3 })
    const [kept, ...more] = await shown(lot, 'month-card')
    assert.equal(more.length, 0)
    const { plates, until: ends, paidFen, name, phone, everyLane, product } = kept!.body
    assert.deepEqual(
      [plates, ends, paidFen, name, phone, everyLane, product],
      [['粤B50001', '粤B50002'], 1_705_184_000_000, 30_000, '王小明', '13800001111', true, undefined],
    )
    assert.notEqual(kept!.ended_at, null)
    const [row] = await road.rows<{ text: string }>(
      'select row_to_json(k)::text as text from bolink_kept k where lot_id = $1',
      [lot.number],
    )
    assert.doesNotMatch(row!.text, /王小明|13800001111/)
    const gate = { channel_id: 'A1', passname: '南门', passtype: 0, operate_type: 1 }
    assert.equal((await lot.software.send('upload_gate', gate)).state, 1)
    assert.equal((await shown(lot, 'lane'))[0]!.body.direction, 'entry')
    assert.equal((await lot.software.send('upload_price', { price_id: '1' })).state, 0, 'without its text')
  })

  test('a card that takes the place of others of the same plates ends those, and none that has another plate', async () => {
    const lot = await aLot()
    const upload = (card_id: string, car_number: string, more: Readonly<Record<string, string | number>> = {}) =>
      lot.software.send('upload_month_member', {
        ...{ card_id, car_number, begin_time: 1_700_000_000, end_time: 1_702_592_000, operate_type: 1, ...more },
      })
    await upload('C1', '粤B50011,粤B50012')
    await upload('C2', '粤B50011')
    await upload('C3', '粤B50011,粤B50012,粤B50013')
    await upload('C4', '粤B50012,粤B50011', { force_update: 0 })
    const standing = async () =>
      (await shown(lot, 'month-card')).filter(({ ended_at }) => ended_at === null).map(({ key }) => key)
    assert.deepEqual(await standing(), ['C1', 'C2', 'C3', 'C4'])
    for (const _ of ['once', 'again']) await upload('C5', '粤B50012,粤B50011', { force_update: '1' })
    assert.deepEqual(await standing(), ['C2', 'C3', 'C5'])
    await upload('C2', '粤B50011', { force_update: 1, operate_type: 3 })
    assert.deepEqual(await standing(), ['C3', 'C5'])
  })

  test('what is to be invoiced for it, and what a person there has matched', async () => {
    const lot = await aLot()
    const invoice = { order_id: 'A1_2C1', plate_number: '粤B50005', money: '6.5', pay_time: 1_700_000_000 }
    assert.equal((await lot.software.send('upload_invoice', invoice)).state, 1)
    assert.equal((await lot.software.send('upload_invoice', invoice)).state, 1)
    assert.equal((await lot.software.send('upload_invoice', { ...invoice, money: 'much' })).state, 0)
    const match = { event_id: 'E1', car_number: '粤B50006', channel_id: 'B1', upload_time: 1_700_000_060 }
    assert.equal((await lot.software.send('upload_confirm_order', match)).state, 1)
    const bodies = async (kind: string) => (await shown(lot, kind)).map(({ key, body }) => [key, body])
    const paidAt = 1_700_000_000_000
    assert.deepEqual(await bodies('invoice'), [['A1_2C1', { plate: '粤B50005', paidFen: 650, paidAt }]])
    assert.deepEqual(await bodies('match'), [['E1', { plate: '粤B50006', lane: 'B1', at: paidAt + 60_000 }]])
  })

  test('its log, classes of vehicles, what was paid for cards, and how long one was charged, in our words', async () => {
    const lot = await aLot()
    const [at, second] = [1_700_000_000_000, 1_700_000_000]
    const pay = {
      pay_time: second,
      amount_receivable: '300',
      amount_pay: '280.5',
      pay_type: '现金',
      collector: '张三',
    }
    const time = { buy_month: 1, start_time: second, limit_time: second + 60 }
    const says: readonly (readonly [service: string, said: Readonly<Record<string, string | number>>])[] = [
      ['park_log', { log_id: 'L1', content: '改了收费标准', operate_time: second, user_id: 'zhang', remark: '节日' }],
      ['upload_car_type', { car_type_id: 'T1', name: '小型车', sort: 2, operate_type: 1 }],
      ['month_pay_record', { trade_no: 'M1', card_id: 'C1', car_number: '粤B50021,粤B50022', ...pay, ...time }],
      ['upload_duration_info', { start_charge_seq: 'S1', car_number: '粤B50023', order_id: 'R1', out_time: second }],
    ]
    for (const [service, said] of says)
      for (const _ of [1, 2]) assert.equal((await lot.software.send(service, said)).state, 1, service)
    const kept = async (kind: string) => (await shown(lot, kind)).map(({ key, body }) => [key, body])
    assert.deepEqual(
      [await kept('log'), await kept('vehicle-class'), await kept('month-payment'), await kept('charging')],
      [
        [['L1', { at, person: 'zhang', text: '改了收费标准', remark: '节日' }]],
        [['T1', { name: '小型车', order: 2 }]],
        [
          [
            'M1',
            {
              ...{ card: 'C1', plates: ['粤B50021', '粤B50022'], paidAt: at, owedFen: 30_000, paidFen: 28_050 },
              ...{ how: '现金', by: '张三', periods: 1, from: at, until: at + 60_000 },
            },
          ],
        ],
        [['S1', { plate: '粤B50023', record: 'R1', until: at }]],
      ],
    )
    await lot.software.send('upload_car_type', { car_type_id: 'T1', name: '小型车', operate_type: 3 })
    assert.equal(
      (
        await road.rows("select 1 from bolink_kept where lot_id = $1 and kind = 'vehicle-class' and ended_at is null", [
          lot.number,
        ])
      ).length,
      0,
    )
  })

  test('a shift keeps its beginning when it ends', async () => {
    const lot = await aLot()
    await lot.software.send('upload_collector', { user_id: 'zhang', name: '张三', operate_type: 1 })
    await lot.software.send('work_record', { uuid: 'W1', user_id: 'zhang', state: 0, start_time: 1_700_000_000 })
    await lot.software.send('work_record', { uuid: 'W1', user_id: 'zhang', state: 1, end_time: 1_700_028_800 })
    const [shift] = await shown(lot, 'shift')
    assert.deepEqual([shift!.body.startedAt, shift!.body.endedAt], [1_700_000_000_000, 1_700_028_800_000])
  })

  test('what needs something that it has not said, or says anew what it may say once, is refused: 0', async () => {
    const lot = await aLot()
    const state = async (service: string, data: Readonly<Record<string, string | number>>) =>
      (await lot.software.send(service, data)).state
    const shift = { uuid: 'W2', user_id: 'nobody', state: 0, start_time: 1_700_000_000 }
    assert.equal(await state('work_record', shift), 0, 'of a person that it has not named')
    await lot.software.send('upload_collector', { user_id: 'nobody', name: '李四', operate_type: 1 })
    assert.equal(await state('work_record', shift), 1)
    await lot.software.send('upload_collector', { user_id: 'nobody', name: '李四', operate_type: 3 })
    const end = { ...shift, state: 1, end_time: 1_700_028_800 }
    assert.equal(await state('work_record', end), 1, 'who has gone has still ended a shift')
    const gate = { channel_id: 'C9', passname: '西门', passtype: 0, operate_type: 2 }
    assert.equal(await state('upload_gate', gate), 0, 'a lane that is not there is not changed')
    assert.equal(await state('upload_gate', { ...gate, operate_type: 1 }), 1)
    assert.equal(await state('upload_gate', { ...gate, operate_type: 1, passname: '西一门' }), 1, 'added again')
    assert.equal(await state('upload_gate', gate), 1)
    assert.equal(await state('upload_gate', { ...gate, channel_id: 'A1' }), 1, 'a lane of the plan is there')
    const match = { event_id: 'E9', car_number: '粤B50009', channel_id: 'B1', upload_time: 1_700_000_060 }
    assert.deepEqual([await state('upload_confirm_order', match), await state('upload_confirm_order', match)], [1, 0])
    assert.equal((await shown(lot, 'match')).length, 1)
  })

  test('a gate raised by hand is a movement of a person with a reason, once; without a reason nobody ordered it', async () => {
    const lot = await aLot()
    const raised = {
      operate: 0,
      channel_id: 'B1',
      user_id: 'zhang',
      create_time: Math.floor(road.clock.now() / 1000),
    }
    for (const _ of [1, 2]) await lot.software.send('upload_liftrod', { ...raised, liftrod_id: 'G1', resume: '消防车' })
    await lot.software.send('upload_liftrod', { ...raised, liftrod_id: 'G2' })
    await lot.software.send('upload_liftrod', { ...raised, liftrod_id: 'G3', operate: 1, reason: 2 })
    assert.deepEqual(
      await road.rows('select lane_id, cause_kind, cause_id from gate_opening where lot_id = $1', [lot.number]),
      [{ lane_id: 2, cause_kind: 'attendant', cause_id: 'zhang: 消防车' }],
    )
    const unordered = await road.rows("select 1 from lot_event where lot_id = $1 and kind = 'unordered-opening'", [
      lot.number,
    ])
    assert.equal(unordered.length, 1)
  })

  test('a picture is kept for the time that the plan says; what is none, or too large, is refused', async () => {
    const lot = await aLot({ bolink: { settings: { pictureDays: 1 } } })
    const send = (content: Buffer) =>
      lot.software.send('upload_carpic', {
        ...{ picture_source: 'order', order_id: 'P1', park_order_type: 'in', upload_type: 'http' },
        content: content.toString('base64'),
      })
    const picture = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])
    assert.equal((await send(picture)).state, 1)
    for (const none of [Buffer.from('no picture'), Buffer.from([0xff])]) assert.equal((await send(none)).state, 0)
    assert.equal((await send(Buffer.concat([picture, Buffer.alloc(150 * 1024)]))).state, 0)
    const kept = () =>
      road.rows<{ content: Buffer }>('select content from bolink_picture where lot_id = $1', [lot.number])
    assert.deepEqual(
      (await kept()).map(({ content }) => content.equals(picture)),
      [true],
    )
    road.pass(25 * hour)
    await until('its time is over', async () => (await kept()).length === 0)
  })
})
