import { type Db, instantOut } from '@lanepay/database/database.ts'
import { tidyPlate } from '@lanepay/domain/plate.ts'
import type { Instant, LotKey } from '@lanepay/domain/types.ts'
import { newestOrder, toldOf } from '../lot-order/told.ts'
import { cursorIn, cursorOut } from '../report/cursor.ts'
import type {
  CardPage,
  CardStory,
  CardsQuery,
  CardView,
  ListedPage,
  ListedQuery,
  ListedThere,
  OnlyThereView,
  RowsView,
  VehiclesView,
} from './api.ts'
import { selectBlockedThere, selectOnlyThere } from './blocked-there.ts'
import type { VehicleDeps } from './change.ts'
import { platesOf, stateOf } from './decide.ts'
import { holderShown } from './holder.ts'
import { type RowKind, type RowTold, toldOfRow } from './rows.ts'
import { countRows, type Row, selectRows, selectTroubles, standingOf } from './rows-store.ts'
import {
  type CardRow,
  cardOf,
  countCards,
  countListed,
  countVehicles,
  type ListedRow,
  type ListRow,
  listsTakenBy,
  type ProductRow,
  productOf,
  type StepRow,
  selectCard,
  selectCardsByEnd,
  selectCardsByName,
  selectList,
  selectListedNewest,
  selectListedPage,
  selectProducts,
  selectSteps,
} from './store.ts'

const weekMs = 7 * 86_400_000

/** What a screen sees of a lot's cards and lists. A page that begins where no page ended is null. */
export function vehicleViews({ database, clock, houseKey }: Omit<VehicleDeps, 'newId'>) {
  return { vehiclesOf, cardsOf, storyOf, listedOf, onlyThere }

  async function vehiclesOf(lot: LotKey): Promise<VehiclesView> {
    const db = database.of(lot.bucket)
    const key = [lot.bucket, lot.lotId]
    const now = clock.now()
    const [[row], products, [counts], order] = await Promise.all([
      db.query<ListRow>(selectList, key),
      db.query<ProductRow>(selectProducts, key),
      db.query<VehiclesView['counts']>(countVehicles, [...key, instantOut(now)]),
      newestOrder(db, lot, 'lists'),
    ])
    const taken = await listsTakenBy(db, lot)
    const ours = row?.command_id ?? null
    const told = ours === null ? null : ((await toldOf(db, lot, [ours])).get(ours) ?? null)
    return {
      ...{ now, version: Number(row?.version ?? 0), told, capacity: row?.capacity ?? null, counts: counts! },
      ...{ taken, rows: taken === 'rows' ? await troublesOf(db, lot) : null },
      elsewhere: order !== null && order.id !== ours,
      products: products.map(productOf).map(({ id, ...product }) => ({ product: id, ...product })),
    }
  }

  async function cardsOf(lot: LotKey, asked: CardsQuery): Promise<CardPage | null> {
    const { text, state, product, order = 'card', after, limit = '50' } = asked
    const start = after === undefined ? [null, null] : cursorIn(after, 2)
    const isPlace = start?.every((part) => part === null || typeof part === 'string')
    if (!start || !isPlace || (start[1] !== null && !/^\d{1,19}$/.test(String(start[1])))) return null
    if (order === 'until' && start[0] !== null && !/^\d{1,15}$/.test(String(start[0]))) return null
    const db = database.of(lot.bucket)
    const now = clock.now()
    const wanted = text?.trim()
    const found = [
      ...[
        lot.bucket,
        lot.lotId,
        product ?? null,
        wanted ? wanted.toLowerCase() : null,
        wanted ? tidyPlate(wanted) : null,
      ],
      ...[state ?? null, instantOut(now), instantOut((now + weekMs) as Instant)],
    ]
    const page = order === 'card' ? selectCardsByName : selectCardsByEnd
    const rows = await db.query<CardRow>(page, [...found, ...start, Number(limit) + 1])
    const products = await productsOf(db, lot)
    const shown = rows.slice(0, Number(limit))
    const told = await toldByKey(
      db,
      lot,
      'card',
      Array.from(shown, ({ id }) => id),
    )
    const last = shown.at(-1)
    const next =
      rows.length > shown.length && last
        ? cursorOut([order === 'card' ? last.card : String(last.until_at), last.id])
        : null
    const total = after === undefined ? (await db.query<{ n: number }>(countCards, found))[0]!.n : undefined
    return {
      ...{ now, next, cards: shown.map((row) => viewOf(row, products, told, now)) },
      ...(total === undefined ? {} : { total }),
    }
  }

  async function storyOf(lot: LotKey, id: string): Promise<CardStory | null> {
    const db = database.of(lot.bucket)
    const key = [lot.bucket, lot.lotId, id]
    const [row] = await db.query<CardRow>(selectCard, key)
    if (!row) return null
    const steps = await db.query<StepRow>(selectSteps, key)
    return {
      ...viewOf(row, await productsOf(db, lot), await toldByKey(db, lot, 'card', [id]), clock.now()),
      steps: steps.map(({ noted_fen, noted_as, ...step }) => ({
        ...step,
        noted: noted_fen === null || noted_as === null ? null : { fen: noted_fen, as: noted_as },
      })),
    }
  }

  async function listedOf(lot: LotKey, list: string, asked: ListedQuery): Promise<ListedPage | null> {
    const { text, order = 'plate', after, limit = '50' } = asked
    const [plate, putAt] = after === undefined ? [null, 0] : (cursorIn(after, 2) ?? [])
    if ((plate !== null && typeof plate !== 'string') || !isInstant(putAt)) return null
    const db = database.of(lot.bucket)
    const wanted = text?.trim()
    const found = [lot.bucket, lot.lotId, list, wanted ? tidyPlate(wanted) : null, wanted || null]
    const values = [...found, plate, Number(limit) + 1]
    const rows = await (order === 'plate'
      ? db.query<ListedRow>(selectListedPage, values)
      : db.query<ListedRow>(selectListedNewest, [...values, instantOut(putAt)]))
    const shown = rows.slice(0, Number(limit))
    const last = shown.at(-1)
    const total = after === undefined ? (await db.query<{ n: number }>(countListed, found))[0]!.n : undefined
    const plates = shown.map((one) => one.plate)
    const told = list === 'guests' ? null : await toldByKey(db, lot, list as RowKind, plates)
    const there = list === 'blocked' ? await blockedThereOf(db, lot, plates) : null
    return {
      now: clock.now(),
      vehicles: shown.map(({ plate, from_at, until_at, note, account, put_at, software_key }) => ({
        ...{ plate, from: from_at, until: until_at, note, account, putAt: put_at },
        source: software_key === null ? 'here' : 'software',
        told: told?.get(plate) ?? null,
        there: there?.get(plate) ?? null,
      })),
      next: rows.length > shown.length && last ? cursorOut([last.plate, last.put_at]) : null,
      ...(total === undefined ? {} : { total }),
    }
  }

  async function onlyThere(lot: LotKey): Promise<OnlyThereView> {
    type Found = { key: string; plate: string; note: string; by: string; said_at: number; free: boolean }
    const rows = await database.of(lot.bucket).query<Found>(selectOnlyThere, [lot.bucket, lot.lotId])
    return {
      vehicles: rows.map(({ free, said_at, ...one }) => ({
        ...{ ...one, saidAt: said_at },
        why: !platesOf([one.plate]).ok ? 'no-plate' : free ? 'free' : 'not-here',
      })),
    }
  }

  function viewOf(row: CardRow, products: ReadonlyMap<string, string>, told: ToldByKey, now: number): CardView {
    const { holder, stoppedAt, ...card } = cardOf(row)
    return {
      ...card,
      productName: products.get(card.product) ?? '',
      state: stateOf({ ...card, stoppedAt }, now),
      holder: holderShown(houseKey, card.id, holder),
      told: told.get(card.id) ?? null,
    }
  }
}

const isInstant = (one: unknown): one is Instant => Number.isSafeInteger(one) && Math.abs(one as number) < 8.64e15

const productsOf = async (db: Db, lot: LotKey): Promise<ReadonlyMap<string, string>> =>
  new Map((await db.query<ProductRow>(selectProducts, [lot.bucket, lot.lotId])).map((row) => [row.id, row.name]))

/** Whether the lot's own software blocks these plates too; empty where none of its lists come here. */
async function blockedThereOf(
  db: Db,
  lot: LotKey,
  plates: readonly string[],
): Promise<ReadonlyMap<string, ListedThere>> {
  const rows = await db.query<{ plate: string; there: ListedThere }>(selectBlockedThere, [
    ...[lot.bucket, lot.lotId, [...plates]],
  ])
  return new Map(rows.map(({ plate, there }) => [plate, there]))
}

type ToldByKey = ReadonlyMap<string, RowTold>
/** What became of these rows with the lot's software; empty where whatever runs the lot is not told row by row. */
async function toldByKey(db: Db, lot: LotKey, kind: RowKind, keys: readonly string[]): Promise<ToldByKey> {
  if (keys.length === 0 || (await listsTakenBy(db, lot)) !== 'rows') return new Map()
  const rows = await db.query<Row>(selectRows, [lot.bucket, lot.lotId, kind, [...keys]])
  return new Map(rows.map((row) => [row.key, toldOfRow(standingOf(row))]))
}

async function troublesOf(db: Db, { bucket, lotId }: LotKey): Promise<RowsView> {
  const [counts] = await db.query<Pick<RowsView, 'waiting' | 'refused' | 'silent'>>(countRows, [bucket, lotId])
  const rows = await db.query<Row & { called: string }>(selectTroubles, [bucket, lotId])
  return {
    ...counts!,
    troubles: rows.map((row) => ({
      ...{ kind: row.kind, key: row.key, called: row.called, goes: row.wanted === null },
      ...toldOfRow(standingOf(row)),
    })),
  }
}
