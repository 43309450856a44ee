import { randomInt, randomUUID } from 'node:crypto'
import { type Database, instantOut, type Statement } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import { makePass } from '@lanepay/domain/unplated.ts'
import type { LotSystem } from '@lanepay/lot-systems/lot-system.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { type Refusal, refusalOf } from '../quote/refusal.ts'
import type { EnterView } from './api.ts'

type LastScan = {
  readonly requestId: string
  readonly askedAt: number
  readonly admittedAt: number | null
  readonly gate: 'opened' | 'silent' | null
}
const sameScanMs = 10_000
const showSuccessMs = 30_000

/** The same scan within 10 s is the same request; within 30 s after success it shows the success; else it is a new one. */
export function scanIs(last: LastScan | null, now: number): 'new' | 'repeat' | 'shown' {
  if (last === null) return 'new'
  if (last.admittedAt !== null) return now - last.admittedAt <= showSuccessMs ? 'shown' : 'new'
  return now - last.askedAt <= sameScanMs ? 'repeat' : 'new'
}

/** Of a driver's first scan there is no admission yet that could be locked. */
const lockPass: Statement = {
  name: 'lock-pass-of-driver',
  text: 'select from pass_holder where bucket = $1 and lot_id = $2 and driver = $3 for update',
}
const selectAdmission: Statement = {
  name: 'select-admission',
  text: `select request_id, asked_at, admitted_at, gate from admission
          where bucket = $1 and lot_id = $2 and lane_id = $3 and driver = $4`,
}
const startAdmission: Statement = {
  name: 'start-admission',
  text: `insert into admission (bucket, lot_id, lane_id, driver, request_id, asked_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (bucket, lot_id, lane_id, driver) do update
            set request_id = excluded.request_id, asked_at = excluded.asked_at, admitted_at = null, gate = null`,
}
const endAdmission: Statement = {
  name: 'end-admission',
  text: `update admission set admitted_at = $6, gate = $7
          where bucket = $1 and lot_id = $2 and lane_id = $3 and driver = $4 and request_id = $5`,
}
const claimPass: Statement = {
  name: 'claim-pass',
  text: `
  with made as (
    insert into pass_holder (bucket, lot_id, driver, pass) values ($1, $2, $3, $4) on conflict do nothing returning pass)
  select pass from made union all select pass from pass_holder where bucket = $1 and lot_id = $2 and driver = $3 limit 1`,
}
const selectPass: Statement = {
  name: 'select-pass',
  text: `
  select h.pass,
         exists (select from session s
                  where s.bucket = $1 and s.lot_id = $2 and s.plate = h.pass and s.state in ('inside', 'leaving')) as inside,
         exists (select from admission a
                  where a.bucket = $1 and a.lot_id = $2 and a.driver = $3 and a.admitted_at > $4
                    and not exists (select from session s
                                     where s.bucket = $1 and s.lot_id = $2 and s.plate = h.pass
                                       and s.entered_at > a.admitted_at - interval '10 minutes')) as admitted
    from pass_holder h where h.bucket = $1 and h.lot_id = $2 and h.driver = $3`,
}
/** Whoever was let in longer ago, and has asked for no price since, has gone some other way. */
const admittedForMs = 31 * 24 * 3_600_000

/**
 * This driver's unplated pass, if the vehicle it stands for is inside this lot: there is a stay; or, where the lot's system tells of no
 * entries, it was let in of late and no stay is known since, as one is from its first price on.
 */
export async function passOf(
  { database, lots, clock }: Pick<Parameters<typeof admitting>[0], 'database' | 'lots' | 'clock'>,
  lot: LotKey,
  driver: string,
): Promise<string | null> {
  const since = instantOut(clock.now() - admittedForMs)
  const [row] = await database
    .of(lot.bucket)
    .query<{ pass: string; inside: boolean; admitted: boolean }>(selectPass, [lot.bucket, lot.lotId, driver, since])
  if (!row || row.inside || !row.admitted) return row?.inside ? row.pass : null
  return (await lots.abilitiesOf(lot)).includes('reports-entry') ? null : row.pass
}

export type Admit = (lot: LotKey, lane: number, driver: string) => Promise<Result<EnterView, Refusal>>

/** Lets a driver without plate in at an entry lane: one pass for one driver, one admission for one scan. */
export function admitting(options: {
  readonly database: Database
  readonly clock: Clock
  readonly lots: LotSystem
}): Admit {
  const { database, clock, lots } = options
  const passFor = async (lot: LotKey, driver: string): Promise<string> => {
    // No two drivers of a lot hold the same pass: the table's key decides, and a taken one is drawn again.
    for (;;) {
      const [row] = await database
        .of(lot.bucket)
        .query<{ pass: string }>(claimPass, [
          lot.bucket,
          lot.lotId,
          driver,
          makePass(() => randomInt(2 ** 32) / 2 ** 32),
        ])
      if (row) return row.pass
    }
  }
  return async (lot, lane, driver) => {
    const pass = await passFor(lot, driver)
    const key = [lot.bucket, lot.lotId, lane, driver]
    const scan = await twiceIfUnknown(() =>
      database.of(lot.bucket).transaction(async (tx) => {
        await tx.query(lockPass, [lot.bucket, lot.lotId, driver])
        const [row] = await tx.query<{
          request_id: string
          asked_at: number
          admitted_at: number | null
          gate: LastScan['gate']
        }>(selectAdmission, key)
        const last = row
          ? { requestId: row.request_id, askedAt: row.asked_at, admittedAt: row.admitted_at, gate: row.gate }
          : null
        const is = scanIs(last, clock.now())
        if (is !== 'new') return { is, requestId: last!.requestId, gate: last!.gate }
        const requestId = randomUUID()
        await tx.query(startAdmission, [...key, requestId, instantOut(clock.now())])
        return { is, requestId, gate: null }
      }),
    )
    if (scan.is === 'shown') return ok({ now: clock.now(), state: 'admitted', pass, gate: scan.gate ?? 'opened' })
    const admitted = await lots.admitUnplated(lot, { lane, pass, requestId: scan.requestId, driver })
    if (!admitted.ok) return err(refusalOf(admitted.error, true))
    await database
      .of(lot.bucket)
      .query(endAdmission, [...key, scan.requestId, instantOut(clock.now()), admitted.value.gate])
    return ok({ now: clock.now(), state: 'admitted', pass, gate: admitted.value.gate })
  }
}
