/*
 * Every table belongs to one of three lists (scale.md 6, rule 5); tables.live.test.ts holds each to its list's rules.
 */

/** Small, rarely written, on every node. */
export const referenceTables = [
  'bucket',
  'operator',
  'channel_account',
  'payout_card',
  'bolink_park',
  'staff',
  'staff_lot',
  'staff_sign_in',
  'staff_link',
  'staff_recovery',
  'staff_try',
  'staff_look',
  'migration',
] as const

/** Spread by their own key; a hint only, never the truth. None yet. */
export const directoryTables = [] as const

/** `bucket, lot_id` first, in the table and in every key. */
export const distributedTables = [
  'lot',
  'lane',
  'lot_device',
  'enrolment',
  'lot_log',
  'lot_event',
  'session',
  'lane_occupancy',
  'gate_opening',
  'pass_holder',
  'admission',
  'quote',
  'payment',
  'code_scan',
  'clearance',
  'lot_command',
  'refund',
  'share_rule',
  'share',
  'share_part',
  'share_return',
  'alarm',
  'account',
  'transfer',
  'proof',
  'bill',
  'bill_line',
  'bill_piece',
  'flow_balance',
  'discrepancy',
  'discrepancy_step',
  'reconciled_day',
  'withdrawal',
  'withdrawal_part',
  'withdrawal_step',
  'withdrawal_turn',
  'shift',
  'cash_move',
  'bolink_computer',
  'bolink_order',
  'bolink_message',
  'bolink_refund',
  'bolink_charge',
  'bolink_debt',
  'bolink_kept',
  'bolink_picture',
  'bolink_call',
  'plate_tail',
  'device_state',
  'lot_picture',
  'staff_trail',
  'staff_line',
  'summary_cursor',
  'summary_log',
  'summary_lot',
  'summary_part',
  'summary_day',
  'summary_correction',
  'summary_closed',
] as const

/** Partitioned by range of a time-ordered id: the large ones. */
export const partitionedTables = [
  'lot_event',
  'session',
  'quote',
  'payment',
  'clearance',
  'lot_command',
  'refund',
  'share',
  'share_part',
  'share_return',
  'transfer',
  'bill_line',
  'bill_piece',
  'cash_move',
  'summary_part',
] as const

/** Those that no key keeps from being there twice: one reading makes each line once, in one COPY. */
export const keylessTables: readonly string[] = ['bill_line']
