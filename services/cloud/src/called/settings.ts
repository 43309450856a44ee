import type { Database, Tx } from '@lanepay/database/database.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import type { CalledSystem } from '@lanepay/lot-systems/called.ts'
import { calledSystem, isCalledName } from '@lanepay/lot-systems/called-systems.ts'
import type { LateRenewal } from '@lanepay/lot-systems/permits.ts'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { settledBy, type UntoldRule, untoldRule } from '../bolink/settings.ts'
import { openAtRest, sealAtRest } from '../server/at-rest.ts'
import { type CalledLotRow, selectCalledLot, selectUntoldRule, upsertCalledLot } from './store.ts'

/** In a lot's plan: which software runs it, what that asks to be typed, and what becomes of payments that it will not have (docs/lot-systems.md). */
export const CalledPlan = Type.Object(
  { system: Type.String({ maxLength: 20 }), settings: Type.Object({}), ...untoldRule },
  { additionalProperties: false },
)
export type CalledPlan = Static<typeof CalledPlan>
type Mistake = { readonly field: string; readonly rule: string }

/** Every mistake of a plan at once: no such system, or settings that are not what that system asks for. */
export function checkCalled({ system, settings }: CalledPlan): readonly Mistake[] {
  if (!isCalledName(system)) return [{ field: '/called/system', rule: 'no system that we call has this name' }]
  const schema = Compile(calledSystem(system).settings)
  if (schema.Check(settings)) return []
  return [...schema.Errors(settings)].map(({ instancePath, message }) => ({
    field: `/called/settings${instancePath}`,
    rule: message,
  }))
}

const purpose = 'called-lot'
const aboutLot = ({ bucket, lotId }: LotKey) => `${bucket}/${lotId}`

/** Keeps what a checked plan says, its secrets sealed. */
export async function keepCalled(tx: Tx, houseKey: Uint8Array, lot: LotKey, plan: CalledPlan): Promise<void> {
  if (!isCalledName(plan.system)) throw new Error(`no system is called ${plan.system}`)
  const { secrets } = calledSystem(plan.system)
  const { notTold, refundAfterHours } = plan
  const part = (isSecret: boolean) =>
    Object.fromEntries(Object.entries(plan.settings).filter(([name]) => secrets.includes(name) === isSecret))
  await tx.query(upsertCalledLot, [
    ...[lot.bucket, lot.lotId, part(false)],
    sealAtRest(houseKey, purpose, aboutLot(lot), JSON.stringify(part(true))),
    { notTold, refundAfterHours },
  ])
}

/** A lot whose software is called, its secrets opened. */
export type Called = LotKey & {
  readonly system: CalledSystem
  readonly settings: { readonly address: string; readonly lateRenewal?: LateRenewal }
}

/** Lots that are called, as they are now: a plan may have changed meanwhile. */
export const calledLots =
  (database: Database, houseKey: Uint8Array) =>
  async (lot: LotKey): Promise<Result<Called, 'not-called'>> => {
    const [row] = await database.of(lot.bucket).query<CalledLotRow>(selectCalledLot, [lot.bucket, lot.lotId])
    if (!row || !isCalledName(row.system)) return err('not-called')
    const secrets = JSON.parse(openAtRest(houseKey, purpose, aboutLot(lot), row.sealed)) as object
    const settings = { ...row.settings, ...secrets } as Called['settings']
    return ok({ bucket: lot.bucket, lotId: lot.lotId, system: calledSystem(row.system), settings })
  }

/** What a lot's plan says of payments that its software refused or never answered. */
export const calledRules =
  (database: Database) =>
  async ({ bucket, lotId }: LotKey): Promise<UntoldRule> => {
    const [row] = await database
      .of(bucket)
      .query<{ untold: Partial<UntoldRule> | null }>(selectUntoldRule, [bucket, lotId])
    return settledBy(row?.untold ?? null)
  }
