import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { type Events, isKnownEvent, type LotEvent } from '@lanepay/lot-link/messages.ts'
import type { DeviceKey } from '@lanepay/lot-link/topics.ts'
import type { Alarms } from '../alarm/alarm.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { atMost } from './at-most.ts'
import {
  addCash,
  advanceLog,
  clearanceTold,
  correctSession,
  insertCashClearance,
  insertEvents,
  insertOpening,
  insertSession,
  lockLog,
  occupy,
  setLeaving,
  setLeft,
  startLog,
  supersede,
  vacate,
  voidSession,
} from './store.ts'

/**
 * So many of the connections to the data at most: a thousand lots that tell at the same time, as after an outage, must not make
 * the drivers wait behind them who ask what they owe.
 */
const takenInAtOnce = 4

/**
 * Takes in a piece of a lot's log: each event once, in order, in one transaction. Answers the highest contiguous seq that
 * is committed now; a piece with a hole before it changes nothing and is answered with where we are.
 */
export type TakeIn = (from: DeviceKey, piece: Events) => Promise<number>

export function takingIn({ database, clock, alarms }: { database: Database; clock: Clock; alarms: Alarms }): TakeIn {
  // One piece of one device at a time: its order is the promise.
  const turns = new Map<string, Promise<unknown>>()
  const inPlace = atMost(takenInAtOnce)
  const takeIn: TakeIn = (from, piece) =>
    inPlace(() =>
      twiceIfUnknown(() =>
        database.of(from.bucket).transaction(async (tx) => {
          const log = [from.bucket, from.lotId, from.device, piece.epoch]
          let [row] = await tx.query<{ committed_seq: string }>(lockLog, log)
          if (!row) {
            await tx.query(startLog, log)
            ;[row] = await tx.query<{ committed_seq: string }>(lockLog, log)
          }
          const committed = Number(row!.committed_seq)
          const fresh = nextInOrder(piece.events, committed)
          if (fresh.length === 0) return committed
          await tx.query(insertEvents, [
            from.bucket,
            from.lotId,
            piece.epoch,
            from.device,
            fresh.map((event) => event.seq),
            fresh.map((event) => event.kind),
            fresh.map((event) => instantOut(event.at)),
            instantOut(clock.now()),
            fresh.map((event) => JSON.stringify(event)),
          ])
          for (const event of fresh) if (isKnownEvent(event)) await apply(tx, from, piece.epoch, event)
          const last = fresh[fresh.length - 1]!.seq
          await tx.query(advanceLog, [...log, last])
          return last
        }),
      ),
    )
  return async (from, told) => {
    const piece = { ...told, events: told.events.map(keepable) }
    const key = `${from.bucket}/${from.lotId}/${from.device}`
    const turn = (turns.get(key) ?? Promise.resolve()).catch(() => {}).then(() => takeIn(from, piece))
    turns.set(key, turn)
    const seq = await turn.finally(() => turns.get(key) === turn && turns.delete(key))
    for (const event of piece.events) {
      const alarm = isKnownEvent(event) ? alarmIn(event) : null
      if (alarm) await alarms.raise(from, alarm)
    }
    return seq
  }
}

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
    default:
      return null
  }
}

/** The events that follow the committed one without a hole, in order. */
export function nextInOrder<E extends { readonly seq: number }>(events: readonly E[], committed: number): E[] {
  const fresh: E[] = []
  let expected = committed + 1
  for (const event of [...events].sort((a, b) => a.seq - b.seq)) {
    if (event.seq < expected) continue
    if (event.seq > expected) break
    fresh.push(event)
    expected += 1
  }
  return fresh
}

/**
 * The event as PostgreSQL can keep it, which has no zero byte and no half of a character: one that a device or a person wrote
 * into some text must not hold up everything that its lot tells after it.
 */
function keepable<E>(event: E): E {
  const text = JSON.stringify(event)
  if (!text.includes('\\u')) return event
  // In text that JSON.stringify made, a surrogate that is escaped is one without its other half.
  const mended = text.replace(/(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g, '$1\\ufffd')
  return mended === text ? event : (JSON.parse(mended) as E)
}

async function apply(tx: Tx, { bucket, lotId }: DeviceKey, epoch: string, event: LotEvent): Promise<void> {
  const lot = [bucket, lotId]
  switch (event.kind) {
    case 'entered':
      if (event.supersedes) await tx.query(supersede, [...lot, event.supersedes, 'entered again'])
      await tx.query(insertSession, [
        ...lot,
        event.session,
        event.plate,
        event.pass,
        event.colour,
        instantOut(event.enteredAt),
        event.lane,
        event.as ?? null,
        event.vehicleClass ?? null,
      ])
      return
    case 'occupied':
      await tx.query(occupy, [...lot, event.lane, event.occupancy, event.plate, event.session, instantOut(event.at)])
      if (event.session && event.leaving) await tx.query(setLeaving, [...lot, event.session, 'leaving', 'inside'])
      return
    case 'vacated': {
      const [was] = await tx.query<{ session_id: string | null }>(vacate, [
        ...lot,
        event.lane,
        event.occupancy,
        instantOut(event.at),
      ])
      if (was?.session_id && event.went === 'back')
        await tx.query(setLeaving, [...lot, was.session_id, 'inside', 'leaving'])
      return
    }
    case 'left':
      await tx.query(setLeft, [
        ...lot,
        event.session,
        instantOut(event.leftAt),
        event.lane,
        event.owedFen,
        event.how ?? 'left',
      ])
      return
    case 'cleared':
      await tx.query(clearanceTold, [...lot, event.clearance, instantOut(event.at)])
      return
    case 'gate-opened':
    case 'gate-silent': {
      const cause = event.cause
      const causeId =
        'clearance' in cause
          ? cause.clearance
          : 'command' in cause
            ? cause.command
            : 'request' in cause
              ? cause.request
              : 'card' in cause
                ? cause.card
                : 'by' in cause
                  ? `${cause.by}: ${cause.reason}`
                  : null
      await tx.query(insertOpening, [
        ...lot,
        epoch,
        event.seq,
        event.lane,
        instantOut(event.at),
        event.occupancy,
        event.kind === 'gate-opened' ? event.session : null,
        cause.kind,
        causeId,
        event.kind === 'gate-silent',
      ])
      return
    }
    case 'corrected':
      await tx.query(correctSession, [
        ...lot,
        event.session,
        event.plate ?? null,
        instantOut(event.enteredAt),
        event.vehicleClass ?? null,
      ])
      return
    case 'voided':
      await tx.query(voidSession, [...lot, event.session, `${event.by}: ${event.reason}`])
      return
    case 'cash-taken':
      await tx.query(insertCashClearance, [
        ...lot,
        event.clearance,
        event.session,
        event.paidFen,
        instantOut(event.at),
        instantOut(event.leaveBy),
      ])
      await tx.query(addCash, [...lot, event.session, event.paidFen, instantOut(event.leaveBy)])
      return
    case 'read-ignored':
    case 'refused':
    case 'unordered-opening':
    case 'unordered-passage':
    case 'misread-offered':
    case 'in-force':
    case 'device':
      return // the log itself is what is kept of these
  }
}
