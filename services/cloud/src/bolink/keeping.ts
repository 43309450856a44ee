import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { isJpeg } from '@lanepay/domain/jpeg.ts'
import { tidyPlate } from '@lanepay/domain/plate.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { readMessage } from '@lanepay/lot-systems/bolink/fields.ts'
import { up } from '@lanepay/lot-systems/bolink/up.ts'
import { idIn } from '../coupon/give.ts'
import { useCoupon } from '../coupon/store.ts'
import { openAtRest, sealAtRest } from '../server/at-rest.ts'
import { blockedThere, unblockedThere } from '../vehicle/blocked-there.ts'
import { holdLists } from '../vehicle/store.ts'
import type { Happened } from './happened.ts'
import {
  dropPictures,
  endKeptCardsOf,
  insertPicture,
  keep,
  selectIsKept,
  selectKept,
  selectKeptBlocked,
} from './keeping-store.ts'
import { type Kept, lists, type Need, reasonOf, type Said } from './lists.ts'
import type { Orders } from './orders.ts'
import { badField, type Computer, type Data, done, type Reply, type Services, service, texts } from './service.ts'
import { selectLaneOfChannel } from './store.ts'

/** With Base64 of it in an upload (bolink-protocol.md 4.7). */
const pictureAtMost = 150 * 1024
const dayMs = 24 * 3_600_000
const ownerOf = ({ bucket, lotId }: LotKey, kind: string, key: string) => `${bucket}/${lotId}/${kind}/${key}`

/** Names and telephone numbers of such a thing, as they are kept. */
export const sealedNames = (
  houseKey: Uint8Array,
  lot: LotKey,
  { kind, key }: Pick<KeptRow, 'kind' | 'key'>,
  names: Readonly<Record<string, unknown>>,
): string => sealAtRest(houseKey, 'bolink-names', ownerOf(lot, kind, key), JSON.stringify(names))

/** Of what is deleted some software says no more than which (7): null, where it does not say that either. */
function goneIn({ table, key }: Pick<Kept, 'table' | 'key'>, data: Data): Said | null {
  if (!Object.hasOwn(table, 'operate_type')) return null
  const read = readMessage({ [key]: 'id', operate_type: 'number' } as const, data)
  return read.ok && read.value.operate_type === 3 && read.value[key] !== '' ? read.value : null
}

/** One thing that a lot's software has said of its lists, for a person to read. */
export type KeptRow = {
  readonly kind: string
  readonly key: string
  readonly body: Readonly<Record<string, unknown>>
  readonly said_at: number
  /** Null: it stands. */
  readonly ended_at: number | null
}

/**
 * What a connected lot says of its lists and doings, kept as it last said it, with its pictures for as long as its settings say.
 * A gate moved by hand goes into the proof of gates too, once, however often it is told.
 */
export function keeping(options: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly houseKey: Uint8Array
  readonly happened: Happened
  readonly orders: Orders
}) {
  const { database, clock, newId, houseKey, happened, orders } = options

  const moved = async (from: Computer, said: Said, epoch: string) => {
    const [lane] = await database
      .of(from.bucket)
      .query<{ lane_id: number }>(selectLaneOfChannel, [from.bucket, from.lotId, said.channel_id])
    // A lane that nobody has named is in no proof, and a lowered arm lets nobody through.
    if (!lane || said.operate !== 0) return
    const order = said.order_id === undefined ? null : await orders.one(from, String(said.order_id))
    await happened.gate(from, {
      ...{
        epoch,
        lane: lane.lane_id,
        at: said.create_time === undefined ? clock.now() : Number(said.create_time) * 1000,
      },
      ...{ by: String(said.user_id), reason: reasonOf(said) ?? '', session: order?.session_id ?? null },
    })
  }

  /** A shop's coupon that the lot says it has used, once; of a record that nobody has told us of nothing is settled. */
  const used = async (from: Computer, said: Said) => {
    const id = idIn(String(said.ticket_id))
    const order = said.order_id === undefined ? null : await orders.one(from, String(said.order_id))
    if (id === null || !order) return
    const at = said.use_time === undefined ? clock.now() : Number(said.use_time) * 1000
    const { bucket, lotId } = from
    await database
      .of(bucket)
      .query(useCoupon, [bucket, lotId, id, order.session_id, instantOut(at), said.deduction_amount ?? null])
  }

  const isMet = async ({ bucket, lotId }: LotKey, { kind, key, is }: Need): Promise<boolean> => {
    const db = database.of(bucket)
    const [kept] = await db.query<{ ended: boolean }>(selectIsKept, [bucket, lotId, kind, key])
    if (is !== 'stands') return (kept !== undefined) === (is === 'said')
    if (kept !== undefined) return !kept.ended
    // Lanes that nobody uploaded are those of the plan.
    return (await db.query(selectLaneOfChannel, [bucket, lotId, key])).length > 0
  }

  /**
   * Its blocked list, in one transaction with ours (vehicle/blocked-there.ts). What was added before it was deleted and is told again after
   * that is known by when it was made, and is over.
   */
  const blocked = (from: Computer, key: string, said: Said, keepIt: (tx: Tx) => Promise<unknown>) =>
    database.of(from.bucket).transaction(async (tx) => {
      const now = clock.now()
      await holdLists(tx, from, now)
      type Before = { plate: string; note: string; since: number | null; ended: boolean }
      const [before] = await tx.query<Before>(selectKeptBlocked, [from.bucket, from.lotId, key])
      const isOver = said.operate_type === 3
      const isOld = before?.ended && said.operate_type === 1 && before.since === Number(said.create_time) * 1000
      if (isOld) return
      await keepIt(tx)
      if (isOver) return unblockedThere(tx, from, key, { now, newId, houseKey })
      const row = { key, plate: tidyPlate(String(said.car_number)), note: String(said.resume ?? '') }
      const isNews = !before || before.ended || before.plate !== row.plate || before.note !== row.note
      await blockedThere(tx, from, row, isNews, { now, newId, houseKey })
    })

  const services: Record<string, Services[string]> = {
    upload_carpic: service(up.upload_carpic, async (from, said) => {
      const content = Buffer.from(said.content, 'base64')
      const key = said.order_id ?? said.liftrod_id ?? said.event_id ?? said.uuid
      const echo = { picture_source: said.picture_source, ...(said.order_id ? { order_id: said.order_id } : {}) }
      const isPicture = content.length <= pictureAtMost && isJpeg(content)
      if (key === undefined || !isPicture) return { state: 0, ...echo, errmsg: texts.badData }
      const now = clock.now()
      await database
        .of(from.bucket)
        .query(insertPicture, [
          ...[from.bucket, from.lotId, said.picture_source, key, said.park_order_type ?? '', content],
          ...[instantOut(said.create_time === undefined ? now : said.create_time * 1000)],
          instantOut(now + from.park.settings.pictureDays * dayMs),
        ])
      return { ...done, ...echo }
    }),
  }
  for (const [name, kept] of Object.entries(lists))
    services[name] = async (from, data) => {
      const read = readMessage(kept.table, data)
      const bare = read.ok ? null : goneIn(kept, data)
      if (!read.ok && bare === null) return badField(read.error.field)
      const said = read.ok ? (read.value as Said) : bare!
      const key = String(said[kept.key])
      const need = kept.needs?.(said) ?? null
      // Beside another platform it has said the rest over there.
      if (need !== null && !from.park.settings.beside && !(await isMet(from, need)))
        return { state: 0, errmsg: need.errmsg, [kept.key]: key, park_id: from.park.parkId }
      // Of one that is gone what was last said stays.
      const body = bare === null ? kept.body(said) : {}
      const names = bare === null ? kept.names?.(said) : undefined
      const keepIt = (db: Pick<Tx, 'query'>) =>
        db.query<{ epoch: string }>(keep, [
          ...[from.bucket, from.lotId, kept.kind, key, { ...body, epoch: newId() }],
          names === undefined ? null : sealedNames(houseKey, from, { kind: kept.kind, key }, names),
          ...[instantOut(clock.now()), said.operate_type === 3],
        ])
      if (name === 'upload_blackuser' && !from.park.settings.beside) {
        await blocked(from, key, said, keepIt)
        return { ...done, [kept.key]: key, park_id: from.park.parkId }
      }
      const db = database.of(from.bucket)
      const replaces = said.force_update === '1' && said.operate_type !== 3
      const of = [from.bucket, from.lotId, key, JSON.stringify(body.plates), instantOut(clock.now())]
      const [row] = replaces
        ? await db.transaction(async (tx) => {
            await tx.query(endKeptCardsOf, of)
            return keepIt(tx)
          })
        : await keepIt(db)
      if (name === 'upload_ticket_deduction') await used(from, said)
      if (name === 'upload_liftrod') await moved(from, said, row!.epoch)
      return { ...done, [kept.key]: key, park_id: from.park.parkId }
    }

  return {
    services: services as Services,
    /** What a lot's plan has kept beside: sealed whole, as nobody knows what of it is about persons. */
    async beside(from: Computer, service: string, data: Data, member: string): Promise<Reply> {
      const read = readMessage({ [member]: 'id' }, data)
      if (!read.ok || read.value[member] === '') return { state: 0, errmsg: `${texts.badData}: ${member}` }
      const said = String(read.value[member])
      const one = { kind: 'other', key: `${service} ${said}` }
      const now = instantOut(clock.now())
      await database
        .of(from.bucket)
        .query(keep, [
          ...[from.bucket, from.lotId, one.kind, one.key, { service, epoch: newId() }],
          ...[sealedNames(houseKey, from, one, { said: data }), now, false],
        ])
      return { ...done, [member]: said, park_id: from.park.parkId }
    },
    /** What is no longer to be kept goes. */
    async round(): Promise<void> {
      for (const { db, buckets } of database.nodes) await db.query(dropPictures, [buckets, instantOut(clock.now())])
    },
  }
}

/** As it lies there. */
export type KeptSealed = KeptRow & { readonly sealed: string | null }
/** Whose a thing is that a lot's software has said; null where it said nothing of persons. */
export const namesOf = (
  houseKey: Uint8Array,
  lot: LotKey,
  { kind, key, sealed }: KeptSealed,
): Readonly<Record<string, unknown>> | null =>
  sealed === null ? null : JSON.parse(openAtRest(houseKey, 'bolink-names', ownerOf(lot, kind, key), sealed))

/** What a lot's software has said of one kind of thing, or of all; names opened for whoever may read them. */
export async function keptOf(
  database: Database,
  houseKey: Uint8Array,
  lot: LotKey,
  kind: string | null,
): Promise<KeptRow[]> {
  const rows = await database.of(lot.bucket).query<KeptSealed>(selectKept, [lot.bucket, lot.lotId, kind])
  return rows.map((row) => {
    const { sealed: _, body, ...said } = row
    const { epoch: __, ...words } = body
    return { ...said, body: { ...words, ...namesOf(houseKey, lot, row) } }
  })
}
