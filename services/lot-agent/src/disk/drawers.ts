import type { DatabaseSync } from 'node:sqlite'
import type { Id, Instant } from '@lanepay/domain/types.ts'

/** One attendant's time at one booth, as it began. */
export type Shift = {
  readonly id: Id
  readonly booth: number
  readonly attendant: string
  readonly openedAt: Instant
  readonly floatFen: number
}

/** The drawers of a lot: shifts, and the cash that went in and out. Writes run inside a turn. */
export function drawers(db: DatabaseSync) {
  const open = db.prepare(
    'select id, booth, attendant, opened_at as openedAt, float_fen as floatFen from shift where booth = ? and handed_over_at is null',
  )
  const begin = db.prepare('insert into shift (id, booth, attendant, opened_at, float_fen) values (?, ?, ?, ?, ?)')
  const end = db.prepare('update shift set handed_over_at = ?, taken_over_by = ?, counted_fen = ? where id = ?')
  const move = db.prepare('insert into cash (id, shift, session, fen, at) values (?, ?, ?, ?, ?)')
  const ofShift = db.prepare(
    `select (select coalesce(sum(fen), 0) from cash where shift = ?1)
          + (select coalesce(sum(fen), 0) from change_move where shift = ?1) as fen`,
  )
  const ofSession = db.prepare('select coalesce(sum(fen), 0) as fen from cash where session = ?')
  return {
    /** The shift that is open at a booth; null: none. */
    openShift: (booth: number): Shift | null => (open.get(booth) as Shift | undefined) ?? null,
    beginShift: (s: Shift): void => void begin.run(s.id, s.booth, s.attendant, s.openedAt, s.floatFen),
    endShift: (s: { readonly id: Id; readonly at: Instant; readonly to: string; readonly countedFen: number }): void =>
      void end.run(s.at, s.to, s.countedFen, s.id),
    /** What went into a drawer, below zero out of it. */
    moveCash: (c: {
      readonly id: Id
      readonly shift: Id | null
      readonly session: Id
      readonly fen: number
      readonly at: Instant
    }): void => void move.run(c.id, c.shift, c.session, c.fen, c.at),
    /** What the drawer of a shift should hold, in fen. */
    inDrawer: ({ id, floatFen }: Shift): number => floatFen + Number(ofShift.get(id)?.fen),
    /** What was taken for a session in cash and not given back, in fen. */
    cashOf: (session: Id): number => Number(ofSession.get(session)?.fen),
  }
}
