import type { FastifyReply } from 'fastify'
import { type PasswordMistake, passwordRules } from '../staff/password.ts'
import type { GiveRefusal } from './give.ts'

export type CouponRefusal =
  | GiveRefusal
  | PasswordMistake
  | ('shop-unknown' | 'account-taken' | 'account-malformed' | 'kind-twice')
  | ('not-signed-in' | 'foreign-page' | 'sign-in-wrong' | 'too-many' | 'link-unknown' | 'link-expired')
  | ('code-unknown' | 'code-expired' | 'ask-unknown')

type Told = { readonly status: number; readonly message: string; readonly field?: string; readonly rule?: string }
const broken = (field: string, rule: string): Told => ({ status: 400, message: `${field}: ${rule}`, field, rule })
const account = broken('body/account', '3 to 32 of a to z, 0 to 9, dot, dash and underscore, a letter first')

/** Every refusal of shops and their coupons; leave one out and this stops compiling. */
export const couponRefusals = {
  'plate-malformed': broken('body/plate', 'a plate'),
  'kind-unknown': { status: 404, message: 'the shop gives no coupons of this kind any more', field: 'body/kind' },
  'kind-twice': broken('body/kinds', 'each under a name of its own'),
  'day-full': { status: 409, message: 'as many as the shop may give today are given' },
  'month-full': { status: 409, message: 'as many as the shop may give this month are given' },
  'another-coupon': { status: 409, message: 'this was given to another car: begin again' },
  'shop-ended': { status: 409, message: 'the shop gives no coupons any more' },
  'shop-unknown': { status: 404, message: 'there is no such shop' },
  'account-taken': { status: 409, message: 'there is, or was, an account of this name', field: 'body/account' },
  'account-malformed': account,
  'not-signed-in': { status: 401, message: 'sign in first' },
  'foreign-page': { status: 403, message: 'this was not sent by a page of ours' },
  'sign-in-wrong': { status: 401, message: 'account or password is wrong' },
  'too-many': { status: 429, message: 'too many tries; wait' },
  'link-unknown': { status: 404, message: 'this link does not work, was used, or a newer one has replaced it' },
  'link-expired': { status: 410, message: 'this link is too old: ask for another' },
  'code-unknown': { status: 404, message: 'this is not one of our codes' },
  'code-expired': { status: 410, message: 'this code is too old: ask the shop for another' },
  'ask-unknown': { status: 404, message: 'this was not begun here: begin again' },
  'too-short': broken('body/password', passwordRules['too-short']),
  'too-long': broken('body/password', passwordRules['too-long']),
  common: broken('body/password', passwordRules.common),
  'about-you': broken('body/password', passwordRules['about-you']),
} as const satisfies Record<CouponRefusal, Told>

export function refuseCoupon(reply: FastifyReply, code: CouponRefusal): FastifyReply {
  const { status, ...about }: Told = couponRefusals[code]
  return reply.code(status).send({ error: { code, ...about } })
}
