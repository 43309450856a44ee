import { type Database, instantOut } from '@lanepay/database/database.ts'
import { microBatch } from '@lanepay/database/micro-batch.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { fen, toYuan } from '@lanepay/domain/money.ts'
import { type Events, isKnownEvent, type LotEvent } from '@lanepay/lot-link/messages.ts'
import type { DeviceKey } from '@lanepay/lot-link/topics.ts'
import type { Alarms } from '../alarm/alarm.ts'
import { turnstile } from '../payment/pace.ts'
import { cashColumns, saidOfCash } from '../shift/said.ts'
import { formerPlace } from './former.ts'
import { inRuns } from './in-runs.ts'
import { type Kept, keepable } from './keepable.ts'
import { saidBy, saidColumns } from './said.ts'
import { takeInPieces, takeInWithCash } from './store.ts'

/** So many pieces in a call at most: a piece has up to 500 events, and a call holds what it changed until it has done them all. */
const piecesInACall = 32
/** A call costs most of what it costs whatever it carries, so they keep this distance; a lot that tells alone waits for nobody. */
const callEveryMs = 6

/**
 * Takes in a piece of a lot's log: each event once, in order, in one transaction. Answers the highest contiguous seq that
 * is committed now; a piece with a hole before it changes nothing and is answered with where we are. Pieces of many lots go
 * together; one that cannot be taken in fails alone. An event that was told before, under the number it had in a former log of
 * its device, is kept and changes nothing else.
 */
export type TakeIn = (from: DeviceKey, piece: Events) => Promise<number>

type Piece = {
  readonly from: DeviceKey
  readonly epoch: string
  readonly events: readonly Kept<Events['events'][number]>[]
}

export function takingIn({ database, clock, alarms }: { database: Database; clock: Clock; alarms: Alarms }): TakeIn {
  const mayTakeIn = turnstile(callEveryMs)
  const run = async (items: readonly Piece[]): Promise<number[]> => {
    await mayTakeIn()
    // In key order, whatever order they came in: two calls then never wait for each other in a ring.
    const order = items.map((_, index) => index).sort((a, b) => byKey(items[a]!.from, items[b]!.from))
    const pieces = order.map((index) => items[index]!)
    const cash = cashOf(pieces)
    const values = [...columnsOf(pieces), instantOut(clock.now())]
    const db = database.of(pieces[0]!.from.bucket)
    const rows = await (cash === null
      ? db.query<{ seq: string }>(takeInPieces, values)
      : db.query<{ seq: string }>(takeInWithCash, [...values, ...cash]))
    const seqs: number[] = []
    for (const [index, { seq }] of rows.entries()) seqs[order[index]!] = Number(seq)
    return seqs
  }
  // One server holds every bucket today, so one batch may hold pieces of many; on a cluster it is a batcher a bucket. One piece
  // of one device at a time: its order is the promise. One call at a time: whatever comes meanwhile shares the next commit, and
  // a thousand lots that tell at once, as after an outage, never make the drivers wait behind them who ask what they owe.
  const takeIn = microBatch({
    run,
    keyOf: ({ from }) => `${from.bucket}/${from.lotId}/${from.device}`,
    largest: piecesInACall,
    lanes: 1,
  })
  return async (from, { epoch, events }) => {
    const kept = events.map(keepable)
    const seq = await takeIn({ from, epoch, events: kept })
    for (const { event } of kept) {
      const alarm = isKnownEvent(event) ? alarmIn(event) : null
      if (alarm) await alarms.raise(from, alarm)
    }
    return seq
  }
}

/** What `take_in` is given of the pieces: one array for each of its parameters. */
function columnsOf(pieces: readonly Piece[]): unknown[] {
  const rows = pieces.flatMap(({ epoch, events }, index) =>
    inRuns(events).map((row) => ({
      ...row,
      piece: index + 1,
      former: formerPlace(row.event, epoch),
      said: saidBy(row.event),
    })),
  )
  return [
    pieces.map(({ from }) => from.bucket),
    pieces.map(({ from }) => from.lotId),
    pieces.map(({ from }) => from.device),
    pieces.map(({ epoch }) => epoch),
    rows.map(({ piece }) => piece),
    rows.map(({ event }) => event.seq),
    rows.map(({ run }) => run),
    rows.map(({ event }) => event.kind),
    rows.map(({ event }) => instantOut(event.at)),
    rows.map(({ text }) => text),
    column(rows.map(({ former }) => former?.epoch ?? null)),
    column(rows.map(({ former }) => former?.seq ?? null)),
    ...saidColumns.map((name) => column(rows.map(({ said }) => said[name]))),
  ]
}
/** What `take_cash` is given of the pieces besides; null where nobody speaks of cash, as in most calls. */
function cashOf(pieces: readonly Piece[]): unknown[] | null {
  const rows = pieces.flatMap(({ events }, index) =>
    inRuns(events).flatMap(({ event }) => {
      const said = saidOfCash(event)
      return said === null ? [] : [{ piece: index + 1, seq: event.seq, said }]
    }),
  )
  if (rows.length === 0) return null
  return [
    rows.map(({ piece }) => piece),
    rows.map(({ seq }) => seq),
    ...cashColumns.map((name) => rows.map(({ said }) => said[name])),
  ]
}
/** Most columns are of few kinds: one of which nobody speaks goes as nothing at all, which `unnest` fills up. */
const column = (values: readonly unknown[]) => (values.some((value) => value !== null) ? values : null)

const byKey = (a: DeviceKey, b: DeviceKey): number =>
  a.bucket - b.bucket || a.lotId - b.lotId || (a.device < b.device ? -1 : a.device > b.device ? 1 : 0)

/** What a person must see of an event; null: nothing. */
function alarmIn(event: LotEvent): Parameters<Alarms['raise']>[1] | null {
  switch (event.kind) {
    case 'device': {
      if (event.state === 'well') return null
      const drift = Math.abs(event.driftMs ?? 0) > 60_000
      return { kind: drift ? 'clock-drift' : 'device-ill', because: `${event.device}: ${event.because}` }
    }
    case 'misread-offered':
      return { kind: 'misread', lane: event.lane, occupancy: event.occupancy, because: `session ${event.session}` }
    case 'unordered-passage':
      return {
        kind: 'unordered-passage',
        lane: event.lane,
        occupancy: event.occupancy,
        because: 'nobody opened for it',
      }
    case 'change-owed':
    case 'change-overpaid': {
      const whose = event.kind === 'change-owed' ? `${event.plate}, ${event.because}` : `session ${event.session}`
      const where = `kiosk ${event.booth ?? '?'}, purchase ${event.purchase}`
      return { kind: event.kind, because: `¥${toYuan(fen(event.amountFen))} at ${where}: ${whose}` }
    }
    default:
      return null
  }
}
