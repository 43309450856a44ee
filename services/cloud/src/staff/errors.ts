import type { FastifyReply } from 'fastify'
import type { ErrorView } from '../driver/api.ts'
import { problem } from '../server/problem.ts'
import type { Refusal } from './decide.ts'
import type { LinkRefusal } from './link.ts'
import type { ManageRefusal } from './manage.ts'
import type { OwnAccountRefusal } from './own-account.ts'
import { passwordRules } from './password.ts'
import type { SignInRefusal } from './sign-in.ts'

export type StaffRefusal =
  | Refusal
  | 'not-signed-in'
  | 'foreign-page'
  | SignInRefusal['kind']
  | OwnAccountRefusal['kind']
  | LinkRefusal
  | ManageRefusal['kind']
  | 'look-unknown'

type Told = { readonly status: number; readonly message: string; readonly field?: string; readonly rule?: string }
const broken = (field: string, rule: string): Told => ({ status: 400, message: `${field}: ${rule}`, field, rule })

/** Every refusal of a person and of what it asks for; leave one out and this stops compiling. */
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

  'look-unknown': { status: 404, message: 'no such look of yours goes on' },

  'sign-in-wrong': { status: 401, message: 'account or password is wrong' },
  'code-needed': { status: 401, message: 'the code of the authenticator is needed too' },
  'code-wrong': { status: 403, message: 'the code is not that of now: look again, and at the clock of the device' },
  'code-used': { status: 403, message: 'this code was used: wait for the next one' },
  'too-many': { status: 429, message: 'too many tries; wait' },
  'password-wrong': { status: 403, message: 'the password is wrong' },
  'no-second-factor': { status: 409, message: 'no authenticator is set up' },
  'authenticator-not-begun': { status: 409, message: 'begin setting up an authenticator first' },
  'sign-in-unknown': { status: 404, message: 'no such sign-in of yours goes on' },

  'link-unknown': { status: 404, message: 'this link does not work, or a newer one has replaced it' },
  'link-used': { status: 409, message: 'this link was used: it works once' },
  'link-expired': { status: 410, message: 'this link is too old: ask for another' },
  'too-short': broken('body/password', passwordRules['too-short']),
  'too-long': broken('body/password', passwordRules['too-long']),
  common: broken('body/password', passwordRules.common),
  'about-you': broken('body/password', passwordRules['about-you']),

  'account-malformed': broken('body/account', '3 to 32 of a to z, 0 to 9, dot, dash and underscore, a letter first'),
  'account-taken': { status: 409, message: 'there is, or was, an account of this name', field: 'body/account' },
  'person-unknown': { status: 404, message: 'no such person here' },
  'operator-unknown': { status: 404, message: 'no such operator' },
  'own-account': { status: 409, message: 'nobody does this to its own account: ask another' },
  'role-not-here': broken('body/role', "one of the operator's roles for its persons, of the platform's for others"),
  'party-needed': broken('body/party', "a partner's number"),
  'party-not-here': broken('body/party', 'only of partners'),
  'all-lots-needed': broken('body/lots', 'all, for this role'),
  'lots-needed': broken('body/lots', 'all, or one lot at least'),
  'lanes-not-here': broken('body/lots', 'lanes are named for attendants only'),
  'lot-unknown': broken('body/lots', 'lots of this operator'),
} as const satisfies Record<Exclude<StaffRefusal, 'not-found'>, Told>

/** Refuses in the one shape that errors have. What belongs to others is answered like a path that nobody has ever made. */
export function refuseStaff(reply: FastifyReply, code: StaffRefusal): FastifyReply {
  if (code === 'not-found')
    return problem(reply, 'bad-request', 'nothing lives here', { field: 'path', rule: 'a path of ours' }, 404)
  const { status, ...about }: Told = staffRefusals[code]
  const view: ErrorView = { error: { code, ...about } }
  return reply.code(status).send(view)
}

/** The same with when to come again, where that is known. */
export function refuseTries(
  reply: FastifyReply,
  refusal: { readonly kind: StaffRefusal; readonly until?: number },
  now: number,
): FastifyReply {
  if (refusal.until !== undefined)
    reply.header('retry-after', String(Math.max(1, Math.ceil((refusal.until - now) / 1000))))
  return refuseStaff(reply, refusal.kind)
}
