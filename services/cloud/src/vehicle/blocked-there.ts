import { instantOut, type Statement, type Tx } from '@lanepay/database/database.ts'
import { maskPlate } from '@lanepay/domain/plate.ts'
import type { Id, Instant, LotKey, Plate } from '@lanepay/domain/types.ts'
import { selectOperatorOfLot } from '../bolink/platform/store.ts'
import type { Who } from '../staff/route.ts'
import { noteLine } from '../staff/trail.ts'
import { mostListed, platesOf } from './decide.ts'
import { blockedText, noteOf } from './rows.ts'
import { holdLists } from './store.ts'

/*
 * The blocked list of a lot's own charging software, as it comes up (bolink-protocol.md 7.2, upload_blackuser). What a person has put here
 * is a person's: the software's word adds entries and takes away its own, and never changes or removes ours. What it has said itself is not
 * told back, so nothing goes round in a circle.
 */

/** One row of it, by the software's own number. */
export type BlockedThere = { readonly key: string; readonly plate: string; readonly note: string }

const selectOnList: Statement = {
  name: 'select-lists-of-plate',
  text: 'select list, software_key, note from listed_vehicle where bucket = $1 and lot_id = $2 and plate = $3',
}
const selectElsewhere: Statement = {
  name: 'select-blocked-by-software-under-other-plates',
  text: `select plate from listed_vehicle
          where bucket = $1 and lot_id = $2 and list = 'blocked' and software_key = $3 and plate is distinct from $4`,
}
const selectFull: Statement = {
  name: 'select-whether-blocked-list-is-full',
  text: `select count(*) >= $3 as full from listed_vehicle where bucket = $1 and lot_id = $2 and list = 'blocked'`,
}
const putEntry: Statement = {
  name: 'put-vehicle-blocked-by-software',
  text: `
  insert into listed_vehicle (bucket, lot_id, list, plate, note, account, put_at, software_key)
  values ($1, $2, 'blocked', $3, $4, '', $5, $6)
  on conflict (bucket, lot_id, list, plate) do update set note = excluded.note`,
}
/** It has the row, and nothing of it is to be told. */
const haveRow: Statement = {
  name: 'have-list-row-of-software',
  text: `
  insert into list_row (bucket, lot_id, kind, key, name, made_at, wanted, wanted_at, turn, told, said, unsure, answered_at)
  values ($1, $2, 'blocked', $3, $4, $7, $5, $7, $6, $5, $5, false, $7)
  on conflict (bucket, lot_id, kind, key) do update
     set name = excluded.name, wanted = excluded.wanted, told = excluded.told, said = excluded.said, refused = null, answered_at = $7
   where list_row.message_id is null`,
}
/** Ours, that was never told: it is told as a change of the row that the software has, and not as a second one. */
const nameRow: Statement = {
  name: 'name-list-row-by-software',
  text: `
  update list_row set name = $4, told = $5, said = $5, refused = null, again_at = null
   where bucket = $1 and lot_id = $2 and kind = 'blocked' and key = $3 and message_id is null and told is null and not unsure`,
}
const selectGoing: Statement = {
  name: 'select-whether-blocked-row-is-kept',
  text: `select from list_row where bucket = $1 and lot_id = $2 and kind = 'blocked' and key = $3`,
}
const removeEntries: Statement = {
  name: 'remove-vehicles-blocked-by-software',
  text: `delete from listed_vehicle where bucket = $1 and lot_id = $2 and list = 'blocked' and software_key = $3 returning plate`,
}
/** What the software no longer has, and is not to have. */
const dropRow: Statement = {
  name: 'drop-list-row-of-software',
  text: `
  delete from list_row r
   where bucket = $1 and lot_id = $2 and kind = 'blocked' and name = $3 and message_id is null
     and not exists (select from listed_vehicle v
                      where v.bucket = $1 and v.lot_id = $2 and v.list = 'blocked' and v.plate = r.key)`,
}
/** What it no longer has, and a person here wants: told again when a person says so, or nobody would win. */
const loseRow: Statement = {
  name: 'lose-list-row-of-software',
  text: `
  update list_row set told = null, unsure = false, again_at = null, refused = $5, answered_at = $4
   where bucket = $1 and lot_id = $2 and kind = 'blocked' and name = $3 and message_id is null and wanted is not null and told is not null`,
}
/** The software's words for a row of ours that it has deleted by itself. */
export const deletedThere = '收费软件里已删除'

// ---- for a screen

/** Of these plates, how the software of a connected lot has them; of any other lot nothing. */
export const selectBlockedThere: Statement = {
  name: 'select-blocked-there-of-plates',
  text: `
  select p.plate,
         case when k.stands or r.told is not null then 'has' when k.stands is null then 'has-not' else 'deleted' end as there
    from lot l
    cross join unnest($3::text[]) as p (plate)
    left join (select body ->> 'plate' as plate, bool_or(ended_at is null) as stands from bolink_kept
                where bucket = $1 and lot_id = $2 and kind = 'blocked' and body ->> 'plate' = any ($3) group by 1) k on k.plate = p.plate
    left join list_row r on r.bucket = $1 and r.lot_id = $2 and r.kind = 'blocked' and r.key = p.plate
   where l.bucket = $1 and l.lot_id = $2 and l.system = 'bolink'`,
}
/** What it blocks and we do not, but for what is on its way from there by a person's word. */
export const selectOnlyThere: Statement = {
  name: 'select-blocked-by-software-alone',
  text: `
  select k.key, k.body ->> 'plate' as plate, coalesce(k.body ->> 'because', '') as note, coalesce(k.body ->> 'by', '') as by, k.said_at,
         exists (select from listed_vehicle v
                  where v.bucket = $1 and v.lot_id = $2 and v.list = 'free' and v.plate = k.body ->> 'plate') as free
    from bolink_kept k
    join lot l on l.bucket = k.bucket and l.lot_id = k.lot_id and l.system = 'bolink'
   where k.bucket = $1 and k.lot_id = $2 and k.kind = 'blocked' and k.ended_at is null
     and not exists (select from listed_vehicle v
                      where v.bucket = $1 and v.lot_id = $2 and v.list = 'blocked' and v.plate = k.body ->> 'plate')
     and not exists (select from list_row r
                      where r.bucket = $1 and r.lot_id = $2 and r.kind = 'blocked' and r.name = k.key)
   order by k.said_at desc, k.key limit 100`,
}

type Making = { readonly now: Instant; readonly newId: () => Id; readonly houseKey: Uint8Array }

/** As it stands in the trail. */
const software: Who = { staffId: null, account: 'software', role: 'software', address: '', lookId: null }
const note = async (tx: Tx, lot: LotKey, plate: string, did: 'put' | 'removed', making: Making): Promise<void> => {
  const [row] = await tx.query<{ operator_id: string }>(selectOperatorOfLot, [lot.bucket, lot.lotId])
  const about = `blocked ${maskPlate(plate as Plate)}`
  const line = { act: 'vehicles.change', operatorId: row!.operator_id, about, after: did } as const
  await noteLine(tx, making, lot, software, line)
}

/**
 * The software has this row now. `isNews` false: it has said the same before, so what a person has taken off meanwhile stays off. A plate that
 * is free here, or is none, is left to a person.
 */
export async function blockedThere(
  tx: Tx,
  lot: LotKey,
  { key, ...said }: BlockedThere,
  isNews: boolean,
  making: Making,
): Promise<void> {
  const { now, newId } = making
  const at = [lot.bucket, lot.lotId]
  await holdLists(tx, lot, now)
  const plates = platesOf([said.plate])
  const plate = plates.ok ? plates.value[0]! : null
  if ((await tx.query(selectElsewhere, [...at, key, plate])).length > 0) await gone(tx, lot, key, making)
  if (plate === null) return
  type OnList = { list: string; software_key: string | null; note: string }
  const on = await tx.query<OnList>(selectOnList, [...at, plate])
  const ours = on.find(({ list }) => list === 'blocked')
  const words = noteOf(said.note)
  const text = blockedText(words)
  if (ours && ours.software_key !== key) {
    await tx.query(nameRow, [...at, plate, key, text])
    return
  }
  if (ours ? ours.note === words : !isNews || on.some(({ list }) => list === 'free')) return
  if (!ours) {
    // It is to go from there, by a person's word.
    if ((await tx.query(selectGoing, [...at, plate])).length > 0) return
    const [{ full } = { full: false }] = await tx.query<{ full: boolean }>(selectFull, [...at, mostListed])
    if (full) return
  }
  await tx.query(putEntry, [...at, plate, words, instantOut(now), key])
  await tx.query(haveRow, [...at, plate, key, text, newId(), instantOut(now)])
  await note(tx, lot, plate, 'put', making)
}

/** The software has deleted this row: what it has put here goes, and what a person has put stays, with a word at its row. */
export async function unblockedThere(tx: Tx, lot: LotKey, key: string, making: Making): Promise<void> {
  await holdLists(tx, lot, making.now)
  await gone(tx, lot, key, making)
}

async function gone(tx: Tx, lot: LotKey, key: string, making: Making): Promise<void> {
  const at = [lot.bucket, lot.lotId, key]
  const removed = await tx.query<{ plate: string }>(removeEntries, at)
  await tx.query(dropRow, at)
  await tx.query(loseRow, [...at, instantOut(making.now), deletedThere])
  for (const { plate } of removed) await note(tx, lot, plate, 'removed', making)
}
