import type { Database, Statement } from '@lanepay/database/database.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import type { List } from './list.ts'
import type { Asked } from './read.ts'

/** Whose rows are asked for. */
export type Whose = {
  readonly operatorId: string
  readonly lots: readonly LotKey[]
  /** All of the operator's lots, and so what belongs to the operator itself: its withdrawals, its accounts' bills. */
  readonly whole: boolean
}

const selectAccounts: Statement = {
  name: 'report-accounts',
  text: 'select account_id from channel_account where operator_id = $1 order by account_id',
}

/** The channel accounts of an operator, in use or not. */
export const accountsOf = async ({ reference }: Pick<Database, 'reference'>, operatorId: string): Promise<number[]> =>
  (await reference.query<{ account_id: number }>(selectAccounts, [operatorId])).map(({ account_id }) => account_id)

/** Where the rows of a list are that belong to these lots, and to their operator where all of it is asked for. */
export async function placesOf(
  database: Pick<Database, 'reference'>,
  { places: kinds }: List,
  { operatorId, lots, whole }: Whose,
): Promise<Pick<Asked, 'places' | 'operators' | 'accounts'>> {
  const accounts = whole ? await accountsOf(database, operatorId) : []
  const buckets = [...new Set(lots.map(({ bucket }) => bucket))]
  const places = kinds.flatMap((kind): readonly LotKey[] => {
    if (kind === 'lots') return lots
    if (kind === 'operator') return whole ? buckets.map((bucket) => ({ bucket, lotId: 0 })) : []
    return accounts.length > 0 ? [{ bucket: 0, lotId: 0 }] : []
  })
  return { places, operators: whole ? [operatorId] : [], accounts }
}

// fanout: of a partner, where any rule of shares has ever named it; there are few rules
const selectLotsOfParty: Statement = {
  name: 'report-lots-of-party',
  text: `-- fanout
  select distinct bucket, lot_id from share_rule where parties @> jsonb_build_array(jsonb_build_object('party', $1::text))`,
}

/** The lots whose payments a partner has, or had, a share of; by number. */
export async function lotsOfParty({ nodes }: Pick<Database, 'nodes'>, party: string): Promise<readonly LotKey[]> {
  const found = await Promise.all(
    nodes.map(({ db }) => db.query<{ bucket: number; lot_id: number }>(selectLotsOfParty, [party])),
  )
  return found
    .flat()
    .map(({ bucket, lot_id }) => ({ bucket, lotId: lot_id }))
    .sort((a, b) => a.lotId - b.lotId)
}

/** The buckets in which these places are. */
export const bucketsOf = (places: readonly LotKey[]): number[] => [...new Set(places.map(({ bucket }) => bucket))]
