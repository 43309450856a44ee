import type { FastifyReply } from 'fastify'
import type { ErrorView } from '../driver/api.ts'
import type { OpenLotRefusal } from './open-lot.ts'
import type { TemplateRefusal } from './templates.ts'

export type IntegratorRefusal = OpenLotRefusal['kind'] | TemplateRefusal['kind'] | 'operator-unknown' | 'lot-unknown'

type Told = { readonly status: number; readonly message: string; readonly field?: string; readonly rule?: string }
/** Every refusal of what an integrator asks for; leave one out and this stops compiling. */
export const integratorRefusals = {
  mistakes: { status: 400, message: 'there are mistakes in it' },
  'lot-number-taken': { status: 409, message: 'there is a lot of this number', field: '/number' },
  'name-taken': { status: 409, message: 'there is a template of this name', field: 'body/name' },
  'changed-meanwhile': { status: 409, message: 'somebody has changed it meanwhile: read it again' },
  'template-unknown': { status: 404, message: 'no such template' },
  'operator-unknown': { status: 404, message: 'no such operator' },
  'lot-unknown': { status: 404, message: 'no such lot' },
} as const satisfies Record<IntegratorRefusal, Told>

/** Refuses in the one shape that errors have; of several mistakes it names the first. */
export function refuseIntegrator(
  reply: FastifyReply,
  kind: IntegratorRefusal,
  mistakes: readonly { readonly field: string; readonly rule: string }[] = [],
): FastifyReply {
  const { status, ...told }: Told = integratorRefusals[kind]
  const [first] = mistakes
  const view: ErrorView = { error: { code: kind, ...told, ...(first ?? {}) } }
  return reply.code(status).send(view)
}
