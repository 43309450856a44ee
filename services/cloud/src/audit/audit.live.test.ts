import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import pg from 'pg'
import { clearing } from '../clearing/clear.ts'
import { provision } from '../lot/provision.ts'
import { audit, auditSince } from './audit.ts'

/* What an audit finds, and what it must not find, on the real tables: each invariant is broken by hand, early and late. */

const minute = 60_000
const day = 24 * 60 * minute
let now = Date.UTC(2026, 10, 2, 4) as Instant
const clock = { now: () => now }
const pass = (ms: number) => {
  now = (now + ms) as Instant
}
const newId = idMaker(clock.now, 5)
const lot = { bucket: 3, lotId: 7 }
let data: TestDatabase
let sql: pg.Client

before(async () => {
  data = await testDatabase()
  sql = new pg.Client(data.connection)
  await sql.connect()
})
after(async () => {
  await sql.end()
  await data.close()
})
beforeEach(async () => {
  await sql.query('truncate session, payment, clearance, refund, transfer, lot_event, lot cascade')
  for (const number of [lot.lotId, 8])
    await provision(
      data.database,
      {
        bucket: lot.bucket,
        number,
        name: '阳光花园',
        platformFeeBasisPoints: 100,
        operator: { id: '1', name: '阳光物业' },
        accounts: [{ id: 1, channel: 'wechatpay', channelFeeBasisPoints: 60, merchant: {} }],
        lanes: [{ id: 2, name: '出口', direction: 'exit' }],
      },
      now,
    )
})

type Paid = { session: Id; payment: Id }
/** A stay with an open payment. */
async function anUnpaidStay(state: 'inside' | 'voided' = 'inside'): Promise<Paid> {
  const [session, payment] = [newId(), newId()]
  await sql.query(
    `insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, paid_fen, ended_because)
     values ($1, $2, $3, '粤B12345', false, 'blue', $4, $5, 0, $6)`,
    [lot.bucket, lot.lotId, session, state, new Date(now), state === 'voided' ? 'no such vehicle' : null],
  )
  await sql.query(
    `insert into payment (bucket, lot_id, id, session_id, plate, driver, channel, account_id, account_key, operator_id, amount_fen,
                          channel_fee_fen, platform_fee_fen, paid_before_fen, leave_minutes, state, created_at, expires_at)
     values ($1, $2, $3, $4, '粤B12345', 'wechatpay:o', 'wechatpay', 1, '1900000001', 1, 1000, 6, 9, 0, 15, 'pending', $5, $5)`,
    [lot.bucket, lot.lotId, payment, session, new Date(now)],
  )
  return { session, payment }
}
async function aPaidStay(state?: 'inside' | 'voided'): Promise<Paid> {
  const made = await anUnpaidStay(state)
  pass(minute)
  await pay(made.payment)
  return made
}
async function pay(payment: Id): Promise<void> {
  const clear = clearing({ database: data.database, clock, newId, gateSeconds: 60, onCommand: () => {} })
  const number = { kind: 'trade', ...lot, id: payment } as const
  const facts = { accountKey: '1900000001', amountFen: fen(1000), currency: 'CNY', channelTradeNo: `42-${payment}` }
  await clear({
    number,
    facts: { ...facts, tradeNumber: numberOf('trade', lot, payment), paidAt: now, payer: null },
  })
}
/** A log of the lot with these events, the last of them an opening of the gate by `cause`. */
async function aLog(seqs: readonly number[], committed: number, cause?: readonly [string, string | null]): Promise<Id> {
  const epoch = newId()
  await sql.query('insert into lot_log (bucket, lot_id, device, epoch, committed_seq) values ($1, $2, $3, $4, $5)', [
    ...[lot.bucket, lot.lotId, 'agent', epoch, committed],
  ])
  for (const seq of seqs)
    await sql.query(
      `insert into lot_event (bucket, lot_id, epoch, seq, device, kind, at, received_at, body) values ($1, $2, $3, $4, 'agent', 'gate-opened', $5, $5, '{}')`,
      [lot.bucket, lot.lotId, epoch, seq, new Date(now)],
    )
  if (cause)
    await sql.query(
      `insert into gate_opening (bucket, lot_id, epoch, seq, lane_id, at, cause_kind, cause_id, silent) values ($1, $2, $3, $4, 2, $5, $6, $7, false)`,
      [lot.bucket, lot.lotId, epoch, committed, new Date(now), ...cause],
    )
  return epoch
}
const say = (text: string, ...values: unknown[]) => sql.query(text, values)
/** Books that do not follow from anything: somebody with the password wrote them. */
const unchecked = async (text: string, ...values: unknown[]) => {
  await sql.query('alter table transfer drop constraint transfer_adds_up')
  await sql.query(text, values)
  await sql.query(
    'alter table transfer add constraint transfer_adds_up check (adds_up(kind, party, amount_fen)) not valid',
  )
}

type Break = readonly [what: string, invariant: RegExp, first: RegExp, breakIt: (paid: Paid) => Promise<unknown>]
const breaks: readonly Break[] = [
  [
    'a transfer that does not add up',
    /sums to zero/,
    /lot 7: transfer payment-paid of \d+ has \{-1000,6,9,986\}/,
    ({ payment }) => unchecked(`update transfer set amount_fen = '{-1000,6,9,986}' where cause_id = $1`, payment),
  ],
  [
    'a balance that somebody wrote',
    /balance equals/,
    /lot 7: account operator-payable of 1 by wechatpay stands at (\d+) fen, its transfers come to (?!\1$)\d+/,
    () => say(`update account set balance_fen = balance_fen + 1 where kind = 'operator-payable'`),
  ],
  [
    'a balance that is gone',
    /balance equals/,
    /stands at nothing fen/,
    () => say(`delete from account where kind = 'platform-fee'`),
  ],
  [
    'more back from a channel than it ever had of the lot',
    /no channel holds less than nothing/,
    /lot 7: wechatpay would hold -\d+ fen, and owes 0 of fees/,
    ({ payment }) =>
      say(
        `update transfer set kind[1] = 'operator-payable', kind[4] = 'channel-clearing', amount_fen = '{-2000,6,9,1985}' where cause_id = $1`,
        payment,
      ),
  ],
  [
    'a paid payment without its clearance',
    /one transfer and one clearance/,
    /payment \d+ is paid, and has no clearance/,
    ({ payment }) => say('delete from clearance where id = $1', payment),
  ],
  [
    'a paid payment without its transfer',
    /one transfer and one clearance/,
    /payment \d+ is paid, and has no transfer/,
    ({ payment }) => say('delete from transfer where cause_id = $1', payment),
  ],
  [
    'a payment that is paid by nothing but its state',
    /one transfer and one clearance/,
    /payment \d+ is paid, and has no transfer/,
    async () =>
      say(
        `update payment set state = 'paid', cleared_at = $2 where id = $1`,
        (await anUnpaidStay()).payment,
        new Date(now),
      ),
  ],
  [
    'an open payment with a clearance',
    /one transfer and one clearance/,
    /payment \d+ is pending, and has a transfer or a clearance/,
    ({ payment }) => say(`update payment set state = 'pending', cleared_at = null where id = $1`, payment),
  ],
  [
    'a transfer of another amount',
    /one transfer and one clearance/,
    /payment \d+ is of 999 fen, and its transfer of 1000/,
    ({ payment }) => say('update payment set amount_fen = 999 where id = $1', payment),
  ],
  [
    'a transfer of a payment that is not there',
    /one transfer and one clearance/,
    /payment \d+ is not there, and has a transfer/,
    ({ payment }) => say('delete from payment where id = $1', payment),
  ],
  [
    'an unapplied payment whose refund is gone',
    /one transfer and one clearance/,
    /payment \d+ is unapplied, and has no transfer, or no refund/,
    async () => {
      const { payment } = await aPaidStay('voided')
      await say('delete from refund where payment_id = $1', payment)
    },
  ],
  [
    'a clearance that nobody tells',
    /told to the lot/,
    /clearance \d+ of session \d+ was not told/,
    ({ payment }) => say(`update clearance set send_at = null, state = 'done' where id = $1`, payment),
  ],
  [
    'a stay that has paid more than its clearances',
    /sum of its clearances/,
    /session \d+ has paid 1001 fen, its clearances are of 1000/,
    ({ session }) => say('update session set paid_fen = paid_fen + 1 where id = $1', session),
  ],
  [
    'a debt that was paid twice and counted twice',
    /charged twice/,
    /session \d+ was charged more than once: payments \d+, \d+/,
    async ({ session }) => {
      const other = await aPaidStay()
      await say('update payment set session_id = $1 where id = $2', session, other.payment)
      await say('update clearance set session_id = $1 where id = $2', session, other.payment)
      await say(
        'update session set paid_fen = case when id = $1 then 2000 else 0 end where id in ($1, $2)',
        session,
        other.session,
      )
    },
  ],
  [
    'two payments with one number of the channel',
    /one channel payment/,
    /number 42-\d+ of wechatpay is of payments \d+, \d+/,
    async ({ payment }) =>
      say(
        'update payment n set channel_trade_no = o.channel_trade_no, paid_at = o.paid_at from payment o where o.id = $1 and n.id = $2',
        payment,
        (await aPaidStay()).payment,
      ),
  ],
  [
    'an opening without a cause',
    /one cause/,
    /an opening by a clearance names none/,
    () => aLog([1], 1, ['clearance', null]),
  ],
  [
    'a clearance that opened twice',
    /one cause/,
    /clearance \d+ opened 2 times/,
    async ({ payment }) => {
      await aLog([1], 1, ['clearance', payment])
      await aLog([1], 1, ['clearance', payment])
    },
  ],
  [
    'an opening by a clearance that nobody made',
    /rests on one that we made/,
    /event \d+\/1 opened lane 2 by clearance 12345, which is not there/,
    () => aLog([1], 1, ['clearance', '12345']),
  ],
  [
    'an event that is missing',
    /no event of a lot is missing/,
    /log \d+ of agent is committed up to 3, and has 2 of 3 events after 0/,
    () => aLog([1, 3], 3),
  ],
  [
    'a refund that was done and is not noted',
    /never give back more/,
    /payment \d+ of 1000 fen: 0 noted as refunded, 100 done, 0 under way/,
    ({ payment }) =>
      say(
        `insert into refund (bucket, lot_id, id, payment_id, amount_fen, reason, state, asked_at, done_at) values (3, 7, $1, $2, 100, 'x', 'done', $3, $3)`,
        newId(),
        payment,
        new Date(now),
      ),
  ],
  [
    'refunds of more than was paid',
    /never give back more/,
    /payment \d+ of 1000 fen: 0 noted as refunded, 0 done, 1100 under way/,
    async ({ payment }) => {
      for (const amount of [100, 1000])
        await say(
          `insert into refund (bucket, lot_id, id, payment_id, amount_fen, reason, state, asked_at, ask_at) values (3, 7, $1, $2, $4, 'x', 'asked', $3, $3)`,
          newId(),
          payment,
          new Date(now),
          amount,
        )
    },
  ],
  [
    'a refund that is on its way in its state alone',
    /its transfers say how far/,
    /refund \d+ of payment \d+ is sent, its transfers are: none/,
    async () => {
      const { payment } = await aPaidStay('voided')
      await say(`update refund set state = 'sent' where payment_id = $1`, payment)
    },
  ],
  [
    'a refund of what was never paid',
    /its transfers say how far/,
    /refund \d+ of payment \d+ is asked, and its payment was never paid/,
    async () =>
      say(
        `insert into refund (bucket, lot_id, id, payment_id, amount_fen, reason, state, asked_at, ask_at) values (3, 7, $1, $2, 100, 'x', 'asked', $3, $3)`,
        newId(),
        (await anUnpaidStay()).payment,
        new Date(now),
      ),
  ],
]

describe('an audit names the first row that breaks', () => {
  for (const [what, invariant, first, breakIt] of breaks)
    test(what, async () => {
      const old = await aPaidStay()
      await aPaidStay()
      assert.deepEqual((await audit(data.database)).broken, [])
      await breakIt(old)
      const { broken } = await audit(data.database)
      const found = broken.find((one) => invariant.test(one.invariant))
      assert.ok(found, JSON.stringify(broken))
      assert.match(found.examples[0] ?? '', first)
      assert.ok(found.count >= 1 && found.todo.length > 10)
    })
})

/** What nothing but a comparison with every row could tell of a row that was proven long ago: left to `--all`. */
const onlyOfAll =
  /a transfer that does not add up|more back from a channel|without its|another amount|is not there|more than its clearances|nobody tells|open payment/

describe('an audit of what has changed', () => {
  test('reads everything once, then what has changed; a day of late changes is nothing broken', async () => {
    const open = await anUnpaidStay()
    const old = await aPaidStay()
    await aLog([1, 2], 2)
    pass(day)
    assert.deepEqual(pick(await auditSince(data.database, now)), { broken: [], read: 'everything' })
    assert.deepEqual(pick(await auditSince(data.database, now)), { broken: [], read: 'changes' })
    pass(2 * day)
    // Paid three days late, and an old clearance told at last.
    await pay(open.payment)
    await say(
      'update clearance set told_at = $1, state = $2, send_at = null where id = $3',
      new Date(now),
      'done',
      old.payment,
    )
    pass(day)
    assert.deepEqual(pick(await auditSince(data.database, now)), { broken: [], read: 'changes' })
    assert.deepEqual((await audit(data.database)).broken, [])
  })
  for (const [what, invariant, first, breakIt] of breaks.filter(([what]) => !onlyOfAll.test(what)))
    test(`finds, of a stay of last week: ${what}`, async () => {
      const old = await aPaidStay()
      await aPaidStay()
      pass(7 * day)
      assert.deepEqual(pick(await auditSince(data.database, now)), { broken: [], read: 'everything' })
      pass(day)
      await breakIt(old)
      const { broken } = await auditSince(data.database, now)
      const found = broken.find((one) => invariant.test(one.invariant))
      assert.ok(found, JSON.stringify(broken))
      assert.match(found.examples[0] ?? '', first)
      // It is not forgotten by the next one, nor by a lot that is well beside it.
      assert.ok((await auditSince(data.database, now)).broken.some((one) => invariant.test(one.invariant)))
    })
  for (const [what, invariant, , breakIt] of breaks)
    test(`finds, of a stay of today: ${what}`, async () => {
      await aPaidStay()
      pass(2 * day)
      assert.deepEqual(pick(await auditSince(data.database, now)), { broken: [], read: 'everything' })
      pass(60 * minute)
      await breakIt(await aPaidStay())
      const { broken } = await auditSince(data.database, now)
      assert.ok(
        broken.some((one) => invariant.test(one.invariant)),
        JSON.stringify(broken),
      )
    })
  for (const [what, counted, expected] of [
    ['is nothing broken where the stay knows of it', 500, []],
    ['is found where the stay does not', 0, [/session \d+ has paid 0 fen, its clearances are of 500/]],
  ] as const)
    test(`cash that a lot took a week ago and tells now, of a stay that was proven without it: ${what}`, async () => {
      const { session } = await anUnpaidStay()
      await aPaidStay()
      const epoch = await aLog([1], 1)
      const [clearance, taken] = [newId(), new Date(now)]
      pass(7 * day)
      await auditSince(data.database, now)
      await say(
        `insert into lot_event (bucket, lot_id, epoch, seq, device, kind, at, received_at, body) values (3, 7, $1, 2, 'agent', 'cash-taken', $2, $3, $4)`,
        ...[epoch, taken, new Date(now), JSON.stringify({ session, clearance, paidFen: 500 })],
      )
      await say(
        `insert into clearance (bucket, lot_id, id, session_id, paid_fen, made_at, leave_by, told_at) values (3, 7, $1, $2, 500, $3, $3, $3)`,
        ...[clearance, session, taken],
      )
      await say('update session set paid_fen = $1 where id = $2', counted, session)
      await say('update lot_log set committed_seq = 2 where epoch = $1', epoch)
      const { broken, read } = await auditSince(data.database, now)
      assert.equal(read, expected.length === 0 ? 'changes' : 'everything')
      assert.equal(broken.length, expected.length, JSON.stringify(broken))
      for (const [index, one] of expected.entries()) assert.match(broken[index]?.examples[0] ?? '', one)
    })
  test('books posted with an older time than was proven are read once more, and are nothing broken', async () => {
    await aPaidStay()
    pass(2 * day)
    await auditSince(data.database, now)
    const was = now
    now = (now - day) as Instant
    await aPaidStay()
    now = was
    assert.deepEqual(pick(await auditSince(data.database, now)), { broken: [], read: 'everything' })
    pass(2 * 60 * minute)
    assert.deepEqual(pick(await auditSince(data.database, now)), { broken: [], read: 'changes' })
  })
})
const pick = ({ broken, read }: Awaited<ReturnType<typeof auditSince>>) => ({ broken, read })

describe('an audit of live data', () => {
  test('finds nothing in what is under way, and nobody waits for it', async () => {
    let over = false
    const paying = Promise.all(
      Array.from({ length: 8 }, async () => {
        while (!over) await aPaidStay()
      }),
    )
    for (let n = 0; n < 12; n++) assert.deepEqual((await auditSince(data.database, now)).broken, [])
    over = true
    await paying
    const [row] = (await say('select count(*)::int4 as paid from payment')).rows
    assert.ok(row.paid > 20, `${row.paid} payments meanwhile`)
    assert.deepEqual((await audit(data.database)).broken, [])
  })
})
