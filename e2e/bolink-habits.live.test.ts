import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { keptOf } from '@lanepay/cloud/bolink/keeping.ts'
import type { OneLotView } from '@lanepay/cloud/lot/api.ts'
import { signedInAs } from '@lanepay/cloud/staff/staff.testing.ts'
import { fieldHabits, type Habits } from '@lanepay/simulator-charging-software/habits.ts'
import type { ChargingSoftware } from '@lanepay/simulator-charging-software/software.ts'
import { connectedLot } from './kit/connected-lot.ts'
import { houseKey, lotPlan, type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/* A whole visit by software that leaves out what the book lets it leave out, and by software whose clock is wrong. */
const minute = 60_000
const day = 1_440 * minute

describe('a whole visit, whatever the software is used to', () => {
  let road: Road
  const running: ChargingSoftware[] = []
  let lots = 890
  before(async () => {
    road = await startRoad()
  })
  after(async () => {
    await Promise.all(running.map((one) => one.close()))
    await road.close()
  })

  const manners: [manner: string, habits: Partial<Habits>][] = [
    ['its answers do not say which question they are to', { forgetsQueryOrderNo: true }],
    ['the same, as it comes in the field', { ...fieldHabits, forgetsQueryOrderNo: true }],
    ['its clock is ten minutes ahead', { clockAheadMs: 10 * minute }],
    ['the same, as it comes in the field', { ...fieldHabits, clockAheadMs: 10 * minute }],
    ['its clock is ten minutes behind, as it comes in the field', { ...fieldHabits, clockAheadMs: -10 * minute }],
    ['its clock is a day ahead, as it comes in the field', { ...fieldHabits, clockAheadMs: day }],
    [
      'its clock is ahead and its answers do not say which question they are to',
      { ...fieldHabits, forgetsQueryOrderNo: true, clockAheadMs: 10 * minute },
    ],
  ]
  for (const [index, [manner, habits]] of manners.entries())
    test(`in, prepaid, out, and the same again: ${manner} (${index + 1})`, async () => {
      const number = ++lots
      const { software, code } = await connectedLot(road, number, { habits })
      running.push(software)
      assert.equal((await software.login()).state, 1)
      const plate = `粤B9${number}0`
      const sessions = () =>
        road.rows<{ state: string; paid: number; entered: number; left: number | null }>(
          `select state::text, paid_fen as paid, extract(epoch from entered_at)::int8::text::float8 as entered,
                  extract(epoch from left_at)::int8::text::float8 as left
             from session where lot_id = $1 order by id`,
          [number],
        )
      const phone = road.phone(`visitor ${number}`)
      const asks = async () => {
        await phone.scan(`${road.publicUrl}/p/${code('prepay')}`)
        const quote = await phone.quote(code('prepay'), plate)
        assert.equal(quote.status, 200, JSON.stringify(quote.body))
        return quote.body
      }
      for (const visit of [1, 2]) {
        await software.enter(plate, 'A1')
        const [record] = [...software.records.values()]
        road.pass(20 * minute)
        const quote = await asks()
        assert.deepEqual([quote.owedFen, quote.paidFen], [500, 0])
        const sheet = await phone.pay(code('prepay'), quote.quote!)
        assert.equal(sheet.status, 200, JSON.stringify(sheet.body))
        await phone.payInWallet(sheet.body.sheet)
        await road.paymentIs(phone, sheet.body.payment, 'paid')
        await road.settled()
        const told = software.heard.filter(({ service }) => service === 'prepay_order').map(({ fields }) => fields)
        assert.equal(told.length, visit)
        assert.deepEqual([told.at(-1)!.trade_no, told.at(-1)!.prepay], [sheet.body.payment, 5])
        assert.equal(record!.paid.get(sheet.body.payment), 500)
        assert.equal((await asks()).owedFen, 0)
        road.pass(5 * minute)
        software.toExit(plate, 'B1')
        assert.equal(software.standsAt('B1')!.owedFen, 0)
        await software.leave('B1')
        const left = Math.floor((road.clock.now() + (habits.clockAheadMs ?? 0)) / 1000)
        const stays = await until('both ends of it are here', async () => {
          const all = await sessions()
          return all.at(-1)?.state === 'left' ? all : null
        })
        assert.deepEqual(
          stays.map(({ state, paid }) => [state, paid]),
          Array.from({ length: visit }, () => ['left', 500]),
        )
        // What the lot says of its own times stands as it says it.
        assert.equal(stays.at(-1)!.entered, Math.floor(record!.enteredAt / 1000))
        assert.ok(Math.abs(stays.at(-1)!.left! - left) <= 2, 'by the clock of the lot')
      }
      assert.deepEqual(
        software.uploads.filter(({ reply }) => reply.state !== 1),
        [],
      )
      assert.deepEqual(await road.rows('select from alarm where lot_id = $1', [number]), [])
    })

  test('what the book leaves open is said as the plan has it', async () => {
    const number = ++lots
    const settings = {
      ...{ holdSeconds: 1, pollNothing: { status: 200, body: '500' }, pollWrongToken: { status: 401, body: '' } },
      alsoKept: [{ service: 'upload_booth_shift', key: 'uuid' }],
      ...{ answerReply: 'empty' as const, amountMember: 'money', payTimeMember: 'paytime' },
    }
    const { software, code } = await connectedLot(road, number, { bolink: { settings } })
    running.push(software)
    const { token } = await software.login()
    await software.enter('粤B99990', 'A1')
    const [record] = [...software.records.values()]
    const phone = road.phone('as the plan has it')
    await phone.scan(`${road.publicUrl}/p/${code('prepay')}`)
    const quote = await phone.quote(code('prepay'), '粤B99990')
    const sheet = await phone.pay(code('prepay'), quote.body.quote!)
    await phone.payInWallet(sheet.body.sheet)
    await road.paymentIs(phone, sheet.body.payment, 'paid')
    await road.settled()
    const told = software.uploads.filter(({ service }) => service === 'prepay_order')
    assert.deepEqual(
      told.map(({ reply }) => reply),
      [{ state: 1 }],
      'nothing but an empty body',
    )
    const { data } = await software.send('query_order', { order_id: record!.orderId, time_temp: 1 })
    const [paid] = data as Record<string, unknown>[]
    assert.deepEqual(
      [paid!.money, typeof paid!.paytime, paid!.total, paid!.pay_time],
      ['5.00', 'number', undefined, undefined],
    )
    const shift = { uuid: 's1', collector: '王小明' }
    assert.equal((await software.send('upload_booth_shift', shift)).uuid, 's1')
    assert.equal((await software.send('upload_booth_shift', { collector: '王小明' })).errmsg, 'data error: uuid')
    assert.equal((await software.send('upload_booth_log', shift)).errmsg, 'error:暂不支持')
    const lot = { bucket: lotPlan.bucket, lotId: number }
    const [kept, ...more] = await keptOf(road.database, Buffer.from(houseKey), lot, 'other')
    assert.deepEqual(
      [kept!.key, kept!.body, more],
      ['upload_booth_shift s1', { service: 'upload_booth_shift', said: shift }, []],
    )
    await software.close()
    const poll = async (token: unknown) => {
      const body = JSON.stringify({ token })
      const response = await fetch(`${road.publicUrl}/bpd/download.do`, { method: 'POST', body })
      return [response.status, await response.text()]
    }
    assert.deepEqual(await poll(token), [200, '500'])
    const others = String(token).slice(0, 8) + '0'.repeat(24)
    assert.deepEqual(await poll(others), [401, ''])
    assert.deepEqual(await poll('none'), [200, '{"state":0,"errmsg":"error:token无效"}'])
  })

  test('the office sees how many spaces are free, as the newest entry or exit says', async () => {
    const number = ++lots
    const { software } = await connectedLot(road, number)
    running.push(software)
    await software.login()
    const by = await signedInAs(road.database, road.clock.now(), { role: 'manager', operatorId: '1', houseKey })
    const free = async () => {
      const response = await fetch(`${road.publicUrl}/api/operator/lots/${number}`, { headers: by })
      return ((await response.json()) as OneLotView).free
    }
    assert.equal(await free(), null)
    const began = Math.floor(road.clock.now() / 1000) - 600
    const stay = (order: number) => ({
      car_number: `粤B9999${order}`,
      order_id: `free-${order}`,
      in_time: began + order,
    })
    const enters = async (order: number, empty_plot: string | number) =>
      assert.equal((await software.send('inpark', { ...stay(order), empty_plot, uid: '' })).state, 1)
    await enters(5, 17)
    assert.deepEqual(await free(), { spaces: 17, at: (began + 5) * 1000 })
    await enters(4, 3) // told late
    await enters(6, '满')
    assert.deepEqual(await free(), { spaces: 17, at: (began + 5) * 1000 })
    const exit = { out_time: began + 7_200, empty_plot: '18', pay_type: 'free', total: '0.00', uid: '', out_uid: '' }
    assert.equal((await software.send('outpark', { ...stay(5), ...exit })).state, 1)
    const now = await free()
    assert.equal(now!.spaces, 18)
    assert.ok(now!.at <= road.clock.now(), 'by a clock that is ahead')
    road.pass(1_000)
    assert.equal((await software.send('upload_order', { ...stay(6), ...exit, empty_plot: 19 })).state, 1)
    assert.equal((await free())!.spaces, 19, 'a whole record says it too')
  })

  test('every payment has its transfer and its clearance', async () => {
    await road.settled()
    await road.audit()
  })
})
