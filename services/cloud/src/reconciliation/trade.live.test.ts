import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import type { BillLine } from '@lanepay/channels/bills.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import { type Day, dayAfter, lastAskAt, readyAt } from './day.ts'
import {
  at,
  channelNoOf,
  day,
  type House,
  lineOf,
  openHouse,
  type Paid,
  refundLineOf,
  workedAndKilled,
} from './reconciliation.testing.ts'

/* The trade bill against our book, on the real statements in the real database. */

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())
afterEach(() => assert.deepEqual(house.errors, []))

const nextDay = dayAfter(day)

/**
 * One item each: what we have, what the channel's bill has, and what becomes of it. `null`: they agree. All of them stand in one
 * bill, so each is found among the others.
 */
type Item = {
  readonly what: string
  readonly ours: () => Promise<Paid>
  readonly theirs: (paid: Paid) => Promise<readonly BillLine[]>
  readonly found: null | readonly [cls: string, state: string]
}
const paid =
  (told: Parameters<House['aPayment']>[1] = {}) =>
  async () =>
    house.aPayment(await house.aLot(), told)
const line =
  (over: Partial<Extract<BillLine, { kind: 'payment' }>> = {}) =>
  async (one: Paid) => [lineOf(one, over)]
const refunded =
  (told: Parameters<House['aRefund']>[1], over: Partial<Extract<BillLine, { kind: 'refund' }>> | null) =>
  async (one: Paid) => {
    const refund = await house.aRefund(one, told)
    return over === null ? [lineOf(one)] : [lineOf(one), refundLineOf(refund, over)]
  }
/** Scanned, and closed by us while the driver was typing the password. */
const takenBack = async (): Promise<Paid> => {
  const one = await paid({ state: 'closed' })()
  await house.rows('update payment set reversing = true where bucket = $1 and id = $2', [one.lot.bucket, one.id])
  return one
}
const goneBack = (one: Paid) =>
  refundLineOf(
    { id: one.id as never, number: '', payment: one, amountFen: one.amountFen },
    { refundNumber: `TRADE${one.id}` },
  )
const noPayment = async (): Promise<Paid> => {
  const lot = await house.aLot()
  const id = house.newId()
  return { lot, id, number: numberOf('trade', lot, id), amountFen: 1000, paidAt: at('12:00') }
}

const items: readonly Item[] = [
  { what: 'both have it alike', ours: paid(), theirs: line(), found: null },
  {
    what: 'a fee within half a fen of ours',
    ours: paid({ amountFen: 575 }),
    theirs: line({ feeMilliFen: 3450 }),
    found: null,
  },
  { what: 'refunded, and both have that', ours: paid(), theirs: refunded({}, {}), found: null },
  { what: 'a part of it refunded', ours: paid(), theirs: refunded({ amountFen: 300 }, {}), found: null },
  {
    what: 'a refund that was under way when the bill was made',
    ours: paid(),
    theirs: refunded({}, { state: 'pending' }),
    found: null,
  },
  {
    what: 'a refund that failed at both',
    ours: paid(),
    theirs: refunded({ state: 'failed' }, { state: 'failed' }),
    found: null,
  },
  {
    what: 'a reversed code payment, which we have closed',
    ours: paid({ state: 'closed' }),
    theirs: async (one) => [{ ...lineOf(one), kind: 'reversed' }],
    found: null,
  },
  {
    what: 'a code payment that was paid and taken back, as WeChat Pay writes it',
    ours: takenBack,
    theirs: async (one) => [lineOf(one), { ...lineOf(one), kind: 'reversed' }],
    found: null,
  },
  {
    what: 'a code payment that was paid and taken back, as Alipay writes it',
    ours: takenBack,
    theirs: async (one) => [lineOf(one), goneBack(one)],
    found: null,
  },
  {
    what: 'a code payment that we took back, and the channel has kept',
    ours: takenBack,
    theirs: line(),
    found: ['state', 'with-a-person'],
  },
  { what: 'an order that nobody paid', ours: paid({ state: 'closed' }), theirs: async () => [], found: null },

  {
    what: 'paid, and we never heard: the stay is open',
    ours: paid({ state: 'pending' }),
    theirs: line(),
    found: ['unheard', 'explained-by-itself'],
  },
  {
    what: 'paid after we closed it',
    ours: paid({ state: 'closed' }),
    theirs: line(),
    found: ['unheard', 'explained-by-itself'],
  },
  {
    what: 'paid, unheard, and the car has left',
    ours: paid({ state: 'pending', stay: 'left' }),
    theirs: line(),
    found: ['unheard', 'explained-by-itself'],
  },
  {
    what: 'a refund done, and we never heard',
    ours: paid(),
    theirs: refunded({ state: 'sent' }, {}),
    found: ['unheard', 'explained-by-itself'],
  },
  {
    what: 'a number that is not ours',
    ours: noPayment,
    theirs: line({ tradeNumber: 'SHOP-0042' }),
    found: ['not-our-number', 'with-a-person'],
  },
  {
    what: 'our number with a digit changed',
    ours: noPayment,
    theirs: async (one) => [lineOf(one, { tradeNumber: `9${one.number.slice(1)}` })],
    found: ['not-our-number', 'with-a-person'],
  },
  {
    what: 'a refund made on the platform of the channel',
    ours: paid(),
    theirs: refunded({ state: 'failed' }, { refundNumber: 'BY-HAND-1' }),
    found: ['not-our-number', 'with-a-person'],
  },
  {
    what: 'a number of ours that our book has not got',
    ours: noPayment,
    theirs: line(),
    found: ['not-in-our-book', 'with-a-person'],
  },
  {
    what: 'the channel has nothing of it',
    ours: paid(),
    theirs: async () => [],
    found: ['not-at-channel', 'with-a-person'],
  },
  {
    what: 'the channel has nothing of a refund',
    ours: paid(),
    theirs: refunded({}, null),
    found: ['not-at-channel', 'with-a-person'],
  },
  {
    what: 'a minute before midnight, not in this bill',
    ours: paid({ paidAt: at('23:59') }),
    theirs: async () => [],
    found: ['day-boundary', 'found'],
  },
  {
    what: 'the amount differs',
    ours: paid(),
    theirs: line({ amountFen: fen(900), settledFen: fen(900) }),
    found: ['amount', 'with-a-person'],
  },
  {
    what: 'the amount differs of one that we never heard of',
    ours: paid({ state: 'pending' }),
    theirs: line({ amountFen: fen(1), settledFen: fen(1) }),
    found: ['amount', 'with-a-person'],
  },
  {
    what: 'a coupon that was not money',
    ours: paid(),
    theirs: line({ settledFen: fen(800) }),
    found: ['amount', 'with-a-person'],
  },
  {
    what: 'the amount of a refund differs',
    ours: paid(),
    theirs: refunded({}, { amountFen: fen(999), settledFen: fen(999) }),
    found: ['amount', 'with-a-person'],
  },
  { what: 'a larger fee', ours: paid(), theirs: line({ feeMilliFen: 10_000 }), found: ['fee', 'with-a-person'] },
  { what: 'no fee', ours: paid(), theirs: line({ feeMilliFen: 0 }), found: ['fee', 'with-a-person'] },
  {
    what: 'a refund that gives back more fee than was taken',
    ours: paid(),
    theirs: refunded({}, { feeMilliFen: -7000 }),
    found: ['fee', 'with-a-person'],
  },
  {
    what: 'the channel reversed what we hold as paid',
    ours: paid(),
    theirs: async (one) => [{ ...lineOf(one), kind: 'reversed' }],
    found: ['state', 'with-a-person'],
  },
  {
    what: 'a refund failed that we hold as done',
    ours: paid(),
    theirs: refunded({}, { state: 'failed' }),
    found: ['state', 'with-a-person'],
  },
  {
    what: 'a refund done that we hold as failed',
    ours: paid(),
    theirs: refunded({ state: 'failed' }, {}),
    found: ['state', 'with-a-person'],
  },
  {
    what: 'it was received by another account',
    ours: paid(),
    theirs: line({ accountKey: '1900000002' }),
    found: ['other-account', 'with-a-person'],
  },
  {
    what: 'twice in the bill',
    ours: paid(),
    theirs: async (one) => [lineOf(one), lineOf(one, { channelTradeNo: 'another' })],
    found: ['double', 'with-a-person'],
  },
  {
    what: 'the very same line twice',
    ours: paid(),
    theirs: async (one) => [lineOf(one), lineOf(one)],
    found: ['double', 'with-a-person'],
  },
  {
    what: 'under another number of the channel',
    ours: paid(),
    theirs: line({ channelTradeNo: 'another' }),
    found: ['double', 'with-a-person'],
  },
]

test('what the channel has and what we have: each difference is found, none is invented', async (t) => {
  const made: { item: Item; lot: number; lines: readonly BillLine[] }[] = []
  for (const item of items) {
    const one = await item.ours()
    made.push({ item, lot: one.lot.lotId, lines: await item.theirs(one) })
  }
  const lines = made.flatMap((one) => one.lines)
  house.answers.set(`trade ${day}`, lines)
  house.setNow(readyAt(day))
  await house.make().round()
  const found = await house.discrepancies()
  const nowhere = found.filter(({ lot_id }) => lot_id === 0).map((row) => Number(row.item.slice('line:'.length)))

  for (const { item, lot, lines: own } of made) {
    await t.test(`${item.what}: ${item.found?.join(', ') ?? 'agrees'}`, () => {
      const here = found.filter((row) => row.lot_id === lot)
      const foreign = own
        .filter((one) => nowhere.includes(lines.indexOf(one) + 1))
        .map(() => found.find((row) => row.lot_id === 0)!)
      const all = [...here, ...foreign].map((row) => [row.class, row.state])
      assert.deepEqual(all, item.found === null ? [] : [item.found])
    })
  }
  await t.test('the bill is closed, and its lines are all there', async () => {
    assert.deepEqual(await house.rows(`select state, lines from bill where kind = 'trade' and day = $1::date`, [day]), [
      { state: 'closed', lines: lines.length },
    ])
    const [kept] = await house.rows<{ count: number }>('select count(*)::int as count from bill_line')
    assert.equal(kept!.count, lines.length)
  })
  await t.test('what we had not heard of went the road of every payment', async () => {
    const states = await house.rows<{ state: string; why: string; session: string }>(
      `select p.state, s.why, z.state as session
         from discrepancy d
         join discrepancy_step s using (bucket, lot_id, account_id, day, proof, item)
         join payment p on p.lot_id = d.lot_id and 'payment:' || p.id = d.item
         join session z on z.lot_id = p.lot_id and z.id = p.session_id
        where d.class = 'unheard' and s.step = 2 order by d.lot_id`,
    )
    assert.deepEqual(states, [
      { state: 'paid', why: 'cleared late: the stay was still open', session: 'inside' },
      { state: 'unapplied', why: 'counts for no stay: refunded by itself', session: 'inside' },
      { state: 'unapplied', why: 'counts for no stay: refunded by itself', session: 'left' },
    ])
  })
  await t.test('everything found has an owner, and a history that begins with what was found', async () => {
    const told = await house.rows<{ item: string; owner: string; states: string[]; state: string; why: string[] }>(
      `select d.item, d.owner, d.state, array_agg(s.state::text order by s.step) as states, array_agg(s.why order by s.step) as why
         from discrepancy d join discrepancy_step s using (bucket, lot_id, account_id, day, proof, item) where d.proof = 'trade'
        group by d.bucket, d.lot_id, d.account_id, d.day, d.proof, d.item`,
    )
    assert.equal(told.length, found.filter((row) => row.proof === 'trade').length)
    for (const { owner, states, state, why } of told) {
      assert.equal(owner, 'platform')
      assert.equal(states[0], 'found')
      assert.equal(states.at(-1), state)
      assert.ok(why.every((one) => one.length > 0))
    }
  })
  await t.test('the books hold', () => house.holds())

  await t.test('the same day again finds nothing more, and changes nothing', async () => {
    const all = () =>
      house.rows(
        `select (select jsonb_agg(d order by d) from discrepancy d) as d, (select jsonb_agg(s order by s) from discrepancy_step s) as s,
                (select jsonb_agg(r order by r) from reconciled_day r) as r, (select jsonb_agg(a order by a) from account a) as a`,
      )
    const before = await all()
    await house.sql.query(
      `update bill set state = 'kept', closed_at = null, due_at = to_timestamp(0) where kind = 'trade' and day = $1::date`,
      [day],
    )
    await house.make().round()
    assert.deepEqual(await all(), before)
  })
})

describe('the next day', () => {
  test('explains what was close to midnight, in both directions; what it does not explain is a person’s', async () => {
    const lot = await house.aLot()
    const before = await house.aPayment(lot, { paidAt: at('23:59:30', nextDay) })
    const lost = await house.aPayment(lot, { paidAt: at('23:59:40', nextDay) })
    const third = dayAfter(nextDay)
    const early = await house.aPayment(lot, { paidAt: at('00:00:10', third) })
    house.answers.set(`trade ${nextDay}`, [lineOf(early, { at: at('23:59:59', nextDay) })])
    house.setNow(readyAt(nextDay))
    await house.make().round()
    const waiting = (await house.discrepancies(nextDay)).filter((row) => row.lot_id === lot.lotId)
    assert.deepEqual(
      waiting.map((row) => [row.item, row.class, row.state]),
      [before, lost].map(({ id }) => [`payment:${id}`, 'day-boundary', 'found']),
    )
    const frozen = () =>
      house.rows(`select * from reconciled_day where day = $1::date and lot_id = $2`, [nextDay, lot.lotId])
    const closed = await frozen()
    assert.equal(closed.length, 1)

    house.answers.set(`trade ${third}`, [lineOf(before, { at: at('00:00:01', third) })])
    house.setNow(readyAt(third))
    await house.make().round()
    const then = (await house.discrepancies(nextDay)).filter((row) => row.lot_id === lot.lotId)
    assert.deepEqual(
      then.map((row) => row.state),
      ['explained-by-itself', 'with-a-person'],
    )
    assert.deepEqual((await house.steps(`payment:${before.id}`)).at(-1), {
      ...{ step: 2, state: 'explained-by-itself', who: 'reconciliation', why: `in the bill of ${third}` },
      on_day: dayAfter(third),
    })
    assert.deepEqual(
      (await house.discrepancies(third)).filter((row) => row.lot_id === lot.lotId),
      [],
      'the early one was in the bill before',
    )
    assert.deepEqual(await frozen(), closed, 'a closed day is frozen')
  })
  test('the same payment in the bills of two days is there twice', async () => {
    const first = '2026-06-10' as Day
    const second = dayAfter(first)
    const lot = await house.aLot()
    const one = await house.aPayment(lot, { paidAt: at('23:59:50', first) })
    house.answers.set(`trade ${first}`, [lineOf(one)])
    house.answers.set(`trade ${second}`, [lineOf(one, { at: at('00:00:02', second) })])
    for (const each of [first, second]) {
      house.setNow(readyAt(each))
      await house.make().round()
    }
    assert.deepEqual(
      (await house.discrepancies(first)).filter((row) => row.lot_id === lot.lotId),
      [],
    )
    const found = (await house.discrepancies(second)).filter((row) => row.lot_id === lot.lotId)
    assert.deepEqual(
      found.map((row) => [row.item, row.class]),
      [[`payment:${one.id}:double`, 'double']],
    )
    assert.equal(found[0]!.about, `2 lines: ${channelNoOf(one.id)}, ${channelNoOf(one.id)}`)
  })
})

describe('fees', () => {
  const on = '2026-06-20' as Day
  const balances = async (lot: number) =>
    Object.fromEntries(
      (
        await house.rows<{ kind: string; balance: number }>(
          `select kind, balance_fen::int as balance from account where lot_id = $1 order by kind`,
          [lot],
        )
      ).map((row) => [row.kind, row.balance]),
    )
  const cases: [string, feeMilliFen: number, clearing: number, fee: number, operator: number][] = [
    ['as set aside: the clearing is what the channel holds', 6000, -994, 0, 989],
    ['more: the operator, who has the remainder, bears it', 10_000, -990, 0, 985],
    ['less: the operator gets it', 2000, -998, 0, 993],
    ['none: the operator gets all of it', 0, -1000, 0, 995],
  ]
  test('what the bill says was kept is posted once', async (t) => {
    const lots = await Promise.all(cases.map(() => house.aLot()))
    const lines: BillLine[] = []
    for (const [index, lot] of lots.entries()) {
      const one = await house.aPayment(lot, { paidAt: at('12:00', on) })
      lines.push(lineOf(one, { feeMilliFen: cases[index]![1] }))
    }
    const poor = await house.aLot()
    const spent = await house.aPayment(poor, { paidAt: at('12:00', on) })
    await house.aRefund(spent, { amountFen: 989, doneAt: at('12:30', on) })
    const gone = await house.aLot()
    const back = await house.aPayment(gone, { paidAt: at('12:00', on) })
    await house.aPayment(gone, { paidAt: at('12:00', on) }).then((other) => lines.push(lineOf(other)))
    const refund = await house.aRefund(back, { doneAt: at('13:00', on) })
    lines.push(lineOf(spent, { feeMilliFen: 10_000 }), lineOf(back), refundLineOf(refund, { at: at('13:00', on) }))
    house.answers.set(`trade ${on}`, lines)
    house.setNow(readyAt(on))
    await house.make().round()
    for (const [index, [what, , ...expected]] of cases.entries()) {
      await t.test(what, async () => {
        const held = await balances(lots[index]!.lotId)
        assert.deepEqual([held['channel-clearing'], held['channel-fee'], held['operator-payable']], expected)
      })
    }
    await t.test(
      'the operator holds too little: it shows where fees are set aside, and nothing is held up',
      async () => {
        const held = await balances(poor.lotId)
        assert.deepEqual([held['channel-fee'], held['operator-payable']], [-4, 0])
      },
    )
    await t.test('given back with a refund: the operator gave it, and has it again', async () => {
      const held = await balances(gone.lotId)
      assert.deepEqual([held['channel-clearing'], held['channel-fee'], held['operator-payable']], [-1093, 0, 1083])
    })
    await t.test('the books hold', () => house.holds())
  })
})

describe('a bill that does not come, or is not whole', () => {
  const on = '2026-07-01' as Day
  const state = async () =>
    (
      await house.rows<{ state: string; because: string | null; due: string; lines: number | null }>(
        `select state, because, (due_at at time zone 'Asia/Shanghai')::text as due, lines from bill where kind = 'trade' and day = $1::date`,
        [on],
      )
    )[0]!
  const lines = async () =>
    (await house.rows<{ count: number }>('select count(*)::int as count from bill_line'))[0]!.count
  test('each is named, nothing half-done is left, and it is asked for again until it comes', async (t) => {
    const one = await house.aPayment(await house.aLot(), { paidAt: at('12:00', on) })
    const before = await lines()
    const bad = (fault: 'cut' | 'wrong-hash' | 'unknown-columns' | 'mangled-number' | 'other-account' | 'other-day') =>
      ({ kind: 'damaged', fault, line: 7, detail: 'told by a test' }) as const
    const answers = [
      [{ kind: 'not-ready', code: 'STATEMENT_CREATING' }, 'not-ready STATEMENT_CREATING', '2026-07-02 10:30:00'],
      [{ kind: 'no-bill', code: 'NO_STATEMENT_EXIST' }, 'no-bill NO_STATEMENT_EXIST', '2026-07-02 11:30:00'],
      [{ kind: 'unclear', code: 'NO_ANSWER', message: '' }, 'unclear NO_ANSWER', '2026-07-02 11:45:00'],
      [bad('cut'), 'damaged cut line 7: told by a test', '2026-07-02 11:55:00'],
      [bad('wrong-hash'), 'damaged wrong-hash line 7: told by a test', '2026-07-02 12:05:00'],
      [bad('unknown-columns'), 'damaged unknown-columns line 7: told by a test', '2026-07-02 12:15:00'],
      [bad('mangled-number'), 'damaged mangled-number line 7: told by a test', '2026-07-02 12:25:00'],
      [bad('other-account'), 'damaged other-account line 7: told by a test', '2026-07-02 12:35:00'],
      [bad('other-day'), 'damaged other-day line 7: told by a test', '2026-07-02 12:45:00'],
    ] as const
    let next = readyAt(on)
    house.answers.set(`before damage ${on}`, [lineOf(one), lineOf(one, { tradeNumber: 'x' })])
    for (const [answer, because, due] of answers) {
      house.answers.set(`trade ${on}`, answer)
      house.setNow(next)
      await house.make().round()
      await t.test(`${because}, again at ${due}`, async () => {
        const now = await state()
        assert.deepEqual([now.state, now.because, now.due], ['due', because, due])
        assert.equal(await lines(), before)
        assert.deepEqual(await house.discrepancies(on), [])
      })
      next = Date.parse(`${due.replace(' ', 'T')}+08:00`) as typeof next
    }
    await t.test('asked too early, nothing is asked', async () => {
      const asked = house.asked.filter((what) => what === `trade ${on}`).length
      house.setNow((next - 1) as typeof next)
      await house.make().round()
      assert.equal(house.asked.filter((what) => what === `trade ${on}`).length, asked)
    })
    await t.test('the whole one is taken, and is the only one', async () => {
      house.answers.set(`trade ${on}`, [lineOf(one)])
      house.setNow(next)
      await house.make().round()
      assert.equal((await state()).state, 'closed')
      assert.equal(await lines(), before + 1)
      assert.deepEqual(await house.discrepancies(on), [])
    })
  })
  test('no bill by six in the evening is an empty day; what we have of it is missing there', async () => {
    const empty = dayAfter(on)
    const one = await house.aPayment(await house.aLot(), { paidAt: at('12:00', empty) })
    house.setNow(lastAskAt(empty))
    await house.make().round()
    assert.deepEqual(
      (await house.discrepancies(empty)).map((row) => [row.item, row.class]),
      [[`payment:${one.id}`, 'not-at-channel']],
    )
  })
  test('refused for good: given up, with the reason', async () => {
    const refusedDay = dayAfter(on, 2)
    house.answers.set(`trade ${refusedDay}`, { kind: 'refused', code: 'NO_AUTH', message: 'no right', alarm: true })
    house.setNow(readyAt(refusedDay))
    await house.make().round()
    const [row] = await house.rows(`select state, because from bill where kind = 'trade' and day = $1::date`, [
      refusedDay,
    ])
    assert.deepEqual(row, { state: 'refused', because: 'refused NO_AUTH: no right' })
  })
})

test('killed at any statement, and gone on with: the same as never killed', async () => {
  const months = (n: number): Day => `2026-08-${String(n).padStart(2, '0')}` as Day
  const outcome = async (on: Day, lots: readonly number[]) =>
    house.rows(
      `select lot_id - $2::int as lot, class, state, steps, ours_fen, theirs_fen from discrepancy where day = $1::date and lot_id = any ($3) order by 1, 2`,
      [on, lots[0], lots],
    )
  const run = async (on: Day, killAt: number) => {
    const lots: number[] = []
    const lines: BillLine[] = []
    for (const told of [{}, { state: 'pending' as const }, { state: 'pending' as const, stay: 'left' as const }, {}]) {
      const lot = await house.aLot()
      lots.push(lot.lotId)
      const one = await house.aPayment(lot, { paidAt: at('12:00', on), ...told })
      if (lots.length < 4) lines.push(lineOf(one))
    }
    house.answers.set(`trade ${on}`, lines)
    const wasKilled = await workedAndKilled(house, on, killAt)
    return { wasKilled, found: await outcome(on, lots) }
  }
  const whole = await run(months(1), Number.POSITIVE_INFINITY)
  assert.equal(whole.found.length, 3)
  for (let killAt = 0, on = 2; ; killAt += 1 + Math.floor(killAt / 8), on += 1) {
    const { wasKilled, found } = await run(months(on), killAt)
    assert.deepEqual(found, whole.found, `killed at statement ${killAt}`)
    if (!wasKilled) break
  }
  await house.holds()
})
