import type { DatabaseSync } from 'node:sqlite'
import type { Id, Instant } from '@lanepay/domain/types.ts'

const noted = (db: DatabaseSync, what: string): string | null => {
  const row = db.prepare('select value from note where name = ?').get(what)
  return row ? String(row.value) : null
}
const note = (db: DatabaseSync, what: string, value: string) =>
  db
    .prepare('insert into note (name, value) values (?, ?) on conflict (name) do update set value = excluded.value')
    .run(what, value)

/** Where the log stands: the newest number it gave, and the newest that the cloud has. */
export const logOf = (db: DatabaseSync): { readonly last: number; readonly acked: number } => ({
  last: Math.max(
    Number(noted(db, 'last_seq') ?? 0),
    Number(db.prepare('select coalesce(max(seq), 0) as seq from event').get()?.seq),
  ),
  acked: Number(noted(db, 'acked_seq') ?? 0),
})

/**
 * A log with a hole goes on as another one: the cloud takes a log in order and without holes, so it would wait at the hole
 * for good, and numbers that are given again would be taken for known (architecture.md 7). What the cloud has not
 * acknowledged goes again, in order, numbered from 1; each says where it `was`, for its acknowledgement may have been
 * lost. What the cloud has is its own to keep. In a turn.
 */
export function beginLogAnew(db: DatabaseSync, epoch: Id): void {
  const was = noted(db, 'epoch')
  const { acked } = logOf(db)
  const left = db.prepare('select seq, at, body from event where seq > ? order by seq').all(acked)
  db.exec('delete from event')
  const insert = db.prepare('insert into event (seq, at, body) values (?, ?, ?)')
  for (const [index, row] of left.entries()) {
    const body = JSON.parse(String(row.body)) as { was?: object }
    insert.run(
      index + 1,
      row.at!,
      JSON.stringify({ ...body, seq: index + 1, was: body.was ?? { epoch: was, seq: row.seq } }),
    )
  }
  note(db, 'epoch', epoch)
  note(db, 'last_seq', String(left.length))
  note(db, 'acked_seq', '0')
}

/** The next event of the log is that the disk is ill, and why. In a turn. */
export function tellDisk(db: DatabaseSync, at: Instant, because: string): void {
  const seq = logOf(db).last + 1
  const body = { seq, kind: 'device', at, device: 'disk', state: 'ill', because }
  db.prepare('insert into event (seq, at, body) values (?, ?, ?)').run(seq, at, JSON.stringify(body))
  note(db, 'last_seq', String(seq))
}
