import type { FastifyReply } from 'fastify'
import type { ErrorView } from '../driver/api.ts'
import type { EnrolRefusal } from './decide.ts'

/** What every refusal of a code is answered with; leave one out and this stops compiling. */
export const enrolRefusals = {
  'code-unknown': { status: 404, rule: 'a code that was made here and that no newer one has replaced' },
  'code-used': { status: 409, rule: 'a code makes one agent' },
  'code-expired': { status: 410, rule: 'used within 24 hours' },
  'agent-exists': { status: 409, rule: 'made with --take-over, for a lot that has an agent' },
} as const satisfies Record<EnrolRefusal, { readonly status: number; readonly rule: string }>

/** Refuses a code in the one shape that errors have. */
export function refuse(reply: FastifyReply, code: EnrolRefusal): FastifyReply {
  const { status, rule } = enrolRefusals[code]
  const view: ErrorView = { error: { code, message: `this code does not work: ${rule}`, field: 'body/code', rule } }
  return reply.code(status).send(view)
}
