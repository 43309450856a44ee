import { type Database, instantOut, type Statement, type Tx } from '@lanepay/database/database.ts'
import { firstIdAt } from '@lanepay/domain/ids.ts'
import type { ChannelName, Id } from '@lanepay/domain/types.ts'
import { type Posting, postTransfer } from '@lanepay/ledger/post.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { availableOf, type HeldByLot } from '../withdrawal/decide.ts'
import {
  insertParts,
  insertWithdrawal,
  noteStep,
  selectByCause,
  selectUnproven,
  takeTurn,
} from '../withdrawal/store.ts'
import { dayAfter, startOf } from './day.ts'
import { insertFlowDiscrepancy, type KeptBill, type Owner } from './store.ts'

/*
 * What leaves an account for its bank without a number of ours. Where the channel pays an account out by itself, the book follows its
 * bill: a withdrawal of the kind `mirrored`, known by the movement's own number, so that the same line twice is one. It takes from the
 * operator's lots what is proven, lot after lot, in each bucket in one transaction.
 */

type Line = { flow_no: string; channel_no: string; amount_fen: string; at: number; about: string }
export const selectPayouts: Statement = {
  name: 'select-payout-lines',
  text: `
  select channel_item_no as flow_no, channel_no, amount_fen, at,
         product || ', ' || channel_no || case when note = '' then '' else ', ' || note end as about
    from bill_line
   where bucket = 0 and lot_id = 0 and item_id = 0 and bill_id = any ($1::int8[]) and kind = 'flow-to-bank'
   order by at, line`,
}
/** Withdrawals that the channel knows by this number, ours and mirrored ones. */
const selectKnown: Statement = {
  name: 'select-withdrawals-by-channel-number',
  text: `-- fanout
  select bucket, id, account_id, operator_id, channel, kind, state, amount_fen, fee_fen, paid_at
    from withdrawal
   where bucket = any ($1::int4[]) and lot_id = 0 and account_id = any ($2::int4[]) and channel_no = $3
   order by bucket, id`,
}
type Known = {
  bucket: number
  id: string
  account_id: number
  operator_id: string
  channel: ChannelName
  kind: 'automatic' | 'instant' | 'mirrored'
  state: 'asked' | 'sent' | 'paid' | 'returned' | 'refused'
  amount_fen: string
  fee_fen: string
  paid_at: number | null
}
const selectMirrored: Statement = {
  name: 'select-mirrored',
  text: `-- fanout
  select bucket, account_id, amount_fen
    from withdrawal
   where bucket = any ($1::int4[]) and lot_id = 0 and account_id = any ($2::int4[]) and cause = $3`,
}
/** Where an operator has something at the channel. */
const selectHomes: Statement = {
  name: 'select-settlement-homes',
  text: `-- fanout
  select distinct bucket, party as operator_id
    from account
   where bucket = any ($1::int4[]) and kind = 'operator-payable' and party = any ($2::int8[]) and channel = $3 and balance_fen > 0
   order by bucket, party`,
}
/** Both accounts of a lot that a settlement moves, held in the order of postings until the end. */
const lockBoth: Statement = {
  name: 'lock-settlement-accounts',
  text: `
  select a.lot_id, a.kind, a.balance_fen
    from account a
   where a.bucket = $1 and a.channel = $3
     and (a.kind = 'operator-payable' and a.party = $2 and a.balance_fen > 0
          or a.kind = 'channel-clearing' and a.party = 0
             and exists (select from account o
                          where o.bucket = a.bucket and o.lot_id = a.lot_id and o.kind = 'operator-payable' and o.party = $2 and o.channel = a.channel))
   order by a.lot_id, a.kind
     for update`,
}
/** What refunds have taken of each lot since: of the money that has come in since, as far as that reaches. */
const selectTakenSince: Statement = {
  name: 'select-refunds-since',
  text: `
  select l.lot_id,
         (select coalesce(- sum(e.amount_fen), 0)
            from transfer t
           cross join lateral unnest(t.kind, t.party, t.amount_fen) as e (kind, party, amount_fen)
           where t.bucket = $1 and t.lot_id = l.lot_id and t.cause_id >= $6 and t.posted_at >= $5 and t.channel = $3 and t.cause = 'refund-asked'
             and e.kind = 'operator-payable' and e.party = $2)::int8 as taken_fen
    from unnest($4::int4[]) as l (lot_id)`,
}
const selectParts: Statement = {
  name: 'select-mirrored-parts',
  text: 'select lot_id, amount_fen from withdrawal_part where bucket = $1 and withdrawal_id = $2 order by lot_id',
}
const lockState: Statement = {
  name: 'lock-mirrored-state',
  text: 'select state from withdrawal where bucket = $1 and lot_id = 0 and id = $2 for update',
}

/** How long before its end a channel takes money for an order (withdrawal/ask.ts has the same). */
const heardWithinMs = 30 * 86_400_000
const who = 'reconciliation'

type Deps = { readonly database: Database; readonly newId: () => Id; readonly now: () => number }
/** `null`: the books have followed. */
type Finding = {
  readonly class: 'flow-settlement' | 'flow-unexplained'
  readonly oursFen: number | null
  readonly because: string
}

/** Follows what one bill shows of payouts; what the books cannot follow is a person's. Twice is once. */
export async function mirrorPayouts(deps: Deps, bill: KeptBill, owners: readonly Owner[]): Promise<void> {
  const home = deps.database.of(0)
  for (const line of await home.query<Line>(selectPayouts, [[bill.billId]])) {
    const found = await follow(deps, bill, owners, line)
    if (found === null) continue
    await home.query(insertFlowDiscrepancy, [
      ...[bill.accountId, bill.day, `flow:${line.flow_no}`, found.class, found.oursFen, line.amount_fen],
      ...[`${line.about}: ${found.because}`, instantOut(deps.now())],
    ])
  }
}

async function follow(deps: Deps, bill: KeptBill, owners: readonly Owner[], line: Line): Promise<Finding | null> {
  const movedFen = Number(line.amount_fen)
  const known = await knownBy(deps.database, owners, line.channel_no)
  const asked = known.filter(({ kind }) => kind !== 'mirrored')
  const sum = (rows: readonly Known[]) =>
    rows.reduce((total, one) => total + Number(one.amount_fen) - Number(one.fee_fen), 0)
  if (asked.length > 0) {
    // Asked for by us, and named by the channel's number alone.
    const isBack = movedFen > 0
    const expected = isBack ? asked.filter(({ state }) => state === 'returned' || state === 'refused') : asked
    if (sum(expected) === Math.abs(movedFen)) return null
    return { class: 'flow-settlement', oursFen: (isBack ? 1 : -1) * sum(expected), because: 'not what was asked for' }
  }
  if (movedFen > 0) {
    const settled = known.filter(({ state }) => state === 'paid' || state === 'returned')
    if (settled.length === 0)
      return { class: 'flow-unexplained', oursFen: null, because: 'no payout of this number is known' }
    if (sum(settled) !== movedFen)
      return { class: 'flow-settlement', oursFen: sum(settled), because: 'not what was paid out under this number' }
    for (const one of settled) await giveBack(deps, one, line)
    return null
  }
  const mirrored = owners.filter(({ payout }) => payout === 'mirrored')
  if (mirrored.length === 0)
    return {
      class: 'flow-unexplained',
      oursFen: null,
      because: 'nobody here asked for it, and the channel is not to pay by itself',
    }
  const heldFen = await settle(deps, bill, mirrored, line)
  return heldFen === -movedFen
    ? null
    : { class: 'flow-settlement', oursFen: -heldFen, because: 'more than the lots hold of what is proven' }
}

async function knownBy(database: Database, owners: readonly Owner[], channelNo: string): Promise<Known[]> {
  const known: Known[] = []
  if (channelNo === '') return known
  const accounts = owners.map((one) => one.account_id)
  for (const { db, buckets } of database.nodes)
    known.push(...(await db.query<Known>(selectKnown, [buckets, accounts, channelNo])))
  return known
}

/** Answers how much of it is posted, or could be: all of it, or nothing was posted now and a person looks. */
async function settle(deps: Deps, bill: KeptBill, owners: readonly Owner[], line: Line): Promise<number> {
  const { database } = deps
  const amountFen = -Number(line.amount_fen)
  const cause = `flow:${line.flow_no}`
  const operators = owners.map((one) => one.operator_id)
  const homes: { bucket: number; owner: Owner }[] = []
  let postedFen = 0
  for (const { db, buckets } of database.nodes) {
    const accounts = owners.map((one) => one.account_id)
    for (const before of await db.query<{ amount_fen: string }>(selectMirrored, [buckets, accounts, cause]))
      postedFen += Number(before.amount_fen)
    type Home = { bucket: number; operator_id: string }
    for (const one of await db.query<Home>(selectHomes, [buckets, operators, bill.channel]))
      homes.push({ bucket: one.bucket, owner: owners.find(({ operator_id }) => operator_id === one.operator_id)! })
  }
  // Looked at first, so that a settlement which is too much leaves the books as they are.
  let heldFen = postedFen
  for (const { bucket, owner } of homes)
    heldFen += await database
      .of(bucket)
      .transaction(async (tx) =>
        (await heldBy(tx, bucket, owner, bill)).reduce((sum, lot) => sum + availableOf(lot), 0),
      )
  if (heldFen < amountFen) return heldFen
  for (const { bucket, owner } of homes) {
    if (postedFen === amountFen) break
    const id = deps.newId()
    postedFen += await twiceIfUnknown(() =>
      database
        .of(bucket)
        .transaction((tx) =>
          take(tx, { bucket, owner, bill, line, cause, id, mostFen: amountFen - postedFen, now: deps.now() }),
        ),
    )
  }
  return postedFen
}

/** What each lot has of it that is proven by the end of the bill's day, and that its clearing can give. */
async function heldBy(tx: Tx, bucket: number, owner: Owner, bill: KeptBill): Promise<HeldByLot[]> {
  type Row = { lot_id: number; kind: 'channel-clearing' | 'operator-payable'; balance_fen: string }
  const rows = await tx.query<Row>(lockBoth, [bucket, owner.operator_id, bill.channel])
  const clearing = new Map(
    rows.flatMap((row) => (row.kind === 'channel-clearing' ? [[row.lot_id, -Number(row.balance_fen)]] : [])),
  )
  const held = rows.filter((row) => row.kind === 'operator-payable')
  const until = startOf(dayAfter(bill.day))
  const values = [bucket, owner.operator_id, bill.channel, held.map((row) => row.lot_id), instantOut(until)]
  type Unproven = { lot_id: number; unproven_fen: string }
  const unproven = await tx.query<Unproven>(selectUnproven, [
    ...values,
    firstIdAt(until - heardWithinMs),
    bill.accountId,
  ])
  type Taken = { lot_id: number; taken_fen: string }
  const taken = await tx.query<Taken>(selectTakenSince, [...values, firstIdAt(until - heardWithinMs)])
  const takenOf = new Map(taken.map((row) => [row.lot_id, Number(row.taken_fen)]))
  const unprovenOf = new Map(
    unproven.map((row) => [row.lot_id, Math.max(0, Number(row.unproven_fen) - (takenOf.get(row.lot_id) ?? 0))]),
  )
  return held.map((row) => ({
    lotId: row.lot_id,
    balanceFen: Math.min(Number(row.balance_fen), clearing.get(row.lot_id) ?? 0),
    unprovenFen: unprovenOf.get(row.lot_id) ?? 0,
  }))
}

type Taking = {
  readonly bucket: number
  readonly owner: Owner
  readonly bill: KeptBill
  readonly line: Line
  readonly cause: string
  readonly id: Id
  readonly mostFen: number
  readonly now: number
}

/** Of one bucket, at most so much; answers how much it was. A cause that is there already has had its part. */
async function take(tx: Tx, { bucket, owner, bill, line, cause, id, mostFen, now }: Taking): Promise<number> {
  await tx.query(takeTurn, [bucket, owner.account_id])
  const [before] = await tx.query<{ id: string; amount_fen: string }>(selectByCause, [bucket, owner.account_id, cause])
  if (before) return before.id === id ? Number(before.amount_fen) : 0
  const parts = spread(await heldBy(tx, bucket, owner, bill), mostFen)
  const amountFen = parts.reduce((sum, part) => sum + part.amountFen, 0)
  if (amountFen === 0) return 0
  const at = instantOut(now)
  await tx.query(insertWithdrawal, [
    ...[
      bucket,
      id,
      owner.operator_id,
      owner.account_id,
      bill.channel,
      'mirrored',
      cause,
      amountFen,
      0,
      'mirrored',
      null,
      at,
    ],
  ])
  await tx.query(insertParts, [
    bucket,
    id,
    parts.map((one) => one.lotId),
    parts.map((one) => one.amountFen),
    parts.map(() => 0),
  ])
  await tx.query(noteStep, [
    ...[
      bucket,
      id,
      'paid',
      instantOut(line.at),
      line.channel_no,
      null,
      at,
      who,
      `in the fund-flow bill of ${bill.day}`,
    ],
  ])
  for (const { lotId, amountFen: partFen } of parts)
    await postTransfer(tx, {
      ...{ lot: { bucket, lotId }, causeId: id, cause: 'settlement-done', postedAt: now },
      entries: settlementEntries(owner.operator_id, bill.channel, partFen),
    })
  return amountFen
}

/** Lot after lot until it is enough. */
function spread(held: readonly HeldByLot[], mostFen: number): { readonly lotId: number; readonly amountFen: number }[] {
  let rest = mostFen
  return held.flatMap((lot) => {
    const amountFen = Math.min(availableOf(lot), rest)
    rest -= amountFen
    return amountFen === 0 ? [] : [{ lotId: lot.lotId, amountFen }]
  })
}

/** The operator has it at its bank, and the channel has it no more; less than nothing is the way back. */
const settlementEntries = (operatorId: string, channel: ChannelName, amountFen: number): Posting['entries'] => [
  { kind: 'channel-clearing', party: '0', channel, amountFen },
  { kind: 'operator-payable', party: operatorId, channel, amountFen: -amountFen },
]

/** The bank sent it back: it is in the balance again. */
async function giveBack(
  { database, now }: Deps,
  { bucket, id, operator_id, channel, paid_at }: Known,
  line: Line,
): Promise<void> {
  await twiceIfUnknown(() =>
    database.of(bucket).transaction(async (tx) => {
      const [row] = await tx.query<{ state: Known['state'] }>(lockState, [bucket, id])
      if (row?.state !== 'paid') return
      const at = instantOut(now())
      const values = [
        bucket,
        id,
        'returned',
        instantOut(paid_at),
        line.channel_no,
        null,
        at,
        who,
        `sent back: ${line.about}`,
      ]
      await tx.query(noteStep, values)
      for (const part of await tx.query<{ lot_id: number; amount_fen: string }>(selectParts, [bucket, id]))
        await postTransfer(tx, {
          ...{ lot: { bucket, lotId: part.lot_id }, causeId: id as Id, cause: 'settlement-returned', postedAt: now() },
          entries: settlementEntries(operator_id, channel, -Number(part.amount_fen)),
        })
    }),
  )
}
