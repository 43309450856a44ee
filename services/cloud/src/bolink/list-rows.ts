import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Id, Instant, LotKey } from '@lanepay/domain/types.ts'
import { readMessage } from '@lanepay/lot-systems/bolink/fields.ts'
import { answers } from '@lanepay/lot-systems/bolink/up.ts'
import { inTurn } from '../server/in-turn.ts'
import type { RowKind } from '../vehicle/rows.ts'
import {
  dropGoneRows,
  noteRowsWanted,
  type RenewalRow,
  type Row,
  rowRefused,
  rowTaken,
  rowUnheard,
  selectLotsToTellRows,
  selectLotsToWant,
  selectUnheard,
  sendRow,
  takeRenewals,
  wantRows,
} from '../vehicle/rows-store.ts'
import { holdKept, holdList } from '../vehicle/store.ts'
import { endKeptBlocked } from './keeping-store.ts'
import { deleteMessage } from './message-store.ts'
import type { Outbox } from './outbox.ts'
import { type Parks, takes } from './park.ts'
import { namesOfAnswer, renewalMessage, rowMessage } from './row-message.ts'
import { answerOf, done, type Services } from './service.ts'
import { declinedBy } from './wishes.ts'
import { rowServices } from './words.ts'

type Sent = Parameters<typeof rowMessage>[0]
/** One row at a time of each: a card after the product that it names, and what is asked between them waits for a few at most. */
const lines: readonly (readonly RowKind[])[] = [['product', 'card'], ['free'], ['blocked']]
/** What was never answered is told again after so long, by the steps of its lot. */
const againAfterMs = 3_600_000
/** How often it is looked for lots that have come to such software. */
const lookMs = 60_000

/**
 * Tells a lot's software of the rows of its lists that are not as they are wanted: one after another, each until it is answered. What it
 * refuses waits for a person, or for other words. What was paid for a card is told after it.
 */
export function listRows(options: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly outbox: Outbox
  readonly parks: Parks
}) {
  const { database, clock, newId, outbox, parks } = options
  let lookAt = 0

  /** Puts there what is next. */
  const tellNext = async (lot: LotKey): Promise<void> => {
    const park = await parks.ofLot(lot)
    // Its vendor's cloud may have no word for lists (8.2), and of a lot that another platform runs nothing is sent.
    if (!park || !takes(park, 'lists') || park.settings.beside) return
    const declined = await declinedBy(database, lot)
    if (declined.has('cloud')) return
    const key = [lot.bucket, lot.lotId]
    const isPut = await database.of(lot.bucket).transaction(async (tx) => {
      // Held by whoever changes or tells: no two put the same there.
      await tx.query(holdList, key)
      await tx.query(dropGoneRows, key)
      const now = clock.now()
      let puts = 0
      for (const kinds of lines) {
        const id = newId()
        const [row] = await tx.query<Sent>(sendRow, [...key, [...kinds], id, instantOut(now)])
        if (!row) continue
        const message = rowMessage(row, { parkId: park.parkId, id, now, ...park.settings })
        await outbox.tellWithin(tx, lot, { ...message, id, orderId: null, localId: null }, park.settings)
        puts++
      }
      for (const { id, body } of await tx.query<RenewalRow>(takeRenewals, key)) {
        if (!park.settings.tellsRenewals || declined.has('months')) continue
        const message = renewalMessage(id, body, park.parkId)
        await outbox.tellWithin(tx, lot, { ...message, id, orderId: null, localId: null }, park.settings)
        puts++
      }
      return puts > 0
    })
    if (isPut) outbox.wake(lot)
  }

  /** What became of the message of a row; once, however often it is answered. */
  const over = async (
    lot: LotKey,
    message: string,
    became: { readonly how: 'taken' | 'unheard' } | { readonly how: 'refused'; readonly because: string },
  ): Promise<void> => {
    const now = clock.now()
    await database.of(lot.bucket).transaction(async (tx) => {
      const of = [lot.bucket, lot.lotId, message]
      // Before any row, as whoever takes in what the software says of its own list (keeping.ts): else each may wait for the other.
      await tx.query(holdList, of.slice(0, 2))
      if (became.how === 'taken') {
        const [row] = await tx.query<Pick<Row, 'kind' | 'name' | 'told'>>(rowTaken, [...of, instantOut(now)])
        // Whether it says so itself or not: it has it no more.
        if (row?.kind === 'blocked' && row.told === null)
          await tx.query(endKeptBlocked, [lot.bucket, lot.lotId, row.name, instantOut(now)])
      } else if (became.how === 'refused') await tx.query(rowRefused, [...of, instantOut(now), became.because])
      else await tx.query(rowUnheard, [...of, instantOut(now + againAfterMs)])
      await tx.query(deleteMessage, of)
    })
    await tellNext(lot)
  }

  /** All that was kept before its software came, to be told by and by. */
  const wantAll = (lot: LotKey, since: number, now: Instant): Promise<unknown> =>
    database.of(lot.bucket).transaction(async (tx) => {
      const { kept } = await holdKept(tx, lot, now)
      await wantRows(tx, lot, kept, { now, newId })
      await tx.query(noteRowsWanted, [lot.bucket, lot.lotId, instantOut(since)])
    })

  const keyOf = { product: 'package_id', card: 'card_id', free: 'car_number', blocked: 'black_uuid' } as const
  const services: Record<string, Services[string]> = {}
  for (const [kind, name] of Object.entries(rowServices) as [RowKind, (typeof rowServices)[RowKind]][])
    services[name] = answerOf(answers[name], async (from, said, data) => {
      const key = readMessage({ [keyOf[kind]]: 'id' }, data)
      const row = key.ok ? key.value[keyOf[kind]]! : ''
      const message = await outbox.sent(from, name, namesOfAnswer(row, said))
      if (!message) return done // answered before, or never sent to this lot
      const isTaken = said.state === 1
      const because = said.errmsg?.trim().slice(0, 200) || `state ${said.state}`
      await over(from, message.id, isTaken ? { how: 'taken' } : { how: 'refused', because })
      return done
    })

  return {
    /** What the software answers to rows. */
    answers: services as Services,
    /** One round; called by a timer: what was sent in vain for the last time waits its hour, and what is due is told. */
    async round(): Promise<void> {
      const at = clock.now()
      const now = instantOut(at)
      type Found = { bucket: number; lot_id: number }
      const looks = at >= lookAt
      if (looks) lookAt = at + lookMs
      for (const { db, buckets } of database.nodes) {
        const came = looks ? await db.query<Found & { since: number }>(selectLotsToWant, [buckets]) : []
        await inTurn(came, ({ bucket, lot_id, since }) => wantAll({ bucket, lotId: lot_id }, since, at))
        const unheard = await db.query<Found & { message_id: Id }>(selectUnheard, [buckets])
        await inTurn(unheard, ({ bucket, lot_id, message_id }) =>
          over({ bucket, lotId: lot_id }, message_id, { how: 'unheard' }),
        )
        const toTell = await db.query<Found>(selectLotsToTellRows, [buckets, now])
        await inTurn(toTell, ({ bucket, lot_id }) => tellNext({ bucket, lotId: lot_id }))
      }
    },
  }
}
