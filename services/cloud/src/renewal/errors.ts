import type { FastifyReply } from 'fastify'
import { type RenewalErrorCode, renewalErrorCodes } from './api.ts'

const messages: Readonly<Record<RenewalErrorCode, string>> = {
  'card-unknown': 'this plate has no such card that can be made longer here',
  'card-not-proven': 'the last four digits of the telephone that is noted with the card are needed',
  'card-busy': 'the card is being made longer by a payment before',
  'card-too-far': 'the card is paid far ahead already',
  'card-ended': 'the card is over, and its lot makes it longer no more',
  'card-refused': 'the lot gives no price for this card',
}

export const isRenewalError = (code: string): code is RenewalErrorCode => Object.hasOwn(renewalErrorCodes, code)

export function refuseRenewal(reply: FastifyReply, code: RenewalErrorCode, detail?: string): FastifyReply {
  const message = detail ? `${messages[code]}: ${detail}` : messages[code]
  return reply.code(renewalErrorCodes[code]).send({ error: { code, message } })
}
