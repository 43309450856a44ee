import type { FastifyReply } from 'fastify'
import type { ErrorView } from '../driver/api.ts'
import type { AskError } from './ask.ts'
import type { RightRefusal } from './right.ts'

/** What every refusal of a refund is answered with on screens; leave one out and this stops compiling. Who may is the door's to say. */
export const refundRefusals = {
  'payment-not-found': { status: 404, message: 'no such payment of this lot' },
  'not-an-amount': { status: 400, field: 'body/amountFen', message: 'more than 0, in whole fen' },
  'not-a-reason': { status: 400, field: 'body/reason', message: '1 to 80 characters' },
  'not-paid': { status: 409, message: 'this payment is not paid' },
  'goes-back-by-itself': { status: 409, message: 'this payment counts for no stay, and goes back by itself' },
  'whole-only': { status: 409, message: 'this payment counts for no stay, so it goes back whole' },
  'more-than-left': { status: 409, message: 'less than that is left of this payment' },
  'too-late': { status: 409, message: 'the channel takes no refunds of it any more: pay the driver back outside' },
  'too-many-refunds': { status: 409, message: 'the channel takes no more refunds of this payment' },
  'not-enough-held': { status: 409, message: "the lot's operator, or the platform, holds less than its part of it" },
} as const satisfies Record<
  Exclude<AskError['kind'], RightRefusal['kind']>,
  { readonly status: number; readonly message: string; readonly field?: string }
>

/** The same in a few words of Chinese, for whoever has no screen of ours. */
export const refusalsZh = {
  'payment-not-found': '订单不存在',
  'not-an-amount': '退款金额错误',
  'not-a-reason': '退款原因过长',
  'not-paid': '订单未支付',
  'goes-back-by-itself': '该笔支付将自动退回',
  'whole-only': '该笔支付只能全额退款',
  'more-than-left': '超过可退金额',
  'too-late': '超过可退款期限',
  'too-many-refunds': '退款次数过多',
  'not-enough-held': '账户余额不足',
  'person-unknown': '无退款权限',
  'no-right': '无退款权限',
  'no-second-factor': '超过退款限额',
  'second-factor-needed': '超过退款限额',
  'second-factor-wrong': '超过退款限额',
} as const satisfies Readonly<Record<AskError['kind'], string>>

export function refuseRefund(reply: FastifyReply, code: keyof typeof refundRefusals): FastifyReply {
  const { status, ...about } = refundRefusals[code]
  const view: ErrorView = { error: { code, ...about } }
  return reply.code(status).send(view)
}
