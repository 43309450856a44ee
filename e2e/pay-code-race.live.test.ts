import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, afterEach, before, describe, test } from 'node:test'
import type { ScanView } from '@lanepay/lot-agent/page/api.ts'
import { hashPassword } from '@lanepay/lot-agent/page/password.ts'
import { type Booth, boothOf } from './kit/booth.ts'
import type { Phone, Wallet } from './kit/phone.ts'
import { type Road, startRoad } from './kit/road.ts'
import { sleep, until } from './kit/until.ts'
import { secondsPass } from './pay-code.testing.ts'

/*
 * A driver pays with the phone while the attendant scans a wallet for the same stay, and the money of both is taken: one counts,
 * the other goes back by itself, in whichever order the cloud hears of them, and when it dies between the two.
 */
const password = 'the password of the booth'
const wallets: readonly Wallet[] = ['wechatpay', 'alipay']
/** Which of the two the cloud hears of first. */
const orders = ['phone', 'scan'] as const
let plates = 60_000

const withBooth = async (how: Parameters<typeof startRoad>[0]) => {
  const road = await startRoad({
    ...how,
    plan: { page: { host: '127.0.0.1', port: 0, password: await hashPassword(password) } },
  })
  const booth = boothOf(road.agent()!.pageUrl!, { password, by: '张师傅' })
  await booth.signIn()
  return { road, booth }
}
type Stay = { readonly session: string; readonly driver: Phone; readonly paying: Awaited<ReturnType<Road['sheet']>> }

/** Stands at the exit with the sheet of this wallet up. */
async function atTheSheet(road: Road, wallet: Wallet): Promise<Stay> {
  const plate = `粤B${++plates}`
  const session = await road.park(plate)
  await sleep(1_100) // the tariff counts whole seconds: from the first on something is owed
  await road.toExit(plate)
  const driver = road.phone(`driver-${plates}`, wallet)
  return { session, driver, paying: await road.sheet(driver, 'exit') }
}
/** One of the two cleared the stay and opened the gate once; the other is with its driver again. */
async function oneCounts(road: Road, { session }: Stay): Promise<void> {
  await road.driveOut()
  const states = await until('the other one is given back', async () => {
    const paid = await road.rows<{ state: string; refunded_fen: number; amount_fen: number }>(
      'select state, amount_fen, refunded_fen from payment where session_id = $1 order by state',
      [session],
    )
    return paid.length === 2 && paid.some(({ state }) => state === 'refunded') ? paid : null
  })
  assert.deepEqual(
    states.map(({ state, amount_fen, refunded_fen }) => [state, amount_fen - refunded_fen]),
    [
      ['paid', states[0]!.amount_fen],
      ['refunded', 0],
    ],
  )
  assert.equal((await road.openings(`session_id = ${session} and lane_id = 2 and not silent`)).length, 1)
  const [cleared] = await road.rows<{ n: number }>('select count(*)::int as n from clearance where session_id = $1', [
    session,
  ])
  assert.equal(cleared!.n, 1)
}
/** What drivers are out of, by the channels' own books. */
const outOfWallets = (road: Road): number =>
  [
    ...road.wechatpay.control
      .orders()
      .map((one) => (one.paidAt === null || one.state === 'REVOKED' ? 0 : one.amountFen - one.refundedFen)),
    ...road.alipay.control.trades().map((one) => (one.paidAt === null ? 0 : one.totalFen - one.refundedFen)),
  ].reduce((sum, fen) => sum + fen, 0)
const paidOf = async (road: Road): Promise<number> =>
  Number(
    (
      await road.rows<{ fen: string }>(
        `select coalesce(sum(amount_fen - refunded_fen), 0) as fen from payment where state = 'paid'`,
      )
    )[0]!.fen,
  )

/** After each: nothing under way, the books right, and no wallet has paid more or less than counts. */
async function isWhole(road: Road): Promise<void> {
  road.wechatpay.control.clearFaults()
  road.alipay.control.clearFaults()
  await road.emptyLanes()
  await road.settled()
  await road.audit()
  assert.equal(outOfWallets(road), await paidOf(road))
}

describe('phone and scan for one stay', () => {
  let road: Road
  let booth: Booth
  before(async () => {
    ;({ road, booth } = await withBooth({}))
  })
  after(() => road.close())
  afterEach(() => isWhole(road))
  for (const wallet of wallets)
    for (const scanned of wallets)
      for (const first of orders)
        test(`${wallet} on the phone, ${scanned} scanned; the ${first} is heard of first`, async () => {
          const stay = await atTheSheet(road, wallet)
          const scan = randomUUID()
          const code = road[scanned].control.payCodeOf('another driver')
          if (first === 'scan') {
            // The wallet has taken the money, and its word is a minute on its way.
            road[wallet].control.fault({ kind: 'notify-delay', times: 1, ms: 60_000 })
            assert.equal(await stay.driver.payInWallet(stay.paying.sheet).then(() => 'taken'), 'taken')
            assert.equal((await booth.scan(scan, stay.session, code)).state, 'paid')
          } else {
            // The channel has taken the code's money and gives no clear word of it; the phone's word comes meanwhile.
            if (scanned === 'wechatpay') road.wechatpay.control.fault({ kind: 'error-after-code-pay', times: 1 })
            else road.alipay.control.fault({ kind: 'answer-20000', method: 'alipay.trade.pay', times: 1 })
            assert.equal((await booth.scan(scan, stay.session, code)).state, 'waiting')
            await stay.driver.payInWallet(stay.paying.sheet)
            await road.paymentIs(stay.driver, stay.paying.payment, 'paid')
          }
          const said = await until('the booth is told for good', async () => {
            road.pass(1_000)
            const now: ScanView = await booth.scan(scan, stay.session)
            return now.state === 'waiting' || now.state === 'no-answer' ? null : now
          })
          assert.deepEqual(
            [said.state, said.because],
            first === 'scan' ? ['paid', null] : ['declined', 'paid-otherwise'],
          )
          road.pass(61_000)
          await oneCounts(road, stay)
        })

  for (const scanned of wallets)
    test(`${scanned} scanned, paid while it is being taken back, and the phone’s notice comes then: that counts, the scan’s money goes back once`, async () => {
      const stay = await atTheSheet(road, 'wechatpay')
      const { control } = road[scanned]
      const scan = randomUUID()
      // The driver types the password when the attendant has given up, and the channel does not take the order back at once.
      control.fault({ kind: 'pay-waits-then-paid', times: 1, ms: 38_000 })
      if (scanned === 'wechatpay') road.wechatpay.control.fault({ kind: 'reverse-again', times: 2 })
      else road.alipay.control.fault({ kind: 'cancel-again', times: 2 })
      const code = control.payCodeOf('another driver')
      assert.equal((await booth.scan(scan, stay.session, code)).state, 'waiting')
      await until('it is being taken back', async () => {
        await secondsPass(road, 5)
        const [order] = await road.rows<{ reversing: boolean | null }>(
          'select reversing from payment where session_id = $1 and scanned_at is not null and query_at is not null',
          [stay.session],
        )
        return order?.reversing
      })
      await stay.driver.payInWallet(stay.paying.sheet)
      await road.paymentIs(stay.driver, stay.paying.payment, 'paid')
      await secondsPass(road, 15)
      const said = await until('the booth is told for good', async () => {
        const now: ScanView = await booth.scan(scan, stay.session)
        return now.state === 'waiting' || now.state === 'no-answer' ? null : now
      })
      assert.deepEqual([said.state, said.because], ['declined', 'reversed'])
      await road.driveOut()
      assert.deepEqual(
        await road.rows('select state, refunded_fen from payment where session_id = $1 order by state', [stay.session]),
        [
          { state: 'paid', refunded_fen: 0 },
          { state: 'closed', refunded_fen: 0 },
        ],
      )
      assert.deepEqual(
        await road.rows('select 1 from refund r join payment p on p.id = r.payment_id where p.session_id = $1', [
          stay.session,
        ]),
        [],
      )
      const back =
        scanned === 'wechatpay'
          ? road.wechatpay.control.orders().filter(({ state, paidAt }) => state === 'REVOKED' && paidAt !== null)
          : road.alipay.control.trades().flatMap(({ refunds }) => refunds.filter(({ by }) => by === 'cancel'))
      assert.equal(back.length, 1, 'it was paid, and went back once')
    })
})

describe('phone and scan for one stay, and the cloud dies between them', () => {
  let road: Road
  let booth: Booth
  before(async () => {
    ;({ road, booth } = await withBooth({ cloud: 'process' }))
  })
  after(() => road.close())
  afterEach(() => isWhole(road))
  for (const first of orders)
    for (const when of ['before', 'after'] as const)
      test(`as it books the ${first}: ${when} that has reached the database`, async () => {
        const stay = await atTheSheet(road, 'wechatpay')
        const scan = randomUUID()
        const code = road.alipay.control.payCodeOf('another driver')
        // The other one's money is taken, and the cloud does not know yet.
        if (first === 'phone') {
          road.alipay.control.fault({ kind: 'answer-20000', method: 'alipay.trade.pay', times: 1 })
          assert.equal((await booth.scan(scan, stay.session, code)).state, 'waiting')
        } else {
          road.wechatpay.control.fault({ kind: 'notify-lose', times: 1 })
          await stay.driver.payInWallet(stay.paying.sheet)
        }
        let killed: Promise<void> | null = null
        road.taps.database.watch(async (direction, bytes) => {
          if (killed !== null) return null // a dead process says and hears nothing more
          if (direction !== 'out' || !bytes.includes('clear-payments')) return bytes
          if (when === 'before') {
            killed = road.cloud.kill()
            await killed
            return null
          }
          setTimeout(() => {
            killed = road.cloud.kill()
          }, 5)
          return bytes
        })
        const begun =
          first === 'phone' ? stay.driver.payInWallet(stay.paying.sheet) : booth.scan(scan, stay.session, code)
        await until('the power is gone', () => killed !== null)
        await killed
        await begun.catch(() => {}) // whoever asked it has no answer, and asks again
        road.taps.database.free()
        await road.cloud.start()
        await road.lotOnline()
        const said = await until('the booth is told for good', async () => {
          const now: ScanView = await booth.scan(scan, stay.session)
          return now.state === 'waiting' || now.state === 'no-answer' ? null : now
        })
        const counts = await until('one of them is booked', async () => {
          const [row] = await road.rows<{ scanned: boolean }>(
            `select scanned_at is not null as scanned from payment where session_id = $1 and state = 'paid'`,
            [stay.session],
          )
          return row ?? null
        })
        assert.equal(said.state, counts.scanned ? 'paid' : 'declined')
        await oneCounts(road, stay)
      })
})
