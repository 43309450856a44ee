import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf, parseNumber } from '@lanepay/domain/numbers.ts'
import pg from 'pg'
import { audit } from '../audit/audit.ts'
import { clearing } from '../clearing/clear.ts'
import { aLotPlan } from '../lot/lot.testing.ts'
import { provision } from '../lot/provision.ts'
import { secondFactorLastsMs } from '../staff/decide.ts'
import { proveTrail } from '../staff/trail-read.ts'
import { refundRoutes, screenLimitFen } from './routes.ts'
import { type Screens, startScreens } from './screens.testing.ts'

/* Refunds that persons ask for on screens: once however often they are sent, by those who may, each with its line. */

const clock = new SimulatedClock()
const newId = idMaker(() => clock.now(), 5)
const houseKey = Buffer.from('the house key of refunds on screens')
const lot = { bucket: 3, lotId: 77 }
let data: TestDatabase
let sql: pg.Client
let screens: Screens
before(async () => {
  data = await testDatabase()
  sql = new pg.Client(data.connection)
  await sql.connect()
  for (const lotId of [77, 78]) await provision(data.database, aLotPlan({ bucket: 3, lotId }), clock.now())
  const others = { operator: { id: '2', name: '别家物业' }, accounts: [] }
  await provision(data.database, aLotPlan({ bucket: 3, lotId: 79 }, others), clock.now())
  const deps = { database: data.database, clock, newId, houseKey }
  screens = await startScreens(deps, [refundRoutes(deps)])
})
after(async () => {
  await screens.close()
  await sql.end()
  await data.close()
})

/** A payment of ¥500.00 of the lot that was cleared just now: its number. */
async function aPayment(): Promise<string> {
  const [session, id, at] = [newId(), newId(), new Date(clock.now())]
  await sql.query(
    `insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, paid_fen) values (3, 77, $1, '粤B12345', false, 'blue', 'inside', $2, 0)`,
    [session, at],
  )
  await sql.query(
    `insert into payment (bucket, lot_id, id, session_id, plate, driver, channel, account_id, account_key, operator_id, amount_fen,
                          channel_fee_fen, platform_fee_fen, paid_before_fen, leave_minutes, state, created_at, expires_at)
     values (3, 77, $1, $2, '粤B12345', 'wechatpay:o', 'wechatpay', 1, '1900000001', 1, 50000, 300, 500, 0, 15, 'pending', $3, $3)`,
    [id, session, at],
  )
  const clear = clearing({ database: data.database, clock, newId, gateSeconds: 60, onCommand: () => {} })
  const number = numberOf('trade', lot, id)
  const facts = { tradeNumber: number, accountKey: '1900000001', amountFen: fen(50_000), currency: 'CNY' }
  await clear({
    number: { kind: 'trade', ...lot, id },
    facts: { ...facts, channelTradeNo: `42-${id}`, paidAt: clock.now(), payer: null },
  })
  return number
}
type Told = Parameters<Screens['somebody']>[0]
async function somebody(told: Partial<Told> = {}) {
  const { post } = await screens.somebody({ role: 'finance', operatorId: '1', ...told })
  return {
    ask: async (lotId = 77): Promise<string> => (await post(`/api/operator/lots/${lotId}/refund-asks`, {})).json.ask,
    refund: (body: object, lotId = 77) =>
      post(`/api/operator/lots/${lotId}/refunds`, { amountFen: 100, reason: '多收了', ...body }),
  }
}
const refundsOf = async (payment: string) => {
  const number = parseNumber('trade', payment)
  assert.ok(number.ok)
  const { rows } = await sql.query(
    'select amount_fen, second_factor from refund where bucket = 3 and lot_id = 77 and payment_id = $1 order by id',
    [number.value.id],
  )
  return rows
}
const lines = async (payment: string) =>
  (await sql.query(`select after, reason from staff_line where about = $1 order by id`, [`payment ${payment}`])).rows

describe('a refund on a screen', () => {
  test('is one, however often and however many times at once it is sent, with one line of the trail', async () => {
    const [finance, payment] = [await somebody(), await aPayment()]
    const ask = await finance.ask()
    const answers = await Promise.all(Array.from({ length: 6 }, () => finance.refund({ ask, payment })))
    answers.push(await finance.refund({ ask, payment, amountFen: 40_000 }))
    for (const { status, json } of answers) assert.deepEqual({ status, json }, { status: 200, json: answers[0]!.json })
    assert.deepEqual(answers[0]!.json.amountFen, 100)
    assert.deepEqual(await refundsOf(payment), [{ amount_fen: 100, second_factor: false }])
    const [line, ...more] = await lines(payment)
    assert.deepEqual([more, line.reason], [[], '多收了'])
    assert.match(line.after, /^refund \d+, 100 fen, second factor shown$/)
    assert.equal((await finance.refund({ ask: await finance.ask(), payment })).status, 200)
    assert.equal((await refundsOf(payment)).length, 2)
  })

  test('over the limit needs the second factor shortly before, and counts what was given back before', async () => {
    const [finance, payment] = [await somebody(), await aPayment()]
    assert.equal(
      (await finance.refund({ ask: await finance.ask(), payment, amountFen: screenLimitFen + 1 })).status,
      200,
    )
    assert.deepEqual(await refundsOf(payment), [{ amount_fen: screenLimitFen + 1, second_factor: true }])
    clock.advance(secondFactorLastsMs)
    const other = await aPayment()
    const small = await finance.refund({ ask: await finance.ask(), payment: other, amountFen: screenLimitFen })
    assert.equal(small.status, 200)
    const over = await finance.refund({ ask: await finance.ask(), payment: other, amountFen: 1 })
    assert.deepEqual([over.status, over.json.error.code], [403, 'second-factor-needed'])
    assert.deepEqual(await refundsOf(other), [{ amount_fen: screenLimitFen, second_factor: false }])
  })

  const refused: [
    string,
    (payment: string) => Promise<{ status: number; json: { error: { code: string } } }>,
    string,
  ][] = [
    [
      'of a role that may not',
      async (payment) => (await somebody({ role: 'read-only' })).refund({ ask: 'x', payment }),
      'not-allowed',
    ],
    [
      'of another operator',
      async (payment) => (await somebody({ operatorId: '2' })).refund({ ask: 'x', payment }),
      'bad-request',
    ],
    [
      'of a lot that it may not see',
      async (payment) => (await somebody({ lots: [{ lot: 78 }] })).refund({ ask: 'x', payment }),
      'bad-request',
    ],
    [
      'with an ask that nobody made',
      async (payment) => (await somebody()).refund({ ask: 'x.y', payment }),
      'bad-request',
    ],
    [
      "with another's ask",
      async (payment) => (await somebody()).refund({ ask: await (await somebody()).ask(), payment }),
      'bad-request',
    ],
    [
      "with another lot's ask",
      async (payment) => {
        const one = await somebody()
        return one.refund({ ask: await one.ask(78), payment })
      },
      'bad-request',
    ],
    [
      'of a payment of another lot',
      async (payment) => {
        const one = await somebody()
        return one.refund({ ask: await one.ask(78), payment }, 78)
      },
      'payment-not-found',
    ],
    [
      'of a payment that is nowhere',
      async () => {
        const one = await somebody()
        return one.refund({ ask: await one.ask(), payment: numberOf('trade', lot, newId()) })
      },
      'payment-not-found',
    ],
    [
      'of more than was paid',
      async (payment) => {
        const one = await somebody()
        return one.refund({ ask: await one.ask(), payment, amountFen: 50_001 })
      },
      'more-than-left',
    ],
    [
      'without a reason',
      async (payment) => {
        const one = await somebody()
        return one.refund({ ask: await one.ask(), payment, reason: '' })
      },
      'bad-request',
    ],
  ]
  for (const [what, act, code] of refused)
    test(`${what} is refused: ${code}, and nothing is done`, async () => {
      const payment = await aPayment()
      const { status, json } = await act(payment)
      assert.ok(status >= 400 && status < 500, String(status))
      assert.equal(json.error.code, code)
      assert.deepEqual([await refundsOf(payment), await lines(payment)], [[], []])
    })

  test('leaves books that balance and a trail that proves', async () => {
    assert.deepEqual((await proveTrail(data.database, houseKey)).broken, [])
    assert.deepEqual((await audit(data.database)).broken, [])
  })
})
