import { type Database, instantOut, type Statement } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'

/** Something a person must see: who pays, stands and waits, or money that does not agree. */
export type Alarm = {
  readonly kind:
    | 'paid-but-shut'
    | 'lot-not-told'
    | 'lot-unclear'
    | 'coupon-not-told'
    | 'card-not-renewed'
    | 'help-asked'
    | 'payment-disbelieved'
    | 'refund-failed'
    | 'refund-waits'
    | 'refund-disputed'
    | 'paid-twice'
    | 'paid-twice-kept'
    | 'reversal-waits'
    | 'share-failed'
    | 'share-not-released'
    | 'share-not-returned'
    | 'share-unclear'
    | 'withdrawal-failed'
    | 'withdrawal-returned'
    | 'withdrawal-disputed'
    | 'card-refused'
    | 'card-lost'
    | 'clock-drift'
    | 'device-ill'
    | 'misread'
    | 'unordered-passage'
    | 'change-owed'
    | 'change-overpaid'
    | 'change-not-given'
    | 'change-disputed'
    | 'wallet-not-told'
    | 'wallet-charge-unclear'
  readonly lane?: number
  readonly occupancy?: string
  readonly payment?: string
  /** One of several of the payment, each an alarm of its own. */
  readonly refund?: string
  readonly share?: string
  readonly withdrawal?: string
  /** Cash change that goes into a wallet. */
  readonly change?: string
  /** A change of the card that a channel holds: the account and which of its changes. */
  readonly cardChange?: string
  /** The message by which the lot was to hear of it. */
  readonly coupon?: string
  /** A partner's wallet and the day: one alarm, which goes on counting. */
  readonly walletDay?: string
  readonly because: string
}
export type Alarms = { raise(lot: LotKey, alarm: Alarm): Promise<void> }

const insertAlarm: Statement = {
  name: 'insert-alarm',
  text: `
  insert into alarm (bucket, lot_id, id, kind, subject, lane_id, occupancy, payment_id, because, raised_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  on conflict (bucket, lot_id, kind, subject) do update set because = excluded.because where $11::bool`,
}

/** The same alarm about the same payment, vehicle or device is one alarm, which says what it said first; one that counts says its last count. */
export function alarms(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => Id
}): Alarms {
  return {
    raise: async (lot, alarm) => {
      options.log('warn', 'alarm', { lot: lot.lotId, kind: alarm.kind, lane: alarm.lane, because: alarm.because })
      const { refund, share, withdrawal, change, cardChange, coupon, walletDay, payment, occupancy, because } = alarm
      const subject =
        refund ?? share ?? withdrawal ?? change ?? cardChange ?? coupon ?? walletDay ?? payment ?? occupancy ?? because
      await options.database
        .of(lot.bucket)
        .query(insertAlarm, [
          lot.bucket,
          lot.lotId,
          options.newId(),
          alarm.kind,
          subject,
          alarm.lane ?? null,
          alarm.occupancy ?? null,
          alarm.payment ?? null,
          alarm.because,
          instantOut(options.clock.now()),
          walletDay !== undefined,
        ])
    },
  }
}
