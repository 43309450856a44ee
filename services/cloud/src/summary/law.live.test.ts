import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Database, Db } from '@lanepay/database/database.ts'
import type { ChannelName, Id } from '@lanepay/domain/types.ts'
import fc from 'fast-check'
import { figureColumns } from './facts.ts'
import { dayMs, dayNumber, hour, type Lot, minute, openWorld, type World } from './summary.testing.ts'

/*
 * Any history, told and posted in any order, counted whenever, killed wherever: the summaries are what they would be if everything
 * were added up now, and of each dimension the members add up to the lot.
 */

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

type Known = {
  readonly lot: Lot
  readonly stays: Id[]
  readonly payments: { id: Id; channel: ChannelName; fen: number }[]
  readonly shifts: Id[]
}
type Act = readonly [what: keyof typeof acts, pick: number, amount: number]

const channels = ['wechatpay', 'alipay'] as const
const people = ['张师傅', '李师傅']
const of = <T>(all: readonly T[], pick: number): T | undefined =>
  all.length === 0 ? undefined : all[pick % all.length]

const acts = {
  enters: async ({ lot, stays }: Known, pick: number) => {
    // Of a stay that an entry ended the exit may be heard of all the same.
    const before = pick % 5 === 0 ? of(stays, pick) : undefined
    const as = pick % 4 === 0 ? 'month-card' : 'visitor'
    stays.push(world.entered(lot, { lane: 1 + (pick % 3), as, ...(before && { supersedes: before }) }))
  },
  leaves: async ({ lot, stays }: Known, pick: number, amount: number) => {
    const session = of(stays, pick)
    const how = (['left', 'left', 'released-owing', 'escaped'] as const)[amount % 4]!
    const owedFen = how === 'left' ? 0 : amount
    if (session)
      world.happens(lot, { kind: 'left', session, lane: 2 + (pick % 2), leftAt: world.clock.now(), owedFen, how })
  },
  'is put right': async ({ lot, stays }: Known, pick: number, amount: number) => {
    const session = of(stays, pick)
    if (session)
      world.happens(lot, {
        ...{ kind: 'corrected', session, by: '王经理', reason: '时间错了' },
        ...(amount % 3 === 0 ? {} : { enteredAt: world.clock.now() - amount * 50 * minute }),
        ...(amount % 2 === 0 ? {} : { vehicleClass: of(['small', 'large'], pick)! }),
      })
  },
  'never was': async ({ lot, stays }: Known, pick: number) => {
    const session = of(stays, pick)
    if (session) world.happens(lot, { kind: 'voided', session, by: '王经理', reason: '误识别' })
  },
  pays: async ({ lot, stays, payments }: Known, pick: number, amount: number) => {
    const session = of(stays, pick)
    if (!session) return
    const channel = channels[amount % 2]!
    const told = {
      ...{ amountFen: 30 + amount * 10, lane: amount % 3 === 0 ? null : 2, channel },
      ...(amount % 5 === 0 ? { paidAt: world.clock.now() - dayMs } : {}),
      ...(amount % 4 === 0 ? { by: people[pick % 2]! } : {}),
    }
    payments.push({ id: await world.pays(lot, session, told), channel, fen: told.amountFen })
  },
  'gets back': async ({ lot, payments }: Known, pick: number, amount: number) => {
    const payment = of(payments, pick)
    if (!payment) return
    const [row] = await world.rows<{ left: number }>(
      `select (amount_fen - (select coalesce(sum(r.amount_fen), 0) from refund r where r.payment_id = p.id and r.state <> 'failed'))::int4 as left from payment p where id = $1 and state = 'paid'`,
      [payment.id],
    )
    // What is shared and what the channel keeps stays the operator's to pay: nothing here takes a share back with a refund.
    if (!row || row.left < 40) return
    const id = await world.refund(lot, payment.id, 10)
    if (amount % 3 === 0) await world.refunds.heard(lot, id, { state: 'failed', code: 'X', message: 'a test' })
  },
  'owes a partner': async ({ lot, payments }: Known, pick: number, amount: number) => {
    const payment = of(payments, pick)
    if (!payment) return
    const own = String(lot.lotId)
    // Little enough that the operator has it, whatever was given back.
    if (amount % 3 > 0 && (await counts(payment.id)))
      await world.post(lot, payment.id, 'share-owed', payment.channel, [
        ['operator-payable', own, -5],
        ['partner-payable', '77', 5],
      ])
    const share = world.newId()
    await world.rows(
      `insert into share (bucket, lot_id, id, payment_id, kind, round, finish, state, asked_at, done_at) values ($1, $2, $3, $4, 'release', 1, true, 'done', now(), now())`,
      [lot.bucket, lot.lotId, share, payment.id],
    )
    const [held] = await world.rows<{ fen: number }>(
      `select balance_fen::int4 as fen from account where lot_id = $1 and kind = 'partner-payable' and channel = $2`,
      [lot.lotId, payment.channel],
    )
    if (amount % 3 === 2 && held && held.fen >= 5)
      await world.post(lot, amount % 2 === 0 ? share : world.newId(), 'share-taken-back', payment.channel, [
        ['partner-payable', '77', -5],
        ['operator-payable', own, 5],
      ])
  },
  'has its fee in the bill': async ({ lot, payments }: Known, pick: number, amount: number) => {
    const payment = of(payments, pick)
    if (payment && (await counts(payment.id)))
      await world.post(lot, payment.id, 'fee-taken', payment.channel, [
        ['channel-clearing', '0', 3],
        ['channel-fee', '0', -3 - (amount % 2)],
        ...(amount % 2 === 0 ? [] : [['operator-payable', String(lot.lotId), 1] as const]),
      ])
  },
  'pays in cash': async ({ lot, stays, shifts }: Known, pick: number, amount: number) => {
    const session = of(stays, pick)
    const shift = amount % 3 === 0 ? undefined : of(shifts, pick)
    if (session)
      world.happens(lot, {
        ...{
          kind: 'cash-taken',
          session,
          clearance: world.newId(),
          paidFen: amount * 10,
          leaveBy: world.clock.now(),
          by: people[amount % 2]!,
        },
        ...(shift === undefined ? {} : { shift, booth: 1 }),
      })
  },
  'gets cash back': async ({ lot, stays, shifts }: Known, pick: number, amount: number) => {
    const [session, shift] = [of(stays, pick), of(shifts, amount)]
    if (session)
      world.happens(lot, {
        ...{
          kind: 'cash-given-back',
          giving: world.newId(),
          session,
          amountFen: amount,
          by: people[0]!,
          reason: '多收了',
        },
        ...(shift === undefined ? {} : { shift, booth: 1 }),
      })
  },
  'is paid out for nothing by a kiosk': async ({ lot, stays, shifts }: Known, pick: number, amount: number) => {
    const [session, shift] = [of(stays, pick), of(shifts, amount)]
    if (session && shift)
      world.happens(lot, {
        ...{ kind: 'change-overpaid', overpaying: world.newId(), purchase: `K-${pick}`, session },
        ...{ amountFen: amount, shift, booth: 1 },
      })
  },
  'is owed change': async ({ lot, stays, shifts }: Known, pick: number, amount: number) => {
    const [session, shift] = [of(stays, pick), of(shifts, amount)]
    if (session && shift)
      world.happens(lot, {
        ...{
          kind: 'change-owed',
          owed: world.newId(),
          purchase: `K-${pick}`,
          session,
          because: 'hopper empty',
          plate: '粤B·1**45',
        },
        ...{ amountFen: amount, shift, booth: 1 },
      })
  },
  'begins a shift': async ({ lot, shifts }: Known, pick: number, amount: number) => {
    const shift = world.newId()
    shifts.push(shift)
    // Now and then its cash is heard of before it is.
    if (amount % 4 > 0)
      world.happens(lot, { kind: 'shift-opened', shift, booth: 1, by: people[pick % 2]!, floatFen: amount % 2 })
  },
  'is heard of at last': async ({ lot, shifts }: Known, pick: number) => {
    const shift = of(shifts, pick)
    if (shift) world.happens(lot, { kind: 'shift-opened', shift, booth: 1, by: people[pick % 2]!, floatFen: 0 })
  },
  'hands over': async ({ lot, shifts }: Known, pick: number, amount: number) => {
    const shift = of(shifts, pick)
    if (shift)
      world.happens(lot, {
        kind: 'shift-handed-over',
        shift,
        booth: 1,
        by: people[0]!,
        to: people[1]!,
        countedFen: amount * 10,
        expectedFen: 0,
      })
  },
  'opens a gate': async ({ lot }: Known, pick: number, amount: number) => {
    const cause = (
      [
        { kind: 'entry' },
        { kind: 'clearance', clearance: world.newId() },
        { kind: 'nothing-owed' },
        { kind: 'month-card', card: 'A-7' },
        { kind: 'attendant', by: people[pick % 2]!, reason: '消防车' },
        { kind: 'command', command: 'x' },
        { kind: 'listed', list: 'free' },
      ] as const
    )[amount % 7]!
    world.happens(lot, { kind: 'gate-opened', lane: 1 + (pick % 3), occupancy: null, session: null, cause })
  },
  'goes up by itself': async ({ lot }: Known) => world.happens(lot, { kind: 'unordered-opening', lane: 3 }),
  tells: async ({ lot }: Known, _: number, amount: number) => world.tell(lot, amount),
  'starts another log': async ({ lot }: Known) => {
    await world.tell(lot)
    lot.seq = 0
    lot.epoch = world.newId()
  },
  'posts late': async ({ lot, payments }: Known, pick: number) => {
    const payment = of(payments, pick)
    if (payment && (await counts(payment.id)))
      await world.post(
        lot,
        payment.id,
        'share-owed',
        payment.channel,
        [
          ['operator-payable', String(lot.lotId), -2],
          ['partner-payable', '77', 2],
        ],
        world.clock.now() - 50 * minute,
      )
  },
  'is reconciled': async ({ lot }: Known, _: number, amount: number) =>
    world.reconciled(
      lot,
      dayNumber(Math.floor((world.clock.now() - Date.UTC(2026, 10, 1, 16)) / dayMs) - (amount % 2)),
    ),
  'closes its days': async ({ lot }: Known) => {
    world.pass(dayMs)
    world.happens(lot, { kind: 'unordered-opening', lane: 3 })
    await world.tell(lot)
    await world.reconciled(lot, dayNumber(Math.floor((world.clock.now() - Date.UTC(2026, 10, 1, 16)) / dayMs) - 1))
    await world.round()
  },
  'time passes': async (_: Known, __: number, amount: number) => world.pass(amount * 20 * minute),
  'is counted': async () => world.round(),
  'is counted twice at once': async () => {
    await Promise.all([world.round(), world.round()])
  },
  'is counted by one that dies': async (_: Known, pick: number) => {
    await world.round(dyingAfter(pick % 20)).catch((error: Error) => assert.match(error.message, /died/))
  },
} as const
/** A payment that counted, without a share yet. */
async function counts(payment: Id): Promise<boolean> {
  const all = await world.rows<{ cause: string }>('select cause from transfer where cause_id = $1', [payment])
  return (
    all.some(({ cause }) => cause === 'payment-paid') &&
    !all.some(({ cause }) => cause === 'share-owed' || cause === 'fee-taken')
  )
}

/** A process that dies after so many statements: some of them within a transaction, which is then none. */
function dyingAfter(statements: number): Database {
  let left = statements
  const step = () => {
    if (left-- <= 0) throw new Error('died')
  }
  const dying = (db: Db): Db => ({
    query: async (statement, values) => {
      step()
      return db.query(statement, values)
    },
    transaction: (act) =>
      db.transaction((tx) =>
        act({
          query: async (statement, values) => {
            step()
            return tx.query(statement, values)
          },
        }),
      ),
    copy: db.copy,
  })
  const { database } = world
  return {
    of: (bucket) => dying(database.of(bucket)),
    reference: dying(database.reference),
    nodes: database.nodes.map(({ db, buckets }) => ({ db: dying(db), buckets })),
    close: async () => {},
  }
}

const anAct: fc.Arbitrary<Act> = fc.tuple(
  fc.constantFrom(
    ...(Object.keys(acts) as (keyof typeof acts)[]),
    'enters',
    'pays',
    'tells',
    'is counted',
    'closes its days',
    'time passes',
  ),
  fc.nat({ max: 1000 }),
  fc.integer({ min: 1, max: 60 }),
)

/** What comes to a closed day, so that every run has it. */
const late: [number, Act][] = [
  [0, ['enters', 1, 1]],
  [0, ['closes its days', 0, 1]],
  [0, ['pays', 0, 5]], // yesterday
  [0, ['is put right', 0, 29]], // it came a day before it did
  [0, ['tells', 0, 9]],
  [0, ['is counted', 0, 1]],
  [0, ['never was', 0, 1]],
]
test('the summaries are what everything adds up to, and each dimension adds up to the lot', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat({ max: 1 }), anAct), { minLength: 30, maxLength: 90 }),
      async (history) => {
        const known: Known[] = []
        for (let index = 0; index < 2; index++)
          known.push({ lot: await world.aLot(), stays: [], payments: [], shifts: [] })
        for (const [index, [what, pick, amount]] of history) await acts[what](known[index]!, pick, amount)
        await world.settle(known.map(({ lot }) => lot))
        const lots = known.map(({ lot }) => lot.lotId)
        const kept = await world.summaries('kept', lots)
        assert.deepEqual(kept, await world.summaries('scratch', lots))

        const sums = Map.groupBy(kept, (row) => `${row.lot_id} ${row.day}`)
        for (const rows of sums.values())
          for (const column of figureColumns) {
            const sum = (dimension: string) =>
              rows
                .filter((row) => row.dimension === dimension)
                .reduce((total, row) => total + (row[column] as number), 0)
            for (const dimension of ['lane', 'channel', 'attendant', 'product'])
              assert.equal(sum(dimension), sum('lot'), `${column} by ${dimension}`)
          }
        for (const row of kept as Record<string, number>[])
          assert.equal(
            row.net_fen,
            row.paid_fen! - row.refunded_fen! - row.channel_fee_fen! - row.platform_fee_fen! - row.shared_fen!,
          )

        // Told, posted and counted once more, nothing is new.
        const corrections = await world.rows('select count(*) from summary_correction')
        world.pass(hour)
        await world.round()
        assert.deepEqual(await world.summaries('kept', lots), kept)
        assert.deepEqual(await world.rows('select count(*) from summary_correction'), corrections)
        // From the first figure of a closed day to the one that is there now every change is told, without a hole.
        assert.deepEqual(await world.rows(brokenChains), [])
        assert.ok((await world.rows('select from summary_correction')).length > 0)
      },
    ),
    { numRuns: 15, examples: [[late]] },
  )
})
const brokenChains = `
  select * from (
    select c.*, lead(c.was) over w as next
      from summary_correction c
    window w as (partition by bucket, lot_id, dimension, day, member, figure order by number)) as c
   where next is not null and next <> became`
