import { type Db, instantOut, type Tx } from '@lanepay/database/database.ts'
import { classes, type DiscrepancyClass, type DiscrepancyState, discrepancyClasses } from './decide.ts'
import { firstSteps, handOver, noteSteps, setOwners, takeSteps } from './store.ts'

/** Which discrepancy: by where it belongs, its day, its proof and its item. */
export type DiscrepancyKey = {
  readonly bucket: number
  readonly lot_id: number
  readonly account_id: number
  readonly day: string
  readonly proof: string
  readonly item: string
}
export type TakenStep = { readonly key: DiscrepancyKey; readonly state: DiscrepancyState; readonly why: string }
/** Whoever keeps a line of what persons do writes it in the transaction of the steps. */
export type Noted = (tx: Tx, taken: readonly DiscrepancyKey[]) => Promise<void>

/**
 * Steps of many discrepancies, each with who and why, in one transaction. Who is not in a state of `from` any more is left as it
 * is; answers those that took their step. `owner`: whose they are from now on; `noted` is written with them.
 */
export async function takeStepsOf(
  db: Db,
  steps: readonly TakenStep[],
  {
    from,
    who,
    now,
    owner = null,
    noted,
  }: {
    from: readonly DiscrepancyState[]
    who: string
    now: number
    owner?: string | null
    noted?: Noted | undefined
  },
): Promise<readonly DiscrepancyKey[]> {
  if (steps.length === 0) return []
  const of = <T>(read: (step: TakenStep) => T) => steps.map(read)
  const keys = [
    ...[of(({ key }) => key.bucket), of(({ key }) => key.lot_id), of(({ key }) => key.account_id)],
    ...[of(({ key }) => key.day), of(({ key }) => key.proof), of(({ key }) => key.item)],
  ]
  return db.transaction(async (tx) => {
    const last = [of(({ state }) => state), of(({ why }) => why), instantOut(now), who, from]
    await tx.query(noteSteps, [...keys, ...last])
    const taken = await tx.query<DiscrepancyKey>(takeSteps, keys)
    if (owner !== null) await tx.query(setOwners, [...keys, owner, instantOut(now)])
    await noted?.(tx, taken)
    return taken
  })
}

const waiting = discrepancyClasses.filter((one) => classes[one].waits)

/** Everything found in one proof of a day gets its first step, and a person unless it may explain itself. */
export async function handOverFound(
  db: Db,
  found: {
    readonly buckets: readonly number[]
    readonly accountId: number
    readonly day: string
    readonly proof: string
  },
  now: number,
): Promise<void> {
  const which = [found.buckets, found.accountId, found.day, found.proof]
  await db.transaction(async (tx) => {
    await tx.query(firstSteps, which)
    const [note, take] = handOver
    await tx.query(note!, [...which, instantOut(now), waiting satisfies DiscrepancyClass[]])
    await tx.query(take!, which)
  })
}
