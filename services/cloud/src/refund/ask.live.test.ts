import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { alipayChannel } from '@lanepay/channels/alipay/channel.ts'
import type { Channel } from '@lanepay/channels/channel.ts'
import { wechatPayChannel } from '@lanepay/channels/wechatpay/channel.ts'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf, parseNumber } from '@lanepay/domain/numbers.ts'
import { totpStep } from '@lanepay/domain/totp.ts'
import type { BilledChannel, Id, Instant } from '@lanepay/domain/types.ts'
import { type AlipaySimulator, startAlipaySimulator } from '@lanepay/simulator-alipay/simulator.ts'
import { startWechatPaySimulator, type WechatPaySimulator } from '@lanepay/simulator-wechatpay/simulator.ts'
import pg from 'pg'
import { alarms as makeAlarms } from '../alarm/alarm.ts'
import { audit } from '../audit/audit.ts'
import { clearing } from '../clearing/clear.ts'
import { aLotPlan } from '../lot/lot.testing.ts'
import { provision } from '../lot/provision.ts'
import { channelAccounts } from '../payment/accounts.ts'
import { type AskRefund, askRefund } from './ask.ts'
import { codeAt, typedSecret } from './authenticator.testing.ts'
import { refunds as makeRefunds, type Refunds } from './refund.ts'
import type { RefundRights } from './right.ts'
import type { TakeBack } from './take-back.ts'

/*
 * Refunds that a person asks for, on the real tables and against the real simulators of both channels: they check what we
 * sign, keep each refund under its number, and go wrong on purpose.
 */
const minute = 60_000
let now = Date.UTC(2026, 10, 2, 4) as Instant
const clock = { now: () => now }
const pass = (ms: number) => {
  now = (now + ms) as Instant
}
const newId = idMaker(clock.now, 5)
const lot = { bucket: 3, lotId: 0 }
const codeNow = () => codeAt(now)
const rights: RefundRights = {
  limitFen: fen(2_000),
  limitOfOperator: {},
  people: [
    { name: '张经理', operators: ['1'], totpSecret: typedSecret },
    { name: '李会计', operators: ['2'] },
  ],
}
let data: TestDatabase
let sql: pg.Client
let wechatpay: WechatPaySimulator
let alipay: AlipaySimulator
let channels: Record<BilledChannel, Channel>
let refunds: Refunds
let takeBack: TakeBack

before(async () => {
  data = await testDatabase()
  sql = new pg.Client(data.connection)
  await sql.connect()
  wechatpay = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false, notifyTimeScale: 50 })
  alipay = await startAlipaySimulator({ dir: '', port: 0, clock, durable: false, notifyTimeScale: 500 })
  channels = {
    wechatpay: wechatPayChannel(wechatpay.settings, { clock, onKeyEvent: () => {} }),
    alipay: alipayChannel(alipay.settings, { clock, onKeyEvent: () => {} }),
  }
  const { database } = data
  refunds = makeRefunds({
    ...{ database, clock, log: silentLog, channels, accounts: channelAccounts(database) },
    alarms: makeAlarms({ database, clock, log: silentLog, newId }),
    publicUrl: 'http://127.0.0.1:9',
    takeBack: (row) => takeBack(row),
  })
})
after(async () => {
  await wechatpay.close()
  await alipay.close()
  await sql.end()
  await data.close()
})
beforeEach(async () => {
  lot.lotId += 1
  takeBack = async () => 'ready'
  await provision(data.database, aLotPlan(lot), now)
})
afterEach(async () => {
  wechatpay.control.clearFaults()
  alipay.control.clearFaults()
  assert.deepEqual((await audit(data.database)).broken, [])
})

const rows = async <Row>(text: string, ...values: unknown[]): Promise<Row[]> =>
  (await sql.query(text, [lot.lotId, ...values])).rows as Row[]
/** A payment of 15.50 that the channel knows, platform 0.15, channel 0.09; `open` is not paid. */
async function aPayment(channel: BilledChannel, told: { open?: boolean; voided?: boolean } = {}): Promise<Id> {
  const [session, id] = [newId(), newId()]
  const tradeNumber = numberOf('trade', lot, id)
  const accountKey = channels[channel].accountKey({})
  await rows(
    `insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, paid_fen, ended_because)
     values (3, $1, $2, '粤B12345', false, 'blue', $4, $3, 0, $5)`,
    ...[session, new Date(now), told.voided ? 'voided' : 'inside', told.voided ? 'no such vehicle' : null],
  )
  await rows(
    `insert into payment (bucket, lot_id, id, session_id, plate, driver, channel, account_id, account_key, operator_id, amount_fen,
                          channel_fee_fen, platform_fee_fen, paid_before_fen, leave_minutes, state, created_at, expires_at)
     values (3, $1, $2, $3, '粤B12345', 'wechatpay:o', $4, $5, $6, 1, 1550, 9, 15, 0, 15, 'pending', $7, $7)`,
    ...[id, session, channel, channel === 'wechatpay' ? 1 : 2, accountKey, new Date(now)],
  )
  if (told.open) return id
  const made = await channels[channel].create(
    {},
    {
      ...{ tradeNumber, amountFen: fen(1550), description: '停车费', place: 'wallet', createdAt: now },
      payer: channel === 'wechatpay' ? wechatpay.control.openidOf('driver') : alipay.control.identityOf('driver'),
      ...{ expiresAt: (now + 5 * minute) as Instant, notifyUrl: `http://127.0.0.1:9/notify/${channel}` },
    },
  )
  assert.ok(made.ok, JSON.stringify(made))
  if (channel === 'wechatpay') wechatpay.control.pay(tradeNumber)
  else alipay.control.pay(tradeNumber)
  const state = await channels[channel].query({}, tradeNumber)
  assert.ok(state.ok && state.value.state === 'paid', JSON.stringify(state))
  const clear = clearing({ database: data.database, clock, newId, gateSeconds: 60, onCommand: () => {} })
  await clear({ number: { kind: 'trade', ...lot, id }, facts: state.value.paid })
  return id
}
const ask = (payment: Id, amountFen: number | 'all', told: Partial<AskRefund> = {}) =>
  askRefund(
    { database: data.database, clock, newId, rights },
    { lot, payment, amountFen, reason: '多收了', by: '张经理', secondFactor: null, ...told },
  )
/** The worker, for so long. */
const works = async (minutes: number) => {
  for (let n = 0; n < minutes * 4; n++) {
    pass(minute / 4)
    await refunds.round()
  }
}
const refundsOf = (payment: Id) =>
  rows<{ id: Id; state: string; amount_fen: number; because: string | null; asks: number; done_at: Date | null }>(
    'select id, state, amount_fen, because, asks, done_at from refund where lot_id = $1 and payment_id = $2 order by id',
    payment,
  )
const statesOf = async (payment: Id) => (await refundsOf(payment)).map(({ state }) => state)
const paymentOf = async (id: Id) =>
  (
    await rows<{ state: string; refunded_fen: number }>(
      'select state, refunded_fen from payment where lot_id = $1 and id = $2',
      id,
    )
  )[0]!
const balances = async (channel: BilledChannel) =>
  Object.fromEntries(
    (
      await rows<{ kind: string; balance_fen: string }>(
        'select kind, balance_fen from account where lot_id = $1 and channel = $2 and balance_fen <> 0 order by kind',
        channel,
      )
    ).map(({ kind, balance_fen }) => [kind, Number(balance_fen)]),
  )
const alarmsRaised = () =>
  rows<{ kind: string; because: string }>('select kind, because from alarm where lot_id = $1 order by id')
/** What the channel itself has given back of a payment. */
const givenBack = (channel: BilledChannel, payment: Id): number => {
  const number = numberOf('trade', lot, payment)
  return channel === 'wechatpay'
    ? wechatpay.control.order(number).refundedFen
    : alipay.control.trade(number).refundedFen
}

describe('what nobody may ask for leaves everything as it was', () => {
  const cases: [string, () => Promise<Awaited<ReturnType<typeof ask>>>, string][] = [
    ['a refund of 0', async () => ask(await aPayment('wechatpay'), 0), 'not-an-amount'],
    ['a refund of half a fen', async () => ask(await aPayment('wechatpay'), 0.5), 'not-an-amount'],
    ['more than was paid', async () => ask(await aPayment('wechatpay'), 1551), 'more-than-left'],
    ['no reason', async () => ask(await aPayment('wechatpay'), 100, { reason: '' }), 'not-a-reason'],
    ['an open payment', async () => ask(await aPayment('wechatpay', { open: true }), 100), 'not-paid'],
    [
      'a closed payment',
      async () => {
        const payment = await aPayment('wechatpay', { open: true })
        await rows(`update payment set state = 'closed' where lot_id = $1 and id = $2`, payment)
        return ask(payment, 100)
      },
      'not-paid',
    ],
    ['a payment that is not there', () => ask(newId(), 100), 'payment-not-found'],
    [
      'what goes back by itself',
      async () => ask(await aPayment('wechatpay', { voided: true }), 'all'),
      'goes-back-by-itself',
    ],
    ['nobody of that name', async () => ask(await aPayment('wechatpay'), 100, { by: '王' }), 'person-unknown'],
    ['a person of another operator', async () => ask(await aPayment('wechatpay'), 100, { by: '李会计' }), 'no-right'],
    [
      'all of it, when the operator holds less than its part: the channel has kept its fee',
      async () => ask(await aPayment('wechatpay'), 'all'),
      'not-enough-held',
    ],
  ]
  for (const [what, act, kind] of cases)
    test(what, async () => {
      const answer = await act()
      assert.equal(answer.ok, false)
      assert.equal(answer.ok || answer.error.kind, kind)
      assert.deepEqual(await rows('select from refund where lot_id = $1 and asked_by is not null'), [])
      assert.deepEqual(await rows(`select from transfer where lot_id = $1 and cause = 'refund-asked'`), [])
    })
  test('over the limit the code is asked for, of all refunds of the payment together, and is good once', async () => {
    const [payment] = [await aPayment('wechatpay'), await aPayment('wechatpay')]
    const strict = { ...rights, limitFen: fen(1_000) }
    const deps = { database: data.database, clock, newId, rights: strict }
    const asked = { lot, payment, reason: '多收了', by: '张经理' }
    const kindOf = (answer: Awaited<ReturnType<typeof askRefund>>) => (answer.ok ? 'asked' : answer.error.kind)
    assert.equal(kindOf(await askRefund(deps, { ...asked, amountFen: 900, secondFactor: null })), 'asked')
    assert.equal(
      kindOf(await askRefund(deps, { ...asked, amountFen: 101, secondFactor: null })),
      'second-factor-needed',
    )
    const code = codeNow()
    const given = await askRefund(deps, { ...asked, amountFen: 101, secondFactor: { code, usedStep: null } })
    assert.ok(given.ok && given.value.usedStep === totpStep(now), JSON.stringify(given))
    const again = { code, usedStep: given.value.usedStep }
    assert.equal(
      kindOf(await askRefund(deps, { ...asked, amountFen: 102, secondFactor: again })),
      'second-factor-wrong',
    )
    assert.deepEqual(
      await rows('select amount_fen, asked_by, reason, second_factor from refund where lot_id = $1 order by id'),
      [
        { amount_fen: 900, asked_by: '张经理', reason: '多收了', second_factor: false },
        { amount_fen: 101, asked_by: '张经理', reason: '多收了', second_factor: true },
      ],
    )
  })
})

describe('many at once', () => {
  test('50 people refund one payment at once: each its own number, never more than was paid, to the fen', async () => {
    const [payment] = [await aPayment('alipay'), await aPayment('alipay')]
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => ask(payment, 40 + n)))
    const granted = answers.flatMap((answer) => (answer.ok ? [answer.value] : []))
    const sum = granted.reduce((total, { amountFen }) => total + amountFen, 0)
    assert.ok(sum <= 1550 && sum > 1550 - 90, `${sum} of 1550`)
    assert.equal(new Set(granted.map(({ refundNumber }) => refundNumber)).size, granted.length)
    for (const answer of answers) if (!answer.ok) assert.equal(answer.error.kind, 'more-than-left')
    const rest = await ask(payment, 'all')
    assert.ok(rest.ok || rest.error.kind === 'more-than-left')
    await works(10)
    assert.deepEqual(await paymentOf(payment), { state: 'refunded', refunded_fen: 1550 })
    assert.equal(givenBack('alipay', payment), 1550)
    assert.deepEqual(await balances('alipay'), {
      ...{ 'channel-clearing': -1550, 'channel-fee': 18, 'operator-payable': 1550 - 9 - 15 - 9, 'platform-fee': 15 },
    })
  })
})

for (const channel of ['wechatpay', 'alipay'] as const) {
  const control = () => (channel === 'wechatpay' ? wechatpay.control : alipay.control)
  const fault = (kind: string, more: object = {}) =>
    (control().fault as (fault: object) => void)({ kind, times: 1, ...more })
  const two = async () => [await aPayment(channel), await aPayment(channel)][0]!

  describe(`refunds by ${channel}`, () => {
    test('a part, another part, the rest: each under its own number, booked from who received it', async () => {
      const payment = await two()
      assert.ok((await ask(payment, 500)).ok)
      assert.deepEqual((await balances(channel))['refund-in-flight'], 500, 'set aside at once')
      assert.ok((await ask(payment, 50)).ok)
      await works(3)
      assert.deepEqual(await statesOf(payment), ['done', 'done'])
      assert.deepEqual(await paymentOf(payment), { state: 'partly-refunded', refunded_fen: 550 })
      assert.ok((await ask(payment, 'all')).ok)
      await works(3)
      assert.deepEqual(await paymentOf(payment), { state: 'refunded', refunded_fen: 1550 })
      assert.equal(givenBack(channel, payment), 1550)
      const held = await balances(channel)
      assert.deepEqual(held, {
        ...{ 'channel-clearing': -1550, 'channel-fee': 18, 'operator-payable': 1517, 'platform-fee': 15 },
      })
      assert.deepEqual(await alarmsRaised(), [])
    })
    test('an answer that is lost after the money went back: asked again under the same number, once given back', async () => {
      const payment = await two()
      const asked = await ask(payment, 500)
      fault('error-after-refund')
      await works(3)
      assert.deepEqual(await statesOf(payment), ['done'])
      assert.equal(givenBack(channel, payment), 500)
      const number = asked.ok ? parseNumber('refund', asked.value.refundNumber) : asked
      assert.ok(number.ok && number.value.id === (await refundsOf(payment))[0]!.id)
    })
    test('an answer that is cut off', async () => {
      const payment = await two()
      await ask(payment, 500)
      fault('answer-cut', channel === 'wechatpay' ? { call: 'refund' } : { method: 'alipay.trade.refund' })
      await works(3)
      assert.deepEqual(await statesOf(payment), ['done'])
      assert.equal(givenBack(channel, payment), 500)
    })
    test('an account without money: it waits under its number, a person is told to top up, then it goes', async () => {
      const payment = await two()
      await ask(payment, 500)
      fault(channel === 'wechatpay' ? 'refund-not-enough' : 'refund-no-balance', { times: 4 })
      await works(1)
      assert.deepEqual(await statesOf(payment), ['sent'])
      assert.deepEqual(
        (await alarmsRaised()).map(({ kind, because }) => [kind, because.split(' ')[0]]),
        [['refund-waits', 'not-enough-money']],
      )
      assert.deepEqual((await ask(payment, 'all')).ok, true, 'the rest may be asked for beside it')
      await works(30)
      assert.deepEqual(await statesOf(payment), ['done', 'done'])
      assert.equal(givenBack(channel, payment), 1550)
    })
    test('what must be taken back first is asked for each time, and nothing goes out before', async () => {
      const payment = await two()
      await ask(payment, 500)
      const asked: string[] = []
      takeBack = async (row) => {
        if (row.lot_id === lot.lotId) asked.push(row.id)
        return asked.length < 3 ? 'wait' : 'ready'
      }
      await works(1 / 4)
      assert.deepEqual([asked.length, givenBack(channel, payment), await statesOf(payment)], [1, 0, ['asked']])
      await works(5)
      assert.equal(givenBack(channel, payment), 500)
      assert.deepEqual(await statesOf(payment), ['done'])
    })
  })
}

describe('what WeChat Pay does not return', () => {
  test('a dead card: the money stays in flight, a person is told where, and it is done when that person has done it', async () => {
    const payment = await aPayment('wechatpay')
    await ask(payment, 500)
    wechatpay.control.fault({ kind: 'refund-abnormal', times: 1 })
    await works(5)
    assert.deepEqual(await statesOf(payment), ['sent'])
    assert.match((await alarmsRaised())[0]!.because, /^dead-card \(ABNORMAL\): .*another card/)
    assert.equal((await alarmsRaised()).length, 1)
    assert.equal((await balances('wechatpay'))['refund-in-flight'], 500)
    const [refund] = await refundsOf(payment)
    const refundNumber = numberOf('refund', lot, refund!.id)
    await refunds.heard(lot, refund!.id, { state: 'done', refundNumber, amountFen: fen(500), doneAt: now })
    assert.deepEqual(await statesOf(payment), ['done'])
    assert.deepEqual(await paymentOf(payment), { state: 'partly-refunded', refunded_fen: 500 })
  })
  test('closed by the channel: the money is back where it came from, a person asks anew, under a new number', async () => {
    const payment = await aPayment('wechatpay')
    const before = await balances('wechatpay')
    await ask(payment, 500)
    wechatpay.control.fault({ kind: 'refund-closed', times: 1 })
    await works(5)
    assert.deepEqual(await statesOf(payment), ['failed'])
    assert.deepEqual(await balances('wechatpay'), before)
    assert.deepEqual(
      (await alarmsRaised()).map(({ kind, because }) => [kind, because.split(' ')[0]]),
      [['refund-failed', 'closed-by-channel']],
    )
    await ask(payment, 500)
    await works(5)
    assert.deepEqual(await statesOf(payment), ['failed', 'done'])
    assert.equal(givenBack('wechatpay', payment), 500)
  })
  test('a refund that was given up, and is reported done later, is not booked in silence', async () => {
    const payment = await aPayment('wechatpay')
    await ask(payment, 500)
    wechatpay.control.fault({ kind: 'refund-closed', times: 1 })
    await works(5)
    const [refund] = await refundsOf(payment)
    const refundNumber = numberOf('refund', lot, refund!.id)
    await refunds.heard(lot, refund!.id, { state: 'done', refundNumber, amountFen: fen(500), doneAt: now })
    assert.deepEqual(await statesOf(payment), ['failed'])
    assert.match((await alarmsRaised())[1]!.because, /^said-otherwise-later/)
  })
  test('a slow bank: it is in flight until the channel says so', async () => {
    const payment = await aPayment('wechatpay')
    await ask(payment, 500)
    wechatpay.control.fault({ kind: 'refund-slow', times: 1, ms: 20 * minute })
    await works(10)
    assert.deepEqual(await statesOf(payment), ['sent'])
    await works(20)
    assert.deepEqual(await statesOf(payment), ['done'])
    assert.deepEqual(await alarmsRaised(), [])
  })
})

describe('what goes back by itself', () => {
  for (const channel of ['wechatpay', 'alipay'] as const)
    test(`a receipt of ${channel} that counts for nothing, in full, from nobody’s money`, async () => {
      const payment = await aPayment(channel, { voided: true })
      await works(3)
      assert.deepEqual(await paymentOf(payment), { state: 'refunded', refunded_fen: 1550 })
      assert.equal(givenBack(channel, payment), 1550)
      assert.deepEqual(await balances(channel), {})
    })
  test('one that the channel gave up is asked for by a person, in full', async () => {
    const payment = await aPayment('wechatpay', { voided: true })
    wechatpay.control.fault({ kind: 'refund-closed', times: 1 })
    await works(3)
    assert.deepEqual(await statesOf(payment), ['failed'])
    const part = await ask(payment, 100)
    assert.equal(part.ok || part.error.kind, 'whole-only')
    assert.ok((await ask(payment, 'all')).ok)
    await works(3)
    assert.deepEqual(await paymentOf(payment), { state: 'refunded', refunded_fen: 1550 })
    assert.deepEqual(await balances('wechatpay'), {})
  })
})
