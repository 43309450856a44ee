import type { Database, Statement } from '@lanepay/database/database.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Id } from '@lanepay/domain/types.ts'
import { bothWays } from '../report/both-ways.ts'
import { cursorIn, cursorOut } from '../report/cursor.ts'
import type {
  ActAsk,
  ActView,
  BillView,
  DiscrepancyView,
  Name,
  OneView,
  OpenGroup,
  OpenQuery,
  OpenView,
} from './api.ts'
import { isDay } from './day.ts'
import { classes, type DiscrepancyClass, type DiscrepancyState } from './decide.ts'
import {
  historyOf,
  type PersonAct,
  type SettleError,
  settleDiscrepancies,
  settleDiscrepancy,
  type Word,
} from './settle.ts'
import type { DiscrepancyKey } from './steps.ts'

/* The reconciliation desk: what is open at everybody's, one discrepancy's whole story, and what persons do with many, line by line. */

type Row = DiscrepancyKey & {
  class: DiscrepancyClass
  state: DiscrepancyState
  owner: string
  ours_fen: string | null
  theirs_fen: string | null
  about: string
  found_at: number
}
const columns =
  'bucket, lot_id, account_id, day::text as day, proof, item, class, state, owner, ours_fen, theirs_fen, about, found_at'
const filters = `($2::date is null or day = $2) and ($3::discrepancy_class is null or class = $3) and ($4::text is null or proof = $4)
     and ($5::discrepancy_state is null or state = $5) and ($6::int4 is null or account_id = $6) and ($7::int4 is null or lot_id = $7)`
// fanout: what is open at everybody's; never on the road
const selectOpen = bothWays(
  'select-open-page',
  (beyond, way) => `-- fanout
  select ${columns}
    from discrepancy
   where bucket = any ($1::int4[]) and state in ('found', 'with-a-person') and ${filters}
     and ($8::date is null
          or (day, bucket, lot_id, account_id, proof collate "C", item collate "C") ${beyond} ($8::date, $9::int4, $10::int4, $11::int4, $12::text, $13::text))
   order by day ${way}, bucket ${way}, lot_id ${way}, account_id ${way}, proof collate "C" ${way}, item collate "C" ${way}
   limit $14`,
)
const selectGroups: Statement = {
  name: 'select-open-groups',
  text: `-- fanout
  select day::text as day, class, count(*)::int4 as open, count(*) filter (where state = 'with-a-person')::int4 as with_person
    from discrepancy
   where bucket = any ($1::int4[]) and state in ('found', 'with-a-person') and ${filters}
   group by day, class
   order by day, class
   limit 400`,
}
const selectOne: Statement = {
  name: 'select-one-discrepancy',
  text: `-- fanout
  select ${columns}
    from discrepancy
   where bucket = any ($1::int4[]) and lot_id = $2 and account_id = $3 and day = $4::date and proof = $5 and item = $6`,
}

const viewOf = (row: Row): DiscrepancyView => ({
  ...nameOf(row),
  ...{ class: row.class, state: row.state, owner: row.owner, about: row.about, foundAt: row.found_at },
  ...{ oursFen: fenOf(row.ours_fen), theirsFen: fenOf(row.theirs_fen), number: numberIn(row) },
})
const nameOf = ({ day, proof, item, account_id, lot_id }: DiscrepancyKey): Name => ({
  ...{ day, proof: proof as Name['proof'], item, account: account_id, lot: lot_id },
})
const fenOf = (amount: string | null): number | null => (amount === null ? null : Number(amount))
/** An item of ours says by its id which payment or refund it is. */
function numberIn({ bucket, lot_id: lotId, item }: DiscrepancyKey): string | null {
  const [, what, id] = /^(payment|refund):(\d{1,19})$/.exec(item) ?? []
  return id === undefined ? null : numberOf(what === 'payment' ? 'trade' : 'refund', { bucket, lotId }, id as Id)
}

const compare = (a: Row, b: Row): number =>
  order(a.day, b.day) ||
  a.bucket - b.bucket ||
  a.lot_id - b.lot_id ||
  a.account_id - b.account_id ||
  order(a.proof, b.proof) ||
  order(a.item, b.item)
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** A page of what is open, by day, from the oldest on unless it is said; null: `after` is not what a page before said is next. */
export async function openPage(database: Database, now: number, asked: OpenQuery): Promise<OpenView | null> {
  const limit = Number(asked.limit ?? 50)
  const way = asked.order ?? 'asc'
  const after = asked.after === undefined ? null : positionIn(asked.after)
  if (asked.after !== undefined && after === null) return null
  const given = [asked.day, asked.class, asked.proof, asked.state, asked.account, asked.lot].map((one) => one ?? null)
  const rows: Row[] = []
  const groups = new Map<string, OpenGroup>()
  for (const { db, buckets } of database.nodes) {
    rows.push(
      ...(await db.query<Row>(selectOpen[way], [buckets, ...given, ...(after ?? Array(6).fill(null)), limit + 1])),
    )
    if (after !== null) continue
    type Group = { day: string; class: DiscrepancyClass; open: number; with_person: number }
    for (const { day, class: of, open, with_person } of await db.query<Group>(selectGroups, [buckets, ...given])) {
      const before = groups.get(`${day} ${of}`) ?? { open: 0, withPerson: 0 }
      const both = { open: before.open + open, withPerson: before.withPerson + with_person }
      groups.set(`${day} ${of}`, { day, class: of, ...both })
    }
  }
  const shown = rows.sort((a, b) => (way === 'asc' ? compare(a, b) : compare(b, a))).slice(0, limit)
  const last = shown.at(-1)
  const next = rows.length > limit && last ? cursorOut(positionOf(last)) : null
  return { now, rows: shown.map(viewOf), next, ...(after === null ? { groups: [...groups.values()] } : {}) }
}
const positionOf = (row: Row) => [row.day, row.bucket, row.lot_id, row.account_id, row.proof, row.item] as const
function positionIn(unchecked: string): readonly unknown[] | null {
  const said = cursorIn(unchecked, 6)
  const isText = (part: unknown) => typeof part === 'string' && part.length <= 80 && !part.includes('\0')
  const isWhole = (part: unknown) => Number.isInteger(part) && Math.abs(part as number) < 2 ** 31
  if (!said || typeof said[0] !== 'string' || !isDay(said[0])) return null
  return said.slice(1, 4).every(isWhole) && said.slice(4).every(isText) ? said : null
}

/** One discrepancy with every step of it; null: there is none such. */
export async function oneDiscrepancy(database: Database, now: number, name: Name): Promise<OneView | null> {
  const { day, proof, item, account: accountId, lot: lotId } = name
  for (const { db, buckets } of database.nodes) {
    const [row] = await db.query<Row>(selectOne, [buckets, lotId, accountId, day, proof, item])
    if (!row) continue
    const { says, todo } = classes[row.class]
    const steps = await historyOf(database, { day, proof, item, accountId, lotId })
    return {
      ...{ ...viewOf(row), now, says, todo },
      steps: steps.map(({ state, at, who, why }) => ({ state, at, who, why })),
    }
  }
  return null
}

/** What one act came to: line by line, or why nothing was tried. */
export async function actOn(
  database: Database,
  { act: name, number, which }: ActAsk,
  word: Word,
): Promise<ActView | { readonly refusal: SettleError }> {
  const act: PersonAct = name === 'explain' ? { act: name, by: number ?? '' } : { act: name }
  if ('names' in which) {
    const results: ActView['results'][number][] = []
    for (const one of which.names) {
      const { day, proof, item, account: accountId, lot: lotId } = one
      const done = await again(() => settleDiscrepancy(database, { day, proof, item, accountId, lotId }, word, act))
      // Of the words of the act, and so of every line alike.
      if (!done.ok && done.error !== 'not-found' && done.error !== 'not-with-a-person') return { refusal: done.error }
      results.push({ ...one, ...(done.ok ? { done: true } : { done: false, code: done.error }) })
    }
    return { results }
  }
  const { day, class: of } = which
  const done = await again(() => settleDiscrepancies(database, { day, class: of }, word, act))
  if (!done.ok && done.error !== 'not-with-a-person') return { refusal: done.error }
  const taken = done.ok ? done.value.map((key) => ({ ...nameOf(key), done: true })) : []
  const isTaken = (one: Name) => taken.some((other) => JSON.stringify(nameAlone(other)) === JSON.stringify(one))
  const left: Name[] = []
  for (const { db, buckets } of database.nodes) {
    const given = [day, of, null, null, null, null, ...Array(6).fill(null), 1_000]
    left.push(...(await db.query<Row>(selectOpen.asc, [buckets, ...given])).map(nameOf))
  }
  return {
    results: [
      ...taken,
      ...left.filter((one) => !isTaken(one)).map((one) => ({ ...one, done: false, code: 'not-with-a-person' })),
    ],
  }
}
const nameAlone = ({ day, proof, item, account, lot }: Name): Name => ({ day, proof, item, account, lot })

/** Two persons at once write the same step: the second is asked again, and finds what the first has done. */
async function again<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if ((error as { code?: string }).code !== '23505') throw error
    return act()
  }
}

const selectBills: Statement = {
  name: 'select-bills-of-days',
  text: `
  select b.account_id, b.channel, b.day::text as day, b.kind, b.state, b.lines, b.because, b.due_at, b.kept_at, b.closed_at,
         array(select distinct a.operator_id::text from channel_account a
                where a.account_id = b.account_id order by 1) as operators
    from bill b
   where b.bucket = 0 and b.lot_id = 0 and b.day >= $1::date and b.day < $2::date
   order by b.day desc, b.account_id, b.kind
   limit 2000`,
}
const countOpen: Statement = {
  name: 'count-open-of-days',
  text: `-- fanout
  select account_id, day::text as day, proof, count(*)::int4 as open
    from discrepancy
   where bucket = any ($1::int4[]) and state in ('found', 'with-a-person') and day >= $2::date and day < $3::date
   group by account_id, day, proof`,
}
type BillRow = Pick<BillView, 'channel' | 'day' | 'kind' | 'state' | 'lines' | 'because' | 'operators'> & {
  account_id: number
  due_at: number | null
  kept_at: number | null
  closed_at: number | null
}

/** The bills of these days, the newest first, with how much of each is open. */
export async function billsOf(database: Database, from: string, until: string): Promise<readonly BillView[]> {
  const bills = await database.of(0).query<BillRow>(selectBills, [from, until])
  const open = new Map<string, number>()
  for (const { db, buckets } of database.nodes) {
    type Count = { account_id: number; day: string; proof: string; open: number }
    for (const one of await db.query<Count>(countOpen, [buckets, from, until])) {
      const key = `${one.account_id} ${one.day} ${one.proof}`
      open.set(key, (open.get(key) ?? 0) + one.open)
    }
  }
  return bills.map(({ account_id, due_at, kept_at, closed_at, ...bill }) => ({
    ...{ ...bill, account: account_id, dueAt: due_at, keptAt: kept_at, closedAt: closed_at },
    open: open.get(`${account_id} ${bill.day} ${bill.kind}`) ?? 0,
  }))
}
