import type { Database, Statement } from '@lanepay/database/database.ts'
import { type NumberKind, parseNumber } from '@lanepay/domain/numbers.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { DiscrepancyClass, DiscrepancyState } from './decide.ts'
import { type DiscrepancyKey, type Noted, takeStepsOf } from './steps.ts'

/*
 * What a person does with discrepancies (domain.md 7): takes them, says what explains them, or settles them; each a step of their
 * history like any other, on the day on which it is made.
 */

type Of = { readonly day: string; readonly accountId?: number; readonly lotId?: number }
/** One by its name, or all of a class that a day left open. */
export type WhichDiscrepancies = Of &
  ({ readonly proof: string; readonly item: string } | { readonly class: DiscrepancyClass })
/** `explain`: something else that is known says why, named by its number or item. */
export type PersonAct =
  | { readonly act: 'take' }
  | { readonly act: 'explain'; readonly by: string }
  | { readonly act: 'settle' }
export type Word = { readonly who: string; readonly why: string; readonly now: number; readonly noted?: Noted }
export type SettleError =
  | 'not-found'
  | 'not-with-a-person'
  | 'no-name'
  | 'no-reason'
  | 'no-explanation'
  | 'explanation-not-found'

const findDiscrepancies: Statement = {
  name: 'find-discrepancies',
  text: `
  select bucket, lot_id, account_id, day::text as day, proof, item, state, owner
    from discrepancy
   where bucket = any ($1::int4[]) and day = $2::date and ($3::text is null or proof = $3) and ($4::text is null or item = $4)
     and ($5::int4 is null or account_id = $5) and ($6::int4 is null or lot_id = $6)
     and ($7::discrepancy_class is null or class = $7 and state in ('found', 'with-a-person'))
   order by bucket, lot_id, item`,
}
/** A person's act on one discrepancy: `settleDiscrepancies` for that one. */
export async function settleDiscrepancy(
  database: Database,
  which: Of & { readonly proof: string; readonly item: string },
  word: Word,
  act: PersonAct = { act: 'settle' },
): Promise<Result<DiscrepancyKey, SettleError>> {
  const settled = await settleDiscrepancies(database, which, word, act)
  return settled.ok ? ok(settled.value[0]!) : settled
}

const actsOn: Readonly<Record<PersonAct['act'], { from: readonly DiscrepancyState[]; to: DiscrepancyState }>> = {
  take: { from: ['found', 'with-a-person'], to: 'with-a-person' },
  explain: { from: ['with-a-person'], to: 'settled' },
  settle: { from: ['with-a-person'], to: 'settled' },
}
/** Of a bulk act at most so many in one transaction. */
const atOnce = 500

/**
 * One act on one discrepancy or on all of a class, each with its own step. Answers those that took it; of one that is not in a state
 * for it, or of a class that has none, the error says so.
 */
export async function settleDiscrepancies(
  database: Database,
  which: WhichDiscrepancies,
  { who, why, now, noted }: Word,
  act: PersonAct,
): Promise<Result<readonly DiscrepancyKey[], SettleError>> {
  const [name, because] = [who.trim(), why.trim()]
  if (name === '') return err('no-name')
  if (because === '' && act.act !== 'take') return err('no-reason')
  if (act.act === 'explain') {
    if (!/^[0-9A-Za-z:/_-]{1,80}$/.test(act.by)) return err('no-explanation')
    if (!(await isKnown(database, act.by))) return err('explanation-not-found')
  }
  const says = act.act === 'explain' ? `explained by ${act.by}: ${because}` : because || `taken by ${name}`
  const one = 'item' in which
  const { from, to } = actsOn[act.act]
  const done: DiscrepancyKey[] = []
  let found = 0
  for (const { db, buckets } of database.nodes) {
    const rows = await db.query<DiscrepancyKey & { state: DiscrepancyState; owner: string }>(findDiscrepancies, [
      ...[buckets, which.day, one ? which.proof : null, one ? which.item : null],
      ...[which.accountId ?? null, which.lotId ?? null, one ? null : which.class],
    ])
    found += rows.length
    // Lines are numbered in each bill anew: of two that are alike nobody can say which is meant.
    if (one && found > 1) return err('not-found')
    // Taken twice by the same person it is taken once.
    const isTaken = (row: (typeof rows)[number]) =>
      act.act === 'take' && row.state === 'with-a-person' && row.owner === name
    done.push(...rows.filter(isTaken).map(({ state: _, owner: __, ...key }) => key))
    const fit = rows.filter((row) => from.includes(row.state) && !isTaken(row))
    for (let first = 0; first < fit.length; first += atOnce) {
      const some = fit.slice(first, first + atOnce)
      const steps = some.map((key) => ({ key, state: to, why: says }))
      const owner = act.act === 'take' ? name : null
      const taken = await takeStepsOf(db, steps, { from, who: name, now, owner, noted })
      done.push(...taken)
    }
  }
  if (found === 0) return err('not-found')
  return done.length === 0 ? err('not-with-a-person') : ok(done)
}

const tableOf: Readonly<Partial<Record<NumberKind, string>>> = {
  trade: 'payment',
  refund: 'refund',
  share: 'share',
  'share-return': 'share_return',
  withdrawal: 'withdrawal',
}
const selectItem: Statement = {
  name: 'select-discrepancy-item',
  text: '-- fanout\n  select 1 as known from discrepancy where bucket = any ($1::int4[]) and item = $2 limit 1',
}

/**
 * A number that reads as ours is one that our book has, an item one that was found. Any other is the channel's or a bank's, and
 * whoever names it has looked there.
 */
async function isKnown(database: Database, by: string): Promise<boolean> {
  for (const [kind, table] of Object.entries(tableOf) as [NumberKind, string][]) {
    const number = parseNumber(kind, by)
    if (!number.ok) continue
    const { bucket, lotId, id } = number.value
    const text = `select 1 as known from ${table} where bucket = $1 and lot_id = $2 and id = $3`
    return (await database.of(bucket).query({ name: `select-known-${table}`, text }, [bucket, lotId, id])).length > 0
  }
  if (!by.includes(':')) return true
  for (const { db, buckets } of database.nodes) if ((await db.query(selectItem, [buckets, by])).length > 0) return true
  return false
}

export type HistoryStep = {
  lot_id: number
  account_id: number
  step: number
  state: DiscrepancyState
  at: number
  who: string
  why: string
}
const selectHistory: Statement = {
  name: 'select-discrepancy-history',
  text: `
  select lot_id, account_id, step, state, at, who, why
    from discrepancy_step
   where bucket = any ($1::int4[]) and day = $2::date and proof = $3 and item = $4 and ($5::int4 is null or account_id = $5)
     and ($6::int4 is null or lot_id = $6)
   order by lot_id, account_id, step`,
}

/** Every step of one discrepancy, from how it was found on; none where there is no such one. */
export async function historyOf(
  database: Database,
  which: Of & { readonly proof: string; readonly item: string },
): Promise<readonly HistoryStep[]> {
  const steps: HistoryStep[] = []
  for (const { db, buckets } of database.nodes)
    steps.push(
      ...(await db.query<HistoryStep>(selectHistory, [
        ...[buckets, which.day, which.proof, which.item, which.accountId ?? null, which.lotId ?? null],
      ])),
    )
  return steps
}
