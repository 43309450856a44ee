import type { FastifyReply } from 'fastify'
import type { RuleRefusal } from './rules.ts'

/** What refusals of rules are answered with on screens. */
export type RuleProblem =
  | RuleRefusal
  /** The operator takes nothing through this channel, or nobody here does. */
  | { readonly kind: 'channel-not-taken' }
  | { readonly kind: 'no-rule' }

export function refuseRule(reply: FastifyReply, refusal: RuleProblem): FastifyReply {
  const answer = (status: number, message: string, about: object = {}) =>
    reply.code(status).send({ error: { code: refusal.kind, message, ...about } })
  switch (refusal.kind) {
    case 'mistakes': {
      const mistakes = refusal.mistakes.map(({ field, rule }) => ({ field: fieldOf(field), rule }))
      const { field, rule } = mistakes[0]!
      return answer(400, `${field} ${rule}`, { field, rule, mistakes })
    }
    case 'shares-nothing':
      return answer(409, 'this account at the channel shares nothing', { field: 'body/rule/channel' })
    case 'no-answer':
      return answer(503, `the channel gave no clear answer (${refusal.code}); nothing was kept, put it again`)
    case 'channel-not-taken':
      return answer(409, 'the operator of this lot takes nothing through this channel', { field: 'body/rule/channel' })
    case 'no-rule':
      return answer(409, 'nothing is shared through this channel')
  }
}

const fieldOf = (field: string): string => `body/rule${field === '/' ? '' : field}`
