import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import type { Till } from '../kiosk/wire.ts'

/** A driver's purchase at a kiosk, under the kiosk's own number; amounts in whole fen. */
export type Purchase = {
  readonly kiosk: number
  readonly number: string
  readonly session: Id
  /** Whose drawer the money is in. */
  readonly shift: Id
  readonly owedFen: number
  /** What its stay had paid when the fee was quoted. */
  readonly paidBeforeFen: number
  readonly leaveMinutes: number
  readonly begunAt: Instant
  readonly expiresAt: Instant
  readonly till: Till
  readonly state: 'open' | 'due' | 'ended'
  readonly insertedFen: number
  /** Null: nothing was paid by it, or not yet. */
  readonly clearance: Id | null
  readonly dueFen: number
  readonly paidOutFen: number
  readonly lastSeq: number
}
/** Change that a kiosk could not pay out; settled when nothing is left of it. */
export type OwedChange = {
  readonly id: Id
  readonly kiosk: number
  readonly purchase: string
  readonly session: Id
  readonly shift: Id
  readonly amountFen: number
  readonly leftFen: number
  readonly because: string
  readonly at: Instant
}

const purchaseColumns = `kiosk, number, session, shift, owed_fen as owedFen, paid_before_fen as paidBeforeFen, leave_minutes as leaveMinutes,
  begun_at as begunAt, expires_at as expiresAt, till, state, inserted_fen as insertedFen, clearance, due_fen as dueFen,
  paid_out_fen as paidOutFen, last_seq as lastSeq`
const owedColumns = 'id, kiosk, purchase, session, shift, amount_fen as amountFen, left_fen as leftFen, because, at'

/** The purchases at a lot's kiosks, and the change that is owed of them. Writes run inside a turn. */
export function purchases(db: DatabaseSync) {
  const ofNumber = db.prepare(`select ${purchaseColumns} from kiosk_purchase where kiosk = ? and number = ?`)
  const underWay = db.prepare(
    `select ${purchaseColumns} from kiosk_purchase where kiosk = ? and state in ('open', 'due')`,
  )
  const keep = db.prepare(
    `insert into kiosk_purchase (kiosk, number, session, shift, owed_fen, paid_before_fen, leave_minutes, begun_at, expires_at, till,
                                 state, inserted_fen, clearance, due_fen, paid_out_fen, last_seq)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (kiosk, number) do update
    set state = excluded.state, inserted_fen = excluded.inserted_fen, clearance = excluded.clearance, due_fen = excluded.due_fen,
        paid_out_fen = excluded.paid_out_fen, last_seq = excluded.last_seq`,
  )
  const said = db.prepare('select ask, answer from kiosk_message where kiosk = ? and purchase = ? and seq = ?')
  const keepSaid = db.prepare(
    'insert into kiosk_message (kiosk, purchase, seq, ask, answer, at) values (?, ?, ?, ?, ?, ?)',
  )
  const owe = db.prepare(
    `insert into change_owed (id, kiosk, purchase, session, shift, amount_fen, left_fen, because, at)
     values (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8)`,
  )
  const owed = db.prepare(`select ${owedColumns} from change_owed where id = ?`)
  const owedAt = db.prepare(
    `select ${owedColumns} from change_owed where kiosk = ? and left_fen > 0 order by cast(id as integer)`,
  )
  const pay = db.prepare('update change_owed set left_fen = left_fen - ?2 where id = ?1')
  const move = db.prepare('insert into change_move (id, shift, fen, at) values (?, ?, ?, ?)')
  const purchase = (row: Record<string, SQLOutputValue> | undefined): Purchase | null =>
    row ? ({ ...row, till: JSON.parse(String(row.till)) } as unknown as Purchase) : null
  return {
    purchase: (kiosk: number, number: string): Purchase | null => purchase(ofNumber.get(kiosk, number)),
    /** The purchase of a kiosk that has not ended; there is one at most. */
    purchaseUnderWay: (kiosk: number): Purchase | null => purchase(underWay.get(kiosk)),
    /** Of a purchase that is known already: how far it is. */
    keepPurchase: (p: Purchase): void =>
      void keep.run(
        ...([p.kiosk, p.number, p.session, p.shift, p.owedFen, p.paidBeforeFen, p.leaveMinutes] as const),
        ...([p.begunAt, p.expiresAt, JSON.stringify(p.till), p.state, p.insertedFen, p.clearance] as const),
        ...([p.dueFen, p.paidOutFen, p.lastSeq] as const),
      ),
    /** What a kiosk said under a running number, and what it was answered; null: it said nothing, or too long ago. */
    saidByKiosk: (kiosk: number, number: string, seq: number) =>
      (said.get(kiosk, number, seq) as { readonly ask: string; readonly answer: string } | undefined) ?? null,
    keepSaidByKiosk: (
      kiosk: number,
      number: string,
      m: { readonly seq: number; readonly ask: string; readonly answer: string; readonly at: Instant },
    ): void => void keepSaid.run(kiosk, number, m.seq, m.ask, m.answer, m.at),
    oweChange: (o: Omit<OwedChange, 'leftFen'>): void =>
      void owe.run(o.id, o.kiosk, o.purchase, o.session, o.shift, o.amountFen, o.because, o.at),
    owedChange: (id: Id): OwedChange | null => (owed.get(id) as OwedChange | undefined) ?? null,
    /** Owed change of a kiosk that is not settled, the oldest first. */
    changeOwedAt: (kiosk: number): OwedChange[] => owedAt.all(kiosk) as unknown as OwedChange[],
    settleChange: (id: Id, fen: number): void => void pay.run(id, fen),
    /** Money that stays in a drawer for a driver, below zero what left it; without a shift the drawer is the lot's own. */
    moveChange: (c: { readonly id: Id; readonly shift: Id | null; readonly fen: number; readonly at: Instant }): void =>
      void move.run(c.id, c.shift, c.fen, c.at),
  }
}
