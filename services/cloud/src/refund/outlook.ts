import type { Database, Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { fen } from '@lanepay/domain/money.ts'
import type { HouseNumber } from '@lanepay/domain/numbers.ts'
import type { Channels } from '../payment/settle.ts'
import { returnsOf } from '../share/decide.ts'
import { numbersOf, type RuleOf } from '../share/rule-of.ts'
import {
  type PartOfPaymentRow,
  type ReturnRow,
  type SharedPaymentRow,
  selectPartsOfPayment,
  selectReturnsOfPayment,
  selectSharedPayment,
} from '../share/store.ts'
import { paidPartOf } from '../share/take-back.ts'
import { decideSecondFactor } from '../staff/decide.ts'
import type { Acting } from '../staff/route.ts'
import type { OutlookView } from './api.ts'
import { decideAsk } from './ask-decide.ts'
import { type EarlierRow, type PaymentToRefund, selectPaymentToRefund, selectRefundsOf } from './store.ts'

type Deps = {
  readonly database: Database
  readonly clock: Clock
  readonly channels: Channels
  readonly ruleOf: RuleOf
  readonly limitFen: number
}

/**
 * What a refund of so much would be, by the same rules that judge it when it is asked for; null: there is no such payment of this
 * operator. What holds then may be another by a refund that comes between.
 */
export async function refundOutlook(
  { database, clock, channels, ruleOf, limitFen }: Deps,
  { person, operatorId }: Pick<Acting['operator'], 'person' | 'operatorId'>,
  number: HouseNumber,
  payment: string,
  asked: number | 'all',
): Promise<OutlookView | null> {
  const { bucket, lotId, id } = number
  const key = [bucket, lotId, id]
  const now = clock.now()
  const known = await database.of(bucket).transaction(async (tx: Tx) => {
    const [row] = await tx.query<PaymentToRefund>(selectPaymentToRefund, key)
    if (row?.operator_id !== operatorId) return null
    const [shared] = await tx.query<SharedPaymentRow>(selectSharedPayment, key)
    return {
      ...{ row, shared: shared!, earlier: await tx.query<EarlierRow>(selectRefundsOf, key) },
      ...{ parts: await tx.query<PartOfPaymentRow>(selectPartsOfPayment, key) },
      ...{ returns: await tx.query<ReturnRow>(selectReturnsOfPayment, key) },
    }
  })
  if (known === null) return null
  const { row, shared, earlier, parts, returns } = known
  const standing = earlier.filter(({ state }) => state !== 'failed')
  const goneFen = standing.reduce((sum, { amount_fen }) => sum + amount_fen, 0)
  const leftFen = row.amount_fen - goneFen
  const granted = decideAsk(
    {
      ...{ state: row.state, channel: row.channel, amountFen: row.amount_fen },
      ...{ platformFeeFen: row.platform_fee_fen, paidAt: row.paid_at },
    },
    earlier.map((one) => ({
      ...{ state: one.state, amountFen: one.amount_fen, platformFeeFen: one.platform_fee_fen, dueAt: one.due_at },
    })),
    { amountFen: asked, reason: 'asked for beforehand', now },
  )
  const amountFen = granted.ok ? granted.value.amountFen : asked === 'all' ? leftFen : asked
  const platformFeeFen = granted.ok ? granted.value.platformFeeFen : 0
  const done = parts.filter(({ state }) => state === 'done')
  const partners =
    granted.ok && shared.share_rule !== null && done.length > 0
      ? returnsOf(
          { amountFen: fen(row.amount_fen), goneFen: fen(goneFen + amountFen) },
          done.map((part) => paidPartOf(part, returns)),
          numbersOf(await ruleOf({ bucket, lotId }, shared.share_rule)),
          channels[row.channel]?.shares?.returns !== undefined,
        )
      : []
  const askedBefore = standing.filter((one) => one.asked_by !== null).reduce((sum, one) => sum + one.amount_fen, 0)
  return {
    ...{ now, payment, lot: lotId, paidFen: row.amount_fen, leftFen, amountFen },
    ...{ refusal: granted.ok ? null : granted.error.kind, platformFeeFen, operatorFen: amountFen - platformFeeFen },
    partners: partners.map((one) => ({ party: one.party, amountFen: one.amountFen, way: one.way })),
    sharesLater: shared.share_at !== null,
    dueAt: granted.ok ? granted.value.dueAt : now,
    secondFactor: amountFen + askedBefore <= limitFen ? 'not-needed' : factor[decideSecondFactor(person, now)],
    limitFen,
  }
}

const factor = {
  granted: 'shown',
  'second-factor-needed': 'needed',
  'second-factor-not-set-up': 'not-set-up',
} as const
