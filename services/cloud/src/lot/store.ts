import type { Statement } from '@lanepay/database/database.ts'

export type LotRow = {
  bucket: number
  lot_id: number
  operator_id: string
  name: string
  help_phone: string | null
  platform_fee_basis_points: number
}
export type LaneRow = { lane_id: number; name: string; direction: 'entry' | 'exit' | 'both' }

export const selectLot: Statement = {
  name: 'select-lot',
  text: 'select bucket, lot_id, operator_id, name, help_phone, platform_fee_basis_points from lot where bucket = $1 and lot_id = $2',
}
export const selectDeviceSecret: Statement = {
  name: 'select-device-secret',
  text: 'select secret_hash from lot_device where bucket = $1 and lot_id = $2 and device = $3',
}
export const selectBucketOfLot: Statement = {
  name: 'select-bucket-of-lot',
  // fanout: only when a device or a person comes with a bare lot number; never on the road
  text: '-- fanout\n select bucket from lot where lot_id = $1',
}
export const upsertOperator: Statement = {
  name: 'upsert-operator',
  text: `insert into operator (operator_id, name, created_at, withdrawal_limits) values ($1, $2, $3, $4)
         on conflict (operator_id) do update set name = excluded.name, withdrawal_limits = coalesce(excluded.withdrawal_limits, operator.withdrawal_limits)`,
}
export const upsertAccount: Statement = {
  name: 'upsert-account',
  text: `insert into channel_account (account_id, operator_id, channel, merchant, channel_fee_basis_points, active, payout) values ($1, $2, $3, $4, $5, true, coalesce($6, 'mirrored'))
         on conflict (account_id) do update set merchant = excluded.merchant, channel_fee_basis_points = excluded.channel_fee_basis_points, active = true,
            payout = coalesce($6, channel_account.payout)`,
}
/** Says in which bucket the lot of a number lives: this one where nobody has it yet, else the one that has. */
export const keepLotNumber: Statement = {
  name: 'keep-lot-number',
  text: `insert into lot_number (lot_id, bucket) values ($1, $2)
         on conflict (lot_id) do update set bucket = lot_number.bucket returning bucket`,
}
export const upsertLot: Statement = {
  name: 'upsert-lot',
  text: `insert into lot (bucket, lot_id, operator_id, name, help_phone, platform_fee_basis_points, created_at, system, system_since, address, lng_e6, lat_e6, cannot) values ($1, $2, $3, $4, $5, $6, $7, $8, $7, $9, $10, $11, $12)
         on conflict (bucket, lot_id) do update set name = excluded.name, help_phone = excluded.help_phone, platform_fee_basis_points = excluded.platform_fee_basis_points,
            address = coalesce(excluded.address, lot.address), lng_e6 = coalesce(excluded.lng_e6, lot.lng_e6), lat_e6 = coalesce(excluded.lat_e6, lot.lat_e6),
            cannot = excluded.cannot, system = excluded.system, system_since = case when lot.system = excluded.system then lot.system_since else excluded.system_since end`,
}
export const upsertLane: Statement = {
  name: 'upsert-lane',
  text: `insert into lane (bucket, lot_id, lane_id, name, direction, channel) values ($1, $2, $3, $4, $5, $6)
         on conflict (bucket, lot_id, lane_id) do update set name = excluded.name, direction = excluded.direction, channel = excluded.channel`,
}
/** The secret of the lot's plan, for as long as no agent has been enrolled: an old plan must not bring an old agent back. */
export const upsertDevice: Statement = {
  name: 'upsert-device',
  text: `insert into lot_device (bucket, lot_id, device, secret_hash) values ($1, $2, $3, $4)
         on conflict (bucket, lot_id, device) do update set secret_hash = excluded.secret_hash where lot_device.enrolled_at is null`,
}
/** A vendor's number means one lot for good. */
export const upsertBolinkPark: Statement = {
  name: 'upsert-bolink-park',
  text: `insert into bolink_park (union_id, park_id, bucket, lot_id, sealed_key, settings, call_url)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (union_id, park_id) do update
            set sealed_key = excluded.sealed_key, ukey = null, settings = excluded.settings, call_url = excluded.call_url
          where bolink_park.bucket = excluded.bucket and bolink_park.lot_id = excluded.lot_id`,
}
export const selectSystem: Statement = {
  name: 'select-system-of-lot',
  text: 'select system from lot where bucket = $1 and lot_id = $2',
}
