import type { FastifyReply } from 'fastify'
import type { ChangeRefusal } from './change.ts'
import type { VehicleRefusal } from './decide.ts'
import { refusalTexts } from './words.ts'

type Told = { readonly status: number; readonly message: string; readonly field?: string }
/** Every refusal of cards and lists; leave one out and this stops compiling. */
export const vehicleRefusals = {
  'plate-malformed': { status: 400, message: 'this is no plate', field: 'body/plates' },
  'plate-twice': { status: 400, message: 'a plate is there twice', field: 'body/plates' },
  'plate-on-card': { status: 409, message: 'a plate is on another card at the same time', field: 'body/plates' },
  'plate-blocked': { status: 409, message: 'the plate is blocked: take it off that list first', field: 'body/plate' },
  'plate-free': { status: 409, message: 'the plate is free: take it off that list first', field: 'body/plate' },
  'card-taken': { status: 409, message: 'there is a card of this name', field: 'body/card' },
  'card-unknown': { status: 404, message: 'there is no such card' },
  'card-stopped': { status: 409, message: 'this card was stopped; open it again under its name' },
  'product-unknown': { status: 404, message: 'there is no such product', field: 'body/product' },
  'product-ended': { status: 409, message: 'this product is not sold any more', field: 'body/product' },
  'ends-before': { status: 400, message: 'it ends after it begins', field: 'body/until' },
  'not-listed': { status: 404, message: 'this plate is not on the list', field: 'body/plate' },
  'too-many': { status: 409, message: 'a lot takes 20,000 of them at most' },
  'lot-decides-itself': { status: 409, message: 'charging software of its own decides at this lot' },
  'lot-has-no-word': { status: 409, message: 'the charging software of this lot cannot be told this' },
  'row-unknown': { status: 404, message: 'there is no such row that waits for a person' },
  'product-taken': { status: 409, message: 'a product of this name is sold', field: 'body/name' },
} as const satisfies Record<ChangeRefusal['kind'] | 'product-taken' | 'row-unknown', Told>

/** Refuses in the one shape that errors have, with the words for a person in both languages. */
export function refuseVehicle(
  reply: FastifyReply,
  refusal: ChangeRefusal | { readonly kind: 'product-taken' | 'row-unknown' },
): FastifyReply {
  const { status, ...about }: Told = vehicleRefusals[refusal.kind]
  const { kind: code } = refusal
  const isPlain = code === 'lot-decides-itself' || code === 'product-taken' || code === 'row-unknown'
  const text = isPlain ? {} : { text: refusalTexts(refusal as VehicleRefusal) }
  return reply.code(status).send({ error: { code, ...about, ...text } })
}
