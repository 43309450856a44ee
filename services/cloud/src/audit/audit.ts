import type { Database, Db, Statement } from '@lanepay/database/database.ts'
import { balancesSay, brokenBalances, channelsSay, overdrawnChannels, sumsOf } from './books.ts'
import { ofCash } from './cash.ts'
import { ofCashChange } from './cash-change.ts'
import { ask, type Finding, type Found } from './invariant.ts'
import { ofMoney } from './money.ts'
import { keep, type Proof, proofsOf, windowOf } from './proof.ts'
import { ofTheRoad } from './road.ts'
import { ofSummaries } from './summaries.ts'
import { ofWithdrawals } from './withdrawals.ts'

/*
 * The invariants of architecture.md 10 on live data. One audit looks at one snapshot, so what is under way is whole in it or
 * not in it; it only reads, and takes no lock that anybody waits for. A command for people, never a part of the road.
 */

const snapshot: Statement = {
  name: 'audit-snapshot',
  text: 'set transaction isolation level repeatable read, read only',
}
/**
 * Of this transaction alone. One processor, so that the road keeps the others. Little memory: tables that are joined piece by
 * piece stay in the processor's cache (of 5 million payments 9 s with 4 MB, 11 s with 16 MB, 20 s with 320 MB, where it is one piece).
 */
const manners = (everything: boolean): readonly Statement[] => [
  { name: 'audit-work-mem', text: `set local work_mem = '8MB'` },
  { name: 'audit-one-processor', text: 'set local max_parallel_workers_per_gather = 0' },
  { name: 'audit-no-jit', text: 'set local jit = off' },
  // What has changed is found by keys and times, whatever the planner believes of how much that is.
  ...(everything ? [] : [{ name: 'audit-by-index', text: 'set local enable_seqscan = off' }]),
]
const invariants = [...ofMoney, ...ofCash, ...ofWithdrawals, ...ofCashChange, ...ofTheRoad, ...ofSummaries]

/**
 * Whoever posts has read the clock less than this before it commits: a proof leaves out what is younger, and what came in
 * later with an older time shows as a balance that does not hold, for which everything is read once more.
 */
const marginMs = 3_600_000

type Look = { readonly found: readonly Found[]; readonly proofs: readonly Proof[] }
/** One look at one server; `null` where only what has changed was asked for and nothing was proven before. */
const look = (db: Db, everything: boolean, provenBefore: number): Promise<Look | null> =>
  db.transaction(async (tx) => {
    await tx.query(snapshot)
    for (const statement of manners(everything)) await tx.query(statement)
    const window = everything ? null : await windowOf(tx)
    if (!everything && window === null) return null
    const sums = await sumsOf(tx, window, provenBefore)
    const found = [brokenBalances(sums), overdrawnChannels(sums)]
    for (const invariant of invariants) found.push(await ask(tx, invariant, window))
    const proofs = await proofsOf(tx, sums, provenBefore)
    return { found: found.filter((one) => one !== null), proofs }
  })

export type Audit = {
  readonly checked: readonly string[]
  /** Those that do not hold, with the first rows that break them. */
  readonly broken: readonly Finding[]
  /** Whether all rows were read, or those that have changed since the last proof. */
  readonly read: 'everything' | 'changes'
}
const checked = [balancesSay, channelsSay, ...invariants.map(({ says }) => says)]

/** Every invariant, on every row. Reads only. */
export async function audit(database: Database): Promise<Audit> {
  const broken: Finding[] = []
  for (const { db } of database.nodes) broken.push(...findings(await look(db, true, 0)))
  return { checked, broken, read: 'everything' }
}

/**
 * The same, of what has changed since the last audit that held, and notes what is proven now. What it finds it looks for once
 * more in all rows before it says so: a change that came with a wrong time is no broken invariant.
 */
export const auditSince = (database: Database, now: number): Promise<Audit> => prove(database, now, 'changes')

/** The same, of every row, whatever was proven before. */
export const proveAll = (database: Database, now: number): Promise<Audit> => prove(database, now, 'everything')

async function prove(database: Database, now: number, asked: Audit['read']): Promise<Audit> {
  const provenBefore = now - marginMs
  const broken: Finding[] = []
  let read = asked
  for (const { db } of database.nodes) {
    let seen = await look(db, asked === 'everything', provenBefore)
    if (seen === null || (asked === 'changes' && seen.found.length > 0)) {
      seen = await look(db, true, provenBefore)
      read = 'everything'
    }
    if (seen === null) throw new Error('a look at everything needs no proof')
    broken.push(...findings(seen))
    const lots = new Set(seen.found.flatMap((one) => one.lots.map((lot) => `${lot.bucket}/${lot.lotId}`)))
    await keep(
      db,
      seen.proofs.filter((proof) => !lots.has(`${proof.bucket}/${proof.lotId}`)),
      provenBefore,
    )
  }
  return { checked, broken, read }
}

const findings = (seen: Look | null): Finding[] =>
  (seen?.found ?? []).map(({ invariant, count, examples, todo }) => ({ invariant, count, examples, todo }))
