import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Instant, LotKey } from '@lanepay/domain/types.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { hashSecret, isSecret } from '../lot/provision.ts'
import { type LaneRow, type LotRow, selectBucketOfLot, selectLot } from '../lot/store.ts'
import type { EnrolView } from './api.ts'
import { codeHash, type EnrolCode, makeCode } from './code.ts'
import { codeLastsMs, decideEnrolment, type EnrolRefusal, mayOffer } from './decide.ts'
import { type AreaEvent, partsIn } from './parts.ts'
import {
  type AgentRow,
  endOffers,
  type InsideRow,
  insertOffer,
  lockLot,
  type OfferRow,
  replaceAgent,
  selectAgent,
  selectAreaEvents,
  selectInside,
  selectLanes,
  selectLotOfCode,
  selectOffer,
  useOffer,
} from './store.ts'

export type OfferRefusal =
  | { readonly kind: 'lot-unknown' }
  /** `name` and `since` where it was enrolled; null where its secret is the one of the lot's plan. */
  | { readonly kind: 'agent-exists'; readonly name: string | null; readonly since: Instant | null }

/**
 * Makes a code for a lot. The lot's earlier codes, where nobody has used them, work no more. `noted` writes who made it, in the
 * same transaction.
 */
export async function offerCode(
  { database, clock, houseKey }: { readonly database: Database; readonly clock: Clock; readonly houseKey: Buffer },
  lotId: number,
  takeOver: boolean,
  noted?: (tx: Tx, expiresAt: Instant) => Promise<void>,
): Promise<Result<{ readonly code: EnrolCode; readonly expiresAt: Instant }, OfferRefusal>> {
  const lot = await lotByNumber(database, lotId)
  if (!lot) return err({ kind: 'lot-unknown' })
  const key = [lot.bucket, lotId]
  const code = makeCode(randomInt)
  return twiceIfUnknown(() =>
    database.of(lot.bucket).transaction(async (tx) => {
      await tx.query(lockLot, key)
      const agent = await agentRow(tx, lot)
      if (mayOffer({ hasAgent: agent !== null }, takeOver) === 'agent-exists')
        return err({ kind: 'agent-exists', name: agent!.name, since: agent!.enrolled_at as Instant | null })
      const now = clock.now()
      const expiresAt = (now + codeLastsMs) as Instant
      await tx.query(endOffers, key)
      await tx.query(insertOffer, [...key, codeHash(code, houseKey), takeOver, instantOut(now), instantOut(expiresAt)])
      await noted?.(tx, expiresAt)
      return ok({ code, expiresAt })
    }),
  )
}

export type EnrolAgent = (
  code: EnrolCode,
  agent: { readonly key: string; readonly name: string },
) => Promise<Result<EnrolView, EnrolRefusal>>

/**
 * Makes whoever shows a code the agent of the code's lot, in one transaction; the same code with the same key is one effect
 * and gets the same answer. Of the key only a hash is kept. Where it takes over, the old agent is out before the answer: its
 * secret is replaced, and its connection ended.
 */
export function enrolling(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly houseKey: Buffer
  /** The broker as agents reach it. */
  readonly agentBrokerUrl: string
  /** Ends the connection that the lot's agent has at the broker, if it has one. */
  readonly endOldConnection: (lot: LotKey, key: string) => Promise<void>
}): EnrolAgent {
  const { database, clock, log, houseKey, agentBrokerUrl, endOldConnection } = options
  return async (code, { key, name }) => {
    const hash = codeHash(code, houseKey)
    const lot = await lotByCode(database, hash)
    if (!lot) return err('code-unknown')
    const secretHash = await hashSecret(key) // slow on purpose, so before any row is locked
    const place = [lot.bucket, lot.lotId]
    const done = await twiceIfUnknown(() =>
      database.of(lot.bucket).transaction(async (tx) => {
        await tx.query(lockLot, place)
        const [row] = await tx.query<OfferRow>(selectOffer, [...place, hash])
        const agent = await agentRow(tx, lot)
        const now = clock.now()
        const offer = row ? { takeOver: row.take_over, expiresAt: row.expires_at, usedAt: row.used_at } : null
        // A repeat is rare: only then is the key held against the agent's.
        const isAgent = offer?.usedAt != null && agent !== null && (await isSecret(key, agent.secret_hash))
        const decision = decideEnrolment(offer, { now, hasAgent: agent !== null, isAgent })
        if (decision === 'enrol') {
          await tx.query(useOffer, [...place, hash, instantOut(now), name])
          await tx.query(replaceAgent, [...place, secretHash, instantOut(now), name])
        }
        return { decision, tookOver: agent !== null }
      }),
    )
    const { decision, tookOver } = done
    if (decision !== 'enrol' && decision !== 'repeat') return err(decision)
    if (decision === 'enrol') log('info', 'agent-enrolled', { lot: lot.lotId, name, tookOver })
    if (decision === 'enrol' && tookOver) await endOldConnection(lot, key)
    return ok(await viewOf(database, lot, agentBrokerUrl, clock.now()))
  }
}

const agentRow = async (tx: Tx, lot: LotKey): Promise<AgentRow | null> =>
  (await tx.query<AgentRow>(selectAgent, [lot.bucket, lot.lotId]))[0] ?? null

async function lotByNumber(database: Database, lotId: number): Promise<LotKey | null> {
  for (const { db } of database.nodes) {
    const [row] = await db.query<{ bucket: number }>(selectBucketOfLot, [lotId])
    if (row) return { bucket: row.bucket, lotId }
  }
  return null
}

async function lotByCode(database: Database, hash: string): Promise<LotKey | null> {
  for (const { db } of database.nodes) {
    const [row] = await db.query<{ bucket: number; lot_id: number }>(selectLotOfCode, [hash])
    if (row) return { bucket: row.bucket, lotId: row.lot_id }
  }
  return null
}

async function viewOf(database: Database, lot: LotKey, brokerUrl: string, now: Instant): Promise<EnrolView> {
  const db = database.of(lot.bucket)
  const key = [lot.bucket, lot.lotId]
  const [row] = await db.query<LotRow>(selectLot, key)
  assert(row, `lot ${lot.lotId} has just enrolled an agent`)
  const lanes = await db.query<LaneRow>(selectLanes, key)
  const inside = await db.query<InsideRow>(selectInside, key)
  const moves = new Map<string, AreaEvent[]>()
  const [longest] = inside
  const told = longest
    ? await db.query<{ body: AreaEvent }>(selectAreaEvents, [...key, instantOut(longest.entered_at as Instant)])
    : []
  for (const { body } of told) moves.set(body.session, [...(moves.get(body.session) ?? []), body])
  return {
    bucket: lot.bucket,
    number: lot.lotId,
    lotName: row.name,
    brokerUrl,
    clock: now,
    lanes: lanes.map(({ lane_id, name, direction }) => ({ id: lane_id, name, direction })),
    inside: inside.map((row) => ({
      session: row.id,
      plate: row.plate,
      pass: row.pass,
      colour: row.colour,
      enteredAt: row.entered_at,
      entryLane: row.entry_lane,
      standing: row.standing,
      clearances: row.clearances,
      parts: [...partsIn(moves.get(row.id) ?? [])],
      vehicleClass: row.vehicle_class,
    })),
  }
}
