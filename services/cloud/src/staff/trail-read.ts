import { type Database, instantOut, type Statement } from '@lanepay/database/database.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { bothWays, type Order } from '../report/both-ways.ts'
import type { TrailView } from './api.ts'
import { newest } from './look.ts'
import { sealOf } from './trail.ts'

export type LineRow = {
  bucket: number
  lot_id: number
  line: string
  id: string
  at: number
  act: string
  staff_id: string | null
  account: string
  role: string
  operator_id: string | null
  about: string
  before: string
  after: string
  reason: string
  look_id: string | null
  address: string
  seal: string
}
const columns =
  'bucket, lot_id, line, id, at, act, staff_id, account, role, operator_id, about, before, after, reason, look_id, address, seal'

// fanout: a person searches what was done, over all lots of an operator; never on the road
const selectLines = bothWays(
  'select-staff-lines',
  (beyond, way) => `-- fanout
  select ${columns} from staff_line
   where ($1::int8 is null or operator_id = $1)
     and ($2::text is null or act = $2)
     and ($3::text is null or strpos(lower(account), lower($3)) > 0)
     and ($4::text is null or strpos(lower(about), lower($4)) > 0)
     and ($5::int4 is null or lot_id = $5)
     and ($6::timestamptz is null or at >= $6)
     and ($7::timestamptz is null or at < $7)
     and id ${beyond} $8
   order by id ${way} limit $9`,
)
const selectChain: Statement = {
  name: 'select-staff-chain',
  text: `select ${columns} from staff_line where bucket = $1 and lot_id = $2 and line > $3 order by line limit 500`,
}
const selectTrails: Statement = {
  name: 'select-staff-trails',
  // fanout: proves every trail, when a person asks for it
  text: '-- fanout\n select bucket, lot_id, lines, seal from staff_trail order by bucket, lot_id',
}
/** Places whose count of lines is gone, while lines are there. */
const selectLost: Statement = {
  name: 'select-staff-trails-lost',
  text: `-- fanout
  select distinct l.bucket, l.lot_id from staff_line l
    left join staff_trail t on t.bucket = l.bucket and t.lot_id = l.lot_id where t.bucket is null`,
}

export type TrailFilter = {
  readonly act?: string
  /** A part of it, in letters of either size. */
  readonly account?: string
  /** A part of what it is about, too. */
  readonly about?: string
  readonly lot?: number
  readonly from?: number
  readonly until?: number
  /** The newest first unless it is said. */
  readonly order?: Order
  /** Only lines behind this one; of the page before, its `next`. */
  readonly before?: string
  /** How many at most; fifty unless it is said. */
  readonly limit?: number
}

/** Lines that fit, in their order, of one operator or (null) of everybody; `next` leads on, null at the end. */
export async function readTrail(
  database: Database,
  operatorId: string | null,
  filter: TrailFilter,
): Promise<TrailView> {
  const { order = 'desc', limit = 50 } = filter
  const values = [
    ...[operatorId, filter.act ?? null, filter.account ?? null, filter.about ?? null, filter.lot ?? null],
    ...[
      instantOut(filter.from),
      instantOut(filter.until),
      filter.before ?? (order === 'asc' ? '0' : newest),
      limit + 1,
    ],
  ]
  const found = await Promise.all(database.nodes.map(({ db }) => db.query<LineRow>(selectLines[order], values)))
  const rows = found.flat().sort((a, b) => (BigInt(a.id) < BigInt(b.id) === (order === 'asc') ? -1 : 1))
  const page = rows.slice(0, limit)
  return {
    lines: page.map((row) => ({
      ...{ id: row.id, at: row.at, act: row.act, account: row.account, role: row.role, about: row.about },
      ...{ before: row.before, after: row.after, reason: row.reason, address: row.address },
      ...{ operator: row.operator_id, lot: row.lot_id === 0 ? null : row.lot_id, look: row.look_id },
    })),
    next: rows.length > limit ? page.at(-1)!.id : null,
  }
}

export type BrokenTrail = {
  readonly bucket: number
  readonly lotId: number
  readonly line: string
  readonly what: string
}

/** Proves every trail: line after line its seal, and that none is missing, in between or at the end. Answers how many lines there are. */
export async function proveTrail(
  database: Database,
  houseKey: Uint8Array,
): Promise<{ readonly lines: number; readonly broken: readonly BrokenTrail[] }> {
  let lines = 0
  const broken: BrokenTrail[] = []
  for (const { db } of database.nodes) {
    type TrailRow = { bucket: number; lot_id: number; lines: string; seal: string }
    for (const lost of await db.query<{ bucket: number; lot_id: number }>(selectLost))
      broken.push({ bucket: lost.bucket, lotId: lost.lot_id, line: '0', what: 'the count of its lines is gone' })
    for (const trail of await db.query<TrailRow>(selectTrails)) {
      const place = { bucket: trail.bucket, lotId: trail.lot_id }
      let [last, seal] = [0n, '']
      for (;;) {
        const rows = await db.query<LineRow>(selectChain, [trail.bucket, trail.lot_id, String(last)])
        if (rows.length === 0) break
        for (const row of rows) {
          lines++
          if (BigInt(row.line) !== last + 1n)
            broken.push({ ...place, line: row.line, what: 'lines before it are missing' })
          else if (sealOf(houseKey, seal, fieldsOf(row)) !== row.seal)
            broken.push({ ...place, line: row.line, what: 'it was changed, or the one before it' })
          last = BigInt(row.line)
          seal = row.seal
        }
      }
      if (String(last) !== trail.lines || seal !== trail.seal)
        broken.push({ ...place, line: trail.lines, what: 'the last lines are missing' })
    }
  }
  return { lines, broken }
}

/** A line's fields as they were sealed (trail.ts). */
const fieldsOf = (row: LineRow): readonly unknown[] => [
  ...[
    row.bucket,
    row.lot_id,
    row.line,
    row.id,
    instantOut(row.at as Instant),
    row.act,
    row.staff_id,
    row.account,
    row.role,
  ],
  ...[row.operator_id, row.about, row.before, row.after, row.reason, row.look_id, row.address],
]
