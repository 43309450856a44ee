import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import type { PaidFacts } from '@lanepay/channels/channel.ts'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import type { Command } from '@lanepay/lot-link/messages.ts'
import fc from 'fast-check'
import pg from 'pg'
import { alarms } from '../alarm/alarm.ts'
import { audit } from '../audit/audit.ts'
import { dispatcher } from '../command/dispatch.ts'
import { aLotPlan } from '../lot/lot.testing.ts'
import { provision } from '../lot/provision.ts'
import { type Claim, type Clear, clearing } from './clear.ts'

/* Many payments in one call, on the real function in the real database: each by its own merits, the same cause once. */

const lot = { bucket: 3, lotId: 9 }
/** Stands, unless told. */
let at = Date.UTC(2026, 5, 1) as Instant
const clock = { now: () => at }
const newId = idMaker(() => clock.now(), 5)
let data: TestDatabase
let sql: pg.Pool
let clear: Clear
let commands: Command[] = []

before(async () => {
  data = await testDatabase()
  sql = new pg.Pool({ ...data.connection, max: 2 })
  await provision(
    data.database,
    aLotPlan(lot, { accounts: [{ id: 1, channel: 'wechatpay', channelFeeBasisPoints: 60, merchant: {} }] }),
    clock.now(),
  )
  clear = clearing({
    database: data.database,
    clock,
    newId,
    gateSeconds: 60,
    onCommand: (_, command) => commands.push(command),
  })
})
after(async () => {
  await sql.end()
  await data.close()
})
afterEach(async () => {
  commands = []
  assert.deepEqual((await audit(data.database)).broken, [])
})

async function aSession(over: { state?: string; paidFen?: number } = {}): Promise<Id> {
  const id = newId()
  const { state = 'leaving' } = over
  await sql.query(
    `insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, paid_fen, left_at, ended_because)
     values ($1, $2, $3, '粤B12345', false, 'blue', $4::text::session_state, now(), 0, case when $4::text = 'left' then now() end,
             case when $4::text in ('superseded', 'voided') then 'a test' end)`,
    [lot.bucket, lot.lotId, id, state],
  )
  return id
}
async function aPayment(session: Id, over: { state?: string; amountFen?: number } = {}): Promise<Id> {
  const id = newId()
  await sql.query(
    `insert into payment (bucket, lot_id, id, session_id, lane_id, occupancy, plate, driver, channel, account_id, account_key, operator_id,
                          amount_fen, channel_fee_fen, platform_fee_fen, paid_before_fen, leave_minutes, state, created_at, expires_at)
     values ($1, $2, $3, $4, 2, 77, '粤B12345', 'wechatpay:o', 'wechatpay', 1, '1900000001', 1, $5, 3, 5, 0, 15, $6, now(), now())`,
    [lot.bucket, lot.lotId, id, session, over.amountFen ?? 500, over.state ?? 'pending'],
  )
  return id
}
const claim = (id: Id, over: Partial<PaidFacts> = {}): Claim => ({
  number: { kind: 'trade', ...lot, id },
  facts: {
    tradeNumber: numberOf('trade', lot, id),
    accountKey: '1900000001',
    amountFen: fen(500),
    currency: 'CNY',
    channelTradeNo: `42${id}`,
    paidAt: clock.now(),
    payer: 'o',
    ...over,
  },
})
/** All in one call: the first goes alone, those that come while it is under way go together. */
const together = async (claims: readonly Claim[]): Promise<string[]> => {
  const lone = clear(claim(newId()))
  const outcomes = Promise.all(claims.map(clear))
  assert.equal(await lone, 'not-found')
  return outcomes
}

describe('one call', () => {
  test('each by its own merits: bad ones are answered and fail nobody', async () => {
    const good = await aPayment(await aSession())
    const closed = await aPayment(await aSession(), { state: 'closed' })
    const late = await aPayment(await aSession({ state: 'left' }))
    const gone = await aPayment(await aSession({ state: 'voided' }))
    const doubted = await aPayment(await aSession())
    const outcomes = await together([
      claim(doubted, { amountFen: fen(1) }),
      claim(closed),
      claim(newId()),
      claim(good),
      claim(doubted, { currency: 'USD' }),
      claim(late),
      claim(gone),
    ])
    assert.deepEqual(outcomes, [
      'other-amount',
      'unapplied',
      'not-found',
      'applied',
      'other-currency',
      'unapplied',
      'unapplied',
    ])
    assert.deepEqual(await together([claim(doubted, { accountKey: '2900000002' })]), ['other-account'])
  })
  test('two payments of one stay: one counts, the other goes back, their neighbours are cleared', async () => {
    const session = await aSession()
    const [one, two] = [await aPayment(session), await aPayment(session)]
    const neighbours = [await aPayment(await aSession()), await aPayment(await aSession())]
    const outcomes = await together([claim(one), claim(neighbours[0]!), claim(two), claim(neighbours[1]!)])
    const [first, neighbour, second, other] = outcomes
    assert.deepEqual([neighbour, other], ['applied', 'applied'])
    // Two calls at once: either may be the faster one.
    assert.deepEqual([first, second].sort(), ['applied', 'unapplied'])
  })
  test('the same cause twice is one effect; another number of the channel for it is not believed', async () => {
    const id = await aPayment(await aSession())
    assert.deepEqual(await Promise.all([clear(claim(id)), clear(claim(id))]), ['applied', 'known'])
    assert.equal(await clear(claim(id, { channelTradeNo: 'another' })), 'other-number')
    assert.equal(commands.length, 1)
  })
  test('the command names the gate, and the outbox makes the very same one again', async () => {
    const session = await aSession()
    const id = await aPayment(session)
    await clear(claim(id))
    assert.deepEqual(commands, [
      {
        id: numberOf('command', lot, id),
        kind: 'clearance',
        issuedAt: clock.now(),
        expiresAt: clock.now() + 60_000,
        clearance: id,
        session,
        paidFen: 500,
        leaveMinutes: 15,
        leaveBy: clock.now() + 15 * 60_000,
        gate: { lane: 2, occupancy: '77' },
      },
    ])
    const told: Command[] = []
    const outbox = dispatcher({
      database: data.database,
      clock,
      log: silentLog,
      newId,
      gateSeconds: 60,
      alarms: alarms({ database: data.database, clock, log: silentLog, newId }),
      tell: (_, command) => told.push(command),
    })
    at = (at + 1_000) as Instant
    await outbox.round()
    assert.deepEqual(
      told.find(({ id: number }) => number === commands[0]!.id),
      commands[0],
    )
  })
  test('other processes clear the same payments at the same time: one effect each', async () => {
    const others = clearing({
      database: data.database,
      clock,
      newId: idMaker(() => clock.now(), 6),
      gateSeconds: 60,
      onCommand: () => {},
    })
    const ids = await Promise.all(Array.from({ length: 40 }, async () => aPayment(await aSession())))
    const outcomes = await Promise.all(ids.flatMap((id) => [clear(claim(id)), others(claim(id))]))
    for (const [index] of ids.entries())
      assert.deepEqual(outcomes.slice(index * 2, index * 2 + 2).sort(), ['applied', 'known'])
  })
  test('law: whatever comes in whatever order, every stay is paid at most once and the books hold', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ stay: fc.nat(3), state: fc.constantFrom('pending', 'created', 'closed'), twice: fc.boolean() }),
          {
            minLength: 1,
            maxLength: 12,
          },
        ),
        async (wanted) => {
          const stays = await Promise.all([0, 1, 2, 3].map(() => aSession()))
          const claims: Claim[] = []
          for (const { stay, state, twice } of wanted) {
            const one = claim(await aPayment(stays[stay]!, { state }))
            claims.push(one, ...(twice ? [one] : []))
          }
          const outcomes = await Promise.all(claims.map(clear))
          for (const [n, session] of stays.entries()) {
            const { rows } = await sql.query('select paid_fen from session where id = $1', [session])
            const open = wanted.some(({ stay, state }) => stay === n && state !== 'closed')
            assert.equal(rows[0].paid_fen, open ? 500 : 0)
          }
          assert.equal(
            outcomes.filter((outcome) => outcome === 'known').length,
            wanted.filter(({ twice }) => twice).length,
          )
        },
      ),
      { numRuns: 25 },
    ))
})
