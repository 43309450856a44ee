import type { Database, Statement } from '@lanepay/database/database.ts'
import { selectOperatorName } from '../application/store.ts'
import type { LotPlan, PlanMistake } from './provision.ts'
import { type LotRow, selectBucketOfLot, selectLot } from './store.ts'

type AccountRow = { readonly account_id: number; readonly operator_id: string; readonly channel: string }
const selectAccounts: Statement = {
  name: 'select-accounts-by-id',
  text: 'select account_id, operator_id, channel from channel_account where account_id = any ($1::int8[])',
}
type ParkRow = { readonly bucket: number; readonly lot_id: number }
const selectPark: Statement = {
  name: 'select-lot-of-park',
  text: 'select bucket, lot_id from bolink_park where union_id = $1 and park_id = $2',
}

/** A plan that takes what is somebody else's. Nothing of it was done. */
export class PlanRefused extends Error {
  readonly mistakes: readonly PlanMistake[]
  constructor(mistakes: readonly PlanMistake[]) {
    super(mistakes.map(({ field, rule }) => `${field}: ${rule}`).join('; '))
    this.mistakes = mistakes
  }
}

/**
 * What of a plan belongs to somebody else here, so that a number mistyped changes nobody's lot: a lot stays in its bucket and its operator's, whose
 * name a new lot has to say, a channel account its operator's and of its channel, and a vendor's number one lot's.
 */
export async function takenBy(database: Database, plan: LotPlan): Promise<readonly PlanMistake[]> {
  const mistakes: PlanMistake[] = []
  const say = (field: string, rule: string) => mistakes.push({ field, rule })
  const homes = await Promise.all(
    database.nodes.map(({ db }) => db.query<{ bucket: number }>(selectBucketOfLot, [plan.number])),
  )
  const [home] = homes.flat()
  if (home && home.bucket !== plan.bucket) say('/bucket', `lot ${plan.number} lives in bucket ${home.bucket}`)
  const [lot] = home ? await database.of(home.bucket).query<LotRow>(selectLot, [home.bucket, plan.number]) : []
  if (lot && lot.operator_id !== plan.operator.id)
    say('/operator/id', `lot ${plan.number}, ${lot.name}, is operator ${lot.operator_id}'s`)
  // By the plan of a lot that is its own an operator may change its name; a new lot only says whose it is.
  const [operator] = await database.reference.query<{ name: string }>(selectOperatorName, [plan.operator.id])
  if (!lot && operator && operator.name !== plan.operator.name)
    say('/operator/name', `operator ${plan.operator.id} is ${operator.name}`)
  const ids = plan.accounts.map(({ id }) => id)
  for (const found of await database.reference.query<AccountRow>(selectAccounts, [ids])) {
    const at = plan.accounts.findIndex(({ id }) => id === Number(found.account_id))
    if (found.operator_id !== plan.operator.id)
      say(`/accounts/${at}/id`, `account ${found.account_id} is operator ${found.operator_id}'s`)
    else if (found.channel !== plan.accounts[at]!.channel)
      say(`/accounts/${at}/channel`, `account ${found.account_id} is of ${found.channel}`)
  }
  if (plan.bolink) {
    const [park] = await database.reference.query<ParkRow>(selectPark, [plan.bolink.unionId, plan.bolink.parkId])
    if (park && (park.bucket !== plan.bucket || park.lot_id !== plan.number))
      say('/bolink/parkId', `${plan.bolink.parkId} of this vendor is lot ${park.lot_id}`)
  }
  return mistakes
}
