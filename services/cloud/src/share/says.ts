import { toYuan } from '@lanepay/domain/money.ts'
import type { Fen } from '@lanepay/domain/types.ts'
import { ruleAt } from './in-force.ts'
import type { PersonRefusal } from './person.ts'
import type { KeptParty, RuleRow } from './rule-store.ts'
import type { RuleRefusal } from './rules.ts'

/* Rules of shares and refusals in words, for the person who puts or reads them. */

/** All rules of a lot, with what holds at this time; one line for a rule and one for each party of it. */
export const rulesSay = (rules: readonly RuleRow[], now: number): string =>
  rules.length === 0
    ? 'no rule: nothing of what is paid here is shared'
    : rules.map((rule) => ruleSays(rule, whenOf(rule, rules, now))).join('\n')

export function ruleSays(rule: RuleRow, when: string): string {
  const from = `${rule.channel} from ${new Date(rule.from_at).toISOString()}${when ? ` (${when})` : ''}`
  if (rule.parties.length === 0) return `${from}: nothing is shared`
  const terms = `${rule.wait_minutes} min after the order is over, at most ${percent(rule.limit_basis_points)} of a payment`
  return [`${from}: ${terms}`, ...rule.parties.toSorted((a, b) => a.order - b.order).map(partySays)].join('\n')
}

export function whenOf(rule: RuleRow, rules: readonly RuleRow[], now: number): 'to come' | 'holds now' | 'over' {
  const ofChannel = rules.filter(({ channel }) => channel === rule.channel)
  if (rule.from_at > now) return 'to come'
  return ruleAt(ofChannel, now)?.version === rule.version ? 'holds now' : 'over'
}

function partySays({ party, order, takes, receiver, onRefund, ifNotPaid, ifNotReturned }: KeptParty): string {
  const amount =
    takes === 'platform-fee'
      ? "the platform's fee"
      : 'fixedFen' in takes
        ? `¥${toYuan(takes.fixedFen as Fen)}`
        : `${percent(takes.basisPoints)} of what the channel leaves`
  const who = party === '0' ? 'the platform' : `party ${party}`
  const back =
    onRefund === 'operator'
      ? 'a refund is carried by the operator'
      : `a refund takes it back in proportion; what does not come back is ${whose[ifNotReturned]}`
  return `  ${order}. ${who} takes ${amount}, to ${receiver.kind} ${masked(receiver)}; not paid, it is ${whose[ifNotPaid]}; ${back}`
}

const whose = { operator: "the operator's", person: "a person's to decide" } as const
const percent = (basisPoints: number): string => `${basisPoints / 100} %`
/** A merchant's number is no secret; what names a person is not shown whole. */
export const masked = ({ kind, account }: KeptParty['receiver']): string =>
  kind === 'merchant' && /^\d+$/.test(account) ? account : `${account.slice(0, 3)}***${account.slice(-3)}`

export function refusalSays(refusal: RuleRefusal | PersonRefusal): string {
  switch (refusal.kind) {
    case 'mistakes':
      return refusal.mistakes.map(({ field, rule }) => `  ${field}: ${rule}`).join('\n')
    case 'shares-nothing':
      return `  ${refusal.channel}: shares nothing for this account`
    case 'no-answer':
      return `  ${refusal.channel}: no answer (${refusal.code}); nothing was kept, put it again`
    case 'nothing-waits':
      return 'no part of this payment waits for a person'
    case 'refund-under-way':
      return 'a refund of this payment is under way: what is left to share is known when it is over'
  }
}
