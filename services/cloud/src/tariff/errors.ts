import type { FastifyReply } from 'fastify'
import type { PublishRefusal } from './publish.ts'
import type { LookRefusal } from './thread.ts'

type Told = { readonly status: number; readonly message: string; readonly field?: string; readonly rule?: string }
/** Every refusal of a price list; leave one out and this stops compiling. */
export const tariffRefusals = {
  'tariff-faulty': { status: 400, message: 'this price list has mistakes', field: 'body/tariff' },
  'in-the-past': {
    ...{ status: 400, message: 'a version counts from an instant that is not over' },
    ...{ field: 'body/from', rule: 'now, or later' },
  },
  'too-many-versions': { status: 409, message: 'no lot has so many versions' },
  'version-unknown': { status: 404, message: 'no version begins then', field: 'body/from' },
  'already-in-force': { status: 409, message: 'what is in force is not taken back: publish another version' },
  'area-unknown': { status: 404, message: 'the plan of this lot has no such area', field: 'area' },
  'lot-list-first': {
    status: 409,
    message: "an area's list is told together with the lot's own: publish that one first",
  },
  'list-unknown': {
    ...{ status: 409, message: "a stay through an area is priced by the area's list and the lot's own together" },
    ...{ field: 'body/inside', rule: 'both were published here, or one of them is sent' },
  },
  'outside-the-stay': {
    ...{ status: 400, message: 'the time in the area lies within the stay', field: 'body/inside' },
    rule: 'in <= inside.in <= inside.out <= out',
  },
  'lot-decides-itself': { status: 409, message: 'charging software of its own decides at this lot' },
  'seen-is-old': { status: 409, message: 'somebody has published another version meanwhile: look at it first' },
  busy: { status: 429, message: 'others are looking at price lists: ask again in a few seconds' },
  'too-much': { status: 422, message: 'this price list takes too long to look at', field: 'body/tariff' },
} as const satisfies Record<PublishRefusal['kind'] | 'list-unknown' | 'outside-the-stay' | LookRefusal, Told>

/** Refuses in the one shape that errors have; of a list with mistakes, with all of them. */
export function refuseTariff(
  reply: FastifyReply,
  code: keyof typeof tariffRefusals,
  faults?: readonly object[],
): FastifyReply {
  const { status, ...about }: Told = tariffRefusals[code]
  return reply.code(status).send({ error: { code, ...about, ...(faults ? { faults } : {}) } })
}
