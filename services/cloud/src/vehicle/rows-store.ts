import { instantOut, type Statement, type Tx } from '@lanepay/database/database.ts'
import type { Id, Instant, LotKey } from '@lanepay/domain/types.ts'
import { declines } from '../bolink/store.ts'
import type { Kept } from './lists.ts'
import {
  blockedText,
  nameOf,
  noteOf,
  type Renewal,
  type RowKey,
  type RowKind,
  type RowStanding,
  rowsOf,
  rowsToWant,
} from './rows.ts'
import { takesLists } from './store.ts'

export type Row = {
  kind: RowKind
  key: string
  name: string
  made_at: number
  wanted: string | null
  wanted_at: number
  told: string | null
  sent: string | null
  said: string | null
  message_id: Id | null
  unsure: boolean
  again_at: number | null
  refused: string | null
  answered_at: number | null
}
const columns =
  'kind, key, name, made_at, wanted, wanted_at, told, sent, said, message_id, unsure, again_at, refused, answered_at'
export const standingOf = (row: Row): RowStanding => ({
  ...{ kind: row.kind, key: row.key, wanted: row.wanted, told: row.told, unsure: row.unsure },
  ...{ isOnItsWay: row.message_id !== null, wantedAt: row.wanted_at, againAt: row.again_at },
  ...{ refused: row.refused, answeredAt: row.answered_at },
})

const selectWanted: Statement = {
  name: 'select-wanted-list-rows',
  text: 'select kind, key, wanted from list_row where bucket = $1 and lot_id = $2',
}
/** What is wanted anew may be told at once, whatever became of what was wanted before. */
const wantRow: Statement = {
  name: 'want-list-rows',
  text: `
  insert into list_row (bucket, lot_id, kind, key, name, made_at, wanted, wanted_at, turn, told, said, unsure)
  select $1, $2, r.kind, r.key, r.name, $4, r.wanted, $4, r.turn, r.told, r.told, false
    from jsonb_to_recordset($3::jsonb) as r (kind text, key text, name text, wanted text, turn int8, told text)
  on conflict (bucket, lot_id, kind, key) do update
     set wanted = excluded.wanted, wanted_at = excluded.wanted_at, turn = excluded.turn, refused = null, again_at = null`,
}
/** Rows that the software does not have and that are not to be there. */
export const dropGoneRows: Statement = {
  name: 'drop-gone-list-rows',
  text: `
  delete from list_row
   where bucket = $1 and lot_id = $2 and wanted is null and told is null and message_id is null and not unsure`,
}
/** What of these plates the software has said that it blocks, by its own numbers (bolink-protocol.md 7.2): the row is there already. */
const selectBlockedThere: Statement = {
  name: 'select-blocked-by-software-of-plates',
  text: `
  select distinct on (plate) body ->> 'plate' as plate, key, coalesce(body ->> 'because', '') as note
    from bolink_kept
   where bucket = $1 and lot_id = $2 and kind = 'blocked' and ended_at is null and body ->> 'plate' = any ($3::text[])
   order by plate, said_at desc`,
}
const selectTurn: Statement = {
  name: 'select-whether-list-row-was-wanted',
  text: 'select 1 from list_row where bucket = $1 and lot_id = $2 and turn = $3',
}
export const selectRows: Statement = {
  name: 'select-list-rows',
  text: `select ${columns} from list_row where bucket = $1 and lot_id = $2 and kind = $3 and key = any ($4::text[])`,
}
const isDue = 'message_id is null and refused is null and (wanted is distinct from told or unsure)'
export const countRows: Statement = {
  name: 'count-list-rows',
  text: `
  select count(*) filter (where refused is null and (again_at is null or message_id is not null) and (message_id is not null or ${isDue}))::int4 as waiting,
         count(*) filter (where refused is null and message_id is null and again_at is not null)::int4 as silent,
         count(*) filter (where refused is not null)::int4 as refused
    from list_row where bucket = $1 and lot_id = $2`,
}
/** What a person has to look at, with what it is called here. */
export const selectTroubles: Statement = {
  name: 'select-list-rows-in-trouble',
  text: `
  select ${columns},
         coalesce((select c.card from month_card c
                    where c.bucket = r.bucket and c.lot_id = r.lot_id and c.id = case when r.kind = 'card' then r.key::int8 end),
                  (select p.name from card_product p
                    where p.bucket = r.bucket and p.lot_id = r.lot_id and p.id = case when r.kind = 'product' then r.key::int8 end),
                  r.key) as called
    from (select * from list_row
           where bucket = $1 and lot_id = $2 and (refused is not null or again_at is not null and message_id is null)
           order by refused is null, answered_at desc nulls last limit 100) r`,
}
/** Told again: by a person who has put right what was in its way. */
export const tellRowAgain: Statement = {
  name: 'tell-list-row-again',
  text: `
  update list_row set refused = null, again_at = null
   where bucket = $1 and lot_id = $2 and kind = $3 and key = $4 and message_id is null and (refused is not null or again_at is not null)
  returning key`,
}
/** One that is to go and that the software will not let go: no more is said of it. */
export const forgetRow: Statement = {
  name: 'forget-list-row',
  text: `
  delete from list_row
   where bucket = $1 and lot_id = $2 and kind = $3 and key = $4 and wanted is null and message_id is null returning key`,
}

const insertRenewals: Statement = {
  name: 'insert-card-renewals',
  text: `
  insert into noted_renewal (bucket, lot_id, id, card_id, body)
  select $1, $2, r.id, r.card_id, r.body from jsonb_to_recordset($3::jsonb) as r (id int8, card_id int8, body jsonb)`,
}
/** Writes down what was paid, to be told after the cards it was paid for. */
export const wantRenewals = (
  tx: Tx,
  { bucket, lotId }: LotKey,
  renewals: readonly Renewal[],
  newId: () => Id,
): Promise<unknown> => {
  const rows = renewals.map((body) => ({ id: newId(), card_id: body.card, body }))
  return tx.query(insertRenewals, [bucket, lotId, JSON.stringify(rows)])
}

// ---- for whoever tells them

export type RenewalRow = { readonly id: Id; readonly body: Renewal }
/** Renewals of cards that the software has as they are to be, or will not have: taken to be told. */
export const takeRenewals: Statement = {
  name: 'take-card-renewals',
  text: `
  delete from noted_renewal n
   where n.bucket = $1 and n.lot_id = $2
     and not exists (select from list_row r
                      where r.bucket = $1 and r.lot_id = $2 and r.kind = 'card' and r.key = n.card_id::text and r.refused is null
                        and (r.message_id is not null or r.wanted is distinct from r.told or r.unsure))
  returning n.id, n.body`,
}

/** Of these kinds the row that was wanted first, unless another of them is on its way. */
export const sendRow: Statement = {
  name: 'send-list-row',
  text: `
  update list_row r set message_id = $4, sent = r.wanted, said = coalesce(r.wanted, r.said)
    from (select kind, key from list_row
           where bucket = $1 and lot_id = $2 and kind = any ($3::text[]) and ${isDue} and (again_at is null or again_at <= $5)
           order by turn limit 1) n
   where r.bucket = $1 and r.lot_id = $2 and r.kind = n.kind and r.key = n.key
     and not exists (select from list_row o
                      where o.bucket = $1 and o.lot_id = $2 and o.kind = any ($3::text[]) and o.message_id is not null)
  returning r.kind, r.key, r.name, r.made_at, r.told, r.sent, r.said`,
}
export const rowTaken: Statement = {
  name: 'list-row-taken',
  text: `
  update list_row
     set told = sent, sent = null, message_id = null, unsure = false, again_at = null, answered_at = $4
   where bucket = $1 and lot_id = $2 and message_id = $3
  returning kind, name, told`,
}
/** What has been wanted since is told all the same: it may be what the software wants to hear. */
export const rowRefused: Statement = {
  name: 'list-row-refused',
  text: `
  update list_row
     set refused = case when wanted is distinct from sent then null else $5 end,
         sent = null, message_id = null, again_at = null, answered_at = $4
   where bucket = $1 and lot_id = $2 and message_id = $3`,
}
export const rowUnheard: Statement = {
  name: 'list-row-unheard',
  text: `
  update list_row set unsure = true, sent = null, message_id = null, again_at = $4
   where bucket = $1 and lot_id = $2 and message_id = $3`,
}
/** Rows whose message is sent no more and was never answered. */
export const selectUnheard: Statement = {
  name: 'select-unheard-list-rows',
  text: `
  select r.bucket, r.lot_id, r.message_id
    from list_row r
    left join bolink_message m on m.bucket = r.bucket and m.lot_id = r.lot_id and m.id = r.message_id
   where r.bucket = any ($1::int4[]) and r.message_id is not null and m.send_at is null limit 200`,
}
const wants = (of: string) => `${declines("'cloud'", `${of}.bucket`, `${of}.lot_id`)} is not true`
/** Lots that have something to be told, and whose software takes lists and wants them: others would be looked at in vain, before those that do. */
export const selectLotsToTellRows: Statement = {
  name: 'select-lots-to-tell-list-rows',
  text: `
  select n.bucket, n.lot_id
    from noted_renewal n
    join lot l on l.bucket = n.bucket and l.lot_id = n.lot_id and l.system = 'bolink'
    join bolink_park p on p.bucket = n.bucket and p.lot_id = n.lot_id and ${takesLists}
   where n.bucket = any ($1::int4[])
     and not exists (select from list_row r
                      where r.bucket = n.bucket and r.lot_id = n.lot_id and r.kind = 'card' and r.key = n.card_id::text and r.refused is null
                        and (r.message_id is not null or r.wanted is distinct from r.told or r.unsure))
     and ${wants('n')}
  union
  select r.bucket, r.lot_id
    from list_row r
    join lot l on l.bucket = r.bucket and l.lot_id = r.lot_id and l.system = 'bolink'
    join bolink_park p on p.bucket = r.bucket and p.lot_id = r.lot_id and ${takesLists}
   where r.bucket = any ($1::int4[]) and r.message_id is null and r.refused is null
     and (r.wanted is distinct from r.told or r.unsure) and (r.again_at is null or r.again_at <= $2)
     and not exists (select from list_row o
                      where o.bucket = r.bucket and o.lot_id = r.lot_id and o.message_id is not null
                        and (o.kind = r.kind or (o.kind in ('product', 'card') and r.kind in ('product', 'card'))))
     and ${wants('r')}
   limit 200`,
}

/**
 * Lots that have come to software which takes lists row by row, or that wants them only now, and of whose lists nobody has written down yet
 * what it is to be told: what was kept before changes no more by itself.
 */
export const selectLotsToWant: Statement = {
  name: 'select-lots-whose-list-rows-are-not-wanted-yet',
  text: `
  select v.bucket, v.lot_id, coalesce(l.system_since, l.created_at) as since
    from lot l
    join vehicle_list v on v.bucket = l.bucket and v.lot_id = l.lot_id and v.rows_for is distinct from coalesce(l.system_since, l.created_at)
    join bolink_park p on p.bucket = l.bucket and p.lot_id = l.lot_id and ${takesLists}
   where l.bucket = any ($1::int4[]) and l.system = 'bolink' and ${wants('l')}
   limit 50`,
}
export const noteRowsWanted: Statement = {
  name: 'note-list-rows-wanted',
  text: 'update vehicle_list set rows_for = $3 where bucket = $1 and lot_id = $2',
}

type Making = { readonly now: Instant; readonly newId: () => Id }

/** Writes down what each row is to say from now on. Answers the turn of the first that changed; null: none did. */
export async function wantRows(
  tx: Tx,
  { bucket, lotId }: LotKey,
  kept: Omit<Kept, 'capacity'>,
  { now, newId }: Making,
): Promise<Id | null> {
  const have = await tx.query<RowKey & { wanted: string | null }>(selectWanted, [bucket, lotId])
  const wants = rowsToWant(have, rowsOf(kept, new Set(have.map(nameOf)), now))
  if (wants.length === 0) return null
  const blocked = wants.filter(({ kind, wanted }) => kind === 'blocked' && wanted !== null).map(({ key }) => key)
  type There = { plate: string; key: string; note: string }
  const found = blocked.length === 0 ? [] : await tx.query<There>(selectBlockedThere, [bucket, lotId, blocked])
  const there = new Map(found.map((one) => [one.plate, one]))
  // The software knows a blocked vehicle by a name of its own, and everything else by what it is.
  const rows = wants.map((row) => {
    const theirs = row.kind === 'blocked' ? there.get(row.key) : undefined
    const name = theirs?.key ?? (row.kind === 'blocked' ? newId() : row.key)
    return { ...row, name, told: theirs ? blockedText(noteOf(theirs.note)) : null, turn: newId() }
  })
  await tx.query(wantRow, [bucket, lotId, JSON.stringify(rows), instantOut(now)])
  return rows[0]!.turn
}
/** Whether a change was committed whose commit nobody heard of. */
export const wasWanted = async (tx: Tx, { bucket, lotId }: LotKey, turn: Id): Promise<boolean> =>
  (await tx.query(selectTurn, [bucket, lotId, turn])).length > 0
