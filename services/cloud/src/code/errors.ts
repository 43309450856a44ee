import type { FastifyReply } from 'fastify'
import type { ErrorView } from '../driver/api.ts'
import type { AliasRefusal } from './alias.ts'
import type { CodeRefusal } from './decide.ts'

export type CodesRefusal =
  | CodeRefusal
  | AliasRefusal
  | 'code-unknown'
  | 'alias-taken'
  | 'alias-unknown'
  | PatrolRefusal
  | 'screen-unknown'
export type PatrolRefusal = 'patrol-unknown' | 'patrol-ended'

type Told = { readonly status: number; readonly message: string; readonly field?: string; readonly rule?: string }

/** Every refusal about codes; leave one out and this stops compiling. */
export const codesRefusals = {
  'code-unknown': { status: 404, message: 'the lot has no such place for a code' },
  'code-not-live': {
    ...{ status: 409, message: 'this code has ended meanwhile: look what hangs there now', field: 'body/version' },
  },
  'codes-used-up': { status: 409, message: 'this place has had 4,096 codes, and there are no more' },
  'alias-malformed': {
    ...{ status: 400, message: 'body/alias is no address', field: 'body/alias' },
    rule: 'what stands behind the name of the server in what is printed',
  },
  'alias-too-long': {
    status: 400,
    message: 'body/alias is too long',
    field: 'body/alias',
    rule: 'at most 200 characters',
  },
  'alias-ours': {
    ...{ status: 400, message: 'body/alias is an address of ours', field: 'body/alias' },
    rule: 'not one of our own first words',
  },
  'alias-taken': { status: 409, message: 'this leads to a code already', field: 'body/alias' },
  'alias-unknown': { status: 404, message: 'this lot has no such alias', field: 'body/alias' },
  'patrol-unknown': { status: 404, message: 'this lot has no such patrol' },
  'patrol-ended': { status: 409, message: 'this patrol has ended: begin another' },
  'screen-unknown': { status: 401, message: 'no screen has this secret, or it was ended' },
} as const satisfies Record<CodesRefusal, Told>

export function refuseCodes(reply: FastifyReply, code: CodesRefusal): FastifyReply {
  const { status, ...about }: Told = codesRefusals[code]
  const view: ErrorView = { error: { code, ...about } }
  return reply.code(status).send(view)
}
