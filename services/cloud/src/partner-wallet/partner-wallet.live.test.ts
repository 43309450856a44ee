import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import { parseNumber } from '@lanepay/domain/numbers.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import { startWalletSimulator, type WalletSimulator } from '@lanepay/simulator-wallet/wallet.ts'
import Fastify, { type FastifyInstance } from 'fastify'
import pg from 'pg'
import { alarms as makeAlarms } from '../alarm/alarm.ts'
import { audit } from '../audit/audit.ts'
import { clearing } from '../clearing/clear.ts'
import { codeToken } from '../code/token.ts'
import { dispatcher } from '../command/dispatch.ts'
import { driverCookies } from '../driver/identity.ts'
import { driverRoutes } from '../driver/routes.ts'
import { aLotPlan } from '../lot/lot.testing.ts'
import { provision } from '../lot/provision.ts'
import { channelAccounts } from '../payment/accounts.ts'
import { notifyRoutes } from '../payment/notify.ts'
import { paying } from '../payment/pay.ts'
import { settling } from '../payment/settle.ts'
import { quoting } from '../quote/quote.ts'
import { dayOf } from '../reconciliation/day.ts'
import { refunds as makeRefunds } from '../refund/refund.ts'
import { makeMetrics } from '../server/metrics.ts'
import type { TakeIn } from '../session/take-in.ts'
import { rulesInForce } from '../share/in-force.ts'
import { orderIdOf } from './decide.ts'
import { hearingForWallets } from './hearing.ts'
import { lotsOfWallets } from './lots.ts'
import { lockWaits, logOf, lotThatSays, stayInside, walletLotPlan } from './partner-wallet.testing.ts'
import { partnerWallets, walletChannel } from './partner-wallets.ts'

/* A partner's wallet and we, each against the other's real door: the real tables, the wallet's simulator, time that stands unless pushed. */

let now = Date.UTC(2026, 10, 2, 4) as Instant
const clock = { now: () => now }
const newId = idMaker(clock.now, 6)
const houseKey = Buffer.from('the house key of partners’ wallets')
const [unionId, key, plate] = ['200279', 'A1B2C3D4E5F60718', '苏DTTTW1']
const lot = { bucket: 4, lotId: 100 }
let data: TestDatabase
let sql: pg.Client
let server: FastifyInstance
let wallet: WalletSimulator
let driverServer: FastifyInstance
const [driverUrl, nowhere] = ['https://pay.example.com', 'http://127.0.0.1:9']
let hear: TakeIn
let round: () => Promise<void>
let refundRound: () => Promise<void>
let priceOf: (driver: string) => Promise<string>
let pay: ReturnType<typeof paying>
/** What the lot says. */
let [stay, owedFen, isThere, publicUrl] = ['' as Id, 1_000, true, '']

const lots = lotThatSays(() => ({ stay, plate, owedFen, isThere, now }))
const rows = async <Row>(text: string, ...values: unknown[]): Promise<Row[]> =>
  (await sql.query(text, [lot.lotId, ...values])).rows as Row[]

before(async () => {
  data = await testDatabase()
  sql = new pg.Client(data.connection)
  await sql.connect()
  ;[server, driverServer] = [Fastify(), Fastify()]
  wallet = await startWalletSimulator({ platform: () => publicUrl, unionId, key, clock })
  const { database } = data
  const channels = { zldpay: walletChannel(database, houseKey) }
  const alarms = makeAlarms({ database, clock, log: silentLog, newId })
  const accounts = channelAccounts(database, 0)
  const clear = clearing({ database, clock, newId, gateSeconds: 60, onCommand: () => {} })
  const settle = settling({ database, channels, accounts, clear, alarms })
  const dispatch = dispatcher({ database, clock, log: silentLog, newId, gateSeconds: 60, alarms, tell: () => {} })
  const askQuote = quoting({ database, clock, newId, lots, dispatch, gateWaitMs: 10 })
  const shareRules = rulesInForce(database)
  const refunds = makeRefunds({ database, clock, log: silentLog, channels, accounts, alarms, publicUrl: nowhere })
  refundRound = () => refunds.round()
  const lotsKnown = lotsOfWallets(database)
  pay = (asked) =>
    paying({ ...{ database, clock, newId, channels, accounts, settle, lots, shareRules }, publicUrl })(asked)
  const wallets = partnerWallets({
    ...{ database, clock, log: silentLog, newId, houseKey, alarms, lots: lotsKnown, askQuote, pay, settle },
    priceOfCharge: async () => assert.fail('no software of a lot has us charge here'),
    onPayer: async () => {},
    pageOf: async ({ lotId }) => `${driverUrl}/p/of-${lotId}`,
  })
  round = wallets.round
  hear = hearingForWallets(async (_, piece) => piece.events.at(-1)!.seq, { database, clock, newId, lots: lotsKnown })
  priceOf = async (driver) => {
    const quote = await askQuote({ lot, lane: null, plate, pass: null, driver })
    assert.ok(quote.ok && quote.value.quote !== undefined, JSON.stringify(quote))
    return quote.value.quote
  }
  await driverServer.register(
    driverRoutes({
      ...{ database, clock, codeKey: houseKey, publicUrl: driverUrl, channels, accounts, lots, askQuote, pay, settle },
      ...{ alarms, cookies: driverCookies({ key: houseKey, secure: true }), log: silentLog, metrics: makeMetrics() },
      similarInside: async () => assert.fail('every plate is inside here'),
      admit: async () => assert.fail('nobody comes in here'),
      renewals: { cards: async () => assert.fail('no cards here'), quote: async () => assert.fail('no cards here') },
      page: { html: '<p>', assets: [], otherBrowser: () => 'another' },
    }),
  )
  await server.register(wallets.routes)
  await server.register(notifyRoutes({ channels, settle, refunds, metrics: makeMetrics(), log: silentLog }))
  publicUrl = await server.listen({ host: '127.0.0.1', port: 0 })
})
after(async () => {
  await server.close()
  await driverServer.close()
  await wallet.close()
  await sql.end()
  await data.close()
})
beforeEach(async () => {
  lot.lotId += 1
  ;[owedFen, isThere] = [1_000, true]
  wallet.heard.length = 0
  wallet.complaints.length = 0
  await provision(data.database, walletLotPlan(lot, { unionId, key, url: wallet.url }), now, houseKey)
  stay = await aStay()
})
afterEach(async () => {
  assert.deepEqual((await audit(data.database)).broken, [])
  assert.deepEqual(wallet.complaints, [])
  await sql.query('update session set state = $2, left_at = $3 where lot_id = $1', [lot.lotId, 'left', new Date(now)])
  await sql.query('update wallet_notice set due_at = null')
  await sql.query('delete from wallet_plate')
})

const aStay = (): Promise<Id> => stayInside(rows, { id: newId(), plate, now })
const order = () => orderIdOf(lot, stay)
const states = async () =>
  (await rows<{ state: string }>('select state from payment where lot_id = $1 order by id')).map(({ state }) => state)
const clearances = async () => (await rows('select id from clearance where lot_id = $1')).length
const told = (kind: string) => wallet.heard.filter((one) => one.kind === kind).map(({ fields }) => fields)
const pass = async (ms: number) => {
  now = (now + ms) as Instant
  await round()
}
const log = logOf(() => hear, clock.now)
const events = (...all: object[]) => log(lot, ...all)
const standsAtExit = (occupancy = '77') =>
  events({ kind: 'occupied', lane: 2, occupancy, plate, session: stay, leaving: true })
const named = (user = 'u1', senseless = 0) =>
  wallet.call('newuser/adduser', { user_id: user, plate_number: plate, nosence_pay: senseless })

describe('a call that comes again', () => {
  const says = (path: string, fields: object, how: { flat?: boolean } = {}) => wallet.call(path, fields as never, how)
  const naming = (rand: string, user = 'u1') => ({ rand, user_id: user, plate_number: plate, nosence_pay: 0 })
  for (const flat of [false, true])
    test(`is refused within a day, ${flat ? 'flat' : 'over its text'}: a plate does not go back to who had it`, async () => {
      const rand = `again-${flat}`
      assert.equal((await says('newuser/adduser', naming(rand), { flat })).state, 1)
      assert.equal((await says('newuser/adduser', naming(`${rand}-2`, 'u2'), { flat })).state, 1)
      const replayed = await says('newuser/adduser', naming(rand), { flat })
      assert.deepEqual([replayed.state, replayed.errmsg], [0, 'error:重复请求'])
      const [owner] = (await sql.query('select user_id from wallet_plate where plate = $1', [plate])).rows
      assert.equal(owner.user_id, 'u2')
      await pass(24 * 3_600_000 + 1)
      assert.equal((await says('newuser/adduser', naming(rand), { flat })).state, 1)
    })
  test('at two doors at once counts at one', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => says('newuser/adduser', naming('at-once'))))
    assert.deepEqual(answers.map(({ state }) => state).sort(), [0, 0, 1])
  })
  test('is answered as the same where it is a payment, and where it does not say that it is new', async () => {
    await named()
    const payment = { rand: 'paid', order_id: order(), prepay: '10.00', user_id: 'u1', trade_no: newId() }
    const paying = {
      ...payment,
      plate_number: plate,
      park_id: String(lot.lotId),
      pay_time: Math.floor(now / 1000),
      pay_channel: 0,
    }
    const first = await says('neworder/prepay', paying)
    assert.equal(first.state, 1, JSON.stringify(first))
    assert.deepEqual(await says('neworder/prepay', paying), first)
    await pass(1_000)
    assert.deepEqual(await states(), ['paid'])
    const asked = { rand: undefined, com_id: String(lot.lotId) }
    for (const _ of [1, 2]) assert.equal((await says('newpark/queryparkbyid', asked)).state, 1)
  })
  test('after we failed is carried out', async () => {
    await sql.query('alter table wallet_plate rename to wallet_plate_away')
    const failed = await says('newuser/adduser', naming('failed'))
    await sql.query('alter table wallet_plate_away rename to wallet_plate')
    assert.notEqual(failed.state, 1)
    assert.equal((await says('newuser/adduser', naming('failed'))).state, 1)
  })
})

describe('a browser is sent to the wallet', () => {
  const sent = async (): Promise<string> => {
    const made = await pay({ lot, quote: await priceOf('zldpay:browser-1'), channel: 'zldpay', payer: 'browser-1' })
    assert.ok(made.ok && made.value.sheet.kind === 'redirect', JSON.stringify(made))
    return made.value.sheet.url
  }
  test('its owner pays, the wallet calls back, the stay is cleared; said twice it is once', async () => {
    const url = await sent()
    wallet.fault('calls-back-twice')
    assert.deepEqual(await wallet.pay(url), ['success', 'success'])
    assert.deepEqual([await states(), await clearances()], [['paid'], 1])
  })
  test('a callback that is not believed changes nothing: forged, or another amount', async () => {
    const url = await sent()
    wallet.fault('calls-back-forged')
    assert.deepEqual(await wallet.pay(url), ['fail', 'fail', 'fail'])
    wallet.fault('calls-back-other-amount')
    assert.deepEqual(await wallet.pay(url), ['fail', 'fail', 'fail'])
    assert.deepEqual([await states(), await clearances()], [['pending'], 0])
  })
  test('paid after another paid: nobody’s money, and a person is told that the wallet must give it back', async () => {
    const [first, made] = [
      await sent(),
      await pay({ lot, quote: await priceOf('zldpay:b2'), channel: 'zldpay', payer: 'b2' }),
    ]
    assert.ok(made.ok && made.value.sheet.kind === 'redirect')
    assert.deepEqual(await wallet.pay(first), ['success'])
    assert.deepEqual(await wallet.pay(made.value.sheet.url), ['success'])
    await refundRound()
    assert.deepEqual([await states(), await clearances()], [['paid', 'unapplied'], 1])
    const [alarm] = await rows<{ because: string }>(
      "select because from alarm where lot_id = $1 and kind = 'refund-failed'",
    )
    assert.match(alarm!.because, /by-hand-at-wallet/)
  })
})

describe('a partner’s app shows our page', () => {
  test('its browser is known by its user agent, reads the fee, is sent to pay and told where to come back', async () => {
    const code = codeToken({ ...lot, kind: 'prepay', laneId: 0, serial: 0 }, houseKey)
    const cookies = new Map<string, string>()
    const go = async (url: string, payload?: object) => {
      const answer = await driverServer.inject({
        ...{ method: payload ? 'POST' : 'GET', url, ...(payload ? { payload } : {}) },
        headers: {
          'user-agent': `Mozilla/5.0 (car) Zldpay/${unionId}`,
          cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        },
      })
      for (const { name, value } of answer.cookies) cookies.set(name, value)
      return answer
    }
    let at = `/p/${code}`
    const seen: string[] = []
    for (let answer = await go(at); answer.statusCode === 302; answer = await go(at)) {
      at = answer.headers.location!.replace(driverUrl, '')
      seen.push(at.split('?')[0]!)
    }
    assert.deepEqual(seen, [`/p/${code}/who`, '/p/back/zldpay', `/p/${code}`])
    const { quote, owedFen: owes } = (await go(`/api/driver/codes/${code}/quote`, { plate })).json()
    const { sheet } = (await go(`/api/driver/codes/${code}/pay`, { quote })).json()
    assert.deepEqual([owes, sheet.kind], [1_000, 'redirect'])
    assert.match(sheet.url, new RegExp(encodeURIComponent(`${driverUrl}/p/${code}`)))
    assert.deepEqual(await wallet.pay(sheet.url), ['success'])
    assert.deepEqual([await states(), await clearances()], [['paid'], 1])
  })
})

describe('what a wallet asks', () => {
  test('open stays of a plate, and what one owes, by its order or by plate and lot, in the words of both books', async () => {
    const { data: found } = await wallet.call('neworder/quercarorder', { plate_number: plate })
    assert.deepEqual(
      (found as { order_id: string; com_id: number }[]).map(({ order_id, com_id }) => [order_id, com_id]),
      [[order(), lot.lotId]],
    )
    const asks = [{ order_id: order() }, { plate_number: plate, park_id: String(lot.lotId) }]
    for (const ask of asks)
      for (const flat of [true, false]) {
        const price = await wallet.call('order/quercurrorder', ask, { flat })
        assert.deepEqual([price.state, price.money, price.order_id, price.duration], [1, '10.00', order(), 60])
      }
    isThere = false
    assert.equal((await wallet.call('order/quercurrorder', asks[0]!)).state, 3)
  })
  test('is not heard under another key, and learns nothing of lots that are another’s', async () => {
    const ask = { order_id: order() }
    assert.equal((await wallet.call('order/quercurrorder', ask, { key: 'x' })).errmsg, 'error:签名错误')
    assert.equal((await wallet.call('order/quercurrorder', ask, { key: 'x', flat: true })).errmsg, 'error:签名错误')
    assert.equal((await wallet.call('newpark/queryparkbyid', { com_id: 99_999 })).state, 0)
    await provision(
      data.database,
      aLotPlan({ bucket: 4, lotId: 50 }, { accounts: [], operator: { id: '50', name: '别家' } }),
      now,
    )
    for (const com_id of [50, lot.lotId])
      assert.equal((await wallet.call('newpark/queryparkbyid', { com_id })).state, com_id === 50 ? 0 : 1)
  })
})

describe('what a wallet asks of lots and of stays that are over', () => {
  const near = { lng: '120.155070', lat: '30.274085', distance: 500 }
  const at = (lng: number, lat: number) =>
    rows('update lot set lng_e6 = $2, lat_e6 = $3, address = $4 where lot_id = $1', lng, lat, '湖滨路 1 号')
  const found = async (said: object = {}) =>
    ((await wallet.call('newpark/queryparks', { ...near, ...said })).parks as Record<string, unknown>[]).filter(
      ({ com_id }) => com_id === lot.lotId,
    )
  test('lots near a place, with their spaces where somebody counts them', async () => {
    assert.deepEqual(await found(), [])
    await at(120_157_000, 30_276_000) // some 280 m away
    const [park] = await found()
    assert.deepEqual(
      [park!.name, park!.address, park!.lng, park!.lat, park!.park_union_id, 'empty_plot' in park!],
      ['阳光花园', '湖滨路 1 号', '120.157000', '30.276000', '1', false],
    )
    await rows('insert into vehicle_list (bucket, lot_id, version, capacity, changed_at) values (4, $1, 1, 10, now())')
    const [counted] = await found()
    assert.deepEqual([counted!.total_plot, counted!.empty_plot], [10, 9])
    assert.deepEqual(await found({ distance: 200 }), [])
    for (const wrong of [{ distance: 99 }, { distance: 2001 }, { lng: 'east' }, { lat: '91' }])
      assert.equal((await wallet.call('newpark/queryparks', { ...near, ...wrong })).state, 0)
  })
  test('what a plate of its users paid, the newest first; of a plate that it has not named nothing', async () => {
    const ask = (said: object = {}) => wallet.call('order/queryorders', { plate_number: plate, ...said })
    assert.equal((await ask()).state, 0)
    await named()
    await wallet.call('neworder/prepay', {
      ...{ order_id: order(), park_id: String(lot.lotId), plate_number: plate, prepay: '10.00', user_id: 'u1' },
      trade_no: `past${lot.lotId}`,
    })
    await rows(`update session set state = 'left', left_at = $2 where lot_id = $1`, new Date(now))
    const seconds = Math.floor(now / 1000)
    const all = (await ask({ start_time: seconds - 60, end_time: seconds + 60 })).data as Record<string, unknown>[]
    const [own] = all.filter(({ com_id }) => com_id === lot.lotId)
    assert.deepEqual([own!.money, own!.order_id, String(own!.trade_no).length], ['10.00', order(), 32])
    assert.deepEqual((await ask({ end_time: seconds - 181 * 86_400 })).state, 0)
    assert.equal((await ask({ size: 101 })).state, 0)
  })
})

describe('a reduction by the wallet', () => {
  const coupon = (said: object = {}) =>
    wallet.call('neworder/confirmCoupon', {
      ...{ park_id: String(lot.lotId), park_union_id: '1', order_id: order(), plate_number: plate },
      ...{ total: '10.00', coupon_amount: '3.00', trade_no: `20260101${String(lot.lotId).padStart(8, '0')}`, ...said },
    })
  const orders = () =>
    rows<{ body: { worth: object; for: object } }>("select body from lot_command where lot_id = $1 and kind = 'coupon'")
  test('is refused unless the plan says how much may be taken off', async () => {
    assert.deepEqual([(await coupon()).state, (await orders()).length], [0, 0])
  })
  test('is told to the lot as a coupon of this stay, once by its number; with another amount the number is refused', async () => {
    await sql.query('update partner_wallet set coupon_up_to_fen = 500')
    assert.deepEqual(
      (await Promise.all([coupon(), coupon()])).map(({ state }) => state),
      [1, 1],
    )
    assert.deepEqual(
      (await orders()).map(({ body }) => [body.worth, body.for]),
      [[{ kind: 'amount', fen: 300 }, { session: stay }]],
    )
    assert.equal((await coupon({ coupon_amount: '4.00' })).state, 0)
    const wrong = [
      { coupon_amount: '5.01', trade_no: '2026010199990001' },
      // Within what one stay may be lowered by alone, and not with what it was lowered by before.
      { coupon_amount: '2.01', trade_no: '2026010199990002' },
      { plate_number: '苏DTTTW9' },
      { trade_no: '12' },
    ]
    for (const said of wrong) assert.equal((await coupon(said)).state, 0)
    assert.equal((await orders()).length, 1)
  })
})

describe('a user of the wallet pays through us', () => {
  const number = () => `20260202${String(lot.lotId).padStart(8, '0')}`
  const asked = (said: object = {}) =>
    wallet.call('bolinkunifiedcarplat', {
      ...{ park_id: String(lot.lotId), park_union_id: '1', order_id: order(), plate_number: plate, amount: '10.00' },
      ...{ trade_no: number(), channel: 'weixin', pay_type: 1, ...said },
    })
  const results = () =>
    told('prepay-result').map(({ prepay_result, trade_no, prepay }) => [prepay_result, trade_no, prepay])
  const paidThere = async () => {
    const made = await pay({ lot, quote: await priceOf('zldpay:anybody'), channel: 'zldpay', payer: 'anybody' })
    assert.ok(made.ok && made.value.sheet.kind === 'redirect')
    assert.deepEqual(await wallet.pay(made.value.sheet.url), ['success'])
  }
  test('it is given the page, and hears once what was paid there', async () => {
    const { state, payurl } = await asked()
    assert.deepEqual([state, payurl], [1, `${driverUrl}/p/of-${lot.lotId}`])
    await pass(20_000)
    assert.deepEqual(results(), [])
    await paidThere()
    for (const _ of [1, 2]) await pass(20_000)
    assert.deepEqual(results(), [[1, number(), 10]])
    assert.equal((await asked({ amount: '11.00' })).state, 0)
    const other = { plate_number: plate, park_id: '1', prepay: '10.00', user_id: 'u1', trade_no: number() }
    const prepaid = await wallet.call('neworder/prepay', { order_id: order(), ...other })
    assert.equal(prepaid.errmsg, '交易号已使用')
  })
  test('though the first try to say so is lost', async () => {
    await asked()
    await paidThere()
    await sql.query('alter table wallet_notice add constraint down check (false) not valid')
    await pass(20_000)
    await sql.query('alter table wallet_notice drop constraint down')
    await pass(20_000)
    assert.deepEqual(results(), [[1, number(), 10]])
  })
  test('of two numbers of one stay one hears of one payment, though two processes look at once', async () => {
    await asked()
    await asked({ trade_no: `${number()}2` })
    await paidThere()
    const due = { name: 'due', text: 'update wallet_payment set due_at = $2 where number = $1' }
    const dueAt = (number: string, at: number) => data.database.of(4).query(due, [number, new Date(at)])
    const numbers = [number(), `${number()}2`]
    for (const one of numbers) await dueAt(one, now + 60_000)
    await sql.query('begin; lock table clearance in access exclusive mode')
    const rounds: Promise<void>[] = []
    for (const one of numbers) {
      await dueAt(one, now)
      await lockWaits(sql, rounds.push(round()))
    }
    await sql.query('commit')
    await Promise.all(rounds)
    await pass(2 * 3_600_000 + 1)
    assert.deepEqual(results(), [
      [1, numbers[0], 10],
      [0, numbers[1], 10],
    ])
  })
  test('or that nobody paid within two hours', async () => {
    await asked()
    await pass(2 * 3_600_000 + 1)
    assert.deepEqual(results(), [[0, number(), 10]])
  })
})

describe('the wallet has the money already', () => {
  const prepay = (told: object = {}) =>
    wallet.call('neworder/prepay', {
      ...{ order_id: order(), park_id: String(lot.lotId), plate_number: plate, prepay: '10.00', user_id: 'u1' },
      ...{ trade_no: `jd${lot.lotId}`, pay_time: Math.floor(now / 1000), attach: { scene: 1 }, ...told },
    })
  const results = () =>
    told('prepay-result').map(({ prepay_result, trade_no, attach }) => [prepay_result, trade_no, attach])

  test('it is taken, the stay is cleared, and the wallet hears so; the same number again is the same payment', async () => {
    const both = await Promise.all([prepay(), prepay()])
    assert.deepEqual(
      [...both, await prepay()].map(({ state }) => state),
      [1, 1, 1],
    )
    await round()
    assert.deepEqual([await states(), await clearances()], [['paid'], 1])
    assert.deepEqual(results(), [[1, `jd${lot.lotId}`, { scene: 1 }]])
    const [payment] = await rows<{ channel: string; payer: string; channel_trade_no: string }>(
      'select channel, payer, channel_trade_no from payment where lot_id = $1',
    )
    assert.deepEqual(payment, { channel: 'zldpay', payer: 'u1', channel_trade_no: `jd${lot.lotId}` })
  })
  const notTaken: [string, object][] = [
    ['less than is owed', { prepay: '9.99' }],
    ['more than is owed', { prepay: '10.01' }],
  ]
  for (const [what, told] of notTaken)
    test(`${what} is not taken, and the wallet hears so`, async () => {
      await prepay(told)
      await round()
      assert.deepEqual([await states(), results()], [[], [[0, `jd${lot.lotId}`, { scene: 1 }]]])
    })
  test('a number says one thing: with another amount it is refused, and nothing changes', async () => {
    await prepay()
    assert.equal((await prepay({ prepay: '20.00' })).state, 0)
    assert.deepEqual(await states(), ['paid'])
  })
  test('a second number when nothing is owed any more is not taken', async () => {
    await prepay()
    await prepay({ trade_no: `second${lot.lotId}` })
    await round()
    assert.deepEqual([await states(), results().map(([result]) => result)], [['paid'], [1, 0]])
  })
  test('while the lot does not answer it waits, and is taken when it does', async () => {
    isThere = false
    assert.equal((await prepay()).state, 1)
    await pass(30_000)
    assert.deepEqual([await states(), results()], [[], []])
    isThere = true
    await pass(30_000)
    assert.deepEqual([await states(), results().map(([result]) => result)], [['paid'], [1]])
  })
  test('for ten minutes; then the wallet hears that it was not taken', async () => {
    isThere = false
    await prepay()
    await pass(601_000)
    assert.deepEqual([await states(), results().map(([result]) => result)], [[], [0]])
  })
})

describe('a car that is charged without being asked', () => {
  test('at the exit: once, though its answer was lost and it was heard of twice', async () => {
    await named('u1', 1)
    wallet.fault('silent')
    await standsAtExit()
    await standsAtExit()
    await rows(
      `insert into lane_occupancy (bucket, lot_id, lane_id, occupancy, plate, session_id, since) values (4, $1, 2, 77, $2, $3, $4)`,
      ...[plate, stay, new Date(now)],
    )
    await round()
    assert.deepEqual(await states(), ['pending'])
    await pass(10_000)
    assert.deepEqual([await states(), await clearances()], [['paid'], 1])
    const [[tradeNo, { money, user }]] = [...wallet.charged] as [
      [string, { money: string; user: string }],
      ...unknown[],
    ]
    const number = parseNumber('trade', tradeNo)
    assert.ok(number.ok && number.value.lotId === lot.lotId)
    assert.deepEqual([wallet.charged.size, money, user], [1, '10.0', 'u1'])
  })
  test('a word of the older book says nothing of a charge: it is asked again under its number, and is one charge', async () => {
    await named('u1', 1)
    wallet.fault('answers-by-word', 2)
    wallet.fault('declines-charges')
    await standsAtExit()
    for (const _ of ['fail', 'success']) {
      await pass(10_000)
      assert.deepEqual(await states(), ['pending'])
    }
    await pass(10_000)
    assert.deepEqual([await states(), await clearances()], [['paid'], 1])
  })
  test('a blank state is no no: it may have been charged, and is asked again under its number', async () => {
    await named('u1', 1)
    const before = wallet.charged.size
    wallet.fault('leaves-state-blank')
    await standsAtExit()
    await round()
    assert.deepEqual([await states(), wallet.charged.size - before], [['pending'], 1])
    await pass(10_000)
    assert.deepEqual([await states(), await clearances(), wallet.charged.size - before], [['paid'], 1, 1])
  })
  test('a plain no ends it: the order is closed, and the driver pays in another way', async () => {
    await named('u1', 1)
    wallet.fault('declines-charges')
    await standsAtExit()
    await round()
    await pass(60_000)
    assert.deepEqual([await states(), await clearances()], [['closed'], 0])
  })
  test('whose wallet has not answered, and whose driver paid in another way: it is not charged any more, a person asks the wallet once, and the stay is not charged again', async () => {
    await named('u1', 1)
    const [before, day] = [wallet.charged.size, dayOf(now)]
    wallet.fault('deaf')
    await standsAtExit()
    await round()
    const [charge] = await rows<{ quote_id: string }>('select quote_id from wallet_payment where lot_id = $1')
    const asked = await pay({ lot, quote: charge!.quote_id, channel: 'zldpay', payer: 'u1' })
    const made = await pay({ lot, quote: await priceOf('zldpay:b3'), channel: 'zldpay', payer: 'b3' })
    assert.ok(made.ok && made.value.sheet.kind === 'redirect' && asked.ok && asked.value.sheet.kind === 'redirect')
    assert.deepEqual(await wallet.pay(made.value.sheet.url), ['success'])
    for (const _ of [1, 2]) await pass(10_000)
    const alarms = () =>
      rows<{ because: string }>("select because from alarm where lot_id = $1 and kind = 'wallet-charge-unclear'")
    const calledFor = (charges: number) => [
      {
        because: `${day} charges of which wallet ${unionId} never said whether it took them: ${charges} (list wallet-charges)`,
      },
    ]
    assert.deepEqual(
      [await states(), wallet.charged.size - before, await alarms()],
      [['closed', 'paid'], 0, calledFor(1)],
    )
    // Of another vehicle of the same day.
    await rows(
      `insert into wallet_payment (bucket, lot_id, union_id, kind, number, id, session_id, plate, user_id, asked_at, payment_id, outcome, because)
       select bucket, lot_id, union_id, kind, 'another', $2, $2::int8, plate, user_id, asked_at, $2::int8, outcome, because from wallet_payment where lot_id = $1`,
      newId(),
    )
    for (const _ of [1, 2]) await round()
    assert.deepEqual(await alarms(), calledFor(2))
    owedFen = 1_200
    await standsAtExit('78')
    for (const _ of [1, 2]) await pass(10_000)
    assert.deepEqual([await states(), wallet.charged.size - before], [['closed', 'paid'], 0])
    // It has taken it after all, and says so.
    assert.deepEqual(await wallet.pay(asked.value.sheet.url), ['success'])
    assert.deepEqual([await states(), await clearances()], [['unapplied', 'paid'], 1])
  })
  const changes: readonly (readonly [string, object])[] = [
    ['who has not agreed', { type: 5, nosence_pay: 0 }],
    ['whose plate is gone', { type: 4 }],
    ['who is gone', { type: 2 }],
    ['whose car is another now', { type: 3, new_plate_number: '苏DTTTW2' }],
  ]
  for (const [what, change] of changes)
    test(`nobody ${what} is charged`, async () => {
      await named('u1', 1)
      await wallet.call('newuser/updateuser', { user_id: 'u1', plate_number: plate, ...change })
      await standsAtExit()
      await round()
      assert.deepEqual(await states(), [])
    })
})
