import type { Statement } from '@lanepay/database/database.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'
import type { LotSystemName } from '../lot/api.ts'
import { bothWays } from '../report/both-ways.ts'

/*
 * Operators and lots found among many. Each question is a statement of its own, so that each has its index: the order is the number's,
 * a beginning of a number is as many ranges of it as there are longer numbers, and a part of a name is found by its letters (name_grams).
 */

export type OperatorRow = { operator_id: string; name: string; created_at: number }
const operators = 'select operator_id, name, created_at from operator o'
export const selectOperators = bothWays(
  'integrator-operators',
  (beyond, way) => `${operators} where operator_id ${beyond} $1 order by operator_id ${way} limit $2`,
)
export const selectOperatorsByNumber = bothWays(
  'integrator-operators-by-number',
  (beyond, way) => `
  select f.* from unnest($3::int8[], $4::int8[]) as r (low, high)
   cross join lateral (
     ${operators} where operator_id ${beyond} $1 and operator_id between r.low and r.high order by operator_id ${way} limit $2) as f
   order by f.operator_id ${way} limit $2`,
)
export const selectOperatorsByName = bothWays(
  'integrator-operators-by-name',
  (beyond, way) => `${operators}
   where operator_id ${beyond} $1 and name_grams(name) @> $3::text[] and position($4 in lower(name)) > 0 order by operator_id ${way} limit $2`,
)

export type LotFoundRow = {
  lot_id: number
  name: string
  operator_id: string
  system: LotSystemName
  platform_fee_basis_points: number
  created_at: number
}
const lots = 'select lot_id, name, operator_id, system, platform_fee_basis_points, created_at from lot'
// fanout: an integrator's list, never on the road
const across = '-- fanout\n'
export const selectLots = bothWays(
  'integrator-lots',
  (beyond, way) => `${across} ${lots} where lot_id ${beyond} $1 order by lot_id ${way} limit $2`,
)
export const selectLotsByNumber = bothWays(
  'integrator-lots-by-number',
  (beyond, way) => `${across}
  select f.* from unnest($3::int4[], $4::int4[]) as r (low, high)
   cross join lateral (${lots} where lot_id ${beyond} $1 and lot_id between r.low and r.high order by lot_id ${way} limit $2) as f
   order by f.lot_id ${way} limit $2`,
)
export const selectLotsByName = bothWays(
  'integrator-lots-by-name',
  (beyond, way) => `${across} ${lots}
   where lot_id ${beyond} $1 and name_grams(name) @> $3::text[] and position($4 in lower(name)) > 0 order by lot_id ${way} limit $2`,
)
export const selectLotsOfOperator = bothWays(
  'integrator-lots-of-operator',
  (beyond, way) => `${across} ${lots} where operator_id = $3 and lot_id ${beyond} $1 order by lot_id ${way} limit $2`,
)
export const selectLotsOfOperatorLike = bothWays(
  'integrator-lots-of-operator-like',
  (beyond, way) => `${across} ${lots}
   where operator_id = $3 and lot_id ${beyond} $1 and (position($4 in lower(name)) > 0 or lot_id::text like $4 || '%')
   order by lot_id ${way} limit $2`,
)

export const countLots: Statement = {
  name: 'integrator-count-lots',
  text: `${across} select operator_id, count(*)::int4 as lots from lot where operator_id = any($1) group by operator_id`,
}
export const selectOperatorNames: Statement = {
  name: 'integrator-operator-names',
  text: 'select operator_id, name, created_at from operator where operator_id = any($1)',
}

export type AccountRow = {
  account_id: number
  operator_id: string
  operator_name: string
  channel: ChannelName
  merchant: { subMchid?: string; sellerId?: string; smid?: string }
  channel_fee_basis_points: number
  payout: 'mirrored' | 'channel' | 'bank'
  active: boolean
  good_at: number | null
  trouble_at: number | null
  trouble: string | null
}
const accounts = `
  select a.account_id, a.operator_id, o.name as operator_name, a.channel, a.merchant, a.channel_fee_basis_points, a.payout, a.active,
         h.good_at, h.trouble_at, h.trouble
    from channel_account a
    join operator o on o.operator_id = a.operator_id
    left join channel_health h on h.account_id = a.account_id`
export const selectAccountsPage = bothWays(
  'integrator-accounts',
  (beyond, way) => `${accounts} where a.account_id ${beyond} $1 order by a.account_id ${way} limit $2`,
)
/** Those whose last word was no good one. */
export const selectTroubledAccounts = bothWays(
  'integrator-troubled-accounts',
  (beyond, way) => `${accounts}
   where a.active and h.trouble is not null and a.account_id ${beyond} $1 order by a.account_id ${way} limit $2`,
)
export const selectAccountsOf: Statement = {
  name: 'integrator-accounts-of',
  text: `${accounts} where a.operator_id = any($1) order by a.account_id`,
}
export const selectLastBills: Statement = {
  name: 'integrator-last-bills',
  text: `${across}
  select a.account_id, b.day::text as day
    from unnest($1::int4[]) as a (account_id)
   cross join lateral (
     select max(day) as day from bill where account_id = a.account_id and state in ('kept', 'closed')) as b
   where b.day is not null`,
}
export const setFee: Statement = {
  name: 'integrator-set-fee',
  text: 'update lot set platform_fee_basis_points = $3 where bucket = $1 and lot_id = $2',
}
