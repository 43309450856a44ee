import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { Id } from '@lanepay/domain/types.ts'
import { audit, auditSince } from '../audit/audit.ts'
import { periodsPage, summaryCorrections, summaryPage, summaryTotals } from './read.ts'
import type { Dimension } from './row.ts'
import { dayMs, dayNumber, firstDay, hour, type Lot, openWorld, told, type World } from './summary.testing.ts'
import { summaryRound } from './worker.ts'

/* What is counted as what, when a day is closed, and how a closed day says that it was corrected. */

let world: World
let lot: Lot
before(async () => {
  world = await openWorld()
})
after(() => world.close())
beforeEach(async () => {
  lot = await world.aLot()
})

const row = async (dimension: Dimension = 'lot', member = '', day = today()) =>
  told(
    (await world.summaries('kept', [lot.lotId])).find(
      (one) => one.dimension === dimension && one.member === member && one.day === day,
    ),
  )
const today = () => dayNumber(Math.floor((world.clock.now() - Date.UTC(2026, 10, 1, 16)) / dayMs))
/** Until ten in the morning of the next day, so that a test has a day of its own. */
const tomorrow = () => world.pass(dayMs - ((world.clock.now() - Date.UTC(2026, 10, 1, 16)) % dayMs) + 10 * hour)
const holds = async () => {
  assert.deepEqual((await audit(world.database)).broken, [])
  assert.deepEqual((await auditSince(world.database, world.clock.now())).broken, [])
}
const paid = { payments: 1, paid_fen: 1000, channel_fee_fen: 6, platform_fee_fen: 10, net_fen: 984 }

type Case = readonly [
  what: string,
  act: () => Promise<unknown>,
  expected: Partial<Record<Dimension, Record<string, object>>>,
]
const stay = (more: Parameters<World['entered']>[1] = {}) => world.entered(lot, more)
const cases: readonly Case[] = [
  [
    'a payment at an exit lane: what was paid, and what of it the operator gets',
    async () => world.pays(lot, world.newId()),
    {
      lot: { '': { ...paid, entries: 1 } },
      lane: { '2': paid, '': { entries: 1 } },
      channel: { wechatpay: paid, '': { entries: 1 } },
      attendant: { '': { ...paid, entries: 1 } },
      product: { parking: { ...paid, entries: 1 } },
    },
  ],
  [
    'a pay code: also of whoever scanned it',
    async () => world.pays(lot, world.newId(), { by: '张师傅', lane: null }),
    { attendant: { 张师傅: paid }, lane: { '': { ...paid, entries: 1 } } },
  ],
  [
    'a stay of an hour that paid nothing and owed nothing',
    async () => {
      const session = stay({ lane: 1 })
      world.pass(hour)
      world.happens(lot, { kind: 'left', session, lane: 2, leftAt: world.clock.now(), owedFen: 0 })
    },
    {
      lot: { '': { entries: 1, exits: 1, free_exits: 1, stay_seconds: 3600 } },
      lane: { '1': { entries: 1 }, '2': { exits: 1, free_exits: 1, stay_seconds: 3600 } },
    },
  ],
  [
    'one that was let go owing, and one that escaped',
    async () => {
      for (const [how, owedFen] of [
        ['released-owing', 500],
        ['escaped', 700],
      ] as const)
        world.happens(lot, { kind: 'left', session: stay(), lane: 2, leftAt: world.clock.now(), owedFen, how })
    },
    { lot: { '': { entries: 2, exits: 2, released_owing: 1, escaped: 1, owed_fen: 1200 } } },
  ],
  ['a month card', async () => stay({ as: 'month-card' }), { product: { 'month-card': { entries: 1 } } }],
  [
    'a class that a person put right after it had paid: its money moves with it',
    async () => {
      const session = stay()
      await world.tell(lot)
      await world.pays(lot, session)
      await world.round()
      world.happens(lot, { kind: 'corrected', session, by: '王经理', reason: '大车', vehicleClass: 'large' })
    },
    { product: { 'parking:large': { ...paid, entries: 1 }, parking: {} } },
  ],
  [
    'a stay that never was: what it paid stays',
    async () => {
      const session = stay()
      await world.tell(lot)
      await world.pays(lot, session)
      await world.round()
      world.happens(lot, { kind: 'voided', session, by: '王经理', reason: '误识别' })
    },
    { lot: { '': paid } },
  ],
  [
    'a refund that goes, and one that failed',
    async () => {
      const payment = await world.pays(lot, world.newId())
      await world.refund(lot, payment, 300)
      const failed = await world.refund(lot, payment, 200)
      await world.round()
      await world.refunds.heard(lot, failed, { state: 'failed', code: 'X', message: 'a test' })
    },
    {
      lot: { '': { ...paid, entries: 1, refunds: 1, refunded_fen: 300, net_fen: 684 } },
      lane: { '2': { ...paid, refunds: 1, refunded_fen: 300, net_fen: 684 } },
    },
  ],
  [
    'a payment of a stay that is over: it counts for nothing, and so does its refund',
    async () => {
      const session = stay()
      world.happens(lot, { kind: 'left', session, lane: 2, leftAt: world.clock.now(), owedFen: 0 })
      await world.tell(lot)
      const payment = await world.pays(lot, session)
      const [refund] = await world.rows<{ id: Id }>('select id from refund where payment_id = $1', [payment])
      await world.refunds.heard(lot, refund!.id, { state: 'failed', code: 'X', message: 'a test' })
    },
    { lot: { '': { entries: 1, exits: 1, free_exits: 1, unapplied_payments: 1, unapplied_fen: 1000 } } },
  ],
  [
    'a share, what a partner gave back of it, and the fee that the bill says',
    async () => {
      const payment = await world.pays(lot, world.newId())
      const own = String(lot.lotId)
      await world.post(lot, payment, 'share-owed', 'wechatpay', [
        ['operator-payable', own, -100],
        ['partner-payable', '77', 100],
      ])
      await world.post(lot, world.newId(), 'share-taken-back', 'wechatpay', [
        ['partner-payable', '77', -40],
        ['operator-payable', own, 40],
      ])
      await world.post(lot, payment, 'fee-taken', 'wechatpay', [
        ['channel-clearing', '0', 4],
        ['channel-fee', '0', -6],
        ['operator-payable', own, 2],
      ])
    },
    { lot: { '': { ...paid, entries: 1, channel_fee_fen: 4, shared_fen: 60, net_fen: 926 } } },
  ],
  [
    'a shift: cash that was taken and given back, and a drawer that is short',
    async () => {
      const [session, shift] = [stay(), world.newId()]
      const drawer = { shift, booth: 1, by: '张师傅' }
      world.happens(lot, { kind: 'shift-opened', ...drawer, floatFen: 5000 })
      world.happens(lot, {
        ...{ kind: 'cash-taken', session, clearance: world.newId() },
        ...{ paidFen: 800, leaveBy: 0, ...drawer },
      })
      world.happens(lot, {
        ...{ kind: 'cash-given-back', giving: world.newId(), session },
        ...{ amountFen: 300, reason: '多收了', ...drawer },
      })
      world.happens(lot, { kind: 'shift-handed-over', ...drawer, to: '李师傅', countedFen: 5450, expectedFen: 5500 })
    },
    {
      lot: {
        '': {
          entries: 1,
          cash_payments: 1,
          cash_fen: 800,
          cash_given_back: 1,
          cash_given_back_fen: 300,
          hand_overs: 1,
          over_short_fen: -50,
        },
      },
      attendant: {
        张师傅: {
          cash_payments: 1,
          cash_fen: 800,
          cash_given_back: 1,
          cash_given_back_fen: 300,
          hand_overs: 1,
          over_short_fen: -50,
        },
      },
      channel: {
        cash: {
          cash_payments: 1,
          cash_fen: 800,
          cash_given_back: 1,
          cash_given_back_fen: 300,
          hand_overs: 1,
          over_short_fen: -50,
        },
      },
    },
  ],
  [
    'a kiosk that paid out what was not due: its drawer is short by that, and what it counts no more',
    async () => {
      const [session, shift] = [stay(), world.newId()]
      const drawer = { shift, booth: 1 }
      world.happens(lot, { kind: 'shift-opened', ...drawer, by: '一号机', floatFen: 5000 })
      world.happens(lot, {
        ...{ kind: 'change-overpaid', overpaying: world.newId(), purchase: 'K-1', session, amountFen: 500, ...drawer },
      })
      world.happens(lot, {
        ...{ kind: 'shift-handed-over', ...drawer, by: '一号机', to: '李师傅' },
        ...{ countedFen: 4500, expectedFen: 4500 },
      })
    },
    {
      lot: { '': { entries: 1, hand_overs: 1, over_short_fen: -500 } },
      attendant: { 一号机: { hand_overs: 1, over_short_fen: -500 } },
    },
  ],
  [
    'openings, by their reason',
    async () => {
      const opened = (cause: Extract<Parameters<World['happens']>[1], { kind: 'gate-opened' }>['cause']) =>
        world.happens(lot, { kind: 'gate-opened', lane: 2, occupancy: null, session: null, cause })
      opened({ kind: 'entry' })
      opened({ kind: 'clearance', clearance: await world.pays(lot, world.newId()) })
      opened({ kind: 'nothing-owed' })
      opened({ kind: 'month-card', card: 'A-7' })
      opened({ kind: 'attendant', by: '张师傅', reason: '消防车: 让行' })
      world.happens(lot, { kind: 'unordered-opening', lane: 2 })
    },
    {
      lot: {
        '': {
          ...paid,
          entries: 1,
          opened_for_payment: 1,
          opened_for_entry: 1,
          opened_free: 1,
          opened_by_card: 1,
          opened_by_person: 1,
          opened_unordered: 1,
        },
      },
      attendant: { 张师傅: { opened_by_person: 1 } },
      lane: {
        '2': {
          ...paid,
          opened_for_payment: 1,
          opened_for_entry: 1,
          opened_free: 1,
          opened_by_card: 1,
          opened_by_person: 1,
          opened_unordered: 1,
        },
      },
    },
  ],
]

describe('a day counts', () => {
  for (const [what, act, expected] of cases)
    test(what, async () => {
      tomorrow()
      await act()
      await world.tell(lot)
      await world.round()
      for (const [dimension, members] of Object.entries(expected) as [Dimension, Record<string, object>][])
        for (const [member, figures] of Object.entries(members))
          assert.deepEqual(await row(dimension, member), figures, `${dimension} ${member}`)
    })
})

/** The lot is heard of after this moment, and everything is reconciled. */
async function closesYesterday(): Promise<void> {
  tomorrow()
  world.happens(lot, { kind: 'unordered-opening', lane: 9 })
  await world.tell(lot)
  await world.reconciled(lot, dayNumber(Math.floor((world.clock.now() - Date.UTC(2026, 10, 1, 16)) / dayMs) - 1))
  await world.round()
}
const yesterday = () => dayNumber(Math.floor((world.clock.now() - Date.UTC(2026, 10, 1, 16)) / dayMs) - 1)
const corrections = async (dimension: Dimension = 'lot') =>
  (
    await summaryCorrections(world.database, { lot, dimension, from: firstDay, until: '2099-01-01' as typeof firstDay })
  ).map(({ day, member, number, figure, from, to, because }) => ({ day, member, number, figure, from, to, because }))
const states = async (from = yesterday()) =>
  (
    await summaryPage(world.database, {
      lots: [lot],
      dimension: 'lot',
      by: 'day',
      from,
      until: '2099-01-01' as typeof firstDay,
      limit: 10,
    })
  ).rows.map(({ period, state, corrections }) => [period.by === 'day' && period.day, state, corrections])

describe('a day is open', () => {
  beforeEach(async () => {
    tomorrow()
    world.entered(lot)
    await world.tell(lot)
    await world.round()
  })
  test('while it lasts, and while its lot was not heard of after it', async () => {
    assert.deepEqual(await states(today()), [[today(), 'open', 0]])
    tomorrow()
    await world.reconciled(lot, yesterday())
    await world.round()
    assert.deepEqual(await states(), [[yesterday(), 'open', 0]])
  })
  test('while a bill of it is due, and while its gates are not proven', async () => {
    tomorrow()
    world.happens(lot, { kind: 'unordered-opening', lane: 9 })
    await world.tell(lot)
    await world.round()
    assert.deepEqual((await states())[0], [yesterday(), 'open', 0])
    await world.reconciled(lot, yesterday())
    await world.rows(
      `update bill set state = 'due', kept_at = null, closed_at = null, due_at = now() where account_id = $1`,
      [lot.lotId],
    )
    await world.round()
    assert.deepEqual((await states())[0], [yesterday(), 'open', 0])
    await world.rows(
      `update bill set state = 'closed', kept_at = now(), closed_at = now(), due_at = null where account_id = $1`,
      [lot.lotId],
    )
    await world.round()
    assert.deepEqual((await states())[0], [yesterday(), 'closed', 0])
    await holds()
  })
})

test('a stay that a lot with charging software of its own ends without an event is counted when its day closes', async () => {
  tomorrow()
  await world.rows(`update lot set system = 'bolink' where lot_id = $1`, [lot.lotId])
  const at = new Date(world.clock.now())
  await world.rows(
    `insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, paid_fen, left_at, left_how)
     values ($1, $2, $3, '粤B12345', false, 'blue', 'left', $4, 0, $4, 'escaped')`,
    [lot.bucket, lot.lotId, world.newId(), at],
  )
  world.happens(lot, { kind: 'unordered-opening', lane: 9 })
  await world.tell(lot)
  await world.round()
  assert.deepEqual(await row(), { opened_unordered: 1 })
  await closesYesterday()
  assert.deepEqual(await row('lot', '', yesterday()), { opened_unordered: 1, entries: 1, exits: 1, escaped: 1 })
  assert.deepEqual((await states())[0], [yesterday(), 'closed', 0])
  assert.deepEqual(await corrections(), [])
})

describe('a closed day that something comes to', () => {
  let session: Id
  beforeEach(async () => {
    tomorrow()
    session = world.entered(lot)
    await world.tell(lot)
    await closesYesterday()
  })
  test('says which figure, from what to what, and because of what', async () => {
    const paidAt = world.clock.now() - 20 * hour
    const payment = await world.pays(lot, session, { paidAt })
    await world.round()
    const change = (figure: string, to: number) => ({
      ...{ day: yesterday(), member: '', number: 1, figure, from: 0, to, because: [`payment-paid:${payment}`] },
    })
    assert.deepEqual(await corrections(), [
      change('channelFeeFen', 6),
      change('netFen', 984),
      change('paidFen', 1000),
      change('payments', 1),
      change('platformFeeFen', 10),
    ])
    assert.deepEqual(
      (await corrections('channel')).map(({ member }) => member),
      Array.from({ length: 5 }, () => 'wechatpay'),
    )
    assert.deepEqual((await states())[0], [yesterday(), 'closed', 1])
    assert.deepEqual((await states())[1], [today(), 'open', 0])
    await world.round()
    assert.equal((await corrections()).length, 5)
    await holds()
  })
  test('late cash of a shift that was handed over: the drawer of that day was not over after all', async () => {
    const shift = world.newId()
    const drawer = { shift, booth: 1, by: '张师傅' }
    world.happens(lot, { kind: 'shift-opened', ...drawer, floatFen: 0 })
    world.happens(lot, { kind: 'shift-handed-over', ...drawer, to: '李师傅', countedFen: 800, expectedFen: 800 })
    await world.tell(lot)
    await closesYesterday()
    assert.equal((await row('attendant', '张师傅', yesterday())).over_short_fen, 800)
    const clearance = world.newId()
    world.happens(lot, {
      ...{ kind: 'cash-taken', session, clearance, paidFen: 800, leaveBy: 0, ...drawer },
      at: world.clock.now() - 20 * hour,
    })
    await world.tell(lot)
    await world.round()
    assert.deepEqual(await row('attendant', '张师傅', yesterday()), { hand_overs: 1, cash_payments: 1, cash_fen: 800 })
    const why = (figure: string, from: number, to: number, because: string) => ({
      ...{ day: yesterday(), member: '', number: 1, figure, from, to, because: [because] },
    })
    assert.deepEqual(await corrections(), [
      why('cashFen', 0, 800, `cash-taken:${clearance}`),
      why('cashPayments', 0, 1, `cash-taken:${clearance}`),
      why('overShortFen', 800, 0, `cash-corrected:${clearance}`),
    ])
    await holds()
  })
  test('a stay that began on another day after all: both days say so', async () => {
    const before = yesterday()
    world.happens(lot, {
      kind: 'corrected',
      session,
      by: '王经理',
      reason: '误识别',
      enteredAt: world.clock.now() - 2 * dayMs,
    })
    await world.tell(lot)
    await world.round()
    const change = (day: string, from: number, to: number) => ({
      ...{ day, member: '', number: 1, figure: 'entries', from, to, because: [`entry:${session}`] },
    })
    assert.deepEqual(await corrections(), [change(dayBefore(before), 0, 1), change(before, 1, 0)])
    await holds()
  })
})
const dayBefore = (day: string) => new Date(Date.parse(day) - dayMs).toISOString().slice(0, 10)

describe('an audit', () => {
  type Break = readonly [what: string, first: RegExp, breakIt: (payment: Id) => Promise<unknown>]
  const breaks: readonly Break[] = [
    [
      'a transfer that was not counted',
      /payment-paid \d+ is not counted/,
      (payment) => world.rows('delete from summary_part where id = $1 and kind = $2', [payment, 'payment-paid']),
    ],
    [
      'one that was counted for another amount',
      /payment-paid \d+ is counted otherwise/,
      (payment) => world.rows('update summary_part set net_fen = net_fen + 1 where id = $1', [payment]),
    ],
    [
      'one that was counted on another day',
      /is counted otherwise, on 2026-01-01|with 984 fen net, its parts come to 0/,
      (payment) =>
        world.rows(`update summary_part set day = '2026-01-01' where id = $1 and kind = 'payment-paid'`, [payment]),
    ],
    [
      'a closed day that somebody wrote',
      /with 985 fen net, its parts come to 984/,
      () =>
        world.rows(`update summary_day set net_fen = net_fen + 1 where lot_id = $1 and dimension = 'lot'`, [lot.lotId]),
    ],
    [
      'lanes that are gone',
      /with 984 fen net, by lane it comes to 0/,
      async () => {
        await world.rows(`delete from summary_correction where lot_id = $1`, [lot.lotId])
        await world.rows(`delete from summary_day where lot_id = $1 and dimension = 'lane'`, [lot.lotId])
      },
    ],
    [
      'lanes that are not the lot',
      /with 984 fen net, by lane it comes to 983/,
      () =>
        world.rows(
          `update summary_day set net_fen = net_fen - 1 where lot_id = $1 and dimension = 'lane' and member = '2'`,
          [lot.lotId],
        ),
    ],
  ]
  for (const [what, first, breakIt] of breaks)
    for (const act of ['of everything', 'of what has changed'] as const)
      test(`${act} finds ${what}`, async () => {
        tomorrow()
        await auditSince(world.database, world.clock.now())
        const payment = await world.pays(lot, world.newId())
        await closesYesterday()
        world.pass(2 * hour)
        await world.round()
        const look = async () =>
          act === 'of everything' ? await audit(world.database) : await auditSince(world.database, world.clock.now())
        assert.deepEqual((await audit(world.database)).broken, [])
        await breakIt(payment)
        const { broken } = await look()
        const examples = broken.flatMap((one) => one.examples)
        assert.ok(
          examples.some((one) => first.test(one)),
          JSON.stringify(broken),
        )
        // Put right for the tests that follow: what is kept is counted anew from what is true.
        await world.rows('delete from summary_part where lot_id = $1', [lot.lotId])
        for (const table of ['summary_correction', 'summary_closed', 'summary_day', 'summary_log', 'summary_lot'])
          await world.rows(`delete from ${table} where lot_id = $1`, [lot.lotId])
        await world.rows(
          `update summary_cursor set sure_until = sure_until - interval '3 days', read_until = read_until - interval '3 days'`,
        )
        await world.round()
      })
})

test('of two workers one counts: the other rests for a while after its round', async () => {
  const resting = summaryRound({ database: world.database, clock: world.clock, restMs: 20_000 })
  await world.round()
  const session = world.entered(lot)
  await world.tell(lot)
  for (const [pause, entries] of [
    [19_999, undefined],
    [1, 1],
  ] as const) {
    world.pass(pause)
    await resting()
    assert.equal((await row()).entries, entries, `${session} after ${pause} ms more`)
  }
})

describe('reading', () => {
  test('goes page by page over lots and days, to the totals of them all', async () => {
    const lots = [lot, await world.aLot(), await world.aLot()]
    const from = today()
    for (let days = 0; days < 3; days++) {
      tomorrow()
      for (const [index, one] of lots.entries())
        for (let times = 0; times <= index; times++)
          await world.pays(one, world.newId(), { channel: times % 2 === 0 ? 'wechatpay' : 'alipay' })
    }
    for (const one of lots) one.waiting.length = 0
    await world.round()
    const asked = { lots, dimension: 'channel' as const, from, until: '2099-01-01' as typeof from }
    for (const by of ['day', 'month'] as const) {
      const whole = (await summaryPage(world.database, { ...asked, by, limit: 1000 })).rows
      for (const order of ['asc', 'desc'] as const) {
        const paged = []
        for (
          let after: Parameters<typeof summaryPage>[1]['after'] = null, first = true;
          first || after !== null;
          first = false
        ) {
          const page = await summaryPage(world.database, { ...asked, by, limit: 2, after, order })
          paged.push(...page.rows)
          after = page.next
        }
        assert.deepEqual(paged, order === 'asc' ? whole : whole.toReversed(), order)
      }
      const sum = (figure: 'paidFen' | 'payments' | 'netFen') =>
        whole.reduce((total, one) => total + one.figures[figure], 0)
      const totals = await summaryTotals(world.database, asked)
      assert.deepEqual([sum('payments'), sum('paidFen'), sum('netFen')], [18, 18_000, 18 * 984])
      assert.deepEqual([totals.payments, totals.paidFen, totals.netFen], [18, 18_000, 18 * 984])
    }
  })

  test('of all lots together it is a row for each day or month, in either order, and closed when every lot has closed it', async () => {
    const lots = [lot, await world.aLot(), await world.aLot()]
    const from = today()
    for (let days = 0; days < 3; days++) {
      tomorrow()
      for (const one of lots) await world.pays(one, world.newId())
    }
    const until = today()
    const all = { lots, from, until: '2099-01-01' as typeof from, after: null }
    await world.round()
    const days = await periodsPage(world.database, { ...all, by: 'day', limit: 100, order: 'asc' })
    const of = (one: (typeof days.rows)[number]) => (one.period.by === 'day' ? one.period.day : one.period.month)
    assert.deepEqual(
      days.rows.map((one) => [one.figures.payments, one.figures.paidFen, one.state]),
      [1, 2, 3].map(() => [3, 3000, 'open']),
    )
    const second = await periodsPage(world.database, { ...all, by: 'day', limit: 2, order: 'desc' })
    const rest = await periodsPage(world.database, { ...all, by: 'day', limit: 2, order: 'desc', after: second.next })
    assert.deepEqual([...second.rows, ...rest.rows], days.rows.toReversed())
    assert.equal(rest.next, null)
    const months = await periodsPage(world.database, { ...all, by: 'month', limit: 100, order: 'asc' })
    assert.equal(
      months.rows.reduce((sum, { figures }) => sum + figures.paidFen, 0),
      9000,
    )
    // Every lot but one has closed all of it.
    const close = (lots: readonly number[]) =>
      world.rows('update summary_lot set closed_through = $2 where lot_id = any ($1::int4[])', [lots, until])
    await close(lots.slice(1).map(({ lotId }) => lotId))
    const states = async () =>
      (await periodsPage(world.database, { ...all, by: 'day', limit: 100, order: 'asc' })).rows.map(
        (one) => `${of(one)} ${one.state}`,
      )
    assert.ok((await states()).every((one) => one.endsWith('open')))
    await close(lots.map(({ lotId }) => lotId))
    assert.ok((await states()).every((one) => one.endsWith('closed')))
  })
})
