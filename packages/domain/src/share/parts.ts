import { basisPointsOf, fen } from '../money.ts'
import type { Fen } from '../types.ts'
import type { Divided, ShareParty, ShareRule } from './rule.ts'

export type Part = { readonly party: string; readonly amountFen: Fen }

/**
 * What each party gets of one payment, and what its operator keeps (domain.md 6): percentages are of the amount after the
 * channel's fee, rounded down; the operator has the remainder, so the parts add up to the whole, fen for fen. Where a payment
 * is too small for all, or the channel shares no more of it, they are served by their `order` and the last get less or nothing.
 * How the rule was written down does not matter.
 */
export function partsOf(
  rule: ShareRule,
  payment: Divided,
): { readonly parts: readonly Part[]; readonly operatorFen: Fen } {
  const netFen = fen(payment.amountFen - payment.channelFeeFen)
  // The platform's fee is nobody else's, whether it is paid out by a share or not.
  let left = netFen - payment.platformFeeFen
  let shareable: number = basisPointsOf(payment.amountFen, rule.limitBasisPoints)
  const parts = rule.parties.toSorted(inOrder).map((one): Part => {
    const isPlatform = one.takes === 'platform-fee'
    const wanted = wantedBy(one, netFen, payment.platformFeeFen)
    const amountFen = fen(Math.min(wanted, shareable, isPlatform ? wanted : left))
    shareable -= amountFen
    if (!isPlatform) left -= amountFen
    return { party: one.party, amountFen }
  })
  return { parts, operatorFen: fen(left) }
}

function wantedBy({ takes }: ShareParty, netFen: Fen, platformFeeFen: Fen): number {
  if (takes === 'platform-fee') return platformFeeFen
  return 'fixedFen' in takes ? takes.fixedFen : basisPointsOf(netFen, takes.basisPoints)
}

const inOrder = (a: ShareParty, b: ShareParty): number => a.order - b.order || (a.party < b.party ? -1 : 1)
