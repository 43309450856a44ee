import { type Db, instantOut, type Tx } from '@lanepay/database/database.ts'
import type { Day } from '../reconciliation/day.ts'
import { columnOf } from './facts.ts'
import { type Change, changesOf, keptOf, keyOf, type Part } from './part.ts'
import type { Figure, Figures } from './row.ts'
import {
  changeDays,
  dropParts,
  figuresOf,
  type LogRow,
  lockLots,
  makeLots,
  mannered,
  moveLogs,
  noteCorrections,
  putParts,
  selectLogs,
  selectOpenings,
  selectParts,
  selectProducts,
  selectStays,
  selectStaysTold,
  selectTransfers,
} from './store.ts'

/** What of one lot may count otherwise than it did: transfers and stays by name, and whatever its logs have told since. */
export type News = {
  readonly lotId: number
  readonly transfers: readonly { readonly id: string; readonly cause: string }[]
  readonly stays: readonly string[]
}

/**
 * Counts what is new of some lots of one bucket, in one transaction, and notes as what. What was counted before is moved by what has
 * changed of it; where its day is closed, the day says so. The same news again change nothing. Answers the lots whose logs have
 * more to tell.
 */
export const countLots = (db: Db, bucket: number, news: readonly News[], now: number): Promise<readonly number[]> =>
  db.transaction(async (plain) => {
    const tx = await mannered(plain)
    const lots = news.map(({ lotId }) => lotId)
    await tx.query(makeLots, [bucket, lots])
    const closed = new Map(
      (await tx.query<{ lot_id: number; closed_through: Day | null }>(lockLots, [bucket, lots])).map((row) => [
        row.lot_id,
        row.closed_through,
      ]),
    )
    const logs = await tx.query<LogRow>(selectLogs, [bucket, lots])
    const counted = await countedNow(tx, bucket, news, logs)
    const [put, gone, out] = [[] as PartRow[], [] as PartRow[], [] as PartRow[]]
    for (const lotId of lots) {
      const of = (rows: readonly PartRow[]) => rows.filter((row) => row.lotId === lotId)
      const [before, after] = [of(counted.before), of(counted.after)]
      const kept = keptOf(before, after)
      const taken = new Set([...kept.put, ...kept.gone].map(keyOf))
      put.push(...(kept.put as PartRow[]))
      gone.push(...(kept.gone as PartRow[]))
      out.push(...before.filter((part) => taken.has(keyOf(part))))
    }
    if (gone.length > 0) await tx.query(dropParts, [bucket, JSON.stringify(gone.map(keyRow))])
    if (put.length > 0) await tx.query(putParts, [bucket, JSON.stringify(put.map(partRow))])
    const changes = lots.flatMap((lotId) => {
      const of = (rows: readonly PartRow[]) => rows.filter((row) => row.lotId === lotId)
      return changesOf(of(out), [...of(put), ...of(counted.openings)]).map((change) => ({
        ...change,
        lotId,
        corrected: change.day <= (closed.get(lotId) ?? ''),
      }))
    })
    await writeDays(tx, bucket, changes, now)
    if (logs.length > 0)
      await tx.query(moveLogs, [
        ...[bucket, logs.map((log) => log.lot_id), logs.map((log) => log.device)],
        ...[logs.map((log) => log.epoch), logs.map((log) => log.to_seq)],
      ])
    return [...new Set(logs.filter((log) => log.to_seq !== log.committed_seq).map((log) => log.lot_id))]
  })

type PartRow = Part & { readonly lotId: number }
type FactRow = Readonly<Record<string, unknown>> & {
  lot_id: number
  of_id: string
  kind: string
  id: string
  day: Day
  lane: string
  channel: string
  attendant: string
  product: string
}
const partOf = (row: FactRow): PartRow => ({
  ...{ lotId: row.lot_id, of: row.of_id, kind: row.kind, id: row.id, day: row.day },
  members: { lane: row.lane, channel: row.channel, attendant: row.attendant, product: row.product },
  figures: Object.fromEntries(figuresOf(row)) as Partial<Figures>,
})

/** As what everything that the news are about was counted, and is to be counted. */
async function countedNow(tx: Tx, bucket: number, news: readonly News[], logs: readonly LogRow[]) {
  const pieces = [
    ...[bucket, logs.map((log) => log.lot_id), logs.map((log) => log.epoch), logs.map((log) => log.device)],
    ...[logs.map((log) => log.seq), logs.map((log) => log.to_seq)],
  ]
  const told = logs.length === 0 ? [] : await tx.query<{ lot_id: number; id: string }>(selectStaysTold, pieces)
  const openings = logs.length === 0 ? [] : (await tx.query<FactRow>(selectOpenings, pieces)).map(partOf)
  const named = news.flatMap(({ lotId, transfers }) => transfers.map((transfer) => ({ ...transfer, lotId })))
  const transfers =
    named.length === 0
      ? []
      : (
          await tx.query<FactRow>(selectTransfers, [
            ...[bucket, named.map(({ lotId }) => lotId)],
            ...[named.map(({ id }) => id), named.map(({ cause }) => cause)],
          ])
        ).map(partOf)
  const whole = new Map<string, readonly [number, string]>()
  for (const row of told) whole.set(`${row.lot_id}/${row.id}`, [row.lot_id, row.id])
  for (const part of transfers) whole.set(`${part.lotId}/${part.of}`, [part.lotId, part.of])
  for (const { lotId, stays } of news) for (const id of stays) whole.set(`${lotId}/${id}`, [lotId, id])
  const keys = [bucket, [...whole.values()].map(([lotId]) => lotId), [...whole.values()].map(([, id]) => id)]
  const before = (await tx.query<FactRow>(selectParts, keys)).map(partOf)
  const stays = (await tx.query<FactRow>(selectStays, keys)).map(partOf)
  const products = new Map(
    (await tx.query<{ lot_id: number; id: string; product: string }>(selectProducts, keys)).map((row) => [
      `${row.lot_id}/${row.id}`,
      row.product,
    ]),
  )
  const anew = new Set(transfers.map((part) => `${part.lotId}/${keyOf(part)}`))
  // What was paid for a stay is of its product as it is now; everything else of a transfer stays as it was counted.
  const others = before
    .filter((part) => part.kind !== 'entry' && part.kind !== 'exit' && !anew.has(`${part.lotId}/${keyOf(part)}`))
    .map((part) => ({
      ...part,
      members: { ...part.members, product: products.get(`${part.lotId}/${part.of}`) ?? part.members.product },
    }))
  return { before, after: [...stays, ...transfers, ...others], openings }
}

const columnsOf = (figures: Partial<Readonly<Record<Figure, number>>>) =>
  Object.fromEntries((Object.entries(figures) as [Figure, number][]).map(([figure, by]) => [columnOf(figure), by]))
const keyRow = ({ lotId, of, kind, id }: PartRow) => ({ lot_id: lotId, of_id: of, kind, id })
const partRow = (part: PartRow) => ({
  ...keyRow(part),
  day: part.day,
  ...part.members,
  ...columnsOf(part.figures),
})

type LotChange = Change & { readonly lotId: number; readonly corrected: boolean }

async function writeDays(tx: Tx, bucket: number, changes: readonly LotChange[], now: number): Promise<void> {
  if (changes.length === 0) return
  const rowKey = (row: { lot_id: number; dimension: string; day: string; member: string }) =>
    JSON.stringify([row.lot_id, row.dimension, row.day, row.member])
  const keyed = changes.map(({ lotId, dimension, day, member, figures, corrected }) => {
    const by = (Object.entries(figures) as [Figure, { by: number }][]).map(([figure, change]) => [figure, change.by])
    return { lot_id: lotId, dimension, day, member, corrected, ...columnsOf(Object.fromEntries(by)) }
  })
  const rows = await tx.query<FactRow & { dimension: string; member: string; corrections: number }>(changeDays, [
    bucket,
    JSON.stringify(keyed),
    instantOut(now),
  ])
  const became = new Map(rows.map((row) => [rowKey(row), row]))
  const corrections = changes.flatMap(({ lotId, dimension, day, member, figures, corrected }) => {
    const key = { lot_id: lotId, dimension, day, member }
    const row = became.get(rowKey(key))
    if (!corrected || row === undefined) return []
    const is = new Map(figuresOf(row))
    return (Object.entries(figures) as [Figure, { by: number; because: readonly string[] }][]).map(
      ([figure, { by, because }]) => ({
        ...{ ...key, number: row.corrections, figure, was: (is.get(figure) ?? 0) - by, became: is.get(figure) ?? 0 },
        because,
      }),
    )
  })
  if (corrections.length > 0) await tx.query(noteCorrections, [bucket, JSON.stringify(corrections), instantOut(now)])
}
