import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import type { Wallet } from './kit/phone.ts'
import { type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/* What goes wrong between the wallet and us (domain.md 4): one effect, whatever arrives, however often, in whatever order. */
const hour = 3_600_000
let road: Road
before(async () => {
  road = await startRoad()
})
after(() => road.close())
afterEach(async () => {
  await road.emptyLanes()
  await road.settled()
  await road.audit()
})

let plates = 10_000
const nextPlate = () => `粤B${++plates}`

/** A car stands at the exit and its driver is at the sheet. */
async function atTheSheet(wallet: Wallet) {
  const plate = nextPlate()
  const session = await road.park(plate)
  road.pass(hour)
  await road.toExit(plate)
  const driver = road.phone(`driver-${plate.slice(2)}`, wallet)
  const paying = await road.sheet(driver, 'exit')
  return { plate, session, driver, paying, number: paying.payment }
}
type AtTheSheet = Awaited<ReturnType<typeof atTheSheet>>

/** Paid once, opened once, driven out. */
async function paidOnceAndOut({ driver, number, session }: AtTheSheet): Promise<void> {
  const view = await road.paymentIs(driver, number, 'paid')
  assert.ok(view.leaveBy !== null)
  await road.driveOut()
  const [stay] = await until('the stay has ended', async () => {
    const found = await road.rows<{ state: string; paid_fen: number }>(
      `select state, paid_fen from session where bucket = 7 and id = $1 and state = 'left'`,
      [session],
    )
    return found.length > 0 ? found : null
  })
  assert.equal(stay!.paid_fen, view.amountFen)
  const opened = await road.openings(`session_id = ${session} and lane_id = 2 and not silent`)
  assert.equal(opened.length, 1, 'the gate opened once')
  const transfers = await road.rows<{ n: number }>(
    `select count(*)::int as n from transfer t join payment p on p.bucket = t.bucket and p.lot_id = t.lot_id and p.id = t.cause_id
      where p.session_id = $1`,
    [session],
  )
  assert.equal(transfers[0]!.n, 1, 'booked once')
}

const metrics = async (pattern: RegExp): Promise<number> => {
  const text = await (await fetch(`${road.publicUrl}/metrics`)).text()
  return [...text.matchAll(pattern)].reduce((sum, found) => sum + Number(found[1]), 0)
}
const simulatorOf = (wallet: Wallet) => (wallet === 'wechatpay' ? road.wechatpay : road.alipay)

for (const wallet of ['wechatpay', 'alipay'] as const) {
  describe(`${wallet}: the notification`, () => {
    test('comes as it should', async () => {
      const at = await atTheSheet(wallet)
      await at.driver.payInWallet(at.paying.sheet)
      await paidOnceAndOut(at)
    })
    test('comes twice at once: one effect', async () => {
      const at = await atTheSheet(wallet)
      simulatorOf(wallet).control.fault({ kind: 'notify-double', times: 1 })
      await at.driver.payInWallet(at.paying.sheet)
      await paidOnceAndOut(at)
    })
    test('comes a day late: the query was faster, and the late one is accepted without effect', async () => {
      const at = await atTheSheet(wallet)
      simulatorOf(wallet).control.fault({ kind: 'notify-delay', times: 1, ms: 24 * hour })
      await at.driver.payInWallet(at.paying.sheet)
      road.pass(3_000)
      await paidOnceAndOut(at)
      const known = await metrics(/lanepay_notifications_total\{[^}]*outcome="paid"[^}]*\} (\d+)/g)
      road.pass(24 * hour)
      await until(
        'the late notification is accepted',
        async () => (await metrics(/lanepay_notifications_total\{[^}]*outcome="paid"[^}]*\} (\d+)/g)) > known,
      )
    })
    test('never comes: we ask from 3 s on', async () => {
      const at = await atTheSheet(wallet)
      simulatorOf(wallet).control.fault({ kind: 'notify-lose', times: 1 })
      await at.driver.payInWallet(at.paying.sheet)
      assert.equal((await at.driver.payment(at.number)).body.state, 'pending')
      road.pass(3_000)
      await paidOnceAndOut(at)
    })
    test('is forged before the real one comes: refused, counted, and nothing opens', async () => {
      const at = await atTheSheet(wallet)
      const before = await metrics(/lanepay_notifications_total\{[^}]*outcome="bad-signature"[^}]*\} (\d+)/g)
      const answered = await simulatorOf(wallet).control.forge(at.number)
      assert.notEqual(answered, wallet === 'wechatpay' ? '200' : 'success')
      assert.equal((await at.driver.payment(at.number)).body.state, 'pending')
      assert.equal(road.exit.state().arm, 'down')
      assert.equal(await metrics(/lanepay_notifications_total\{[^}]*outcome="bad-signature"[^}]*\} (\d+)/g), before + 1)
      await at.driver.payInWallet(at.paying.sheet)
      await paidOnceAndOut(at)
    })
    test('is replayed, and replayed again when the car has gone: one effect', async () => {
      const at = await atTheSheet(wallet)
      await at.driver.payInWallet(at.paying.sheet)
      await paidOnceAndOut(at)
      await simulatorOf(wallet).control.renotify(at.number)
      await simulatorOf(wallet).control.renotify(at.number)
      const [clearances] = await road.rows<{ n: number }>(
        'select count(*)::int as n from clearance where session_id = $1',
        [at.session],
      )
      assert.equal(clearances!.n, 1)
    })
    test('is late for one driver and in time for the next: each is cleared by its own', async () => {
      const plate = nextPlate()
      const inside = await road.park(plate)
      const first = await atTheSheet(wallet)
      const second = road.phone(`driver-${plate.slice(2)}`, wallet)
      const prepaid = await road.sheet(second, 'prepay', plate)
      simulatorOf(wallet).control.fault({ kind: 'notify-reorder', times: 1, ms: 60_000 })
      await first.driver.payInWallet(first.paying.sheet)
      await second.payInWallet(prepaid.sheet)
      await road.paymentIs(second, prepaid.payment, 'paid')
      await paidOnceAndOut(first)
      const [stay] = await road.rows<{ state: string }>('select state from session where id = $1', [inside])
      assert.equal(stay!.state, 'inside')
    })
    test('is lost, and the wallet told the page that it failed: the money counts all the same', async () => {
      const at = await atTheSheet(wallet)
      simulatorOf(wallet).control.fault({ kind: 'error-after-pay', times: 1 })
      simulatorOf(wallet).control.fault({ kind: 'notify-lose', times: 1 })
      assert.notEqual(await at.driver.payInWallet(at.paying.sheet), wallet === 'wechatpay' ? 'ok' : '9000')
      const asked = await at.driver.payment(at.number, '?ask=1')
      assert.equal(asked.body.state, 'paid')
      await paidOnceAndOut(at)
    })
  })

  describe(`${wallet}: money that comes when it cannot count`, () => {
    test('paid after we closed: it goes back by itself, and the driver is told', async () => {
      const at = await atTheSheet(wallet)
      road.pass(5 * 60_000 + 1_000)
      await road.paymentIs(at.driver, at.number, 'closed')
      simulatorOf(wallet).control.payAfterClose(at.number)
      await until('the money is on its way back', async () => {
        const { body } = await at.driver.payment(at.number)
        road.pass(1_000)
        return body.state === 'refunded'
      })
      assert.equal(road.exit.state().arm, 'down')
      road.exit.vehicleTurnsBack()
    })
    test('two phones pay one stay: the first counts, the second is refunded by itself', async () => {
      const first = await atTheSheet(wallet)
      const other = road.phone(`other-${first.plate.slice(2)}`, wallet)
      const again = await road.sheet(other, 'exit')
      await first.driver.payInWallet(first.paying.sheet)
      await road.paymentIs(first.driver, first.number, 'paid')
      await other.payInWallet(again.sheet)
      await until('the second gets the money back', async () => {
        const { body } = await other.payment(again.payment)
        road.pass(1_000)
        return body.state === 'refunded'
      })
      await paidOnceAndOut2(first)
    })
  })
}

/** As above where the refund's transfers are there too. */
async function paidOnceAndOut2({ session }: AtTheSheet): Promise<void> {
  await road.driveOut()
  await until('the stay has ended', async () => {
    const [stay] = await road.rows<{ state: string }>('select state from session where id = $1', [session])
    return stay?.state === 'left'
  })
  const opened = await road.openings(`session_id = ${session} and lane_id = 2 and not silent`)
  assert.equal(opened.length, 1)
}

test('two wallets pay one stay at the same instant: one counts, one goes back', async () => {
  const first = await atTheSheet('wechatpay')
  const other = road.phone(`other-${first.plate.slice(2)}`, 'alipay')
  const again = await road.sheet(other, 'exit')
  await Promise.all([first.driver.payInWallet(first.paying.sheet), other.payInWallet(again.sheet)])
  const states = await until('one is paid and one is refunded', async () => {
    const seen = [
      (await first.driver.payment(first.number)).body.state,
      (await other.payment(again.payment)).body.state,
    ].sort()
    road.pass(1_000)
    return seen.join() === 'paid,refunded' ? seen : null
  })
  assert.deepEqual(states, ['paid', 'refunded'])
  await paidOnceAndOut2(first)
})
