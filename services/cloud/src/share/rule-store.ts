import type { Statement } from '@lanepay/database/database.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'
import type { WrittenParty } from './rule-file.ts'

/** A party as it is kept: with everything but the name, which only the channel needs to know. */
export type KeptParty = Omit<WrittenParty, 'receiver'> & { readonly receiver: Omit<WrittenParty['receiver'], 'name'> }

export const insertRule: Statement = {
  name: 'insert-share-rule',
  text: `
  insert into share_rule (bucket, lot_id, version, channel, from_at, wait_minutes, limit_basis_points, parties, made_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      on conflict (bucket, lot_id, version) do nothing
  returning version`,
}
export type RuleRow = {
  bucket: number
  lot_id: number
  version: string
  channel: ChannelName
  from_at: number
  wait_minutes: number
  limit_basis_points: number
  parties: readonly KeptParty[]
  made_at: number
}
export const selectRulesOfLot: Statement = {
  name: 'select-share-rules-of-lot',
  text: `
  select bucket, lot_id, version, channel, from_at, wait_minutes, limit_basis_points, parties, made_at
    from share_rule where bucket = $1 and lot_id = $2 order by from_at, version`,
}
/** Of many lots of a bucket. */
export const selectRulesOfLots: Statement = {
  name: 'select-share-rules-of-lots',
  text: `
  select bucket, lot_id, version, channel, from_at, wait_minutes, limit_basis_points, parties, made_at
    from share_rule where bucket = $1 and lot_id = any ($2::int4[]) order by lot_id, from_at, version`,
}
export const selectRule: Statement = {
  name: 'select-share-rule',
  text: `
  select bucket, lot_id, version, channel, from_at, wait_minutes, limit_basis_points, parties, made_at
    from share_rule where bucket = $1 and lot_id = $2 and version = $3`,
}
/** Of the rules of all lots what an order needs to know, from a version on. */
export const selectRulesSince: Statement = {
  name: 'select-share-rules-since',
  // fanout: a few rows, every few seconds, whatever is paid meanwhile
  text: `-- fanout
  select bucket, lot_id, version, channel, from_at, wait_minutes, jsonb_array_length(parties) as parties
    from share_rule where version > $1 order by version`,
}
export type RuleSince = Pick<RuleRow, 'bucket' | 'lot_id' | 'version' | 'channel' | 'from_at' | 'wait_minutes'> & {
  parties: number
}
