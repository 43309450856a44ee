import type { Statement } from '@lanepay/database/database.ts'

export const selectLog: Statement = {
  name: 'select-log',
  text: `select committed_seq::int8 as committed_seq from lot_log where bucket = $1 and lot_id = $2 and device = $3 and epoch = $4`,
}
/** Pieces of many logs at once (0113_late_exit.sql); answers where each log stands, in order. */
export const takeInPieces: Statement = {
  name: 'take-in',
  text: `
  select seq::int8 as seq
    from take_in($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
                 $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32) as seq`,
}
/** The same with what the pieces say of cash (0012_shift.sql), in the same transaction. */
export const takeInWithCash: Statement = {
  name: 'take-in-with-cash',
  text: `
  select cash.seq::int8 as seq
    from (select array_agg(t.seq order by t.n) as seqs
            from take_in($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
                         $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32) with ordinality as t (seq, n)) as taken
   cross join lateral take_cash(taken.seqs, $1, $2, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $32)
                        with ordinality as cash (seq, n)
   order by cash.n`,
}
export const selectOccupancy: Statement = {
  name: 'select-occupancy',
  text: `select occupancy, plate, session_id, ended_at from lane_occupancy where bucket = $1 and lot_id = $2 and lane_id = $3`,
}
