import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { orderLot } from '@lanepay/cloud/lot-order/order.ts'
import { signedInAs } from '@lanepay/cloud/staff/staff.testing.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import type { Faults } from '@lanepay/simulator-charging-software/called/lot.ts'
import { carInside, type Played } from './kit/called-lot.ts'
import { houseKey, lotPlan, type Road } from './kit/road.ts'
import { onRoad } from './kit/suite.ts'
import { until } from './kit/until.ts'

const hour = 3_600_000

/* What goes wrong between us and charging software that we call, each against the running parts, and what must happen. */

describe('what goes wrong with a lot whose software is called', () => {
  let road: Road
  const stop = onRoad((one) => {
    road = one
  })
  const newId = idMaker(() => road.clock.now(), 901)
  let lots = 650
  let plates = 70_000

  const aLot = async (system: Played = 'daoer', behaves: Partial<Faults> = {}) => {
    const one = await carInside(road, { number: ++lots, plate: `粤B${++plates}`, system, behaves })
    stop.push(one.close)
    return one
  }

  test('a payment that it took and never answered is told again under the same number, and is one', async () => {
    const { lot, calls, pays, paidFen, asks, alarms } = await aLot()
    lot.behave({ silentAbout: ['payNotify'] })
    await pays()
    const tellings = () => calls.map(({ body }) => JSON.parse(body)).filter((said) => said.serviceName === 'payNotify')
    await until('it is told', () => tellings().length > 0)
    lot.behave({ silentAbout: [] })
    await road.settled()
    assert.ok(tellings().length > 1)
    assert.equal(new Set(tellings().map(({ bizContent }) => bizContent.payPath)).size, 1)
    assert.equal(paidFen(), 500)
    assert.equal((await asks()).quote.body.owedFen, 0)
    assert.deepEqual(await alarms(), [])
  })

  test('a receipt that does not say what became of it is told again for a day under its number, and is then a person’s', async () => {
    const { number, lot, calls, pays, paidFen, alarms } = await aLot('jieshun')
    lot.behave({ wordlessAbout: ['3c.pay.notifyorderresult'] })
    await pays()
    const receipts = () =>
      calls
        .map(({ path }) => JSON.parse(new URL(path, 'http://cloud').searchParams.get('p') ?? '{}'))
        .filter(({ serviceId }) => serviceId === '3c.pay.notifyorderresult')
    for (const [index, seconds] of [5, 10, 45].entries()) {
      await until(`it is told ${index + 1} times`, () => receipts().length === index + 1)
      road.pass(seconds * 1000 + 1)
    }
    await until('it is told four times', () => receipts().length === 4)
    const [message] = await road.rows<{ seconds: number; times: number }>(
      `select (select sum(step)::int from unnest(steps) as step) as seconds, cardinality(steps) as times
         from bolink_message where lot_id = $1`,
      [number],
    )
    assert.deepEqual([message!.times, Math.round(message!.seconds / 3_600)], [100, 24])
    // The hours between, one like the other, are left out.
    await road.rows('update bolink_message set sends = 99 where lot_id = $1', [number])
    road.pass(240_001)
    await until('it is told for the last time', () => receipts().length === 5)
    assert.deepEqual(await alarms(), [])
    road.pass(10_001)
    await until('a person is called', async () => (await alarms()).length > 0)
    assert.deepEqual(await alarms(), [{ kind: 'lot-not-told' }])
    assert.equal(new Set(receipts().map(({ attributes }) => attributes.transactionId)).size, 1)
    assert.deepEqual([receipts().length, paidFen()], [5, 500])
    // It stays open for that person; of the tests that follow none waits for him.
    await road.rows(`update clearance set state = 'refused', answered_at = $2, send_at = null where lot_id = $1`, [
      number,
      new Date(road.clock.now()),
    ])
  })

  test('a payment whose answer we did not come to note is told again, and counted once', async () => {
    const { lot, number, calls, pays, asks, paidFen } = await aLot()
    await pays()
    await road.settled()
    const tellings = () => calls.filter(({ body }) => body.includes('payNotify')).length
    const before = tellings()
    // As it is when the cloud dies between the answer and the note.
    await road.rows(`update clearance set state = 'sent', answered_at = null, send_at = $2 where lot_id = $1`, [
      number,
      new Date(road.clock.now()),
    ])
    await road.settled()
    assert.ok(tellings() > before)
    lot.behave({ feeGrowsFen: 300 })
    road.pass(1_000_000)
    const { quote } = await asks()
    assert.deepEqual([quote.body.owedFen, quote.body.paidFen, paidFen()], [300, 500, 500])
  })

  test('a payment that it heard a moment ago, whose gate is still being ordered, is not told again meanwhile', async () => {
    const { number, calls, pays, alarms } = await aLot()
    await pays()
    await road.settled()
    const before = calls.length
    const clearance = (set: string) =>
      road.rows(`update clearance set ${set} where lot_id = $1`, [number, new Date(road.clock.now())])
    const messages = (where: string) => road.rows(`select from bolink_message where lot_id = $1 and ${where}`, [number])
    await clearance(`state = 'sent', answered_at = null, send_at = $2, told_at = $2`)
    await until('it lies there again, and was looked at', async () => (await messages('sends > 0')).length === 1)
    await clearance(`state = 'done', answered_at = $2, send_at = null`)
    road.pass(10_000)
    await until('it is taken away', async () => (await messages('true')).length === 0)
    assert.deepEqual([calls.length, await alarms()], [before, []])
  })

  test('a payment that it will not have is booked, and shown to a person', async () => {
    const { lot, pays, sessions, alarms, plate } = await aLot()
    lot.behave({ refusesPayments: true })
    await pays()
    await until('a person sees it', async () => (await alarms()).length === 1)
    assert.deepEqual(await alarms(), [{ kind: 'lot-not-told' }])
    assert.deepEqual(await sessions(), [{ state: 'inside', plate, paid_fen: 500 }])
  })

  test('a server that fails has no price, and nothing is guessed; the next asking has one', async () => {
    const { lot, asks } = await aLot()
    lot.behave({ failures: 1 })
    assert.equal((await asks()).quote.body.error.code, 'lot-offline')
    assert.equal((await asks()).quote.body.owedFen, 500)
  })

  test('who asks again within ten seconds, or at once with others, asks its software once; a payment told, or an exit, is asked about anew', async () => {
    const { lot, plate, calls, asks, pays } = await aLot('keytop')
    const asked = (by: string) =>
      calls.filter(({ path, body }) => path.endsWith('GetParkingPaymentInfo') && body.includes(by)).length
    const since = road.clock.now()
    const all = await Promise.all([asks(), asks(), asks()])
    all.push(await asks())
    const instants = new Set(all.map(({ quote }) => quote.body.quotedAt))
    // The clock runs, and a machine may need longer than that.
    if (road.clock.now() - since < 10_000) assert.deepEqual([asked(plate), instants.size], [1, 1])
    const first = asked(plate)
    road.pass(10_000)
    await asks()
    assert.equal(asked(plate), first + 1)
    await pays()
    await road.settled()
    const told = asked(plate)
    assert.equal((await asks()).quote.body.owedFen, 0)
    assert.equal(asked(plate), told + 1)
    // Who stands in a lane may be another the next moment.
    await lot.toExit(plate, 'B1')
    const before = asked('deviceCode')
    await asks('exit')
    await asks('exit')
    assert.equal(asked('deviceCode'), before + 2)
  })

  for (const system of ['daoer', 'hikvision', 'yunmeng', 'pyun', 'keytop', 'jieshun'] as const)
    test(`a price of another stay than was asked for is nobody's: ${system}`, async () => {
      const { lot, asks } = await aLot(system)
      lot.behave({ otherStay: true })
      assert.equal((await asks()).quote.body.error.code, 'no-session')
    })

  test('a fee that grew after it was paid leaves the rest to be owed, when the time to leave is over', async () => {
    const { lot, pays, asks, paidFen } = await aLot('hikvision')
    await pays()
    await road.settled()
    lot.behave({ feeGrowsFen: 300 })
    road.pass(1_000_000)
    const { quote } = await asks()
    assert.deepEqual([quote.body.owedFen, quote.body.paidFen, paidFen()], [300, 500, 500])
  })

  test('an exit that has to be ordered is ordered once, for whoever paid in it', async () => {
    const { lot, pays, plate } = await aLot('hikvision')
    await lot.toExit(plate, 'B1')
    const { phone, payment } = await pays('exit')
    await until('the driver hears of it', async () => (await phone.payment(payment)).body.gate === 'opened')
    await road.settled()
    assert.deepEqual(
      lot.opened.map(({ lane, plate: who }) => [lane, who]),
      [['B1', plate]],
    )
  })

  test('a gate whose order was never answered opened for nobody, as far as anybody knows: it is not ordered again', async () => {
    const { lot, calls, pays, plate, alarms } = await aLot('hikvision')
    await lot.toExit(plate, 'B1')
    lot.behave({ silentAbout: ['v1/deviceControl'] })
    const { phone, payment } = await pays('exit')
    await road.settled()
    assert.equal((await phone.payment(payment)).body.gate, 'silent', 'and not that another vehicle stands there')
    assert.equal(calls.filter(({ path }) => path.endsWith('v1/deviceControl')).length, 1)
    assert.deepEqual(await alarms(), [{ kind: 'paid-but-shut' }], 'a person looks')
  })

  test('a payment in a lane that it had before says nothing of the gate: none is ordered, and a person looks', async () => {
    const { lot, calls, pays, plate, alarms, paidFen } = await aLot('daoer')
    await lot.toExit(plate, 'B1')
    lot.behave({ silentAbout: ['payNotify'] })
    const { phone, payment } = await pays('exit')
    await until('it is told', () => calls.some(({ body }) => body.includes('payNotify')))
    lot.behave({ silentAbout: [] })
    await road.settled()
    assert.equal((await phone.payment(payment)).body.gate, 'silent', 'and not that another vehicle stands there')
    assert.equal(calls.filter(({ body }) => body.includes('remoteDev')).length, 0)
    assert.equal(paidFen(), 500)
    assert.deepEqual(await alarms(), [{ kind: 'paid-but-shut' }])
  })

  test('where nobody tells of exits, whoever paid in the lane has left, and whoever is inside anew had left before', async () => {
    const { lot, pays, asks, plate, sessions } = await aLot('keytop')
    await pays()
    await road.settled()
    await lot.toExit(plate, 'B1')
    await lot.leave('B1')
    assert.deepEqual(await sessions(), [{ state: 'inside', plate, paid_fen: 500 }])
    road.pass(3_600_000)
    await lot.enter(plate, 'A1')
    await asks()
    const [first, second] = [
      { state: 'left', plate, paid_fen: 500 },
      { state: 'inside', plate, paid_fen: 0 },
    ]
    assert.deepEqual(await sessions(), [first, second])
    await lot.toExit(plate, 'B1')
    await pays('exit')
    await road.settled()
    await until('the second has left as well', async () => (await sessions())[1]!.state === 'left')
    assert.deepEqual(await sessions(), [first, { ...first, paid_fen: 500 }])
  })

  for (const system of ['daoer', 'keytop'] as const)
    test(`whoever was let in without a plate pays at the exit for what stands there, by his pass or by its plate: ${system}`, async () => {
      const { number, lot, plate, code } = await aLot(system)
      const phone = road.phone(`without a plate in ${number}`)
      const scans = (kind: 'entry' | 'exit') => phone.scan(`${road.publicUrl}/p/${code(kind)}`)
      const pays = async () => {
        await scans('exit')
        const { body } = await phone.quote(code('exit'))
        const sheet = await phone.pay(code('exit'), body.quote!)
        await phone.payInWallet(sheet.body.sheet)
        await until('the driver hears of the gate', async () => {
          return (await phone.payment(sheet.body.payment)).body.gate === 'opened'
        })
        return body.plate
      }
      await scans('entry')
      const { pass } = (await phone.enter(code('entry'))).body
      const ofPass = [...lot.records.values()].at(-1)!
      road.pass(1_800_000)
      await lot.toExit(ofPass.plate, 'B1')
      const before = lot.opened.length
      assert.equal(await pays(), pass)
      await road.settled()
      assert.deepEqual(
        lot.opened.slice(before).map(({ lane, plate: who }) => [lane, who]),
        [['B1', ofPass.plate]],
      )
      await lot.leave('B1')
      if (system === 'keytop') {
        // He pays again and backs off: for a plate that stands there by then no gate is ordered.
        await scans('entry')
        await phone.enter(code('entry'))
        road.pass(1_800_000)
        await lot.toExit([...lot.records.values()].at(-1)!.plate, 'B1')
        await scans('exit')
        const { body } = await phone.quote(code('exit'))
        const sheet = await phone.pay(code('exit'), body.quote!)
        await lot.toExit(plate, 'B1')
        const shut = lot.opened.length
        await phone.payInWallet(sheet.body.sheet)
        await road.settled()
        assert.equal((await phone.payment(sheet.body.payment)).body.gate, 'vehicle-changed')
        assert.equal(lot.opened.length, shut)
        await lot.toExit([...lot.records.values()].at(-1)!.plate, 'B1')
        await lot.leave('B1')
      }
      // He comes again, his exit is told to nobody, and now he stands there with a plate.
      await scans('entry')
      await phone.enter(code('entry'))
      await lot.toExit(ofPass.plate, 'B1')
      lot.behave({ forges: true })
      await lot.leave('B1')
      lot.behave({ forges: false })
      road.pass(1_800_000)
      await lot.toExit(plate, 'B1')
      assert.equal(await pays(), plate)
    })

  test('who is blocked in our list does not come in where its software asks; nothing else of lists is kept for it', async () => {
    const { number, lot } = await aLot('pyun')
    const listed = async (list: string, plate: string, more: object = {}) => {
      const headers = await signedInAs(road.database, road.clock.now(), { role: 'manager', operatorId: '1', houseKey })
      const response = await fetch(`${road.publicUrl}/api/operator/lots/${number}/listed/${list}`, {
        ...{ method: 'POST', headers: { ...headers, 'content-type': 'application/json' } },
        body: JSON.stringify({ plate, note: '逃费', ...more }),
      })
      const said = (await response.json()) as { error?: { code: string } }
      return said.error?.code ?? response.status
    }
    assert.equal(await listed('blocked', '粤B77777'), 200)
    assert.equal(await listed('blocked', '粤B77778', { from: road.clock.now() + 3_600_000 }), 200)
    assert.equal(await listed('free', '粤B77779'), 'lot-has-no-word')
    for (const plate of ['粤B77777', '粤B77778']) await lot.enter(plate, 'A1')
    assert.deepEqual(lot.turnedAway, ['粤B77777'])
    road.pass(3_600_000)
    await lot.enter('粤B77778', 'A1')
    assert.deepEqual(lot.turnedAway, ['粤B77777', '粤B77778'])
  })

  test('a coupon that was never answered is told again under the same name, and is one', async () => {
    const { number, lot, plate, calls, asks } = await aLot('pyun')
    lot.behave({ silentAbout: ['discount.create'] })
    await orderLot(
      { database: road.database, clock: road.clock, newId },
      { bucket: lotPlan.bucket, lotId: number },
      {
        ...{ kind: 'coupon', coupon: 'by-hand-1', for: { plate }, worth: { kind: 'amount', fen: 200 } },
        validUntil: road.clock.now() + 86_400_000,
      },
    )
    const tellings = () => calls.filter(({ body }) => body.includes('discount.create')).length
    await until('it is told', () => tellings() > 0)
    lot.behave({ silentAbout: [] })
    await road.settled()
    assert.ok(tellings() > 1)
    assert.equal((await asks()).quote.body.owedFen, 300)
  })

  describe('an answer that comes after our time-out, of what was done all the same', () => {
    const payments = {
      ...{ daoer: 'payNotify', hikvision: 'v2/pay/receipt', yunmeng: 'PaySuccess', ymiot: 'Inform/PayNotify' },
      ...{ pyun: 'payment.result', keytop: 'api/wec/PayParkingFee', jieshun: '3c.pay.notifyorderresult' },
    }

    test('a payment is told again under its number and booked once, and no gate opens twice', async () => {
      // All at once, so that our time-out is waited for once; nobody moves the clock meanwhile.
      const lots = await Promise.all(
        Object.entries({ ...payments, gate: 'v1/deviceControl' }).map(async ([name, service]) => {
          const one = await aLot(name === 'gate' ? 'hikvision' : (name as Played))
          await one.lot.toExit(one.plate, 'B1')
          one.lot.behave({ slowAbout: [service] })
          await one.pays('exit')
          const calls = () => one.calls.filter(({ path, body }) => decodeURIComponent(path + body).includes(service))
          const numbers = () => [...one.lot.records.values()].flatMap(({ paid }) => [...paid.keys()])
          return { name, ...one, times: () => calls().length, numbers }
        }),
      )
      const acted = ({ name, lot, paidFen }: (typeof lots)[number]) =>
        name === 'gate' ? lot.opened.length === 1 : paidFen() === 500
      await until('all of them did it after all', () => lots.every(acted))
      const before = lots.map(({ numbers }) => numbers())
      await road.settled()
      for (const [index, { name, times, lot, plate, paidFen, numbers }] of lots.entries()) {
        assert.ok(name === 'gate' ? times() === 1 : times() > 1, `${name}: an order to a gate alone is given once`)
        assert.deepEqual([numbers(), paidFen()], [before[index], 500], name)
        // One that is opened by an order is not opened any more when the payment is heard too late for it.
        const opened = lot.opened.map((opening) => [opening.lane, opening.plate])
        if (name !== 'hikvision' || opened.length > 0) assert.deepEqual(opened, [['B1', plate]], name)
      }
      const gate = lots.find(({ name }) => name === 'gate')!
      assert.deepEqual(await gate.alarms(), [{ kind: 'paid-but-shut' }], 'nobody knows that it opened: a person looks')
    })
  })

  test('a payment that reaches it too late for its gate is told as one paid inside, and opens nothing', async () => {
    const { lot, plate, code, paidFen, asks } = await aLot()
    await lot.toExit(plate, 'B1')
    const { phone, quote } = await asks('exit')
    lot.behave({ failures: 1_000 })
    const sheet = await phone.pay(code('exit'), quote.body.quote!)
    await phone.payInWallet(sheet.body.sheet)
    await road.paymentIs(phone, sheet.body.payment, 'paid')
    road.pass(120_000)
    lot.behave({ failures: 0 })
    await road.settled()
    assert.deepEqual([paidFen(), lot.opened.length], [500, 0])
    assert.equal((await asks()).quote.body.owedFen, 0)
  })

  test('a price that has grown old is asked for again before money is taken, and the new one is shown', async () => {
    const { lot, asks, code, paidFen } = await aLot()
    const { phone, quote } = await asks()
    lot.behave({ feeGrowsFen: 300 })
    road.pass(61_000)
    assert.equal((await phone.pay(code('prepay'), quote.body.quote!)).body.error.code, 'quote-expired')
    assert.deepEqual([(await asks()).quote.body.owedFen, paidFen()], [800, 0])
  })

  for (const system of ['daoer', 'hikvision', 'yunmeng', 'ymiot', 'pyun', 'keytop', 'jieshun'] as const)
    test(`who has a permit owes nothing; one that ended yesterday is none until it is renewed, where it still may be: ${system}`, async () => {
      const { lot, plate, asks: asksNow } = await aLot(system)
      // What was asked a moment ago is not asked again.
      const asks = () => {
        road.pass(10_000)
        return asksNow()
      }
      assert.equal((await asks()).quote.body.owedFen, 500)
      lot.permit(plate, road.clock.now() + hour)
      assert.equal((await asks()).quote.body.owedFen, 0)
      const yesterday = road.clock.now() - 24 * hour
      for (const [renewableMs, isRenewed] of [
        [0, false],
        [3 * 24 * hour, true],
      ] as const) {
        lot.permit(plate, yesterday, renewableMs)
        const { owedFen, renewable } = (await asks()).quote.body
        // Of bills 4pyun's alone says whether it is a matter of renewing.
        assert.deepEqual([owedFen, renewable], [500, system === 'pyun' ? true : undefined])
        assert.equal(lot.renew(plate, yesterday + 30 * 24 * hour), isRenewed)
        assert.equal((await asks()).quote.body.owedFen, isRenewed ? 0 : 500)
      }
      await lot.toExit(plate, 'B1')
      assert.deepEqual(
        lot.opened.map(({ lane, plate: who }) => [lane, who]),
        [['B1', plate]],
        'it opens by itself',
      )
    })

  test('a price is shown with what it is made of; of figures that do not add up what is to be collected counts', async () => {
    const { lot, plate, asks, pays } = await aLot('pyun')
    // What happened at the lot is not heard of: the same question is asked anew after ten seconds.
    const asksAnew = async () => {
      road.pass(10_000)
      return (await asks()).quote
    }
    const shown = async () => {
      const { body } = await asksAnew()
      return [body.owedFen, ...body.lines.map(({ kind, amountFen }) => `${kind} ${amountFen}`)]
    }
    const [record] = lot.records.values()
    lot.give(record!, { id: 'at the counter', fen: 200 })
    assert.deepEqual(await shown(), [300, 'unit 500', 'discount -200'])
    lot.pay(record!.orderId, 'at a kiosk', 100, null)
    road.pass(16 * 60_000)
    assert.deepEqual(await shown(), [200, 'unit 500', 'discount -200', 'paid-elsewhere -100'])
    lot.behave({ totalOffFen: 50 })
    assert.deepEqual(await shown(), [200, 'unit 200'])
    lot.behave({ totalOffFen: 0 })
    await pays()
    await road.settled()
    road.pass(2 * hour)
    const paid = ['paid-elsewhere -100', 'paid -200']
    assert.deepEqual(await shown(), [1000, 'unit 1500', 'discount -200', ...paid])
    assert.equal(lot.lock(plate, true), true)
    const { status, body } = await asksAnew()
    assert.deepEqual([status, body.error.code], [409, 'locked'], 'before anybody pays')
  })

  test('secrets lie sealed', async () => {
    const { number } = await aLot()
    const [row] = await road.rows<{ settings: object; sealed: string }>(
      'select settings, sealed from called_lot where lot_id = $1',
      [number],
    )
    assert.deepEqual(Object.keys(row!.settings).sort(), ['address', 'parkCode', 'pid'])
    assert.equal(Buffer.from(row!.sealed, 'base64').includes('45DC1F8604F940829E75D6A76595C299'), false)
  })

  test('every payment has its transfer and its clearance', () => road.audit())
})
