import type { FastifyReply } from 'fastify'
import type { ErrorView } from '../driver/api.ts'
import type { AskError } from './ask.ts'
import type { RightRefusal } from './right.ts'

/** What every refusal of a refund is answered with on screens; leave one out and this stops compiling. Who may is the door's to say. */
export const refundRefusals = {
  'payment-not-found': { status: 404, message: 'no such payment of this lot' },
  'not-an-amount': { status: 400, field: 'body/amountFen', message: 'more than 0, in whole fen' },
  'not-a-reason': { status: 400, field: 'body/reason', message: '1 to 80 characters' },
  'not-paid': { status: 409, message: 'this payment is not paid' },
  'goes-back-by-itself': { status: 409, message: 'this payment counts for no stay, and goes back by itself' },
  'whole-only': { status: 409, message: 'this payment counts for no stay, so it goes back whole' },
  'more-than-left': { status: 409, message: 'less than that is left of this payment' },
  'too-late': { status: 409, message: 'the channel takes no refunds of it any more: pay the driver back outside' },
  'too-many-refunds': { status: 409, message: 'the channel takes no more refunds of this payment' },
  'not-enough-held': { status: 409, message: "the lot's operator, or the platform, holds less than its part of it" },
} as const satisfies Record<
  Exclude<AskError['kind'], RightRefusal['kind']>,
  { readonly status: number; readonly message: string; readonly field?: string }
>

export function refuseRefund(reply: FastifyReply, code: keyof typeof refundRefusals): FastifyReply {
  const { status, ...about } = refundRefusals[code]
  const view: ErrorView = { error: { code, ...about } }
  return reply.code(status).send(view)
}
