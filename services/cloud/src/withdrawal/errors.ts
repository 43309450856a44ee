import { toYuan } from '@lanepay/domain/money.ts'
import type { FastifyReply } from 'fastify'
import type { AskWithdrawalError } from './ask.ts'
import type { ChangeCardError } from './card.ts'

/* What refusals of withdrawals and of cards are answered with on screens. Who may, and the second factor, are the door's to say. */

type Refusal = AskWithdrawalError | ChangeCardError
type Told = {
  readonly status: number
  readonly message: string
  readonly field?: string
  readonly amountFen?: number
  readonly until?: number
}
const amount = 'body/amountFen'

/** In words, and the amount or instant that it is about; leave one out and this stops compiling. */
function told(refusal: Refusal): Told {
  switch (refusal.kind) {
    case 'account-not-found':
      return { status: 404, message: 'no such account in use' }
    case 'not-an-amount':
      return { status: 400, field: amount, message: 'more than 0, in whole fen' }
    case 'not-paid-out-by-us':
      return { status: 409, message: 'its channel pays this account out by itself' }
    case 'no-card':
      return { status: 409, message: 'no bank card is kept for this account' }
    case 'card-changed':
      return { status: 409, message: 'the bank card was changed within a day', until: refusal.until }
    case 'card-changing':
      return { status: 409, message: 'another bank card is with the channel, and not decided yet' }
    case 'under-floor':
      return limit('at least', refusal.floorFen)
    case 'over-limit':
      return limit('at once at most', refusal.mostFen)
    case 'over-daily-limit':
      return limit('left of what may go at once today', refusal.leftFen)
    case 'more-than-available':
      return limit('available, as closed days prove it', refusal.availableFen)
    case 'not-a-reason':
      return { status: 400, field: 'body/reason', message: '1 to 80 characters' }
    case 'held-by-channel':
      return { status: 409, message: 'its channel has the card itself, and takes none from here' }
    case 'cannot-be-ended':
      return { status: 409, message: 'its channel has the card itself: another one can be put, and none cannot' }
    case 'branch-needed':
      return { status: 400, field: 'body/card/branch', message: 'the channel finds this account by its branch' }
    case 'area-code-needed':
      return {
        status: 400,
        field: 'body/card/areaCode',
        message: "the channel finds this account by its branch's city",
      }
    case 'area-code-not-kept':
      return {
        status: 400,
        field: 'body/card/areaCode',
        message: 'only where the channel holds the card is the city of its branch taken: leave it out',
      }
    case 'not-a-bank-card':
      return { status: 400, field: 'body/card/alipay', message: 'this account is paid out to a bank card only' }
    case 'change-under-way':
      return { status: 409, message: 'another card is with the channel already: wait for what becomes of it' }
    case 'changed-meanwhile':
      return { status: 409, message: 'the card is another one by now: look at it first' }
    case 'person-unknown':
    case 'no-right':
    case 'no-second-factor':
    case 'second-factor-needed':
    case 'second-factor-wrong':
      throw new Error(`refused behind the door: ${refusal.kind}`)
  }
}
const limit = (says: string, fen: Parameters<typeof toYuan>[0]): Told => ({
  ...{ status: 409, field: amount, message: `${says}: ${toYuan(fen)} yuan`, amountFen: fen },
})

export function refuseWithdrawal(reply: FastifyReply, refusal: Refusal): FastifyReply {
  const { status, ...about } = told(refusal)
  return reply.code(status).send({ error: { code: refusal.kind, ...about } })
}
