import { instantOut, type Statement, type Tx } from '@lanepay/database/database.ts'
import { tidyPlate } from '@lanepay/domain/plate.ts'
import type { Id, Instant, LotKey } from '@lanepay/domain/types.ts'
import { calledSystem, isCalledName } from '@lanepay/lot-systems/called-systems.ts'
import { declines } from '../bolink/store.ts'
import type { ListName, ListsTaken, Noted, Window } from './api.ts'
import type { Change, StepKind } from './decide.ts'
import type { Card, Kept, Listed, Product } from './lists.ts'

/** Whoever changes what a lot goes by holds its row until the change is ordered. */
const makeList: Statement = {
  name: 'make-vehicle-list',
  text: `insert into vehicle_list (bucket, lot_id, version, changed_at) values ($1, $2, 0, $3)
         on conflict (bucket, lot_id) do nothing`,
}
export const holdList: Statement = {
  name: 'hold-vehicle-list',
  text: 'select version, capacity, command_id from vehicle_list where bucket = $1 and lot_id = $2 for update',
}
export type ListRow = { version: string; capacity: number | null; command_id: Id | null }
export const selectList: Statement = {
  name: 'select-vehicle-list',
  text: 'select version, capacity, command_id from vehicle_list where bucket = $1 and lot_id = $2',
}
export const setList: Statement = {
  name: 'set-vehicle-list',
  text: `update vehicle_list set version = $3, capacity = $4, command_id = $5, changed_at = $6
          where bucket = $1 and lot_id = $2`,
}
/** Software that polls, or a vendor's cloud of which the plan says so (bolink-protocol.md 8.2). `p`: a `bolink_park`. */
export const takesLists = `(p.call_url is null or coalesce(p.settings -> 'vendorTakes' @> '"lists"', false))`
const selectTaker: Statement = {
  name: 'select-who-takes-lists-of-lot',
  text: `
  select system, exists (select from bolink_park p
                          where p.bucket = lot.bucket and p.lot_id = lot.lot_id and ${takesLists})
         and ${declines("'cloud'", 'lot.bucket', 'lot.lot_id')} is not true as rows
    from lot where bucket = $1 and lot_id = $2`,
}
/**
 * How whatever runs a lot takes its lists: all of them at once, or row by row, or by asking of each vehicle that wants to come in; null: it
 * keeps its own, has no words for ours, or wants none (bolink-protocol.md 2.3).
 */
export async function listsTakenBy(tx: Tx, { bucket, lotId }: LotKey): Promise<ListsTaken> {
  const [lot] = await tx.query<{ system: string; rows: boolean }>(selectTaker, [bucket, lotId])
  if (lot?.system === 'agent') return 'whole'
  if (lot && isCalledName(lot.system) && calledSystem(lot.system).abilities.includes('asks-before-entry'))
    return 'asked'
  return lot?.system === 'bolink' && lot.rows ? 'rows' : null
}

export type ProductRow = {
  id: string
  name: string
  month_fen: number
  spaces: number
  windows: readonly Window[] | null
  ended_at: number | null
}
export const selectProducts: Statement = {
  name: 'select-card-products',
  text: `select id, name, month_fen, spaces, windows, ended_at from card_product
          where bucket = $1 and lot_id = $2 order by ended_at is not null, name, id`,
}
export const insertProduct: Statement = {
  name: 'insert-card-product',
  text: `insert into card_product (bucket, lot_id, id, name, month_fen, spaces, windows, made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (bucket, lot_id, id) do nothing`,
}
export const endProduct: Statement = {
  name: 'end-card-product',
  text: `update card_product set ended_at = $4 where bucket = $1 and lot_id = $2 and id = $3 and ended_at is null returning id`,
}
export const productOf = (row: ProductRow): Product => ({
  ...{ id: row.id, name: row.name, monthFen: row.month_fen, spaces: row.spaces },
  ...{ windows: row.windows, ended: row.ended_at !== null },
})

export type CardRow = {
  id: string
  card: string
  product_id: string
  plates: readonly string[]
  spaces: number
  from_at: number
  until_at: number
  sealed: string | null
  stopped_at: number | null
}
const cardColumns = 'id, card, product_id, plates, spaces, from_at, until_at, sealed, stopped_at'
export const selectCards: Statement = {
  name: 'select-month-cards',
  text: `select ${cardColumns} from month_card where bucket = $1 and lot_id = $2 order by id`,
}
export const selectCard: Statement = {
  name: 'select-month-card',
  text: `select ${cardColumns} from month_card where bucket = $1 and lot_id = $2 and id = $3`,
}
export const cardOf = (row: CardRow): Card => ({
  ...{ id: row.id, card: row.card, product: row.product_id, plates: row.plates, spaces: row.spaces },
  ...{ from: row.from_at, until: row.until_at, holder: row.sealed, stoppedAt: row.stopped_at },
})
// `$4` its name from the beginning, `$5` a plate or a part of one; `$6` the state, which is one of times (`$7` now, `$8` a week on).
const found = `
   where bucket = $1 and lot_id = $2
     and ($3::int8 is null or product_id = $3)
     and ($4::text is null or starts_with(lower(card), $4) or exists (select from unnest(plates) p where strpos(p, $5) > 0))
     and ($6::text is null
          or $6 = 'stopped' and stopped_at is not null
          or $6 = 'over' and stopped_at is null and until_at <= $7
          or $6 = 'to-come' and stopped_at is null and until_at > $7 and from_at > $7
          or $6 = 'ending' and stopped_at is null and until_at > $7 and from_at <= $7 and until_at <= $8
          or $6 = 'valid' and stopped_at is null and from_at <= $7 and until_at > $8)`
export const countCards: Statement = {
  name: 'count-month-cards',
  text: `select count(*)::int4 as n from month_card ${found}`,
}
export const selectCardsByName: Statement = {
  name: 'select-month-cards-by-name',
  text: `select ${cardColumns} from month_card ${found} and ($9::text is null or (card collate "C", id) > ($9, $10::int8))
          order by card collate "C", id limit $11`,
}
export const selectCardsByEnd: Statement = {
  name: 'select-month-cards-by-end',
  text: `select ${cardColumns} from month_card ${found}
     and ($9::text is null or (until_at, id) > (to_timestamp($9::float8 / 1000), $10::int8))
          order by until_at, id limit $11`,
}
const putCard: Statement = {
  name: 'put-month-card',
  text: `
  insert into month_card (bucket, lot_id, id, card, product_id, plates, spaces, from_at, until_at, sealed, stopped_at, made_at)
  select $1, $2, c.id, c.card, c.product_id, array(select jsonb_array_elements_text(c.plates)), c.spaces,
         to_timestamp(c.from_at / 1000), to_timestamp(c.until_at / 1000), c.sealed, to_timestamp(c.stopped_at / 1000), $4
    from jsonb_to_recordset($3::jsonb)
      as c (id int8, card text, product_id int8, plates jsonb, spaces int4, from_at float8, until_at float8, sealed text, stopped_at float8)
  on conflict (bucket, lot_id, id) do update
     set product_id = excluded.product_id, plates = excluded.plates, spaces = excluded.spaces, from_at = excluded.from_at,
         until_at = excluded.until_at, sealed = excluded.sealed, stopped_at = excluded.stopped_at`,
}
const insertSteps: Statement = {
  name: 'insert-month-card-steps',
  text: `
  insert into month_card_step (bucket, lot_id, card_id, id, kind, at, account, after, reason, noted_fen, noted_as)
  select $1, $2, s.card_id, s.id, s.kind, $4, $5, s.after, s.reason, s.noted_fen, s.noted_as
    from jsonb_to_recordset($3::jsonb)
      as s (card_id int8, id int8, kind text, after text, reason text, noted_fen int4, noted_as text)`,
}
export type StepRow = {
  kind: StepKind
  at: number
  account: string
  after: string
  reason: string
  noted_fen: number | null
  noted_as: Noted['as'] | null
}
export const selectSteps: Statement = {
  name: 'select-month-card-steps',
  text: `select kind, at, account, after, reason, noted_fen, noted_as from month_card_step
          where bucket = $1 and lot_id = $2 and card_id = $3 order by id desc limit 200`,
}

const listedColumns = 'list, plate, from_at, until_at, note, account, put_at, software_key'
export type ListedRow = {
  list: ListName
  plate: string
  from_at: number | null
  until_at: number | null
  note: string
  account: string
  put_at: number
  /** Null: a person has put it there. */
  software_key: string | null
}
export const selectListed: Statement = {
  name: 'select-listed-vehicles',
  text: `select ${listedColumns} from listed_vehicle where bucket = $1 and lot_id = $2
          order by list, plate`,
}
const listedFound = `
   where bucket = $1 and lot_id = $2 and list = $3
     and ($4::text is null or strpos(plate, $4) > 0 or strpos(note, $5) > 0)`
export const countListed: Statement = {
  name: 'count-listed-vehicles',
  text: `select count(*)::int4 as n from listed_vehicle ${listedFound}`,
}
export const selectListedPage: Statement = {
  name: 'select-listed-vehicles-page',
  text: `select ${listedColumns} from listed_vehicle ${listedFound}
     and ($6::text is null or plate collate "C" > $6) order by plate collate "C" limit $7`,
}
export const selectListedNewest: Statement = {
  name: 'select-listed-vehicles-newest-first',
  text: `select ${listedColumns} from listed_vehicle ${listedFound}
     and ($6::text is null or (put_at, plate collate "C") < ($8::timestamptz, $6))
   order by put_at desc, plate collate "C" desc limit $7`,
}
const selectBlocked: Statement = {
  name: 'select-whether-plate-is-blocked',
  text: `select from listed_vehicle
          where bucket = $1 and lot_id = $2 and list = 'blocked' and plate = $3
            and (from_at is null or from_at <= $4) and (until_at is null or until_at > $4)`,
}
/** Whether a lot's list of blocked vehicles has this plate at this instant. */
export const isBlocked = async (tx: Tx, { bucket, lotId }: LotKey, plate: string, now: Instant): Promise<boolean> =>
  (await tx.query(selectBlocked, [bucket, lotId, tidyPlate(plate), instantOut(now)])).length > 0
const putListed: Statement = {
  name: 'put-listed-vehicle',
  text: `
  insert into listed_vehicle (bucket, lot_id, list, plate, from_at, until_at, note, account, put_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
  on conflict (bucket, lot_id, list, plate) do update
     set from_at = excluded.from_at, until_at = excluded.until_at, note = excluded.note, account = excluded.account,
         put_at = excluded.put_at, software_key = null`,
}
const removeListed: Statement = {
  name: 'remove-listed-vehicle',
  text: 'delete from listed_vehicle where bucket = $1 and lot_id = $2 and list = $3 and plate = $4',
}
export const countVehicles: Statement = {
  name: 'count-vehicles',
  text: `
  select (select count(*)::int4 from month_card where bucket = $1 and lot_id = $2 and stopped_at is null and until_at > $3) as cards,
         (select count(*)::int4 from listed_vehicle where bucket = $1 and lot_id = $2 and list = 'free') as free,
         (select count(*)::int4 from listed_vehicle where bucket = $1 and lot_id = $2 and list = 'guests') as guests,
         (select count(*)::int4 from listed_vehicle where bucket = $1 and lot_id = $2 and list = 'blocked') as blocked`,
}

const listedOf = ({ list, plate, from_at, until_at, note }: ListedRow): Listed => ({
  ...{ list, plate, from: from_at, until: until_at, note },
})

/** Whoever has it is the only one who changes or tells what the lot goes by, until the transaction ends. */
export async function holdLists(tx: Tx, { bucket, lotId }: LotKey, now: Instant): Promise<ListRow> {
  await tx.query(makeList, [bucket, lotId, instantOut(now)])
  const [row] = await tx.query<ListRow>(holdList, [bucket, lotId])
  return row!
}

/** All that is kept of a lot, held until the transaction ends. */
export async function holdKept(
  tx: Tx,
  lot: LotKey,
  now: Instant,
): Promise<{ readonly row: ListRow; readonly kept: Kept }> {
  const row = await holdLists(tx, lot, now)
  return { row, kept: { capacity: row.capacity, ...(await readKept(tx, lot)) } }
}

/** All that is kept of a lot but its capacity, for a look. */
export async function readKept(tx: Pick<Tx, 'query'>, lot: LotKey): Promise<Omit<Kept, 'capacity'>> {
  const key = [lot.bucket, lot.lotId]
  const products = await tx.query<ProductRow>(selectProducts, key)
  const cards = await tx.query<CardRow>(selectCards, key)
  const listed = await tx.query<ListedRow>(selectListed, key)
  return { products: products.map(productOf), cards: cards.map(cardOf), listed: listed.map(listedOf) }
}

const selectCardsOfPlates: Statement = {
  name: 'select-month-cards-of-plates',
  text: `select ${cardColumns} from month_card where bucket = $1 and lot_id = $2 and plates && $3::text[] order by id`,
}
const selectListedPlate: Statement = {
  name: 'select-listed-vehicle-of-plate',
  text: `select ${listedColumns} from listed_vehicle
          where bucket = $1 and lot_id = $2 and plate = $3`,
}
/** Of what is kept all that bears on the cards of one plate: they, every card that shares a plate with one of them, and its lists. */
export async function readKeptAbout(
  db: Pick<Tx, 'query'>,
  lot: LotKey,
  plate: string,
): Promise<Omit<Kept, 'capacity'>> {
  const key = [lot.bucket, lot.lotId]
  const own = await db.query<CardRow>(selectCardsOfPlates, [...key, [plate]])
  if (own.length === 0) return { products: [], cards: [], listed: [] }
  const cards = await db.query<CardRow>(selectCardsOfPlates, [...key, [...new Set(own.flatMap((card) => card.plates))]])
  const products = await db.query<ProductRow>(selectProducts, key)
  const listed = await db.query<ListedRow>(selectListedPlate, [...key, plate])
  return { products: products.map(productOf), cards: cards.map(cardOf), listed: listed.map(listedOf) }
}

export async function writeChange(
  tx: Tx,
  lot: LotKey,
  { cards, steps, put, removed }: Change,
  by: { readonly account: string; readonly now: Instant; readonly newId: () => Id },
): Promise<void> {
  const key = [lot.bucket, lot.lotId]
  const now = instantOut(by.now)
  if (cards.length > 0)
    await tx.query(putCard, [
      ...key,
      JSON.stringify(
        cards.map(({ id, card, product, plates, spaces, from, until, holder, stoppedAt }) => ({
          ...{ id, card, product_id: product, plates, spaces, from_at: from, until_at: until },
          ...{ sealed: holder, stopped_at: stoppedAt },
        })),
      ),
      now,
    ])
  if (steps.length > 0)
    await tx.query(insertSteps, [
      ...key,
      JSON.stringify(
        steps.map(({ card, kind, after, reason, noted }) => ({
          ...{ card_id: card, id: by.newId(), kind, after, reason },
          ...{ noted_fen: noted?.fen ?? null, noted_as: noted?.as ?? null },
        })),
      ),
      ...[now, by.account],
    ])
  for (const { list, plate } of removed) await tx.query(removeListed, [...key, list, plate])
  for (const { list, plate, from, until, note } of put)
    await tx.query(putListed, [
      ...key,
      list,
      plate,
      instantOut(from as Instant | null),
      instantOut(until as Instant | null),
      note,
      by.account,
      now,
    ])
}
