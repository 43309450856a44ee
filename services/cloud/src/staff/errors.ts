import type { FastifyReply } from 'fastify'
import type { ErrorView } from '../driver/api.ts'
import { problem } from '../server/problem.ts'
import type { Refusal } from './decide.ts'

/** Every refusal of a person and of what it asks for, with its HTTP status; leave one out and this stops compiling. */
export const staffRefusals = {
  'not-signed-in': { status: 401, message: 'sign in first' },
  'foreign-page': { status: 403, message: 'this was not sent by a page of ours' },
  'not-allowed': { status: 403, message: 'the role of this account may not do this' },
  'look-needed': { status: 403, message: "an operator's view is looked at with a reason: begin a look first" },
  'look-only-reads': {
    status: 403,
    message: "whoever looks at an operator's view changes nothing and takes nothing away",
  },
  'second-factor-needed': { status: 403, message: 'show the code of your authenticator again' },
  'second-factor-not-set-up': { status: 403, message: 'set up an authenticator application first' },
} as const satisfies Record<
  Exclude<Refusal, 'not-found'> | 'not-signed-in' | 'foreign-page',
  { readonly status: number; readonly message: string }
>
export type StaffRefusal = keyof typeof staffRefusals | 'not-found'

/** Refuses in the one shape that errors have. What belongs to others is answered like a path that nobody has ever made. */
export function refuseStaff(reply: FastifyReply, code: StaffRefusal): FastifyReply {
  if (code === 'not-found')
    return problem(reply, 'bad-request', 'nothing lives here', { field: 'path', rule: 'a path of ours' }, 404)
  const { status, message } = staffRefusals[code]
  const view: ErrorView = { error: { code, message } }
  return reply.code(status).send(view)
}
