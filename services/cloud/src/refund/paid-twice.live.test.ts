import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import type { Channel } from '@lanepay/channels/channel.ts'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import { ok } from '@lanepay/domain/result.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import type { Events } from '@lanepay/lot-link/messages.ts'
import pg from 'pg'
import { alarms as makeAlarms } from '../alarm/alarm.ts'
import { audit } from '../audit/audit.ts'
import { clearing } from '../clearing/clear.ts'
import { aLotPlan } from '../lot/lot.testing.ts'
import { provision } from '../lot/provision.ts'
import { channelAccounts } from '../payment/accounts.ts'
import { postFeesOf } from '../reconciliation/fees.ts'
import { type TakeIn, takingIn } from '../session/take-in.ts'
import { noticingPaidTwice } from './paid-twice.ts'
import { refunds as makeRefunds, type Refunds } from './refund.ts'

/*
 * Cash that a lot took for what was paid by phone (domain.md 4: what cannot count goes back by itself, and is never kept in
 * silence), on the real tables: the lot's log comes in late, in pieces of any size, more than once.
 */
const minute = 60_000
let now = Date.UTC(2026, 10, 2, 4) as Instant
const clock = { now: () => now }
const newId = idMaker(clock.now, 5)
const atLot = idMaker(clock.now, 900)
const lot = { bucket: 3, lotId: 0 }
const accountKey = '1900000001'
let data: TestDatabase
let looking: pg.Client
let takeIn: TakeIn
let refunds: Refunds
let asked: { refundNumber: string; amountFen: number }[]

before(async () => {
  data = await testDatabase()
  looking = new pg.Client(data.connection)
  await looking.connect()
  const { database } = data
  const alarms = makeAlarms({ database, clock, log: silentLog, newId })
  takeIn = noticingPaidTwice(takingIn({ database, clock, alarms }), { database, clock, newId, alarms })
  const channel: Pick<Channel, 'refund'> = {
    refund: async (_, { refundNumber, amountFen }) => {
      asked.push({ refundNumber, amountFen })
      return ok({ state: 'done', refundNumber, amountFen, doneAt: now })
    },
  }
  refunds = makeRefunds({
    database,
    clock,
    log: (level, event, fields) => assert.notEqual(level, 'error', JSON.stringify({ event, ...fields })),
    channels: { wechatpay: channel as Channel },
    accounts: channelAccounts(database),
    alarms,
    publicUrl: 'http://nobody.example',
  })
})
after(async () => {
  await looking.end()
  await data.close()
})
beforeEach(async () => {
  asked = []
  lot.lotId += 1
  await provision(
    data.database,
    aLotPlan(lot, { accounts: [{ id: 1, channel: 'wechatpay', channelFeeBasisPoints: 60, merchant: {} }] }),
    now,
  )
})
afterEach(async () => assert.deepEqual((await audit(data.database)).broken, []))

const rows = async <Row>(text: string, ...values: unknown[]): Promise<Row[]> =>
  (await looking.query(text, [lot.lotId, ...values])).rows as Row[]
const pass = (ms: number) => {
  now = (now + ms) as Instant
}
type Event = Events['events'][number]
/** A lot's log, numbered as it grows. */
function aLog() {
  const epoch = atLot()
  let seq = 0
  return {
    event: (kind: string, more: object): Event => ({ seq: ++seq, at: now, kind, ...more }) as Event,
    say: (...events: Event[]) => takeIn({ ...lot, device: 'agent' }, { epoch, events }),
  }
}
/** A stay that owes 15.50, asked by phone now, and the payment of it when it is made. */
async function aStay() {
  const log = aLog()
  const session = atLot()
  const entered = { session, plate: '粤B12345', pass: false, colour: 'blue', lane: 1, enteredAt: now }
  await log.say(log.event('entered', entered))
  pass(70 * minute)
  const quotedAt = now
  const paysByPhone = async (amountFen = 1550): Promise<Id> => {
    const [quote, id] = [newId(), newId()]
    await rows(
      `insert into quote (bucket, lot_id, id, session_id, driver, plate, price_fen, paid_before_fen, owed_fen, lines, leave_minutes, quoted_at, expires_at, payment_id)
       values (3, $1, $2, $3, 'wechatpay:o', '粤B12345', $4, 0, $4, '[]', 15, $5, $5, $6)`,
      quote,
      session,
      amountFen,
      new Date(quotedAt),
      id,
    )
    await rows(
      `insert into payment (bucket, lot_id, id, session_id, quote_id, plate, driver, channel, account_id, account_key, operator_id, amount_fen,
                            channel_fee_fen, platform_fee_fen, paid_before_fen, leave_minutes, state, created_at, expires_at)
       values (3, $1, $2, $3, $4, '粤B12345', 'wechatpay:o', 'wechatpay', 1, $5, 1, $6, 9, 15, 0, 15, 'pending', $7, $7)`,
      id,
      session,
      quote,
      accountKey,
      amountFen,
      new Date(now),
    )
    const facts = {
      accountKey,
      amountFen: fen(amountFen),
      currency: 'CNY',
      channelTradeNo: `42-${id}`,
      paidAt: now,
      payer: null,
    }
    const clear = clearing({ database: data.database, clock, newId, gateSeconds: 60, onCommand: () => {} })
    await clear({ number: { kind: 'trade', ...lot, id }, facts: { tradeNumber: numberOf('trade', lot, id), ...facts } })
    return id
  }
  /** The lot's word that cash was taken, or that it heard of a payment, or that the vehicle has left: now, by its clock. */
  const cash = (paidFen = 1550) =>
    log.event('cash-taken', { session, clearance: atLot(), paidFen, leaveBy: now + 15 * minute, by: '张师傅' })
  const cleared = (payment: Id, paidFen = 1550) =>
    log.event('cleared', { session, clearance: payment, paidFen, leaveBy: now + 15 * minute })
  const left = () => log.event('left', { session, lane: 2, occupancy: atLot(), leftAt: now, owedFen: 0 })
  return { session, say: log.say, paysByPhone, cash, cleared, left }
}
/** The worker of refunds, for so long. */
const works = async (minutes: number) => {
  for (let n = 0; n < minutes; n++) {
    pass(minute)
    await refunds.round()
  }
}
const alarmsRaised = () =>
  rows<{ kind: string; payment_id: string; because: string }>(
    'select kind, payment_id, because from alarm where lot_id = $1 order by id',
  )
const paymentState = async (id: Id) =>
  (await rows<{ state: string }>('select state from payment where lot_id = $1 and id = $2', id))[0]!.state
const balances = () =>
  rows<{ kind: string; balance_fen: string }>(
    `select kind, balance_fen from account where lot_id = $1 and balance_fen <> 0 order by kind`,
  )

/** A line of the channel's bill: the fee it kept of a payment, or gave back with its refund; the fees of the bill are posted. */
async function billSays(payment: Id, { feeFen, refund }: { feeFen: number; refund?: Id }): Promise<void> {
  const billId = newId()
  await rows(
    `insert into bill_line (bucket, lot_id, item_id, bill_id, line, kind, payment_id, amount_fen, fee_milli_fen, channel_no, refund_state, at, product, note)
     values (3, $1, $2, $3, 1, $4::text::bill_line_kind, $5, 1550, $6, '42', $7, $8, '', '')`,
    ...[refund ?? payment, billId, refund ? 'refund' : 'payment', refund ? payment : null],
    ...[(refund ? -1_000 : 1_000) * feeFen, refund ? 'done' : null, new Date(now)],
  )
  const bill = {
    accountId: 1,
    channel: 'wechatpay',
    accountKey,
    kind: 'trade',
    day: '2026-11-02' as never,
    lines: 1,
  } as const
  await postFeesOf(data.database, { ...bill, billId }, now)
}

describe('cash and a payment by phone for one debt', () => {
  test('a person is told both amounts, and the phone’s money goes back whole when the vehicle has left in time', async () => {
    const { session, say, paysByPhone, cash, cleared, left } = await aStay()
    const payment = await paysByPhone()
    pass(minute)
    const taken = cash()
    pass(minute)
    await say(taken, left(), cleared(payment))
    assert.deepEqual(await alarmsRaised(), [
      {
        kind: 'paid-twice',
        payment_id: payment,
        because: `¥15.50 in cash and ¥15.50 by phone for one debt of session ${session}`,
      },
    ])
    assert.equal(await paymentState(payment), 'paid', 'until it is known that it was not used')
    await works(20)
    assert.equal(await paymentState(payment), 'refunded')
    assert.deepEqual(
      asked.map(({ amountFen }) => amountFen),
      [1550],
    )
    assert.deepEqual(
      await balances(),
      [
        { kind: 'operator-cash', balance_fen: '1550' },
        { kind: 'cash-drawer', balance_fen: '-1550' },
      ],
      'the cash is in the drawer; by the payment nobody has earned anything, in fees neither',
    )
  })
  for (const [what, feeFen, billFirst] of [
    ['the bill says the fee that was set aside, before it goes back', 9, true],
    ['the bill says more, before it goes back', 12, true],
    ['the bill says less, before it goes back', 5, true],
    ['the bill says the fee that was set aside, after it went back', 9, false],
    ['the bill says more, after it went back', 12, false],
  ] as const)
    test(`${what}: with the fee that the channel gives back nothing is left of it in the books`, async () => {
      const { say, paysByPhone, cash, left } = await aStay()
      const payment = await paysByPhone()
      pass(minute)
      await say(cash(), left())
      if (billFirst) await billSays(payment, { feeFen })
      await works(20)
      assert.equal(await paymentState(payment), 'refunded')
      const [refund] = await rows<{ id: Id }>('select id from refund where lot_id = $1')
      if (!billFirst) await billSays(payment, { feeFen })
      await billSays(payment, { feeFen, refund: refund!.id })
      assert.deepEqual(await balances(), [
        { kind: 'operator-cash', balance_fen: '1550' },
        { kind: 'cash-drawer', balance_fen: '-1550' },
      ])
    })
  test('the phone was the later one: it goes back all the same', async () => {
    const { say, paysByPhone, cash, left } = await aStay()
    const taken = cash()
    pass(minute)
    const gone = left()
    pass(30_000)
    const payment = await paysByPhone()
    await say(taken, gone)
    await works(20)
    assert.equal(await paymentState(payment), 'refunded')
  })
  test('cash for more, because the lot knew of nothing: the whole of what was paid by phone goes back', async () => {
    const { say, paysByPhone, cash, left } = await aStay()
    const payment = await paysByPhone()
    pass(60 * minute)
    await say(cash(2050), left())
    assert.match((await alarmsRaised())[0]!.because, /¥20\.50 in cash and ¥15\.50 by phone/)
    await works(20)
    assert.equal(await paymentState(payment), 'refunded')
  })
  test('told more than once, in pieces and at once: one alarm, one refund', async () => {
    const { say, paysByPhone, cash, left } = await aStay()
    await paysByPhone()
    const taken = cash()
    const gone = left()
    await Promise.all([say(taken), say(taken), say(taken, gone)])
    await say(taken, gone)
    await works(20)
    assert.equal((await alarmsRaised()).length, 1)
    assert.equal(asked.length, 1)
    assert.equal((await rows('select from refund where lot_id = $1')).length, 1)
  })
  test('while it is inside nothing goes back; when it leaves in the time of the cash, it does', async () => {
    const { say, paysByPhone, cash, left } = await aStay()
    const payment = await paysByPhone()
    await say(cash())
    pass(10 * minute)
    const gone = left()
    await works(60) // the line was cut again: that it left is heard an hour later
    assert.equal(await paymentState(payment), 'paid')
    await say(gone)
    await works(20)
    assert.equal(await paymentState(payment), 'refunded')
  })
  test('it stayed on, so the phone’s money may have paid for that: kept, and a person is told that too', async () => {
    const { say, paysByPhone, cash, left } = await aStay()
    const payment = await paysByPhone()
    await say(cash())
    pass(16 * minute)
    await say(left())
    await works(20)
    assert.equal(await paymentState(payment), 'paid')
    assert.deepEqual(asked, [])
    assert.deepEqual(
      (await alarmsRaised()).map(({ kind }) => kind),
      ['paid-twice', 'paid-twice-kept'],
    )
    assert.deepEqual(
      await rows('select state from refund where lot_id = $1'),
      [{ state: 'failed' }],
      'and nobody comes back to it',
    )
  })
  test('cash for what was owed after the payment is another debt: nothing to tell, nothing goes back', async () => {
    const { say, paysByPhone, cash, cleared, left } = await aStay()
    const payment = await paysByPhone()
    await say(cleared(payment))
    pass(60 * minute)
    await say(cash(500), left())
    await works(20)
    assert.deepEqual(await alarmsRaised(), [])
    assert.equal(await paymentState(payment), 'paid')
  })
  test('cash alone is nobody’s business', async () => {
    const { say, cash, left } = await aStay()
    await say(cash(), left())
    assert.deepEqual(await alarmsRaised(), [])
  })
})
