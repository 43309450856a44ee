import { type Static, Type } from 'typebox'
import type { AskRefusal } from './ask-decide.ts'

/*
 * What pages and the cloud say to each other about refunds; the asks themselves are in routes.ts. Money is whole fen, instants are ms
 * since 1970 UTC.
 *
 *   GET  /api/operator/payments/:payment/refund-outlook  OutlookQuery -> OutlookView   before anything is asked for
 *   POST /api/operator/lots/:lot/refund-asks {}                       -> {ask}
 *   POST /api/operator/lots/:lot/refunds     RefundAsk                -> {refund, amountFen, dueAt}
 */

export const PaymentParams = Type.Object({ payment: Type.String({ pattern: '^\\d{32}$' }) })
export const OutlookQuery = Type.Object(
  {
    /** What would be given back; left out: all that is left. */
    amountFen: Type.Optional(Type.String({ pattern: '^[1-9]\\d{0,8}$' })),
  },
  { additionalProperties: false },
)
export type OutlookQuery = Static<typeof OutlookQuery>

export type OutlookView = {
  readonly now: number
  readonly payment: string
  readonly lot: number
  readonly paidFen: number
  readonly leftFen: number
  /** What this refund would be. */
  readonly amountFen: number
  /** Why it would be refused; null: it would not. */
  readonly refusal: AskRefusal['kind'] | 'payment-not-found' | null
  /** Whose money it is: the platform's fee comes back in proportion, the operator gives the rest. */
  readonly platformFeeFen: number
  readonly operatorFen: number
  /** What partners have of the payment and give back with it: `none` where the rule says that the operator carries it. */
  readonly partners: readonly {
    readonly party: string
    readonly amountFen: number
    readonly way: 'call' | 'refund' | 'none'
  }[]
  /** Nothing of it was paid out to partners yet: what is left is shared later. */
  readonly sharesLater: boolean
  /** When it is sent: channels want time between two refunds of one payment. */
  readonly dueAt: number
  /** Whether a second factor is asked for, over `limitFen` for one payment with what was asked for before. */
  readonly secondFactor: 'not-needed' | 'shown' | 'needed' | 'not-set-up'
  readonly limitFen: number
}
