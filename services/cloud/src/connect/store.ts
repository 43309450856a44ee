import type { Statement } from '@lanepay/database/database.ts'

export const upsertKey: Statement = {
  name: 'upsert-own-key',
  text: `
  insert into own_key (bucket, lot_id, name, sealed) values ($1, $2, $3, $4)
  on conflict (bucket, lot_id, name) do update set sealed = excluded.sealed`,
}
/** A key that the plan no longer names opens nothing any more. */
export const dropOtherKeys: Statement = {
  name: 'drop-other-own-keys',
  text: 'delete from own_key where bucket = $1 and lot_id = $2 and name <> all ($3::text[])',
}
export const selectKey: Statement = {
  name: 'select-own-key',
  text: 'select sealed from own_key where bucket = $1 and lot_id = $2 and name = $3',
}

/** Answers nothing where it came before. */
export const insertNonce: Statement = {
  name: 'insert-own-nonce',
  text: `
  insert into own_nonce (bucket, lot_id, nonce, seen_at) values ($1, $2, $3, $4)
  on conflict (bucket, lot_id, nonce) do nothing
  returning nonce`,
}
export const dropOldNonces: Statement = {
  name: 'drop-old-own-nonces',
  text: 'delete from own_nonce where bucket = any ($1::int4[]) and seen_at < $2',
}

export type CallRow = { content_hash: string; id: string; done_at: number | null }
export const insertCall: Statement = {
  name: 'insert-own-call',
  text: `
  insert into own_call (bucket, lot_id, idempotency_key, content_hash, id, made_at) values ($1, $2, $3, $4, $5, $6)
  on conflict (bucket, lot_id, idempotency_key) do nothing`,
}
export const selectCall: Statement = {
  name: 'select-own-call',
  text: 'select content_hash, id, done_at from own_call where bucket = $1 and lot_id = $2 and idempotency_key = $3',
}
export const endCall: Statement = {
  name: 'end-own-call',
  text: `
  update own_call set done_at = $4
   where bucket = $1 and lot_id = $2 and idempotency_key = $3 and done_at is null`,
}
export const dropOldCalls: Statement = {
  name: 'drop-old-own-calls',
  text: 'delete from own_call where bucket = any ($1::int4[]) and made_at < $2',
}

/** Abilities of the contract that the software of this lot has not. */
export const selectCannot: Statement = {
  name: 'select-what-own-lot-cannot',
  text: 'select cannot from lot where bucket = $1 and lot_id = $2',
}
export const selectLanes: Statement = {
  name: 'select-lanes-of-own-lot',
  text: 'select lane_id as lane, name, direction from lane where bucket = $1 and lot_id = $2 order by lane_id',
}
