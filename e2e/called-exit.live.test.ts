import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { insertOpenGate } from '@lanepay/cloud/command/store.ts'
import { nameOf } from '@lanepay/cloud/coupon/give.ts'
import { orderLot } from '@lanepay/cloud/lot-order/order.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Command, CouponWorth } from '@lanepay/lot-link/messages.ts'
import { startWalletSimulator, type WalletSimulator } from '@lanepay/simulator-wallet/wallet.ts'
import { calledLot, carInside, type Played } from './kit/called-lot.ts'
import { lotPlan, type Road, startRoad } from './kit/road.ts'
import { onRoad } from './kit/suite.ts'
import { until } from './kit/until.ts'

/*
 * A vehicle that stands at the exit of a lot of Daoer's cloud and pays there without a phone of its driver (third-party-wallets.md B.2, B.3): by
 * the code that he shows to an attendant, or out of a partner's wallet that has named its plate.
 */
describe('paying at an exit of Daoer’s cloud without a page', () => {
  let road: Road
  let wallet: WalletSimulator
  const stop: (() => Promise<void>)[] = []
  let lots = 1550
  let plates = 80_000
  const partner = { unionId: '200279', key: 'A1B2C3D4E5F60718' }
  before(async () => {
    road = await startRoad()
    wallet = await startWalletSimulator({ platform: () => road.publicUrl, ...partner, clock: road.clock })
  })
  after(async () => {
    for (const end of stop) await end()
    await road.close()
    await wallet.close()
  })

  /** A lot with one car inside, which owes 500 fen. */
  async function aLot() {
    const number = ++lots
    const plate = `粤B${++plates}`
    const { lot, calls, told, close, scan } = await calledLot(road, number, 'daoer', {
      plan: {
        accounts: [
          ...lotPlan.accounts,
          { id: 3, channel: 'zldpay', channelFeeBasisPoints: 60, merchant: { walletUnionId: partner.unionId } },
        ],
        wallet: { ...partner, name: '车载钱包', payUrl: `${wallet.url}/thirdpay.do`, noticeUrl: wallet.url },
      },
    })
    stop.push(close)
    await lot.enter(plate, 'A1')
    /** How it was told of payments: what kind, where, which bill, how much. */
    const tellings = () =>
      calls
        .map(({ body }) => JSON.parse(body))
        .filter(({ serviceName }) => serviceName === 'payNotify')
        .map(({ bizContent: { type, outChannelid, orderNo, paidFee } }) => [type, outChannelid, orderNo, paidFee])
    const payments = () =>
      road.rows<{ state: string; channel: string; amount_fen: number }>(
        'select state::text, channel, amount_fen from payment where lot_id = $1 order by id',
        [number],
      )
    const bill = () => `TC${[...lot.records.values()][0]!.orderId}`
    const paidInLane = () => lot.opened.filter(({ because }) => because.startsWith('paid')).length
    return { number, plate, lot, told, scan: scan!, tellings, payments, bill, paidInLane }
  }

  describe('by the code that the driver shows', () => {
    test('it is charged once, however often it is told; the lot is told of it at its exit, and opens', async () => {
      const { lot, plate, scan, told, tellings, payments, bill, paidInLane } = await aLot()
      await lot.toExit(plate, 'B1')
      const code = road.wechatpay.control.payCodeOf(plate)
      for (const _ of [1, 2]) await scan(plate, 'B1', code)
      assert.deepEqual(await payments(), [{ state: 'paid', channel: 'wechatpay', amount_fen: 500 }])
      assert.match(told.at(-1)!.text, /"code":200/)
      await road.settled()
      assert.deepEqual([tellings(), paidInLane()], [[[1, 'B1', bill(), 500]], 1])
      await lot.leave('B1')
    })

    test('one that no channel knows charges nobody, and the next one counts', async () => {
      const { lot, plate, scan, tellings, payments, paidInLane } = await aLot()
      await lot.toExit(plate, 'B1')
      await scan(plate, 'B1', '999999999999999999')
      assert.deepEqual([await payments(), tellings(), paidInLane()], [[], [], 0])
      await scan(plate, 'B1', road.wechatpay.control.payCodeOf(plate))
      await road.settled()
      assert.deepEqual([(await payments()).map(({ state }) => state), paidInLane()], [['paid'], 1])
    })

    test('of another vehicle than the one that stands there by now it charges nobody', async () => {
      const { lot, plate, scan, payments } = await aLot()
      await lot.enter('粤B79999', 'A1')
      await lot.toExit(plate, 'B1')
      await lot.toExit('粤B79999', 'B1')
      await scan(plate, 'B1', road.wechatpay.control.payCodeOf(plate))
      assert.deepEqual(await payments(), [])
    })

    test('it is kept nowhere', async () => {
      const { lot, plate, scan } = await aLot()
      await lot.toExit(plate, 'B1')
      const code = road.wechatpay.control.payCodeOf(plate)
      await scan(plate, 'B1', code)
      await road.settled()
      for (const table of ['bolink_message', 'code_scan', 'payment', 'called_bill']) {
        const rows = await road.rows<{ text: string }>(`select t::text as text from ${table} t`)
        assert.ok(
          rows.every(({ text }) => !text.includes(code)),
          table,
        )
      }
    })

    test('a notice that says a code was scanned and has none is answered with what is missing', async () => {
      const { lot, plate, scan, told, payments } = await aLot()
      await lot.toExit(plate, 'B1')
      await scan(plate, 'B1', '')
      assert.match(told.at(-1)!.text, /"code":400,"msg":"sweepAuthCode"/)
      assert.deepEqual(await payments(), [])
    })
  })

  describe('out of the wallet of whose vehicle it is', () => {
    const named = (plate: string) =>
      wallet.call('newuser/adduser', { user_id: 'u1', plate_number: plate, nosence_pay: 1 })

    test('it is charged once as it comes to stand there, and the lot is told so, and opens', async () => {
      const { lot, plate, tellings, payments, bill, paidInLane } = await aLot()
      await named(plate)
      lot.behave({ tellsTwice: true })
      await lot.toExit(plate, 'B1')
      assert.deepEqual(await payments(), [{ state: 'paid', channel: 'zldpay', amount_fen: 500 }])
      await road.settled()
      assert.deepEqual([tellings(), paidInLane()], [[[2, 'B1', bill(), 500]], 1])
      lot.behave({ tellsTwice: false })
      await lot.leave('B1')
    })

    test('a wallet that says no: nobody is charged, and the driver pays with his phone', async () => {
      const { lot, plate, scan, tellings, payments, paidInLane } = await aLot()
      await named(plate)
      wallet.fault('declines-charges')
      await lot.toExit(plate, 'B1')
      assert.deepEqual(
        (await payments()).map(({ state }) => state),
        ['closed'],
      )
      assert.equal(tellings().length, 0)
      await scan(plate, 'B1', road.wechatpay.control.payCodeOf(plate))
      await road.settled()
      await until('the exit is open', () => paidInLane() === 1)
      assert.deepEqual(
        tellings().map(([type]) => type),
        [1],
      )
    })

    test('who has not agreed is asked for nothing', async () => {
      const { lot, plate, payments } = await aLot()
      await lot.toExit(plate, 'B1')
      assert.deepEqual(await payments(), [])
    })
  })

  test('every payment has its transfer and its clearance', () => road.audit())
})

/* An exit that lets out who paid with his phone, or by a shop's coupon alone; its gate is ordered by us where the software has no word for it. */
describe('whom the exit of a lot whose software is called is opened for', () => {
  let road: Road
  const stop = onRoad((one) => {
    road = one
  })
  let lots = 1650
  const aCar = async (system: Played) => {
    const one = await carInside(road, { number: ++lots, plate: `粤B8${lots}`, system })
    stop.push(one.close)
    return one
  }

  for (const [stands, gate, raised] of [
    ['another', 'vehicle-changed', []],
    ['nobody', 'vehicle-changed', []],
    ['who knows', 'silent', [{ kind: 'paid-but-shut' }]],
  ] as const)
    test(`a gate that has to be ordered is not, when the one who paid backed off; in the lane stands: ${stands}`, async () => {
      const { lot, plate, code, asks, alarms, paidFen } = await aCar('hikvision')
      await lot.enter('粤B79001', 'A1')
      await lot.toExit(plate, 'B1')
      const { phone, quote } = await asks('exit')
      const sheet = await phone.pay(code('exit'), quote.body.quote!)
      lot.backOff('B1')
      if (stands === 'another') await lot.toExit('粤B79001', 'B1')
      if (stands === 'who knows') lot.behave({ silentAbout: ['v1/pay/preBill'] })
      await phone.payInWallet(sheet.body.sheet)
      await road.settled()
      assert.equal((await phone.payment(sheet.body.payment)).body.gate, gate)
      assert.deepEqual([lot.opened, paidFen(), await alarms()], [[], 500, raised])
    })

  for (const stands of ['he', 'another'] as const)
    test(`an order that had to wait opens for whom it is, and who has come to stand there is not let out by it: ${stands}`, async () => {
      const { number, lot, plate, asks } = await aCar('daoer')
      await asks()
      await lot.enter('粤B79002', 'A1')
      await lot.toExit(stands === 'he' ? plate : '粤B79002', 'B1')
      const newId = idMaker(() => road.clock.now(), 904)
      const [id, now, own] = [newId(), road.clock.now(), { bucket: lotPlan.bucket, lotId: number }]
      const [session] = await road.rows<{ id: string }>('select id from session where lot_id = $1 and plate = $2', [
        ...[number, plate],
      ])
      const occupancy = session!.id
      const expiresAt = now + 600_000
      const command: Command = {
        ...{ id: numberOf('command', own, id), kind: 'open-gate', issuedAt: now, expiresAt, lane: 2, occupancy },
        reason: 'nothing owed',
      }
      await road.database
        .of(own.bucket)
        .query(insertOpenGate, [
          ...[own.bucket, number, id, null, 2, occupancy, occupancy, command],
          ...[new Date(now), new Date(expiresAt), new Date(now)],
        ])
      const because = await until('it is answered', async () => {
        const [row] = await road.rows<{ because: string | null }>(
          'select because from lot_command where id = $1 and answered_at is not null',
          [id],
        )
        return row && { because: row.because }
      })
      assert.deepEqual(because, { because: stands === 'he' ? null : 'vehicle-changed' })
      assert.deepEqual(
        lot.opened.map(({ plate: who }) => who),
        stands === 'he' ? [plate] : [],
      )
    })

  /** A coupon that a shop has given; answers its key. */
  const aCoupon = async (number: number, plate: string, worth: CouponWorth) => {
    const newId = idMaker(() => road.clock.now(), 902)
    const coupon = newId()
    const key = [lotPlan.bucket, number, coupon]
    await road.rows(
      `insert into coupon (bucket, lot_id, id, shop_id, plate, kind, worth, given_at, valid_until, taken_by, command_id)
       values ($1, $2, $3, 1, $4, '免费', $5, $6, $7, 'shop', 1)`,
      [...key, plate, worth, new Date(road.clock.now()), new Date(road.clock.now() + 86_400_000)],
    )
    await orderLot(
      { database: road.database, clock: road.clock, newId },
      { bucket: lotPlan.bucket, lotId: number },
      { kind: 'coupon', coupon: nameOf(coupon), for: { plate }, worth, validUntil: road.clock.now() + 86_400_000 },
    )
    return key
  }
  const whole = { kind: 'whole' } as const
  const hour = { kind: 'minutes', minutes: 60 } as const
  for (const [system, worth, silent] of [
    ['hikvision', whole, null],
    ['keytop', hour, null],
    ['hikvision', whole, 'v2/pay/receipt'],
    ['keytop', hour, 'api/wec/PayParkingFee'],
    ['hikvision', whole, 'v1/deviceControl'],
  ] as const)
    test(`a shop's coupon that leaves nothing to be paid opens the exit once, and is settled with the shop: ${system}, ${silent === null ? 'which answers' : `which never answers ${silent}`}`, async () => {
      const { number, lot, calls, plate, asks, paidFen, alarms } = await aCar(system)
      const key = await aCoupon(number, plate, worth)
      await road.settled()
      const looked = await asks()
      assert.deepEqual([looked.quote.body.owedFen, lot.opened.length], [0, 0], 'who only looks uses nothing')
      await lot.toExit(plate, 'B1')
      lot.behave({ silentAbout: silent === null ? [] : [silent] })
      const { quote } = await asks('exit')
      if (silent === null || silent === 'v1/deviceControl')
        assert.deepEqual([quote.body.plate, quote.body.owedFen, paidFen()], [plate, 0, 0])
      else {
        assert.equal(quote.body.error.code, 'lot-offline')
        const settlings = () => calls.filter(({ path }) => path.endsWith(silent))
        await until('it is asked again', () => settlings().length > 1)
        lot.behave({ silentAbout: [] })
        road.pass(5_001)
        await until('it has answered', async () => {
          return (await road.rows('select from bolink_message where lot_id = $1', [number])).length === 0
        })
        await until('the exit is open', () => lot.opened.length > 0)
        const named = settlings().map(({ body }) => JSON.parse(body))
        assert.equal(new Set(named.map(({ outOrderNo, billSyscode }) => outOrderNo ?? billSyscode)).size, 1)
      }
      assert.deepEqual(
        lot.opened.map(({ lane, plate: who }) => [lane, who]),
        [['B1', plate]],
      )
      await asks('exit')
      assert.equal(lot.opened.length, 1)
      const [used] = await road.rows<{ lowered_fen: number; used: boolean }>(
        'select lowered_fen, used_at is not null as used from coupon where bucket = $1 and lot_id = $2 and id = $3',
        key,
      )
      assert.deepEqual(used, { lowered_fen: 500, used: true })
      assert.deepEqual(await alarms(), silent === 'v1/deviceControl' ? [{ kind: 'paid-but-shut' }] : [])
      lot.behave({ silentAbout: [] })
      await lot.leave('B1')
      await lot.enter(plate, 'A1')
      await lot.toExit(plate, 'B1')
      assert.equal((await asks('exit')).quote.body.owedFen, 500, 'the next stay is another')
    })

  // Whether the software used it up when it was told first nobody knows.
  for (const [what, then] of [
    [
      'is never answered',
      async (number: number) => {
        await road.rows(`update bolink_message set steps = '{5}' where lot_id = $1`, [number])
      },
    ],
    [
      'is refused when it is told again',
      async (_: number, lot: Awaited<ReturnType<typeof aCar>>['lot']) => {
        lot.behave({ silentAbout: [] })
      },
    ],
  ] as const)
    test(`a coupon that leaves nothing to be paid, of which the telling ${what}: a person is called, the stay has a price again, and no other is lowered by it`, async () => {
      const { number, lot, calls, plate, asks, alarms } = await aCar('hikvision')
      const key = await aCoupon(number, plate, whole)
      await road.settled()
      await lot.toExit(plate, 'B1')
      lot.behave({ silentAbout: ['v2/pay/receipt'], refusesPayments: true })
      const first = await asks('exit')
      assert.equal(first.quote.body.error?.code, 'lot-offline', JSON.stringify(first.quote.body))
      await until('it is asked again', () => calls.filter(({ path }) => path.endsWith('v2/pay/receipt')).length > 1)
      assert.equal((await asks('exit')).quote.body.error.code, 'lot-offline', 'until it is known')
      await then(number, lot)
      road.pass(5_001)
      await until('a person is called', async () => (await alarms()).length > 0)
      assert.deepEqual(await alarms(), [{ kind: 'coupon-not-told' }])
      await until('nothing is asked any more', async () => {
        return (await road.rows('select from bolink_message where lot_id = $1', [number])).length === 0
      })
      lot.behave({ silentAbout: [], refusesPayments: false })
      assert.equal((await asks('exit')).quote.body.owedFen, 500)
      await lot.leave('B1')
      await lot.enter(plate, 'A1')
      await lot.toExit(plate, 'B1')
      assert.equal((await asks('exit')).quote.body.owedFen, 500, 'of the next stay')
      const used = 'select from coupon where bucket = $1 and lot_id = $2 and id = $3 and used_at is not null'
      assert.deepEqual([await road.rows(used, key), lot.opened.length], [[], 0])
    })

  test('every payment has its transfer and its clearance', () => road.audit())
})
