import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Id } from '@lanepay/domain/types.ts'
import { openAccount } from '../application/channel/account.ts'
import { freeLotNumber, homeBucket } from '../application/lot-place.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { PlanRefused, takenBy } from '../lot/belongs.ts'
import { type LotPlan, type PlanMistake, parseLotPlan, provision } from '../lot/provision.ts'
import { type LotRow, selectBucketOfLot, selectLot } from '../lot/store.ts'

/*
 * A lot without an application, by the plan of `lanepay lot`. What a form need not ask is found: the number, the bucket, the operator's own
 * number. A lot that is there is not changed from here: by its number it may be somebody else's.
 */

export type OpenLotRefusal =
  | { readonly kind: 'mistakes'; readonly mistakes: readonly PlanMistake[] }
  | { readonly kind: 'lot-number-taken' }

type Deps = {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly houseKey: Uint8Array
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const withNumbers = (accounts: unknown): unknown =>
  Array.isArray(accounts)
    ? accounts.map((account, n) => (isObject(account) ? { id: n + 1, ...account } : account))
    : accounts

// In the place of what is found later, so that everything else is checked first and no number is taken for a plan with mistakes.
const standIn = { bucket: 0, number: 1, operator: '1' } as const
/** The number of no lot: of a plan for which none is taken. */
const noNumber = 0

/** The plan with what was left out found, and a number taken for it (or none, so that it can be checked); or every mistake in its words. */
async function parseOpening(
  { database, newId }: Deps,
  unchecked: unknown,
  how: { readonly take: boolean },
): Promise<Result<LotPlan, readonly PlanMistake[]>> {
  if (!isObject(unchecked)) return err([{ field: '/', rule: 'must be object' }])
  const operator = isObject(unchecked.operator) ? unchecked.operator : {}
  const tried = parseLotPlan({
    ...{ bucket: standIn.bucket, number: standIn.number, ...unchecked },
    operator: { id: standIn.operator, ...operator },
    accounts: withNumbers(unchecked.accounts ?? []),
  })
  if (!tried.ok) return tried
  const mistakes = tried.value.accounts.flatMap(({ payout }, n) =>
    payout === 'bank' ? [{ field: `/accounts/${n}/payout`, rule: 'a simulated bank is for demonstrations' }] : [],
  )
  if (mistakes.length > 0) return err(mistakes)
  const operatorId = typeof operator.id === 'string' ? operator.id : newId()
  const bucket = unchecked.bucket === undefined ? await homeBucket(database, operatorId) : tried.value.bucket
  const freeNumber = () => twiceIfUnknown(() => database.of(bucket).transaction((tx) => freeLotNumber(tx, bucket)))
  const number = unchecked.number !== undefined ? tried.value.number : how.take ? await freeNumber() : noNumber
  return ok({ ...tried.value, bucket, number, operator: { ...tried.value.operator, id: operatorId } })
}

/** Whether a lot that is there and is not this one has its number. */
async function isNumberTaken(database: Database, { number, bucket, operator, name }: LotPlan): Promise<boolean> {
  const homes = await Promise.all(
    database.nodes.map(({ db }) => db.query<{ bucket: number }>(selectBucketOfLot, [number])),
  )
  for (const { bucket: home } of homes.flat()) {
    const [lot] = await database.of(home).query<LotRow>(selectLot, [home, number])
    if (home !== bucket || lot?.operator_id !== operator.id || lot.name !== name) return true
  }
  return false
}

// Accounts are only added here: the one that an operator has stays what it is.
const withoutAccounts = (plan: LotPlan): LotPlan => ({ ...plan, accounts: [] })

/** Every reason for which `openLot` would open no lot by this plan. Nothing is taken or changed. */
export async function checkOpening(deps: Deps, unchecked: unknown): Promise<readonly PlanMistake[]> {
  const plan = await parseOpening(deps, unchecked, { take: false })
  if (!plan.ok) return plan.error
  if (await isNumberTaken(deps.database, plan.value))
    return [{ field: '/number', rule: `there is a lot ${plan.value.number}` }]
  return takenBy(deps.database, withoutAccounts(plan.value))
}

/** Opens it. Asked again with the same number, operator and name it is the same lot. */
export async function openLot(deps: Deps, unchecked: unknown): Promise<Result<LotPlan, OpenLotRefusal>> {
  const { database, clock, houseKey } = deps
  const plan = await parseOpening(deps, unchecked, { take: true })
  if (!plan.ok) return err({ kind: 'mistakes', mistakes: plan.error })
  if (await isNumberTaken(database, plan.value)) return err({ kind: 'lot-number-taken' })
  try {
    await provision(database, withoutAccounts(plan.value), clock.now(), houseKey)
  } catch (error) {
    if (error instanceof PlanRefused) return err({ kind: 'mistakes', mistakes: error.mistakes })
    throw error
  }
  for (const { channel, merchant, channelFeeBasisPoints, payout } of plan.value.accounts)
    await openAccount(database, {
      ...{ operatorId: plan.value.operator.id, channel, merchant, feeBasisPoints: channelFeeBasisPoints },
      ...(payout ? { payout } : {}),
    })
  return ok(plan.value)
}
