import type { FastifyReply } from 'fastify'
import type { ErrorView } from '../driver/api.ts'

/** What an order of an office to a lot is refused with before the lot hears of it; leave one out and this stops compiling. */
export type OrderRefusal =
  | 'ask-unknown'
  | 'session-ended'
  | 'plate-malformed'
  | 'nothing-to-correct'
  | 'lot-cannot'
  | 'lane-empty'
  | 'lot-refused'
  | 'lot-silent'

const told = {
  'ask-unknown': {
    status: 409,
    field: 'body/ask',
    message: 'this was not asked for here, or by somebody else: begin again',
  },
  'session-ended': { status: 409, message: 'this stay has ended' },
  'plate-malformed': { status: 400, field: 'body/order/plate', rule: 'a plate', message: 'not a plate' },
  'nothing-to-correct': {
    status: 400,
    field: 'body/order',
    rule: 'says what is to be corrected',
    message: 'nothing to correct',
  },
  'lot-cannot': { status: 409, message: 'the system of this lot cannot be told so: do it there' },
  'lane-empty': {
    status: 409,
    field: 'body/occupancy',
    message: 'nobody stands in this lane: its gate is opened for a vehicle',
  },
  'lot-refused': { status: 409, message: 'the lot has heard it and will not do it' },
  'lot-silent': { status: 504, message: 'the lot has not answered: whether it did so nobody knows' },
} as const satisfies Record<
  OrderRefusal,
  { readonly status: number; readonly message: string; readonly field?: string; readonly rule?: string }
>

export function refuseOrder(reply: FastifyReply, code: OrderRefusal): FastifyReply {
  const { status, ...about } = told[code]
  const view: ErrorView = { error: { code, ...about } }
  return reply.code(status).send(view)
}
