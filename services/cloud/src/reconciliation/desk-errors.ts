import type { FastifyReply } from 'fastify'
import type { ErrorView } from '../driver/api.ts'
import type { SettleError } from './settle.ts'

/** What refusals of acts on discrepancies are answered with on screens; leave one out and this stops compiling. */
const refusals = {
  'not-found': { status: 404, message: 'no such discrepancy is open, or more than one is' },
  'not-with-a-person': { status: 409, message: 'it waits for an explanation, or has ended' },
  'no-name': { status: 400, message: 'nobody says who it is' },
  'no-reason': { status: 400, field: 'body/reason', message: 'why, or how it was settled' },
  'no-explanation': { status: 400, field: 'body/number', message: 'the number or item that explains it' },
  'explanation-not-found': {
    status: 409,
    field: 'body/number',
    message: 'it reads as one of ours, and there is none such',
  },
} as const satisfies Record<SettleError, { readonly status: number; readonly message: string; readonly field?: string }>

export function refuseSettle(reply: FastifyReply, code: SettleError): FastifyReply {
  const { status, ...about } = refusals[code]
  const view: ErrorView = { error: { code, ...about } }
  return reply.code(status).send(view)
}
