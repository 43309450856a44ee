import assert from 'node:assert/strict'
import { audit } from '@lanepay/cloud/audit/audit.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { BilledChannel, Id } from '@lanepay/domain/types.ts'
import type { LivedDays } from './days.ts'
import type { LivedShift } from './people.ts'
import type { Planted } from './plants.ts'
import { accountOf, bucket, channelNames, type World } from './world.ts'

/* What has to hold when everything has come to rest. Each of these fails when a fen is anywhere else, or said to be. */

const sum = (of: readonly number[]): number => of.reduce((total, one) => total + one, 0)
const sorted = (lines: readonly string[]): string[] => [...lines].sort()

/** Every invariant of the software's own, over everything. */
export const auditHolds = async ({ database }: World): Promise<void> =>
  assert.deepEqual((await audit(database)).broken, [])

export async function nothingIsUnderWay({ rows }: World): Promise<void> {
  assert.deepEqual(
    await rows(`select 'payment' as what, id, state::text from payment where query_at is not null
                union all select 'refund', id, state::text from refund where state in ('asked', 'sent')
                union all select 'share', id, state from share where state = 'asked'
                union all select 'return', id, state from share_return where state = 'asked'
                union all select 'withdrawal', id, state::text from withdrawal where state in ('asked', 'sent') or ask_at is not null
                union all select 'bill', account_id, kind || ' ' || day from bill where state <> 'closed'
                union all select kind::text, 0, balance_fen::text from account
                           where kind in ('refund-in-flight', 'withdrawal-in-flight', 'unapplied-receipts') and balance_fen <> 0`),
    [],
  )
}

/** The ledger, the channel's own book and its last account bill say the same of each account, to the fen. */
export async function balancesAgree(world: World, planted: readonly Planted[]): Promise<void> {
  const { rows } = world
  for (const channel of channelNames) {
    const { availableFen, frozenFen } = world.held()[channel]
    const [ledger] = await rows<{ fen: string }>(
      `select -sum(balance_fen) as fen from account where kind = 'channel-clearing' and channel = $1`,
      [channel],
    )
    const [bill] = await rows<{ balance_fen: string }>(
      `select l.balance_fen from bill b join bill_line l on l.bill_id = b.bill_id
        where b.account_id = $1 and b.kind = 'fund-flow' and l.balance_fen is not null and l.line < 1000000
        order by b.day desc, l.line desc limit 1`,
      [accountOf[channel]],
    )
    const off = sum(planted.filter((one) => one.accountId === accountOf[channel]).map(({ offFen = 0 }) => offFen))
    assert.deepEqual(
      { ledger: Number(ledger!.fen) - off, lastBill: Number(bill!.balance_fen) },
      { ledger: availableFen + frozenFen, lastBill: availableFen + frozenFen },
      `held at ${channel}`,
    )
  }
}

const lineOf = (number: string, state: string, fen: number | string) => `${number} ${state} ${fen}`

/** Each payment, refund, share and withdrawal of the channels' books has one counterpart in ours, alike, and ours in theirs. */
export async function itemsAgree(world: World, planted: readonly Planted[]): Promise<void> {
  const { rows, wechatpay, alipay } = world
  const own = planted.filter(({ class: one }) => one === 'not-at-channel').flatMap(({ by }) => by)
  const foreign = new Set(
    planted.filter(({ class: one }) => one === 'not-our-number' || one === 'not-in-our-book').flatMap(({ by }) => by),
  )
  type Item = { lot_id: number; id: Id; state: string; fen: number }
  const ours = async (kind: Parameters<typeof numberOf>[0], text: string) =>
    (await rows<Item>(text))
      .filter(({ id }) => !own.includes(id))
      .map(({ lot_id, id, state, fen }) => lineOf(numberOf(kind, { bucket, lotId: lot_id }, id), state, fen))
  const agree = (what: string, mine: readonly string[], theirs: readonly string[]) => {
    assert.ok(theirs.length > 0, `${what}: there are none`)
    assert.deepEqual(sorted(mine), sorted(theirs.filter((line) => !foreign.has(line.split(' ')[0]!))), what)
  }

  const orders = wechatpay.control.orders().filter(({ paidAt }) => paidAt !== null)
  const trades = alipay.control.trades().filter(({ paidAt }) => paidAt !== null)
  const isCancelled = (trade: (typeof trades)[number]) => trade.refunds.some(({ by }) => by === 'cancel')
  agree(
    'payments',
    await ours(
      'trade',
      `select lot_id, id, amount_fen as fen, 'less ' || refunded_fen as state from payment where cleared_at is not null`,
    ),
    [
      ...orders
        .filter(({ state }) => state !== 'REVOKED')
        .map((one) => lineOf(one.tradeNumber, `less ${one.refundedFen}`, one.amountFen)),
      ...trades
        .filter((one) => !isCancelled(one))
        .map((one) => lineOf(one.outTradeNo, `less ${one.refundedFen}`, one.totalFen)),
    ],
  )
  agree(
    'payments that were taken back by themselves, and count for nothing',
    await ours(
      'trade',
      `select p.lot_id, p.id, p.amount_fen as fen, 'back' as state from payment p
        where p.reversing and p.state = 'closed' and p.cleared_at is null
          and exists (select from bill_line l where l.bucket = p.bucket and l.lot_id = p.lot_id and l.item_id = p.id and l.kind in ('payment', 'reversed'))`,
    ),
    [
      ...orders.filter(({ state }) => state === 'REVOKED').map((one) => lineOf(one.tradeNumber, 'back', one.amountFen)),
      ...trades.filter(isCancelled).map((one) => lineOf(one.outTradeNo, 'back', one.totalFen)),
    ],
  )
  agree(
    'refunds',
    await ours('refund', `select lot_id, id, amount_fen as fen, state::text from refund where state <> 'failed'`),
    [
      ...wechatpay.control
        .refunds()
        .map((one) =>
          lineOf(one.refundNumber, one.status === 'SUCCESS' ? 'done' : one.status, one.content.amount.refund),
        ),
      ...trades.flatMap(({ refunds }) =>
        refunds
          .filter(({ by }) => by === 'refund')
          .map(({ requestNo, amountFen }) => lineOf(requestNo, 'done', amountFen)),
      ),
    ],
  )
  agree(
    'shares',
    await ours(
      'share',
      `select s.lot_id, s.id, sum(p.amount_fen)::int4 as fen, 'done' as state
         from share s join share_part p on p.bucket = s.bucket and p.lot_id = s.lot_id and p.share_id = s.id
        where p.state = 'done' group by s.lot_id, s.id`,
    ),
    [
      ...wechatpay.control.shares().flatMap(({ shareNumber, parts }) => {
        const done = parts.filter(({ result }) => result === 'SUCCESS')
        return done.length === 0 ? [] : [lineOf(shareNumber, 'done', sum(done.map(({ amount }) => amount)))]
      }),
      ...alipay.control.settlements().flatMap(({ outRequestNo, shares }) => {
        const done = shares.filter(({ doneAt, failed }) => doneAt !== null && !failed)
        return done.length === 0 ? [] : [lineOf(outRequestNo, 'done', sum(done.map(({ amountFen }) => amountFen)))]
      }),
    ],
  )
  agree(
    'shares taken back by a call of their own',
    await ours(
      'share-return',
      `select lot_id, id, amount_fen as fen, 'done' as state from share_return where way = 'call' and state = 'done'`,
    ),
    wechatpay.control
      .shareReturns()
      .filter(({ result }) => result === 'SUCCESS')
      .map(({ returnNumber, amount }) => lineOf(returnNumber, 'done', amount)),
  )
  agree(
    'withdrawals',
    await ours(
      'withdrawal',
      `select lot_id, id, (amount_fen - fee_fen)::int4 as fen, state::text from withdrawal where state <> 'refused'`,
    ),
    [
      ...wechatpay.control
        .withdrawals()
        .filter(({ status }) => status !== 'FAIL')
        .map((one) => lineOf(one.withdrawalNumber, one.status === 'REFUND' ? 'returned' : 'paid', one.amount)),
      ...alipay.control
        .transfers()
        .filter(({ steps }) => steps.at(-1)!.status !== 'FAIL')
        .map(({ outBizNo, amountFen, steps }) =>
          lineOf(outBizNo, steps.at(-1)!.status === 'REFUND' ? 'returned' : 'paid', amountFen),
        ),
    ],
  )
}

type Found = { account_id: number; day: string; class: string; state: string; item: string; about: string }
const isOf = (one: Planted, found: Found): boolean =>
  one.accountId === found.account_id &&
  one.by.some((by) => `${found.item} ${found.day}`.includes(by) || found.about.includes(by))

export const discrepanciesOf = ({ rows }: World): Promise<Found[]> =>
  rows(
    'select account_id, day::text as day, class::text as class, state::text as state, item, about from discrepancy order by day, item',
  )

/** By its class, in its account. */
export const isFound = (one: Planted, found: readonly Found[]): boolean =>
  found.some((row) => row.class === one.class && isOf(one, row))

/** Everything planted was found by its class, and nothing else is open. */
export async function onlyPlantedIsOpen(world: World, planted: readonly Planted[]): Promise<void> {
  const found = await discrepanciesOf(world)
  assert.deepEqual(
    planted.filter((one) => !isFound(one, found)),
    [],
    'planted, and not found',
  )
  const isExpected = (row: Found) =>
    planted.some(
      (one) =>
        (isOf(one, row) && (one.class === row.class || one.also?.includes(row.class as Planted['class']))) ||
        // An account that is off for good is so at the end of every day, and says so once.
        (row.class === 'flow-balance' && one.accountId === row.account_id && (one.offFen ?? 0) !== 0),
    )
  assert.deepEqual(
    found.filter((row) => (row.state === 'found' || row.state === 'with-a-person') && !isExpected(row)),
    [],
    'open, and not planted',
  )
}

/** Each drawer held what its shift was told that it should, and what was over or short is said to the fen. */
export async function drawersAgree({ rows }: World, shifts: readonly LivedShift[], cashFen: number): Promise<void> {
  type Row = { lot_id: number; id: Id; expected: number; over: number }
  const kept = await rows<Row>(
    `select s.lot_id, s.id, s.told_expected_fen::int4 as expected, (s.counted_fen - s.told_expected_fen)::int4 as over from shift s`,
  )
  const line = (of: { lot: number; shift: string; expectedFen: number; overFen: number }) =>
    `${of.lot} ${of.shift} ${of.expectedFen} ${of.overFen}`
  assert.deepEqual(
    sorted(kept.map((row) => line({ lot: row.lot_id, shift: row.id, expectedFen: row.expected, overFen: row.over }))),
    sorted(shifts.map(line)),
  )
  const [books] = await rows<{ drawers: number; over: number; moved: number; floats: number; counted: number }>(
    `select (select coalesce(sum(balance_fen), 0)::int4 from account where kind = 'cash-drawer') as drawers,
            (select coalesce(sum(balance_fen), 0)::int4 from account where kind = 'cash-over-short') as over,
            (select coalesce(sum(case what when 'cash-taken' then fen when 'cash-given-back' then -fen else 0 end), 0)::int4 from cash_move) as moved,
            (select coalesce(sum(fen), 0)::int4 from cash_move where what = 'shift-opened') as floats,
            (select coalesce(sum(counted_fen), 0)::int4 from shift) as counted`,
  )
  const over = sum(shifts.map(({ overFen }) => overFen))
  assert.deepEqual(
    { drawers: books!.drawers, over: books!.over, moved: books!.moved, counted: books!.counted },
    { drawers: 0, over, moved: cashFen, counted: books!.floats + cashFen + over },
  )
}

/** What drivers are out of is where it can be: at the channel for the operator, its fee, with the partner, at the bank. */
export async function nothingIsLost(world: World): Promise<void> {
  const { rows, wechatpay, alipay } = world
  const out: Record<BilledChannel, number> = {
    wechatpay: sum(
      wechatpay.control
        .orders()
        .filter(({ paidAt, state }) => paidAt !== null && state !== 'REVOKED')
        .map((one) => one.amountFen - one.refundedFen),
    ),
    alipay: sum(
      alipay.control
        .trades()
        .filter(({ paidAt }) => paidAt !== null)
        .map((one) => one.totalFen - one.refundedFen),
    ),
  }
  const atBank: Record<BilledChannel, number> = {
    wechatpay: sum(
      wechatpay.control
        .withdrawals()
        .filter(({ status }) => status === 'SUCCESS')
        .map(({ amount }) => amount),
    ),
    alipay: sum(
      alipay.control
        .transfers()
        .filter(({ steps }) => steps.at(-1)!.status === 'SUCCESS')
        .map(({ amountFen }) => amountFen),
    ),
  }
  for (const channel of channelNames) {
    const [fees] = await rows<{ fen: string }>(
      `select coalesce(sum(t.amount_fen[array_position(t.kind, 'channel-clearing')]), 0) as fen
         from transfer t where t.channel = $1 and t.cause in ('fee-taken', 'fee-given-back')`,
      [channel],
    )
    const { availableFen, frozenFen } = world.held()[channel]
    const partner = world.partnerHas()[channel]
    assert.ok(partner > 0 && atBank[channel] > 0, `${channel}: nothing reached the partner, or the bank`)
    assert.equal(availableFen + frozenFen + Number(fees!.fen) + partner + atBank[channel], out[channel], channel)
  }
}

/** All of it, in the order in which one explains the next. */
export async function everyFenIsWhereItBelongs({ world, planted, shifts, met }: LivedDays): Promise<void> {
  await nothingIsUnderWay(world)
  await auditHolds(world)
  await itemsAgree(world, planted)
  await nothingIsLost(world)
  await balancesAgree(world, planted)
  await onlyPlantedIsOpen(world, planted)
  await drawersAgree(world, shifts, met.cashFen)
}
