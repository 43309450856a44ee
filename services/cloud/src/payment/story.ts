import type { Database, Statement } from '@lanepay/database/database.ts'
import { type HouseNumber, numberOf } from '@lanepay/domain/numbers.ts'
import type { PaymentStory } from './api.ts'
import { partsOf } from './parts.ts'
import {
  type AlarmOfRow,
  type ClearanceWholeRow,
  type EntryRow,
  type GateRow,
  type PaymentWholeRow,
  type QuoteWholeRow,
  selectAlarmsOf,
  selectClearanceWhole,
  selectEntriesOf,
  selectGatesOf,
  selectPaymentWhole,
  selectQuoteWhole,
} from './story-store.ts'

/** All that became of one payment of this operator, with its entries in the ledger; null: there is none such. */
export async function storyOfPayment(
  database: Database,
  { bucket, lotId, id }: HouseNumber,
  told: { readonly operatorId: string; readonly plates: boolean; readonly now: number },
): Promise<PaymentStory | null> {
  const lot = { bucket, lotId }
  const all = <Row>(statement: Statement, of: unknown = id) =>
    database.of(bucket).query<Row>(statement, [bucket, lotId, of])
  const [row] = await all<PaymentWholeRow>(selectPaymentWhole)
  if (row?.operator_id !== told.operatorId) return null
  const [quote] = row.quote_id === null ? [] : await all<QuoteWholeRow>(selectQuoteWhole, row.quote_id)
  const [clearance] = await all<ClearanceWholeRow>(selectClearanceWhole)
  const gates = row.occupancy === null ? [] : await all<GateRow>(selectGatesOf, row.occupancy)
  const parts = await partsOf(database.of(bucket), lot, [id])
  const entries = await all<EntryRow>(selectEntriesOf, [id, ...parts.ids])
  const alarms = await all<AlarmOfRow>(selectAlarmsOf)
  return {
    ...{ now: told.now, payment: numberOf('trade', lot, id), lot: lotId, lotName: row.lot_name, state: row.state },
    ...{ channel: row.channel, account: row.account_id, channelNumber: row.channel_trade_no },
    ...{ session: row.session_id, plate: told.plates ? row.plate : null, lane: row.lane_id },
    ...{ amountFen: row.amount_fen, channelFeeFen: row.channel_fee_fen, platformFeeFen: row.platform_fee_fen },
    ...{ refundedFen: row.refunded_fen, createdAt: row.created_at, expiresAt: row.expires_at },
    ...{ scannedAt: row.scanned_at, paidAt: row.paid_at, clearedAt: row.cleared_at, queries: row.queries },
    quote: quote
      ? {
          ...{ at: quote.at, until: quote.until, priceFen: quote.price_fen, paidBeforeFen: quote.paid_before_fen },
          ...{ owedFen: quote.owed_fen, leaveMinutes: quote.leave_minutes, lines: quote.lines },
        }
      : null,
    clearance: clearance
      ? {
          ...{ madeAt: clearance.made_at, leaveBy: clearance.leave_by, lane: clearance.lane_id },
          ...{ gateUntil: clearance.expires_at, state: clearance.state, because: clearance.because },
          ...{ answeredAt: clearance.answered_at, sends: clearance.sends },
        }
      : null,
    gates: gates.map((gate) => ({ lane: gate.lane_id, at: gate.at, cause: gate.cause_kind, silent: gate.silent })),
    shareAt: row.share_at,
    ...parts.of(id),
    entries: entries.map((one) => ({
      ...{ at: one.posted_at, cause: one.cause, account: one.kind, party: one.party },
      amountFen: Number(one.amount_fen),
    })),
    alarms: alarms.map(({ kind, because, raised_at }) => ({ kind, because, at: raised_at })),
  }
}
