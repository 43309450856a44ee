import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { hashPassword } from '@lanepay/lot-agent/page/password.ts'
import { type Booth, boothOf } from './kit/booth.ts'
import { type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/* What goes wrong at the lane and on the line to the lot (domain.md 4). */
const hour = 3_600_000
const password = 'the password of the booth'
let road: Road
let booth: Booth
before(async () => {
  road = await startRoad({ plan: { page: { host: '127.0.0.1', port: 0, password: await hashPassword(password) } } })
  booth = boothOf(road.agent()!.pageUrl!, { password, by: '张师傅' })
  await booth.signIn()
})
after(() => road.close())
afterEach(async () => {
  for (const one of Object.values(road.taps)) one.free()
  await road.emptyLanes()
  await road.settled()
  await road.audit()
})

let plates = 20_000
const nextPlate = () => `粤B${++plates}`
async function atTheSheet(plate = nextPlate()) {
  const session = await road.park(plate)
  road.pass(hour)
  await road.toExit(plate)
  const driver = road.phone(`driver-${plate.slice(2)}`)
  const paying = await road.sheet(driver, 'exit')
  return { plate, session, driver, paying, number: paying.payment }
}
const openedFor = (session: string) => road.openings(`session_id = ${session} and lane_id = 2 and not silent`)
const stateOf = async (session: string) =>
  (await road.rows<{ state: string }>('select state from session where id = $1', [session]))[0]?.state
const isCommand = (bytes: Buffer) => bytes.includes('/down/command')
const alarmsOf = (kind: string) =>
  road.rows<{ kind: string; because: string }>('select kind, because from alarm where kind = $1', [kind])

describe('the vehicle', () => {
  test('A is quoted, backs off, B comes, A pays: A is cleared, the gate stays shut for B', async () => {
    const a = await atTheSheet()
    const b = nextPlate()
    const sessionB = await road.park(b)
    road.pass(60_000)
    road.exit.vehicleTurnsBack()
    await booth.isEmpty(2)
    await road.toExit(b)
    await a.driver.payInWallet(a.paying.sheet)
    const view = await until('A is paid and knows that another vehicle stands there', async () => {
      const { body } = await a.driver.payment(a.number)
      return body.state === 'paid' && body.gate === 'vehicle-changed' ? body : null
    })
    assert.ok(view.leaveBy !== null)
    assert.equal(road.exit.state().arm, 'down')
    assert.deepEqual(await openedFor(sessionB), [])
    road.exit.vehicleTurnsBack()
    await booth.isEmpty(2)
    road.exit.vehicleArrives({ plateText: a.plate, colour: 'blue' })
    await road.driveOut()
    await until('A is out', async () => (await stateOf(a.session)) === 'left')
    assert.equal((await openedFor(a.session)).length, 1)
  })
  test('B comes before A has tapped "pay": A is told that another vehicle stands there, and no order is made', async () => {
    const plate = nextPlate()
    await road.park(plate)
    road.pass(hour)
    await road.toExit(plate)
    const driver = road.phone('driver-early')
    await road.sheet(driver, 'exit')
    const quoted = await driver.quote(road.code('exit'))
    const b = nextPlate()
    await road.park(b)
    road.pass(60_000)
    road.exit.vehicleTurnsBack()
    await booth.isEmpty(2)
    await road.toExit(b)
    const orders = road.wechatpay.control.orders().length
    const paying = await driver.pay(road.code('exit'), quoted.body.quote!)
    assert.deepEqual([paying.status, paying.body.error.code], [409, 'vehicle-changed'])
    assert.equal(road.wechatpay.control.orders().length, orders)
  })
  test('paid inside, left too late: owes the difference, pays it, and leaves', async () => {
    const plate = nextPlate()
    const session = await road.park(plate)
    road.pass(60_000)
    const driver = road.phone('driver-late')
    const first = await road.sheet(driver, 'prepay', plate)
    await driver.payInWallet(first.sheet)
    await road.paymentIs(driver, first.payment, 'paid')
    assert.equal((await driver.quote(road.code('prepay'), plate)).body.state, 'already-paid')
    road.pass(2 * hour)
    await road.toExit(plate)
    const rest = await road.sheet(driver, 'exit')
    assert.deepEqual([rest.quote.state, rest.quote.paidFen, rest.quote.owedFen], ['overdue', 500, 1000])
    await driver.payInWallet(rest.sheet)
    await road.driveOut()
    await until('it is out', async () => (await stateOf(session)) === 'left')
  })
  test('without a plate: let in by its pass, the same scan is one admission, out by the same pass', async () => {
    const driver = road.phone('driver-unplated')
    const entryCode = road.code('entry')
    await driver.scan(`${road.publicUrl}/p/${entryCode}`)
    const early = await driver.enter(entryCode)
    assert.deepEqual([early.status, early.body.error.code], [409, 'lane-empty'])
    road.entry.vehicleArrives({ plateText: null, colour: 'unknown' })
    await until('the lot knows of it', async () => (await driver.enter(entryCode)).body.state === 'admitted', 30_000)
    const again = await driver.enter(entryCode)
    assert.equal(again.body.state, 'admitted')
    assert.match(again.body.pass, /^\d[0-9A-Z]{6}$/)
    await until('the entry opens', () => road.entry.state().arm === 'up')
    road.entry.vehicleDrivesThrough()
    await until('it is inside', () => road.entry.state().arm === 'down')
    const admissions = await road.openings(`cause_kind = 'unplated-admission' and not silent`)
    assert.equal(admissions.length, 1)
    road.pass(hour)
    await road.toExit(null)
    const paying = await road.sheet(driver, 'exit')
    assert.equal(paying.quote.plate, again.body.pass)
    await driver.payInWallet(paying.sheet)
    await road.driveOut()
    await until('it is out', async () => {
      const [stay] = await road.rows<{ state: string }>('select state from session where plate = $1', [again.body.pass])
      return stay?.state === 'left'
    })
    const stranger = road.phone('stranger')
    await stranger.scan(`${road.publicUrl}/p/${road.code('prepay')}`)
    assert.equal((await stranger.quote(road.code('prepay'), again.body.pass)).body.error.code, 'no-session')
  })
})

describe('the gate command', () => {
  test('is lost: it is sent again, and opens once', async () => {
    const at = await atTheSheet()
    let lost = 0
    road.taps.agentLink.watch((direction, bytes) => {
      if (direction === 'in' && isCommand(bytes) && lost === 0) {
        lost += 1
        return Buffer.alloc(0)
      }
      return bytes
    })
    await at.driver.payInWallet(at.paying.sheet)
    await until('the command is gone', () => lost === 1)
    road.pass(1_000)
    await road.driveOut()
    await until('it is out', async () => (await stateOf(at.session)) === 'left')
    assert.equal((await openedFor(at.session)).length, 1)
  })
  test('comes when its time is over: refused by the lot, and asked again while the same vehicle stands there', async () => {
    const at = await atTheSheet()
    let held: (() => void) | null = null
    const holding = new Promise<void>((resolve) => {
      held = resolve
    })
    let reached = false
    road.taps.agentLink.watch(async (direction, bytes) => {
      if (direction === 'in' && isCommand(bytes)) {
        reached = true
        await holding
      }
      return bytes
    })
    await at.driver.payInWallet(at.paying.sheet)
    await until('the command is on its way', () => reached)
    road.pass(61_000)
    held!()
    const clearances = () =>
      road.rows<{ state: string; because: string | null }>(
        `select state, because from clearance where session_id = $1`,
        [at.session],
      )
    await until('the lot has answered', async () => (await clearances())[0]?.state === 'expired')
    assert.equal(road.exit.state().arm, 'down', 'too late opens nothing')
    road.pass(2_000)
    await road.driveOut()
    await until('it is out', async () => (await stateOf(at.session)) === 'left')
    const opened = await openedFor(at.session)
    assert.deepEqual(
      opened.map((one) => one.cause_kind),
      ['command'],
    )
    assert.equal((await alarmsOf('paid-but-shut')).length > 0, true, 'a person was told')
  })
  test('comes twice: done once, answered twice', async () => {
    const at = await atTheSheet()
    const doubled: Buffer[] = []
    road.taps.agentLink.watch((direction, bytes) => {
      if (direction !== 'in' || !isCommand(bytes)) return bytes
      doubled.push(bytes)
      return Buffer.concat([bytes, bytes])
    })
    await at.driver.payInWallet(at.paying.sheet)
    await road.driveOut()
    await until('it is out', async () => (await stateOf(at.session)) === 'left')
    assert.ok(doubled.length > 0)
    assert.equal((await openedFor(at.session)).length, 1)
  })
  test('is given and the gate stays shut: the driver is told, a person is called, and it opens when the gate is well', async () => {
    const at = await atTheSheet()
    road.exit.fault({ kind: 'gate-silent', times: 2 })
    await at.driver.payInWallet(at.paying.sheet)
    await until('the driver is told', async () => {
      const { body } = await at.driver.payment(at.number)
      return body.state === 'paid' && body.gate === 'silent'
    })
    assert.equal((await at.driver.help(at.number)).status, 200)
    assert.equal((await alarmsOf('help-asked')).length, 1)
    await until('it opens', () => {
      road.pass(500)
      return road.exit.state().arm === 'up'
    })
    road.exit.vehicleDrivesThrough()
    await until('it is out', async () => (await stateOf(at.session)) === 'left')
    assert.equal((await openedFor(at.session)).length, 1)
  })
})

describe('the camera', () => {
  for (const [what, offMs] of [
    ['13 s late', -13_000],
    ['from the future', 10_000],
    ['8 hours off', 8 * hour],
  ] as const) {
    test(`reads with a clock ${what}: recorded, opens nothing, no stay is made of it`, async () => {
      const plate = nextPlate()
      const before = (await alarmsOf('clock-drift')).length
      road.entry.setClockOffMs(offMs)
      road.entry.vehicleArrives({ plateText: plate, colour: 'blue' })
      const [ignored] = await until('the cloud has the read', async () => {
        const found = await road.rows<{ body: { because: string } }>(
          `select body from lot_event where kind = 'read-ignored' and body->>'plate' = $1`,
          [plate],
        )
        return found.length > 0 ? found : null
      })
      assert.equal(ignored!.body.because, offMs < 0 ? 'stale' : 'from-the-future')
      assert.equal(road.entry.state().arm, 'down')
      assert.deepEqual(await road.rows('select 1 from session where plate = $1', [plate]), [])
      if (Math.abs(offMs) > 60_000)
        await until('a person hears of the clock', async () => (await alarmsOf('clock-drift')).length > before)
      road.entry.setClockOffMs(0)
    })
  }
  for (const kind of ['push-double', 'answer-lose'] as const) {
    test(`sends a read again (${kind}): one stay, one opening`, async () => {
      const plate = nextPlate()
      road.entry.fault({ kind, times: 1 })
      const session = await road.park(plate)
      const entered = await road.rows(`select 1 from lot_event where kind = 'entered' and body->>'plate' = $1`, [plate])
      assert.equal(entered.length, 1)
      assert.equal((await road.openings(`session_id = ${session} and not silent`)).length, 1)
    })
  }
  test('sends what it kept while nobody listened: a story, not an opening', async () => {
    const plate = nextPlate()
    road.entry.fault({ kind: 'push-store', times: 1 })
    road.entry.vehicleArrives({ plateText: plate, colour: 'blue' })
    await until('the cloud has the record', async () => {
      const found = await road.rows(
        `select 1 from lot_event where kind = 'read-ignored' and body->>'plate' = $1 and body->>'because' = 'stored'`,
        [plate],
      )
      return found.length > 0
    })
    assert.equal(road.entry.state().arm, 'down')
  })
})

describe('the line to the lot', () => {
  test('is cut for an hour of traffic: the lot goes on, and the cloud has everything once, in order, afterwards', async () => {
    // One stands at the exit with the sheet up when the line goes; three have paid and not left yet.
    const caught = await atTheSheet()
    const prepaid: { plate: string; session: string }[] = []
    const payer = road.phone('driver-before-the-cut')
    for (let car = 0; car < 3; car++) {
      const plate = nextPlate()
      const session = await road.park(plate)
      road.pass(60_000)
      const { sheet, payment } = await road.sheet(payer, 'prepay', plate)
      await payer.payInWallet(sheet)
      await road.paymentIs(payer, payment, 'paid')
      prepaid.push({ plate, session })
    }
    await road.clearancesHeard()
    road.taps.agentLink.cut()
    await caught.driver.payInWallet(caught.paying.sheet)
    await road.paymentIs(caught.driver, caught.number, 'paid')
    assert.equal(road.exit.state().arm, 'down', 'the lot cannot know')
    road.exit.vehicleTurnsBack()
    await booth.isEmpty(2)
    const during: string[] = []
    for (let round = 0; round < 12; round++) {
      const plate = nextPlate()
      road.entry.vehicleArrives({ plateText: plate, colour: 'blue' })
      await until('the entry opens without the cloud', () => road.entry.state().arm === 'up')
      road.entry.vehicleDrivesThrough()
      await until('the entry is free', () => road.entry.state().arm === 'down')
      await booth.isEmpty(1)
      during.push(plate)
      const leaves = prepaid[round]
      if (leaves) {
        road.exit.vehicleArrives({ plateText: leaves.plate, colour: 'blue' })
        await road.driveOut()
        await booth.isEmpty(2)
      }
      road.pass(5 * 60_000)
    }
    const asked = await payer.quote(road.code('prepay'), during[0])
    assert.equal(asked.status, 503)
    // Silent, and away once it has been silent for long enough by the real clock.
    assert.match(asked.body.error.code, /^lot-(offline|absent)$/)
    assert.deepEqual(await road.rows('select 1 from session where plate = any($1)', [during]), [])
    road.taps.agentLink.mend()
    await until('every stay has arrived', async () => {
      const found = await road.rows('select 1 from session where plate = any($1)', [during])
      return found.length === during.length
    })
    for (const { session } of prepaid) assert.equal(await stateOf(session), 'left')
    const [log] = await road.rows<{ events: number; last: number }>(
      'select count(*)::int as events, max(seq)::int as last from lot_event',
    )
    assert.equal(log!.events, log!.last, 'each once')
    const order = await road.rows<{ plate: string }>(
      `select body->>'plate' as plate from lot_event where kind = 'entered' and body->>'plate' = any($1) order by seq`,
      [during],
    )
    assert.deepEqual(
      order.map((one) => one.plate),
      during,
    )
    // The payment made meanwhile reaches the lot now; its gate command is over, its clearance too by an hour: the rest is owed.
    await until('the lot holds the clearance', async () => {
      const [told] = await road.rows('select 1 from clearance where session_id = $1 and told_at is not null', [
        caught.session,
      ])
      return told !== undefined
    })
    const rest = await caught.driver.quote(road.code('prepay'), caught.plate)
    assert.equal(rest.body.state, 'overdue')
  })
})
