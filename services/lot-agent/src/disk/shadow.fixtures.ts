import { DatabaseSync } from 'node:sqlite'
import { idMaker } from '@lanepay/domain/ids.ts'
import type { Id, Instant, Plate } from '@lanepay/domain/types.ts'
import type { OpenOptions } from './open.ts'
import { openStore, type Store } from './store.ts'

/*
 * A lot whose every acknowledged turn is also kept in a list beside: what the disk must still hold, or name as lost.
 */

export const open = (dir: string, options: OpenOptions = {}, now: () => number = Date.now): Store =>
  openStore(dir, idMaker(now, 0), { copyEveryMs: 3_600_000, quietMs: 3_600_000, ...options })

/** One turn of everything a turn does: a stay begins, is paid and told; a lane is taken. Returns once it is on disk. */
export function takeTurn(store: Store, n: number): void {
  const id = String(1_000_000 + n) as Id
  const at = (1_780_000_000_000 + n) as Instant
  store.turn(() => {
    const plate = `粤B${String(n).padStart(5, '0')}` as Plate
    store.enter({
      id,
      plate,
      pass: false,
      colour: 'blue',
      enteredAt: at,
      entryLane: 1,
      standing: 'visitor',
      vehicleClass: null,
      occupancyPercent: null,
    })
    store.clear({ id, session: id, paidFen: n, paidAt: at, leaveBy: at, receivedAt: at })
    store.occupy({ lane: 1, number: id, plate, session: id, since: at, position: 'at-camera' })
    store.log({ kind: 'left', at, session: id, lane: 2, leftAt: at, owedFen: n })
    if (n % 3 === 0) store.endSession(String(1_000_000 + n - 1) as Id, at)
  })
}

/** Everything in the lot's tables but the events of the disk itself, a line a row. */
export function linesOf(dir: string): ReadonlyMap<string, ReadonlySet<string>> {
  const db = new DatabaseSync(`${dir}/lot.sqlite`, { readOnly: true })
  try {
    const rows = (sql: string) =>
      new Set(
        db
          .prepare(sql)
          .all()
          .map((row) => Object.values(row).join('|')),
      )
    return new Map([
      ['session', rows('select id, plate, pass, colour, entered_at, entry_lane, standing, ended_at from session')],
      ['clearance', rows('select id, session, paid_fen, paid_at, leave_by, received_at from clearance')],
      ['occupancy', rows('select lane, number, plate, session, since, position from occupancy')],
      [
        'event',
        rows(`select at, json_extract(body, '$.kind'), json_extract(body, '$.session'), json_extract(body, '$.owedFen')
                from event where json_extract(body, '$.kind') <> 'device'`),
      ],
    ])
  } finally {
    db.close()
  }
}
